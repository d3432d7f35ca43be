"""Answers a question that asks several things of several documents, one thing after the other.

Searched as a whole, "A是多少，B归谁管" finds the document of the longer half. In: a question, what
was found for it as a whole, and a `Finder`. Out: the same `Found`, with what was found for each
of its questions where another document surely answers one of them; where one document surely
answers several, with the best sentence for each in front.
Imports `finding`, `halves`, `nicknames`, `selection`, `several`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.drafts import Statement
from assistant.evidence import Sentence
from assistant.finding import Finder, Found
from assistant.halves import halves_in, said_of_half, unsaid
from assistant.language import ENGLISH
from assistant.nicknames import document_meant
from assistant.questions import names_no_matter, points_back, read_question
from assistant.selection import ABOUT_LENGTH, overlap
from assistant.several import Asked, asked_in, has_own_matter, says_little, with_names
from vectorstore.datamodels import FoundPassage
from vectorstore.terms import fold, words

# A document other than the whole question's is believed where it answers so surely, and so much
# more surely than that one (in log odds); chosen on the gold questions (dev).
_SURE = 0.15
_SURER = 0.9
# Or where, of all that was found for it, so much of the likelihood is its sentences', and so many
# times that of the whole question's document.
_SURE_TOGETHER = 0.4
_LEAST_SHARE = 0.5
_TIMES = 1.5
# A document that is named need only say something of it.
_NAMED = 0.05
# So surely must the whole question's document answer each of its questions alone.
_EACH_SURE = 0.5
_PASSAGES = 20


@dataclass(frozen=True)
class _Answering:
    """What was found for one of the questions, and how surely it answers."""

    found: Found
    confidence: float

    @property
    def document(self) -> str:
        """The id of the document that answers."""
        return self.found.document

    @property
    def odds(self) -> float:
        """The confidence in log odds."""
        sure = min(max(self.confidence, 1e-6), 1 - 1e-6)
        return math.log(sure / (1 - sure))


def with_several(found: Found, finder: Finder) -> Found:
    """`found` with what was found for each of its questions, where that takes other documents."""
    question = found.question
    if question.language == ENGLISH or found.told or not found.sentences:
        return found
    # One that only seems to go on with what was said may ask of other documents as well.
    text = (question.meant or question.text) if question.followup else question.standalone
    if question.followup and points_back(text):
        return found
    asked = asked_in(text)
    if not asked:
        return _with_halves(found, text, finder)
    answering: list[_Answering] = []
    for each in asked:
        answering.append(_answering(each, answering, found, finder))
    sure = [each for each in answering if each.confidence >= _SURE]
    tabled = any(each.found.tabled for each in sure)
    if len(sure) < 2 or (len({each.document for each in sure}) < 2 and not tabled):
        return _with_each_in_front(found, asked, finder)
    return replace(
        found,
        passages=_merged(found.passages, sure),
        several=tuple(_of_one_document(each.found) for each in sure),
        sure=min(each.confidence for each in sure),
    )


def _of_one_document(found: Found) -> Found:
    """`found` without what other documents say: each question is answered from one."""
    own = found.document

    def kept(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
        return tuple(each for each in sentences if each.passage.document_id == own)

    return replace(found, sentences=kept(found.sentences), first=kept(found.first))


def _with_each_in_front(found: Found, asked: Sequence[Asked], finder: Finder) -> Found:
    """`found`, showing first what its document says to each of the questions, where it surely
    answers more than one: together they are searched for what most of their words are about. As
    sure as the least sure of them, where it answers all."""
    answered = []
    for each in asked:
        alone = finder.find(read_question(each.texts[0], documents=(found.document,)))
        confidence = finder.confidence(alone)
        if alone.sentences and confidence >= _EACH_SURE:
            answered.append((confidence, alone.sentences[0]))
    if len(answered) < 2:
        return found
    first = (*(sentence for _, sentence in answered), *found.first)
    least = min(confidence for confidence, _ in answered)
    return replace(found, first=first, sure=least if len(answered) == len(asked) else found.sure)


def _with_halves(found: Found, text: str, finder: Finder) -> Found:
    """`found`, showing also what the same item of its document says to a thing that `text` asks of
    the same matter and that the best sentence is silent on."""
    best, said = found.sentences[0], []
    for half in halves_in(text):
        if not half.own or unsaid(half, best) == 0:
            continue
        alone = finder.find(read_question(half.text, documents=(found.document,)))
        if finder.confidence(alone) >= _EACH_SURE:
            said += filter(None, [said_of_half(half, alone.question, alone.sentences, best)])
    return replace(found, first=(*found.first, best, *said)) if said else found


def _answering(
    asked: Asked, before: Sequence[_Answering], found: Found, finder: Finder
) -> _Answering:
    """What answers one question: in the document it names, or else alone, where another document
    than the whole question's surely answers it, or with what the one before it is about."""
    only = found.question.documents
    own = read_question(asked.texts[0])

    def look(text: str, documents: Sequence[str] = only) -> _Answering:
        focus = () if text == asked.texts[0] else tuple(words(fold(asked.texts[0])))
        question = read_question(text, documents=tuple(documents))
        each = finder.find(replace(question, wants=own.wants, parts=own.parts, focus=focus))
        return _Answering(each, finder.confidence(each))

    meant = None if only else document_meant(asked.texts[0], finder.store.titles())
    if meant is not None and (best := _in_document(look, asked.texts, *meant)) is not None:
        return best
    best = _alone_or_here(look, asked.texts[0], found.document)
    if asked.leans and before and (named := with_names(asked, before[-1].found)):
        # What it points to is its matter.
        texts = (own.text, named)
        either = [_alone_or_here(look, each, found.document, own=True) for each in texts]
        best = max(either, key=_confidence)
        # Where the one it points to is spoken of, once it is known which document answers.
        return look(named, [best.document]) if best.document else best
    carried = [look(each, [best.document]) for each in asked.texts[1:] if best.document]
    return max((best, *carried), key=_confidence)


