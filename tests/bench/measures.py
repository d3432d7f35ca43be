"""Fills all three systems with one generated library and times what they do with it.

In: a size, a folder to work in, the embedder. Out: a dictionary of plain figures, the same keys
for every size (see `measure`). Imports `ingest`, `vectorstore` and this package.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest import ingest
from ingest.reader import read_documents
from tests.bench import library
from tests.bench.memory import memory_of
from tests.bench.questions import KINDS, Question, ask_about
from tests.bench.systems import (
    SYSTEMS,
    LangChainRecipe,
    PlainChroma,
    embedded_texts,
    open_system,
    year_of,
)
from vectorstore.datamodels import PolicyDocument
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.versions import BATCH

_WARM_UP = 8
_MEMORY_QUESTIONS = 40
_ADDITIONS = 3
# Issues beyond any library that is generated here.
_FIRST_ADDITION = 900_000

Clock = dict[str, float]


@dataclass(frozen=True)
class Bench:
    """What one size is measured with; `folder` is empty and thrown away by the caller."""

    folder: Path
    embeddings: PolicyEmbeddings
    model: str
    questions: int
    tell: Callable[[str], None]

    def at(self, name: str) -> Path:
        """The folder of a system."""
        return self.folder / name


@contextmanager
def _timed(clock: Clock, name: str):
    started = time.perf_counter()
    yield
    clock[name] = time.perf_counter() - started


def measure(bench: Bench, passages: int) -> dict:
    """All figures of a library of about `passages` passages."""
    bench.tell(f"{passages}: writing and reading the library")
    files = library.write(bench.folder / "library", passages)
    texts = [file.read_text("utf-8") for file in files]
    reading: Clock = {}
    with _timed(reading, "store"):
        documents = [
            document
            for file, text in zip(files, texts, strict=True)
            for document in read_documents(text, file.name)
        ]
    characters, found = sum(map(len, texts)), sum(len(each.passages) for each in documents)
    fill = _fill(bench, files, texts, documents, reading)
    disk = {name: _size(bench.at(name)) for name in SYSTEMS}
    questions = ask_about(documents, bench.questions)
    bench.tell(f"{passages}: asking {len(questions)} questions")
    search = _search(bench, questions)
    bench.tell(f"{passages}: adding a document, ingesting again, measuring memory")
    return {
        "target": passages,
        "passages": found,
        "documents": len(documents),
        "files": len(files),
        "characters": characters,
        "search": search,
        "ingest": fill,
        "reading_characters_per_s": {
            "store": characters / reading["store"],
            "langchain": characters / reading["langchain"],
        },
        "add_one_s": _add_one(bench),
        "again_s": _again(bench),
        "memory_mib": {
            name: memory_of(name, bench.at(name), bench.model, questions[:_MEMORY_QUESTIONS])
            for name in ("none", *SYSTEMS)
        },
        "disk_mib": disk,
    }


def _fill(
    bench: Bench,
    files: Sequence[Path],
    texts: Sequence[str],
    documents: Sequence[PolicyDocument],
    reading: Clock,
) -> dict:
    """Fill every system; seconds by stage. `reading` gains the splitter's seconds."""
    bench.tell("  filling the store")
    store = _stages(bench, files[0].parent)
    bench.tell("  filling plain Chroma")
    chroma: Clock = {}
    with _timed(chroma, "embed_s"):
        vectors = _embedded(bench.embeddings, embedded_texts(documents))
    plain = PlainChroma(bench.at("chroma"), bench.embeddings)
    with _timed(chroma, "insert_s"):
        plain.add(documents, vectors)
    plain.close()
    bare = PlainChroma(bench.at("bare"), bench.embeddings)
    with _timed(chroma, "insert_vectors_only_s"):
        bare.add(documents, vectors, texts=False)
    bare.close()
    bench.tell("  filling LangChain's recipe")
    langchain: Clock = {}
    recipe = LangChainRecipe(bench.at("langchain"), bench.embeddings)
    with _timed(langchain, "split_s"):
        chunks = recipe.split(texts)
    reading["langchain"] = langchain["split_s"]
    with _timed(langchain, "embed_and_insert_s"):
        years = {document.source: year_of(document) for document in documents}
        recipe.add(
            [file.name for file in files], chunks, [years.get(each.name, "") for each in files]
        )
    recipe.close()
    langchain["whole_s"] = langchain["split_s"] + langchain["embed_and_insert_s"]
    langchain["chunks"] = sum(map(len, chunks))
    rows = len(vectors)
    store["passages_per_s"] = rows / store["whole_s"]
    chroma["passages_per_s"] = rows / chroma["insert_s"]
    chroma["vectors_only_passages_per_s"] = rows / chroma["insert_vectors_only_s"]
    return {"store": store, "chroma": chroma, "langchain": langchain}


