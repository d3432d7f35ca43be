"""Of documents on the same matter, the one that counts at the date asked about.

Year after year a notice sets the same standards anew, and all of them are in the store. In: a
question, scored sentences, what is known of validity. Out: the sentences with those of the
document that counts in front, and a statement that mentions what the other said. Documents are
on the same matter when their titles agree but for the year, or when the sentences that answer
differ in their figures only. Imports `status`, `evidence`, `drafts`, `figures`, `rosters`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts import Statement, evidence_in
from assistant.evidence import Sentence
from assistant.figures import without_figures
from assistant.questions import Question
from assistant.rosters import is_member
from assistant.standing import inner_title
from assistant.status import Validity, named
from vectorstore.datamodels import STATUS_EXPIRED, STATUS_NOT_YET, STATUS_REPEALED
from vectorstore.terms import bigrams, fold

# A rival's sentence is nearly as good as the best one, and its document like the best one's.
_NEARLY = 0.75
_SAME_TITLE = 0.7
_SAME_SENTENCE = 0.6
_LONGEST = 120
_DOES_NOT_HOLD = (STATUS_REPEALED, STATUS_EXPIRED, STATUS_NOT_YET)
_ABOUT_ONE_DOCUMENT = ("document", "issued", "lifecycle", "effective", "basis")
_COMPARES = re.compile(
    r"比较|对比|相比|变化|分别|区别|不同|涨了|提高了|增加了|历年|各年|去年|之前|以前"
)
_ITEM = re.compile(
    r"^(?:第\S{1,4}条|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])\s*"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True)
class Chosen:
    """Sentences to answer from, best first, and what to say of the documents passed over.

    `all_asked` are the best sentences of several documents that the question compares.
    """

    sentences: tuple[Sentence, ...]
    others: tuple[Statement, ...] = ()
    all_asked: tuple[Sentence, ...] = ()


def choose(question: Question, sentences: Sequence[Sentence], validity: Validity) -> Chosen:
    """`sentences` with the document in front that counts at the date asked about."""
    rivals = _rivals(question, sentences)
    if len(rivals) < 2:
        return Chosen(tuple(sentences))
    years = set(_YEAR.findall(fold(question.wording)))
    if len(years) > 1 or _COMPARES.search(question.wording):
        by_date = sorted(rivals, key=lambda each: each.passage.issued or "")
        return Chosen(tuple(sentences), all_asked=tuple(by_date))
    asked = validity.asked(question)

    def rank(sentence: Sentence) -> tuple[bool, bool, str]:
        passage = sentence.passage
        of_year = bool(asked.year) and asked.year in _years(sentence)
        holds = validity.standing(passage.document_id, asked.on) not in _DOES_NOT_HOLD
        return of_year, holds, passage.issued or ""

    best = max(rivals, key=rank)
    others = [each for each in rivals if each is not best]
    passed = {each.passage.document_id for each in others}
    kept = [each for each in sentences if each.passage.document_id not in passed]
    ordered = (best, *(each for each in kept if each is not best))
    return Chosen(ordered, tuple(_mention(each, best) for each in others[:1]))


def _rivals(question: Question, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The best sentence and those of other documents on the same matter, one for each."""
    if (
        not sentences
        or question.numbers
        or question.documents
        or question.kind in _ABOUT_ONE_DOCUMENT
    ):
        return []
    best = sentences[0]
    found = {best.passage.document_id: best}
    for each in sentences:
        key = each.passage.document_id
        if (
            key not in found
            and each.score >= _NEARLY * best.score
            and each.fits == best.fits
            and each.passage.issued
            and each.passage.issued != best.passage.issued
            and same_matter(each, best)
        ):
            found[key] = each
    return list(found.values())


def same_matter(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences of different documents are on the same matter."""
    said = _alike(without_figures(one.text), without_figures(other.text))
    named = _alike(_without_year(one.passage.title), _without_year(other.passage.title))
    if is_member(one.text) or is_member(other.text):
        # Who sits in two bodies is on two lists.
        return named >= _SAME_TITLE
    return said >= _SAME_SENTENCE or (named >= _SAME_TITLE and said >= _SAME_SENTENCE / 2)


def _without_year(title: str) -> str:
    return re.sub(r"\d+|年度?", "", fold(inner_title(title)))


def _alike(one: str, other: str) -> float:
    """The share of character pairs that two texts have in common (Dice)."""
    first, second = set(bigrams(fold(one))), set(bigrams(fold(other)))
    return 2 * len(first & second) / max(len(first) + len(second), 1)


def _years(sentence: Sentence) -> set[str]:
    passage = sentence.passage
    said = f"{passage.title} {passage.issued or ''} {sentence.text} {' '.join(passage.headings)}"
    return set(_YEAR.findall(fold(said)))


def _mention(sentence: Sentence, best: Sentence) -> Statement:
    """What a document that was passed over says of the matter."""
    passage = sentence.passage
    when = "此前" if (passage.issued or "") < (best.passage.issued or "") else "此后"
    text = _ITEM.sub("", " ".join(sentence.text.split()))
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    lead = f"{when}的规定见{named(passage.number, inner_title(passage.title))}："
    evidence = evidence_in(passage, sentence.start, sentence.end)
    return Statement(lead + text, (evidence,), (lead,))
