"""A conversation as the browser keeps it: questions with their replies, as plain JSON.

The server keeps nothing of a conversation: each request brings the turns along, and what comes
from a browser is checked here before anything is made of it. In: an `Answer`, or what a browser
sent. Out: frozen `Turn`s, their JSON, the history that the assistant wants, and the `Answer` that
feedback is about. Imports the project's types; `assistant.datamodels` alone of the assistant,
because the rest takes seconds to import.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from assistant.datamodels import Answer, Citation, RankedPassage
from vectorstore.datamodels import PolicyDocument

MOST_TURNS = 50
REMEMBERED_TURNS = 10
CLOSEST = 3
_LONGEST_PASSAGE = 900
_AROUND = 250


@dataclass(frozen=True)
class Source:
    """A citation with what a reader wants to see of it without opening the document.

    `passage` is the text around the quote, which begins behind its first `before` characters.
    """

    citation: Citation
    issuer: str | None = None
    issued: str | None = None
    passage: str = ""
    before: int = 0


@dataclass(frozen=True)
class Closest:
    """A document that came near to a question without answering it."""

    document_id: str
    number: str | None
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Reply:
    """What the assistant said; a refusal has no sources."""

    text: str
    answered: bool
    standalone_question: str
    sources: tuple[Source, ...] = ()
    closest: tuple[Closest, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """One question: with its reply, or with a `notice` of why there is none, or while it is
    being answered with what has been written so far."""

    question: str
    reply: Reply | None = None
    notice: str = ""
    status: str = ""
    partial: str = ""

    @property
    def busy(self) -> bool:
        return self.reply is None and not self.notice


@lru_cache(maxsize=1)
def _checker() -> TypeAdapter[list[Turn]]:
    return TypeAdapter(list[Turn])


def turns_from(sent: Any) -> list[Turn]:
    """The turns of the JSON that a browser sent, read or not; none if it is malformed."""
    try:
        found = json.loads(sent) if isinstance(sent, str) else sent
        return _checker().validate_python(found[-MOST_TURNS:] if isinstance(found, list) else [])
    except (ValueError, RecursionError):
        return []


def to_json(turns: Sequence[Turn]) -> str:
    """The turns for the browser."""
    return json.dumps([asdict(turn) for turn in turns[-MOST_TURNS:]], ensure_ascii=False)


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The answered turns as the assistant wants them, oldest first."""
    answered = [(turn.question, turn.reply.text) for turn in turns if turn.reply is not None]
    return [
        {"role": role, "content": content}
        for pair in answered[-REMEMBERED_TURNS:]
        for role, content in zip(("user", "assistant"), pair, strict=True)
    ]


def reply_of(answer: Answer, document_of: Callable[[str], PolicyDocument | None]) -> Reply:
    """What the browser is given of an answer."""
    closest = {
        each.document_id: Closest(each.document_id, each.number, each.title, each.start, each.end)
        for each in reversed(answer.passages)
    }
    order = dict.fromkeys(each.document_id for each in answer.passages)
    return Reply(
        text=answer.text,
        answered=answer.answered,
        standalone_question=answer.standalone_question,
        sources=tuple(_source(each, document_of(each.document_id)) for each in answer.citations),
        closest=() if answer.answered else tuple(closest[each] for each in list(order)[:CLOSEST]),
        warnings=answer.warnings,
    )


def answer_of(turn: Turn) -> Answer:
    """The answer that a turn shows, as far as the browser has kept it."""
    reply = turn.reply or Reply(turn.notice, False, turn.question)
    return Answer(
        question=turn.question,
        standalone_question=reply.standalone_question,
        text=reply.text,
        answered=reply.answered,
        citations=tuple(each.citation for each in reply.sources),
        passages=tuple(_passage(each) for each in reply.closest),
        warnings=reply.warnings,
    )


def _passage(closest: Closest) -> RankedPassage:
    return RankedPassage(
        number=closest.number,
        title=closest.title,
        locator="",
        text="",
        source="",
        score=0.0,
        document_id=closest.document_id,
        start=closest.start,
        end=closest.end,
    )


def _source(citation: Citation, document: PolicyDocument | None) -> Source:
    if document is None:
        return Source(citation)
    start, end = _passage_around(document, citation.start, citation.end)
    return Source(
        citation=citation,
        issuer=document.issuer,
        issued=document.issued,
        passage=document.text[start:end],
        before=citation.start - start,
    )


def _passage_around(document: PolicyDocument, start: int, end: int) -> tuple[int, int]:
    """The passages that the quote lies in; of a long one, what stands near the quote."""
    touched = [each for each in document.passages if each.start < end and start < each.end]
    first = min([start, *(each.start for each in touched)])
    last = max([end, *(each.end for each in touched)])
    if last - first > _LONGEST_PASSAGE:
        first, last = max(first, start - _AROUND), min(last, end + _AROUND)
    return first, last