def _confidence(answering: _Answering) -> float:
    return answering.confidence


def _in_document(
    look: Callable[..., _Answering], texts: Sequence[str], document: str, name: str
) -> _Answering | None:
    """What the document that a question names says, if anything; the words of its name stand
    everywhere in it and must not decide what."""
    looked = [look(each, [document]) for each in texts]
    surest = max(each.confidence for each in looked)
    if surest < _NAMED:
        return None
    rest = [each.replace(name, "") for each in texts]
    looked = [look(each, [document]) for each in rest if not says_little(each)] or looked
    return replace(max(looked, key=_confidence), confidence=surest)


def _alone_or_here(
    look: Callable[..., _Answering], text: str, whole: str, own: bool = False
) -> _Answering:
    """What answers a question alone, where that is surely another document than the whole
    question's; else what that one says. `own`: it surely has a matter of its own."""
    alone = look(text)
    if alone.document == whole:
        return alone
    here = look(text, [whole])
    surely = alone.confidence >= _SURE and alone.odds >= here.odds + _SURER
    said = surely or (
        (own or has_own_matter(text)) and says_it(alone.found, alone.confidence, whole)
    )
    return alone if said and not names_no_matter(text) else here


def says_it(found: Found, confidence: float, whole: str) -> bool:
    """Whether of all documents that were searched together, that of `found` surely says it and not
    the `whole` question's: looked at alone, this one may be as sure, having no better sentence."""
    shares: dict[str, float] = {}
    for each in found.sentences:
        document = each.passage.document_id
        shares[document] = shares.get(document, 0.0) + each.likelihood
    share = shares.get(found.document, 0.0)
    return (
        confidence >= _SURE_TOGETHER
        and share >= _LEAST_SHARE
        and share >= _TIMES * shares.get(whole, 0.0)
    )


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
    return any(overlap(first, second) for first in one.evidence for second in other.evidence)
