"""Several things asked of one matter, and for each the sentence that says it.

"What is the subsidy at least? How much of it can be had in advance?" is one question of one
document; the sentence for what most of its words are about would be shown alone. In: a question's
text; what was found for one thing. Out: the things asked, each with the matter in front; the
sentence that says one, or none where that is not sure. Rules only. Imports `evidence`, `several`,
`tables`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer_types import without_some
from assistant.evidence import Sentence
from assistant.questions import Question
from assistant.several import ASKS, CLAUSE, own_words
from assistant.tables import CELL
from vectorstore.terms import fold

_MOST = 3
_LIKELY = 0.5
# 甲归谁管、乙几天: both sides of the mark ask.
_ENUMERATED = re.compile(r"、")
_LINK = re.compile(r"(?:[是为有要能可得的该由归去找]|应该|可以|一共|每年|最[多少高低])+$")
_SHORTEST_TOPIC = 3


@dataclass(frozen=True)
class Half:
    """One of the things asked: the text to search for, and its own words."""

    text: str
    own: frozenset[str]


def halves_in(text: str) -> tuple[Half, ...]:
    """The things that `text` asks of one matter; none where it asks only one, or very many."""
    clauses = [piece for match in CLAUSE.finditer(text) for piece in _enumerated(match[0])]
    asking = [at for at, each in enumerate(clauses) if _asks(each)]
    if not 1 < len(asking) <= _MOST:
        return ()
    first = asking[0]
    topic = "，".join(clauses[:first]) or _before_asking(clauses[first])
    if len(topic) < _SHORTEST_TOPIC:
        return ()
    halves = []
    for at in asking:
        # What says of when or where this is asked stands right before it.
        begin = max((each + 1 for each in asking if each < at), default=0)
        clause = "，".join(clauses[begin : at + 1])
        whole = clause if at == first else f"{topic}，{clause}"
        halves.append(Half(f"{whole}？", frozenset(own_words(clauses[at])) - own_words(topic)))
    return tuple(halves)


def _enumerated(clause: str) -> list[str]:
    pieces = _ENUMERATED.split(clause)
    return pieces if all(map(_asks, pieces)) else [clause]


def _asks(clause: str) -> bool:
    return bool(ASKS.search(without_some(fold(clause))))


def _before_asking(clause: str) -> str:
    """The matter in a clause that asks of it: 某基金 in 某基金是什么类型."""
    match = ASKS.search(clause)
    return _LINK.sub("", clause[: match.start()]) if match else ""


def unsaid(half: Half, sentence: Sentence) -> int:
    """How many of the half's own words a sentence lacks; a table's row lacks nothing, since it
    is shown with the heads of its columns."""
    text = fold(sentence.text)
    return 0 if CELL in sentence.text else sum(word not in text for word in half.own)


def said_of_half(
    half: Half, question: Question, sentences: Sequence[Sentence], best: Sentence
) -> Sentence | None:
    """The sentence of the same item as `best` that says what `half`, read as `question`, asks: of
    the kind asked for, with more of its own words than `best`, and all of them or likely."""
    fitting = [
        each
        for each in sentences
        if _item(each) == _item(best) and (each.fits or not question.wants.strict)
    ]
    if not fitting:
        return None
    said = min(fitting, key=lambda each: unsaid(half, each))
    lacks = unsaid(half, said)
    if lacks >= unsaid(half, best):
        return None
    sure = said.likelihood >= _LIKELY or (question.wants.strict and lacks == 0)
    return said if sure else None


def _item(sentence: Sentence) -> tuple[str, ...]:
    """The document and the item in it that a sentence stands in."""
    passage = sentence.passage
    return passage.document_id, *passage.locator.split("/")[:2]
