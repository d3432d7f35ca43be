"""Whether a question in a conversation goes on with what was said, where its wording does not tell.

In: a `Question` with two readings, a retriever. Out: the reading that the documents speak for:
when the question's own words stand in the document that was cited last, it goes on; when they
stand in another document and not in that one, a new topic has begun. Imports `questions` and
`vectorstore`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.questions import Question
from vectorstore.retriever import PolicyRetriever
from vectorstore.store import PolicyStore

# How much more of the question another document must hold for a new topic, where the wording
# (那, 呢) suggests a follow-up, and where it does not; chosen on the gold questions (dev).
NEW_TOPIC_MARGIN = 0.12
UNMARKED_MARGIN = 0.0
_LOOKED_AT = 5
# A document clearly answers a question where the best so many passages are its own.
_CLEARLY = 3
# A question of more signs says what it is about.
_SHORT = 11
_SIGNS = re.compile(r"\w")


def cited_before(question: Question, store: PolicyStore) -> list[str]:
    """The ids of the documents that a follow-up is to be answered from; none for all."""
    numbers = question.numbers if question.followup else ()
    return [each for number in numbers for each in store.ids_by_number(number)]


def to_look_in(question: Question, retriever: PolicyRetriever) -> list[str]:
    """The ids of the documents that a follow-up is to be answered from: those that were cited,
    else the one that clearly answers what was asked before; none for all."""
    cited = cited_before(question, retriever.store)
    if cited or not question.followup or not question.before:
        return cited
    found = retriever.search(question.before, k=_CLEARLY).passages
    documents = list(dict.fromkeys(each.document_id for each in found))
    return documents if len(documents) == 1 and len(found) == _CLEARLY else []


def talked_about(leaning: Question, retriever: PolicyRetriever) -> list[str]:
    """The documents that were cited before, or else the one that fits what was asked before."""
    cited = cited_before(leaning, retriever.store)
    if cited or not leaning.before:
        return cited
    return [each.document_id for each in retriever.search(leaning.before, k=1).passages]


def settled(question: Question, retriever: PolicyRetriever) -> Question:
    """The reading of `question` that the documents speak for; it has no other."""
    if question.other is None:
        return question
    leaning, alone = _readings(question)
    within = talked_about(leaning, retriever)
    chosen = question
    if within and not question.documents:
        margin = NEW_TOPIC_MARGIN if question.followup else UNMARKED_MARGIN
        chosen = alone if elsewhere(alone, within, retriever) > margin else leaning
    return _taken(chosen, question)


def left_aside(question: Question, taken: Question) -> Question | None:
    """The reading of a short `question` as a follow-up, where it was `taken` to stand alone."""
    if question.other is None or taken.followup or question.documents:
        return None
    leaning, _ = _readings(question)
    if not leaning.before or len(_SIGNS.findall(leaning.wording)) > _SHORT:
        return None
    return _taken(leaning, question)


def _readings(question: Question) -> tuple[Question, Question]:
    """`question` as a follow-up, and on its own."""
    if question.followup:
        return question, question.other
    return question.other, question


def _taken(reading: Question, question: Question) -> Question:
    """`question` with nothing but this `reading`."""
    return replace(
        reading,
        text=question.text,
        language=question.language,
        meant=question.meant,
        documents=question.documents,
        other=None,
    )


def elsewhere(alone: Question, within: list[str], retriever: PolicyRetriever) -> float:
    """How much more of the question other documents hold than those `within`, from -1 to 1."""
    said = alone.standalone
    here = retriever.search(said, k=_LOOKED_AT, documents=within).passages
    found = retriever.search(said, k=4 * _LOOKED_AT).passages
    there = [each.lexical for each in found if each.document_id not in within]
    return max(there, default=0.0) - max((each.lexical for each in here), default=0.0)