def _embedded(embeddings: PolicyEmbeddings, texts: Sequence[str]) -> np.ndarray:
    """All vectors, in calls of the size that the store makes: one huge call takes twice as long."""
    return np.concatenate(
        [
            embeddings.array(list(texts[start : start + BATCH]))
            for start in range(0, len(texts), BATCH)
        ]
    )


def _stages(bench: Bench, folder: Path) -> Clock:
    """Ingest `folder`; how long each stage took, told by the progress that ingest reports."""
    ends: Clock = {}
    started = time.perf_counter()

    def note(stage: str, done: int, total: int) -> None:
        ends[stage] = time.perf_counter()

    report = ingest([folder], bench.at("store"), embeddings=bench.embeddings, on_progress=note)
    ended = time.perf_counter()
    if report.failures or not report.added_passages:
        raise RuntimeError(f"the generated library was not ingested: {report.failures}")
    return {
        "whole_s": ended - started,
        "read_s": ends["read"] - started,
        "embed_s": ends["embed"] - ends["read"],
        "index_s": ends["index"] - ends["embed"],
        "verify_and_switch_s": ended - ends["index"],
    }


def _search(bench: Bench, questions: Sequence[Question]) -> dict:
    """Ask every system every question, by turns, so that a busy machine slows all alike."""
    opened = {name: open_system(name, bench.at(name), bench.embeddings) for name in SYSTEMS}
    for ask, _ in opened.values():
        for question in questions[:_WARM_UP]:
            ask(question)
    seconds: dict[str, list[float]] = {name: [] for name in ("embedder", *SYSTEMS)}
    right: dict[str, list[bool]] = {name: [] for name in SYSTEMS}
    # Embedding alone answers nothing.
    right["embedder"] = [False] * len(questions)
    for turn, question in enumerate(questions):
        started = time.perf_counter()
        bench.embeddings.embed_query(question.text)
        seconds["embedder"].append(time.perf_counter() - started)
        for name in SYSTEMS[turn % 3 :] + SYSTEMS[: turn % 3]:
            started = time.perf_counter()
            found = opened[name][0](question)
            seconds[name].append(time.perf_counter() - started)
            right[name].append(bool(found) and question.evidence in found[0])
    for _, close in opened.values():
        close()
    groups = {
        kind: [at for at, question in enumerate(questions) if kind in ("all", question.kind)]
        for kind in ("all", *KINDS)
    }
    return {
        name: {
            kind: _summary([taken[at] for at in group], [right[name][at] for at in group])
            for kind, group in groups.items()
        }
        for name, taken in seconds.items()
    }


def _summary(seconds: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, (50, 95)) * 1000
    return {
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "right_first": sum(right) / len(right),
    }


def _add_one(bench: Bench) -> dict[str, float]:
    """Seconds to add one document of about twenty passages to each filled system."""
    plain = PlainChroma(bench.at("chroma"), bench.embeddings)
    recipe = LangChainRecipe(bench.at("langchain"), bench.embeddings)
    seconds: dict[str, list[float]] = {name: [] for name in SYSTEMS}
    (bench.folder / "more").mkdir()
    for addition in range(_ADDITIONS):
        issue = library.gazette(_FIRST_ADDITION + addition, documents=1)
        file = bench.folder / "more" / issue.name
        file.write_text(issue.text, "utf-8")
        clock: Clock = {}
        with _timed(clock, "store"):
            ingest([file], bench.at("store"), embeddings=bench.embeddings)
        with _timed(clock, "chroma"):
            documents = read_documents(issue.text, file.name)
            plain.add(documents, bench.embeddings.array(embedded_texts(documents)))
        with _timed(clock, "langchain"):
            recipe.add([file.name], recipe.split([issue.text]), [year_of(documents[0])])
        for name, taken in clock.items():
            seconds[name].append(taken)
    plain.close()
    recipe.close()
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def _again(bench: Bench) -> float:
    """Seconds to ingest the unchanged library once more."""
    clock: Clock = {}
    for _ in range(2):
        with _timed(clock, "store"):
            report = ingest([bench.at("library")], bench.at("store"), embeddings=bench.embeddings)
        if report.changed:
            raise RuntimeError("an unchanged library changed the store")
        # Everything is read anew when the reader's code was edited while this ran.
        if report.unchanged == report.files:
            break
    return clock["store"]


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20
