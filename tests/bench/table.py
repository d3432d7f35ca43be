"""The figures as a table with ratios against the baselines; declared as data, then one loop.

In: one size's figures (see `measures.measure`). Out: rich tables. Imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.table import Table

KIND_NAMES = {
    "all": "all questions",
    "exact": "exact sentence",
    "words": "some words",
    "number": "number and article",
    "restricted": "in one document",
    "year": "in one year",
}
_NO_FIGURE = "–"

Value = Callable[[dict], float]


@dataclass(frozen=True)
class Line:
    """One measure; a baseline that has none is None."""

    label: str
    form: str
    store: Value
    chroma: Value | None = None
    langchain: Value | None = None
    more_is_better: bool = False


def _each(label: str, form: str, value: Callable[[dict, str], float]) -> Line:
    return Line(
        label,
        form,
        lambda one: value(one, "store"),
        lambda one: value(one, "chroma"),
        lambda one: value(one, "langchain"),
    )


def _search(kind: str, figure: str) -> Line:
    label = f"search {figure.removesuffix('_ms')}, {KIND_NAMES[kind]}"
    return _each(label, "{:,.1f} ms", lambda one, name: one["search"][name][kind][figure])


def _right(kind: str) -> Line:
    return Line(
        f"right text first, {KIND_NAMES[kind]}",
        "{:.0%}",
        *(
            lambda one, name=name: one["search"][name][kind]["right_first"]
            for name in ("store", "chroma", "langchain")
        ),
        more_is_better=True,
    )


def _stage(label: str, key: str, *, own: str = "store") -> Line:
    return Line(label, "{:,.2f} s", lambda one: one["ingest"][own][key])


LINES = (
    *(_search(kind, figure) for kind in KIND_NAMES for figure in ("p50_ms", "p95_ms")),
    *(_right(kind) for kind in KIND_NAMES),
    Line(
        "ingest, whole (Chroma: embedding and insert)",
        "{:,.1f} s",
        lambda one: one["ingest"]["store"]["whole_s"],
        lambda one: one["ingest"]["chroma"]["embed_s"] + one["ingest"]["chroma"]["insert_s"],
        lambda one: one["ingest"]["langchain"]["whole_s"],
    ),
    Line(
        "  passages a second, whole (Chroma: insert alone)",
        "{:,.0f}/s",
        lambda one: one["ingest"]["store"]["passages_per_s"],
        lambda one: one["ingest"]["chroma"]["passages_per_s"],
        more_is_better=True,
    ),
    _stage("  stage: reading, into SQLite", "read_s"),
    Line(
        "  stage: embedding, into SQLite (Chroma: embedding)",
        "{:,.2f} s",
        lambda one: one["ingest"]["store"]["embed_s"],
        lambda one: one["ingest"]["chroma"]["embed_s"],
    ),
    Line(
        "  stage: indexing (Chroma: insert with texts)",
        "{:,.2f} s",
        lambda one: one["ingest"]["store"]["index_s"],
        lambda one: one["ingest"]["chroma"]["insert_s"],
    ),
    Line(
        "  the same (Chroma: insert of vectors only)",
        "{:,.2f} s",
        lambda one: one["ingest"]["store"]["index_s"],
        lambda one: one["ingest"]["chroma"]["insert_vectors_only_s"],
    ),
    _stage("  stage: verifying, switching", "verify_and_switch_s"),
    _each("adding one document", "{:,.2f} s", lambda one, name: one["add_one_s"][name]),
    Line("ingest of the unchanged library", "{:,.2f} s", lambda one: one["again_s"]),
    Line(
        "reading (LangChain: splitting), characters a second",
        "{:,.0f}/s",
        lambda one: one["reading_characters_per_s"]["store"],
        None,
        lambda one: one["reading_characters_per_s"]["langchain"],
        more_is_better=True,
    ),
    _each(
        "memory of a process that answers", "{:,.0f} MiB", lambda one, name: one["memory_mib"][name]
    ),
    _each(
        "  beyond the loaded model",
        "{:,.0f} MiB",
        lambda one, name: one["memory_mib"][name] - one["memory_mib"]["none"],
    ),
    _each("disk", "{:,.1f} MiB", lambda one, name: one["disk_mib"][name]),
)


def ratio(ours: float, theirs: float, *, more_is_better: bool = False) -> str:
    """How many times better or worse `ours` is than `theirs`."""
    if ours <= 0 or theirs <= 0:
        return _NO_FIGURE
    factor = ours / theirs if more_is_better else theirs / ours
    return f"{factor:.1f}× better" if factor >= 1 else f"{1 / factor:.1f}× worse"


def table(one: dict) -> Table:
    """One size's figures."""
    made = Table(
        title=f"{one['passages']:,} passages in {one['documents']:,} documents, "
        f"{one['characters']:,} characters "
        f"(LangChain: {one['ingest']['langchain']['chunks']:,} chunks)"
    )
    made.add_column("")
    for heading in ("this store", "plain Chroma", "store vs Chroma", "LangChain", "store vs LC"):
        made.add_column(heading, justify="right")
    for line in LINES:
        made.add_row(*_cells(line, one))
    embedder = one["search"]["embedder"]["all"]
    made.add_section()
    made.add_row("embedding a question, p50 (part of all three)", f"{embedder['p50_ms']:.1f} ms")
    return made


def _cells(line: Line, one: dict) -> list[str]:
    ours = line.store(one)
    cells = [line.label, line.form.format(ours)]
    for baseline in (line.chroma, line.langchain):
        if baseline is None:
            cells += [_NO_FIGURE, _NO_FIGURE]
        else:
            theirs = baseline(one)
            cells += [
                line.form.format(theirs),
                ratio(ours, theirs, more_is_better=line.more_is_better),
            ]
    return cells
