"""Answers a question that asks several things of several documents, one thing after the other.

Searched as a whole, "A是多少，B归谁管" finds the document of the longer half. In: a question, what
was found for it as a whole, and a `Finder`. Out: the same `Found`, with what was found for each
of its questions where another document surely answers one of them; untouched where it does not.
Imports `finding`, `several`, `offices`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.drafts import Statement
from assistant.finding import Finder, Found
from assistant.language import ENGLISH
from assistant.questions import read_question
from assistant.several import Asked, asked_in, with_names
from assistant.writer import ABOUT_LENGTH
from vectorstore.datamodels import FoundPassage

# A document other than the whole question's is believed where it answers so surely, and so much
# more surely than that one (in log odds); chosen on the gold questions (dev).
_SURE = 0.15
_SURER = 1.0
_PASSAGES = 20


@dataclass(frozen=True)
class _Answering:
    """What was found for one of the questions, and how surely it answers."""

    found: Found
    confidence: float

    @property
    def document(self) -> str:
        return self.found.sentences[0].passage.document_id if self.found.sentences else ""

    @property
    def odds(self) -> float:
        """The confidence in log odds."""
        sure = min(max(self.confidence, 1e-6), 1 - 1e-6)
        return math.log(sure / (1 - sure))


def with_several(found: Found, finder: Finder) -> Found:
    """`found` with what was found for each of its questions, where that takes other documents."""
    question = found.question
    if question.followup or question.language == ENGLISH or found.validity or not found.sentences:
        return found
    asked = asked_in(question.standalone)
    if len(asked) < 2:
        return found
    whole = found.sentences[0].passage.document_id
    answering: list[_Answering] = []
    for each in asked:
        answering.append(_answering(each, answering, whole, found, finder))
    sure = [each for each in answering if each.confidence >= _SURE]
    if len(sure) < 2 or len({each.document for each in sure}) < 2:
        return found
    return replace(
        found,
        passages=_merged(found.passages, sure),
        several=tuple(each.found for each in sure),
        sure=min(each.confidence for each in sure),
    )


def _answering(
    asked: Asked, before: Sequence[_Answering], whole: str, found: Found, finder: Finder
) -> _Answering:
    """What answers one question: alone, or with what the one before it is about, in the document
    that answers it alone when that is surely another than the whole question's."""
    texts = asked.texts
    if asked.leans and before and (named := with_names(asked, before[-1].found)):
        texts = (named,)

    def look(text: str, documents: Sequence[str] = ()) -> _Answering:
        within = documents or found.question.documents
        each = finder.find(read_question(text, documents=within))
        return _Answering(each, finder.confidence(each))

    alone = look(texts[0])
    here = alone if alone.document == whole else look(texts[0], [whole])
    elsewhere = (
        alone.document != whole and alone.confidence >= _SURE and alone.odds >= here.odds + _SURER
    )
    best = alone if elsewhere else here
    if len(texts) > 1:
        carried = look(texts[1], [best.document] if best.document else [whole])
        best = max(best, carried, key=lambda each: each.confidence)
    return best


def _merged(
    passages: Sequence[FoundPassage], answering: Sequence[_Answering]
) -> tuple[FoundPassage, ...]:
    """The whole question's best passage, then those that answer its questions, then the rest."""
    best = [each.found.sentences[0].passage for each in answering]
    merged = {each.id: each for each in (*passages[:1], *best, *passages[1:])}
    return tuple(merged.values())[:_PASSAGES]


def one_after_the_other(answers: Sequence[Sequence[Statement]]) -> list[Statement]:
    """The answers to several questions as one, each kept short and nothing said twice."""
    said: list[Statement] = []
    for answer in answers:
        length = 0
        for statement in answer:
            if length and length + len(statement.text) > ABOUT_LENGTH // 2:
                continue
            if not any(_overlap(statement, each) for each in said):
                said.append(statement)
            length += len(statement.text)
    return said


def _overlap(one: Statement, other: Statement) -> bool:
    return any(
        first.passage.document_id == second.passage.document_id
        and first.start < second.end
        and second.start < first.end
        for first in one.evidence
        for second in other.evidence
    )
