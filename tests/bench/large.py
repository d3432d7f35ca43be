"""A size at which filling three systems would take hours: this store alone, and raw Chroma
queries in the very vectors that it keeps.

    python -m tests.bench.large 1000000 FOLDER [--keep]

FOLDER holds the generated library and the store and is left as it is, so that a run that was
broken off goes on where it stopped. Prints the figures; with --keep they join `results.json`,
under `large`, and the plot is drawn again. Imports this package, `ingest` and `vectorstore`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ingest import ingest
from ingest.reader import read_documents
from tests.bench import library, machine, plot
from tests.bench.__main__ import KEPT, rounded
from tests.bench.memory import memory_of
from tests.bench.questions import KINDS, Question, ask_about
from tests.bench.systems import K, open_system
from vectorstore.embedding import SHIPPED_MODEL, PolicyEmbeddings
from vectorstore.store import PolicyStore

_QUESTIONS, _WARM_UP, _MEMORY_QUESTIONS = 200, 40, 40
_READ_FILES = 200


def main() -> int:
    """Fill or complete the store, ask, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.large", description=__doc__)
    parser.add_argument("passages", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", action="store_true", help="add the figures to results.json")
    parser.add_argument("--note", default="", help="what to remember of this run")
    options = parser.parse_args()
    one = measure(options.passages, options.folder) | {"note": options.note}
    text = json.dumps(rounded(one), ensure_ascii=False, indent=2)
    print(text)
    if options.keep:
        kept = json.loads((KEPT / "results.json").read_text("utf-8"))
        kept["large"] = [json.loads(text)]
        written = json.dumps(kept, ensure_ascii=False, indent=2)
        (KEPT / "results.json").write_text(written + "\n", "utf-8")
        (KEPT / "growth.svg").write_text(plot.image(kept), "utf-8")
    return 0


def measure(passages: int, folder: Path) -> dict:
    """The figures of a library of about `passages` passages in `folder`."""
    model = str(SHIPPED_MODEL)
    embeddings = PolicyEmbeddings(model)
    embeddings.load()
    files = library.write(folder / "library", passages)
    started, load = time.perf_counter(), machine.load()
    report = ingest([folder / "library"], folder / "store", embeddings=embeddings)
    took = time.perf_counter() - started
    read = files[:: max(1, len(files) // _READ_FILES)]
    documents = [one for each in read for one in read_documents(each.read_text(), each.name)]
    questions = ask_about(documents, _QUESTIONS)
    asked = questions[:_MEMORY_QUESTIONS]
    stored = [each for each in (folder / "store").rglob("*") if each.is_file()]
    filled = {} if not report.changed else {"ingest": {"store": {"whole_s": took}}}
    return {
        "target": passages,
        "passages": report.library_passages,
        "documents": report.library_documents,
        "machine": machine.describe(),
        "load_before": load,
        "search": _search(folder / "store", embeddings, questions),
        **filled,
        "memory_mib": {
            name: memory_of(name, folder / "store", model, asked) for name in ("none", "store")
        },
        "disk_mib": {"store": sum(each.stat().st_size for each in stored) / 2**20},
    }


def _search(store: Path, embeddings: PolicyEmbeddings, questions: Sequence[Question]) -> dict:
    """Milliseconds of this store and of Chroma alone, asked by turns; Chroma never restricted."""
    ask, close = open_system("store", store, embeddings)
    opened = PolicyStore(store)
    vectors = opened.snapshot().vectors
    asks: dict[str, Callable[[Question], object]] = {
        "store": ask,
        "chroma": lambda each: vectors.nearest(np.array(embeddings.embed_query(each.text)), K),
    }
    for each in questions[:_WARM_UP]:
        for name in asks:
            asks[name](each)
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for turn, each in enumerate(questions):
        for name in sorted(asks, reverse=bool(turn % 2)):
            started = time.perf_counter()
            asks[name](each)
            taken[name].append((time.perf_counter() - started) * 1000)
    opened.close()
    close()
    kinds = np.array([each.kind for each in questions])
    return {
        name: {
            kind: dict(
                zip(
                    ("p50_ms", "p95_ms"),
                    np.percentile(np.array(own)[(kinds == kind) | (kind == "all")], (50, 95)),
                    strict=True,
                )
            )
            for kind in ("all", *KINDS)
        }
        for name, own in taken.items()
    }


if __name__ == "__main__":
    sys.exit(main())
