"""The command line `python -m tests.bench [--sizes 1000,10000]`; parses arguments and prints.

Writes bench.json and bench.html into the reports folder. SCALE=100000 in the environment adds a
size. Imports this package and `vectorstore.embedding`, the heavy modules only when it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.bench import machine, plot, table

PROJECT = Path(__file__).resolve().parent.parent.parent
KEPT = Path(__file__).resolve().parent
_SIZES = "1000,10000"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size, print the tables and write the report."""
    options = _parse(arguments)
    # A table that is piped into a file keeps its columns.
    console = Console(width=None if sys.stdout.isatty() else 150)
    started, load = time.perf_counter(), machine.load()
    sizes = [
        _measured(size, options, lambda text: print(text, file=sys.stderr, flush=True))
        for size in options.sizes
    ]
    report = {
        "machine": machine.describe(),
        "note": options.note,
        "load_before": load,
        "load_after": machine.load(),
        "seconds": round(time.perf_counter() - started, 1),
        "questions": options.questions,
        "sizes": sizes,
    }
    for one in sizes:
        console.print(table.table(one))
    options.reports.mkdir(parents=True, exist_ok=True)
    text = json.dumps(rounded(report), ensure_ascii=False, indent=2)
    (options.reports / "bench.json").write_text(text + "\n", "utf-8")
    (options.reports / "bench.html").write_text(plot.page(report), "utf-8")
    print(f"Written: bench.json and bench.html in {options.reports}")
    if options.keep:
        # What took hours is not measured again with every run.
        large = json.loads((KEPT / "results.json").read_text("utf-8")).get("large", [])
        report = json.loads(text) | {"large": large}
        text = json.dumps(report, ensure_ascii=False, indent=2)
        (KEPT / "results.json").write_text(text + "\n", "utf-8")
        (KEPT / "growth.svg").write_text(plot.image(report), "utf-8")
        print(f"Kept: results.json and growth.svg in {KEPT.relative_to(PROJECT)}")
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Time search and ingest beside plain Chroma and LangChain's usual recipe.",
    )
    parser.add_argument(
        "--sizes",
        type=_sizes,
        default=_sizes(_SIZES) + _sizes(os.environ.get("SCALE", "")),
        help=f"passages, with commas between (default {_SIZES}, and SCALE when it is set)",
    )
    parser.add_argument("--questions", type=int, default=200, help="how many to ask (default 200)")
    parser.add_argument("--reports", type=Path, default=Path("reports"), metavar="DIR")
    parser.add_argument("--model", default="", help="another embedding model than the shipped one")
    parser.add_argument("--note", default="", help="what to remember of this run")
    parser.add_argument(
        "--keep", action="store_true", help="also keep the figures and the plot in tests/bench"
    )
    options = parser.parse_args(arguments)
    if not options.sizes or options.questions < 1:
        parser.error("give at least one size and one question")
    return options


def _sizes(text: str) -> list[int]:
    sizes = [int(each) for each in text.split(",") if each.strip()]
    if any(size < 1 for size in sizes):
        raise ValueError(text)
    return sizes


def _measured(size: int, options: argparse.Namespace, tell) -> dict:
    from tests.bench.measures import Bench, measure
    from vectorstore.embedding import SHIPPED_MODEL, PolicyEmbeddings

    model = options.model or str(SHIPPED_MODEL)
    embeddings = PolicyEmbeddings(model)
    embeddings.load()
    with tempfile.TemporaryDirectory() as folder:
        return measure(Bench(Path(folder), embeddings, model, options.questions, tell), size)


def rounded(value):
    """Four significant digits are more than a busy machine gives."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    sys.exit(main())
