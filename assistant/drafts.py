"""What a writer writes before it becomes an answer: statements and the evidence for each.

Both writers (the built-in one and a language model) give a `Draft`; `compose` numbers its
evidence and turns it into the text and citations of an `Answer`. Imports `vectorstore`'s types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.datamodels import Citation, RankedPassage
from vectorstore.datamodels import FoundPassage, Passage

_LOOKS_LIKE_MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Evidence:
    """A verbatim stretch of a document, found in or right behind `passage`.

    `start` and `end` are offsets in the document; `text` is what stands there.
    """

    passage: FoundPassage
    start: int
    end: int
    text: str


def evidence_in(passage: FoundPassage, start: int, end: int) -> Evidence:
    """The stretch of `passage` between two offsets of its document."""
    return Evidence(passage, start, end, passage.text[start - passage.start : end - passage.start])


def at_passage(found: FoundPassage, passage: Passage) -> FoundPassage:
    """Another passage of the document that `found` stands in."""
    return replace(
        found,
        locator=passage.locator,
        headings=passage.headings,
        start=passage.start,
        end=passage.end,
        text=passage.text,
    )


@dataclass(frozen=True)
class Statement:
    """A piece of an answer's text, and what it rests on.

    `particulars` are values from the document's record (date, headings) that the text states;
    `rows` how many rows of a table it says that there are, all of which it cites.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    particulars: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class Draft:
    """An answer before verification: its statements in order, and what to tell the user.

    `refused`: the writer found no answer in what it was given; `failed`: it did not get to write.
    """

    statements: tuple[Statement, ...]
    warnings: tuple[str, ...] = ()
    refused: bool = False
    failed: bool = False


def documents_of(statement: Statement) -> set[str]:
    """The ids of the documents that a statement rests on."""
    return {each.passage.document_id for each in statement.evidence}


def compose(statements: Sequence[Statement]) -> tuple[str, tuple[Citation, ...]]:
    """The text with markers [1], [2] …, and the citations they refer to, in order."""
    markers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    pieces = []
    for statement in statements:
        marks = []
        for evidence in statement.evidence:
            key = (evidence.passage.document_id, evidence.start, evidence.end)
            if key not in markers:
                markers[key] = len(markers) + 1
                citations.append(_citation(markers[key], evidence))
            marks.append(f"[{markers[key]}]")
        # A document's own [1] must not pass for one of the answer's markers.
        text = _LOOKS_LIKE_MARKER.sub(r"［\1］", statement.text)
        pieces.append(text + "".join(dict.fromkeys(marks)))
    return "\n".join(pieces), tuple(citations)


def _citation(marker: int, evidence: Evidence) -> Citation:
    passage = evidence.passage
    return Citation(
        marker=marker,
        number=passage.number,
        title=passage.title,
        locator=passage.locator,
        quote=evidence.text,
        source=passage.source,
        start=evidence.start,
        end=evidence.end,
        status=passage.status,
        document_id=passage.document_id,
        digest=passage.digest,
    )


def ranked(passages: Sequence[FoundPassage]) -> tuple[RankedPassage, ...]:
    """Found passages as an `Answer` shows them."""
    return tuple(
        RankedPassage(
            number=each.number,
            title=each.title,
            locator=each.locator,
            text=each.text,
            source=each.source,
            score=round(each.score, 4),
            document_id=each.document_id,
            start=each.start,
            end=each.end,
        )
        for each in passages
    )
