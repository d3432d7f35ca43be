"""Evidence: the sentences of the found passages, scored against the question.

The best passage is not always the right one, so every sentence of the best passages is scored:
by the question's terms it holds (weighted by how rare they are in the library's sentences at
hand), by its passage's own score, by its similarity to the question, and by whether it holds
the kind of thing that was asked for (an amount, a date, a telephone number, a department).
In: a `Question`, found passages, embeddings. Out: scored `Sentence`s. Imports `vectorstore`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assistant.answer_types import AnswerType
from assistant.offices import offices, speaks_of
from assistant.questions import Question
from assistant.sentence_ranking import SentenceRanker, Sentences
from assistant.tables import CELL, row_with_heads
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.terms import fold, terms, words

# A bracket that names departments or a time limit for the measure before it is a sentence of its
# own: it belongs to no word of the next measure.
_BRACKET = (
    r"[（(](?=[^（()）\n]*(?:负责|责任|牵头|配合|时限|完成))"
    r"(?:[^（()）\n]|[（(][^（()）\n]*[）)])*[）)]"
)
_SENTENCE = re.compile(
    rf"{_BRACKET}|(?:(?!{_BRACKET})[^。；;！？\n])*(?:[。；;！？]+[”’」』）)]*|\n|(?={_BRACKET})|$)"
)
_SALUTATION = re.compile(r"^各.*(?:单位|部门|机关|机构|委员会|管委会|政府|企业)[:：]$")
_CONTEXT_WEIGHT = 0.7
_KIND_BONUS = 0.25
_STRICT_BONUS = 0.45
_PASSAGE_WEIGHT = 1.5
_SIMILARITY_WEIGHT = 0.5
_FOCUS_BONUS = 0.5
_POST_BONUS = 0.25
_OFFICE_BONUS = 0.5
_NAME = re.compile(r"[一-龥]{2,4}同志")
# What a column's head may give the unit of.
_IN_COLUMNS = ("money", "share", "duration", "count")
_ARTICLE = "article"
OF_OFFICES = ("contact", "address", "hours", "person")
_OF_MANY_ROWS = ("list", "count")
_POSTS = "组长|主任|召集人|总指挥|市长|局长|区长|县长|秘书长"
_PASSAGES = 8
# A telephone number or an amount may stand further down: everything that was found is looked at.
_PASSAGES_STRICT = 20


@dataclass(frozen=True)
class Sentence:
    """One sentence of a found passage; offsets are in the stored document text.

    `coverage` is the share of the question's weight that its own terms hold, `context` what its
    title and headings hold beyond that; `likelihood` how likely it answers, all sentences'
    together one, 0 where that has not been learned.
    """

    passage: FoundPassage
    rank: int
    start: int
    end: int
    text: str
    coverage: float
    context: float
    similarity: float
    fits: bool
    score: float
    likelihood: float = 0.0


@dataclass(frozen=True)
class _Candidate:
    """A sentence with its terms, its passage's score against the best passage's, whether it
    names the post that is asked for, and whether its passage speaks of the office."""

    sentence: Sentence
    bag: frozenset[str]
    standing: float
    post: int
    office: bool


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The (start, end) of every sentence of `text`, white space at the ends left out."""
    spans = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            spans.append((match.start() + lead, match.start() + len(piece.rstrip())))
    return tuple(spans)


def score_sentences(
    question: Question, passages: Sequence[FoundPassage], embeddings: PolicyEmbeddings
) -> list[Sentence]:
    """Every sentence of the best passages, best first: the likeliest where that has been learned
    for this embedding model, else those with the highest score."""
    scored, looked_at = in_passages(question, passages, embeddings)
    ranker = SentenceRanker.for_model(embeddings)
    if ranker is None or not scored:
        return sorted(scored, key=lambda each: -each.score)
    likely = ranker.likelihoods(looked_at).tolist()
    found = [replace(each, likelihood=share) for each, share in zip(scored, likely, strict=True)]
    return sorted(found, key=lambda each: -each.likelihood)


def in_passages(
    question: Question, passages: Sequence[FoundPassage], embeddings: PolicyEmbeddings
) -> tuple[list[Sentence], Sentences]:
    """Every sentence of the best passages in the order of these, and what is learned from."""
    candidates = _candidates(question, passages, embeddings)
    wants = question.wants
    scored = [_scored(each, wants, question.focus) for each in candidates]
    parts = [
        (
            each.coverage,
            each.context,
            candidate.standing,
            each.similarity,
            each.fits,
            each.fits and wants.strict,
            _inside(candidate, question.focus),
            candidate.post,
            candidate.office,
        )
        for candidate, each in zip(candidates, scored, strict=True)
    ]
    return scored, Sentences(
        question=question.standalone,
        kind=question.kind,
        strict=wants.strict,
        texts=[each.text for each in scored],
        passages=[each.passage for each in scored],
        ranks=[each.rank for each in scored],
        parts=np.array(parts, float),
    )


def best_for_parts(
    question: Question, passages: Sequence[FoundPassage], embeddings: PolicyEmbeddings
) -> list[Sentence]:
    """For each thing that the question asks for, the sentence that answers it best."""
    candidates = _candidates(question, passages, embeddings) if question.parts else []
    if not candidates:
        return []
    best = []
    for part in question.parts:
        focus = tuple(words(fold(part.text)))
        scored = [_scored(each, part.wants, focus) for each in candidates]
        best.append(max(scored, key=lambda each: each.score))
    return best


def _candidates(
    question: Question, passages: Sequence[FoundPassage], embeddings: PolicyEmbeddings
) -> list[_Candidate]:
    """What is known of every sentence before it is known what exactly is asked for."""
    depth = _PASSAGES_STRICT if question.wants.strict else _PASSAGES
    looked_at = list(enumerate(passages[:depth]))
    if len(question.numbers) == 1:
        # An article that is named is what is asked for, whatever else fits the words.
        looked_at = [each for each in looked_at if _ARTICLE in dict(each[1].parts)] or looked_at
    if question.kind not in _OF_MANY_ROWS:
        # A row answers with its column heads; the table as a whole only where many are asked for.
        rows = [each for each in looked_at if not _is_many_rows(each[1])]
        looked_at = rows or looked_at
    found = [
        (rank, passage, start, end)
        for rank, passage in looked_at
        for start, end in split_sentences(passage.text)
        # Whom a letter is addressed to answers nothing.
        if not _SALUTATION.match(passage.text[start:end])
    ]
    if not found:
        return []
    texts = [passage.text[start:end] for _, passage, start, end in found]
    bags = [_bag(text) for text in texts]
    contexts = {
        passage.id: _bag(" ".join((passage.title, *passage.headings))) for _, passage, _, _ in found
    }
    weights = _weights(question, bags)
    vectors = embeddings.array(texts)
    similarities = vectors @ np.asarray(embeddings.embed_query(question.standalone), np.float32)
    best = max(max(passage.score for passage in passages), 1e-9)
    of_office = {passage.id: of_office_asked(question, passage) for _, passage, _, _ in found}
    return [
        _Candidate(
            sentence=Sentence(
                passage=passage,
                rank=rank,
                start=passage.start + start,
                end=passage.start + end,
                text=text,
                coverage=sum(weight for term, weight in weights.items() if term in bag),
                context=sum(
                    weight for term, weight in weights.items() if term in contexts[passage.id] - bag
                ),
                similarity=float(similarity),
                fits=False,
                score=0.0,
            ),
            bag=bag,
            standing=passage.score / best,
            post=_post(question, text),
            office=of_office[passage.id],
        )
        for (rank, passage, start, end), text, bag, similarity in zip(
            found, texts, bags, similarities, strict=True
        )
    ]


@lru_cache(maxsize=4096)
def _bag(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def of_office_asked(question: Question, passage: FoundPassage) -> bool:
    """Whether `passage` speaks of an office whose particulars the question asks for."""
    if question.kind not in OF_OFFICES:
        return False
    place = " ".join((passage.text, *passage.headings, passage.title))
    return any(speaks_of(place, each) for each in offices(question.standalone))


def _is_many_rows(passage: FoundPassage) -> bool:
    """Whether a passage is a stretch of a table, several rows in one."""
    return sum(CELL in line for line in passage.text.splitlines()) > 1


def _post(question: Question, text: str) -> int:
    """1 where `text` names the post that the question asks for, -1 where only its deputies."""
    posts = re.findall(f"(?<!副)({_POSTS})", fold(question.standalone))
    if any(re.search(f"(?<!副){post}", text) for post in posts):
        return 1
    return -1 if any(post in text for post in posts) else 0


def _scored(candidate: _Candidate, wants: AnswerType, focus: Sequence[str]) -> Sentence:
    sentence = candidate.sentence
    fits = wants.is_held_by(sentence.passage.text if wants.whole else _as_read(wants, sentence))
    inside = _inside(candidate, focus)
    score = (
        sentence.coverage
        + _CONTEXT_WEIGHT * sentence.context
        + _PASSAGE_WEIGHT * candidate.standing
        + _SIMILARITY_WEIGHT * sentence.similarity
        + (_STRICT_BONUS if wants.strict else _KIND_BONUS) * fits
        + _FOCUS_BONUS * inside
        + _POST_BONUS * candidate.post
        + _OFFICE_BONUS * candidate.office
    )
    return replace(sentence, fits=fits, score=score)


def _as_read(wants: AnswerType, sentence: Sentence) -> str:
    """The sentence with the heads of its columns, and with the name that its passage stands under
    where a person is asked for."""
    if CELL in sentence.text and wants.name in _IN_COLUMNS:
        return row_with_heads(sentence.text, sentence.passage)
    name = sentence.passage.locator.rpartition("/")[2]
    named = wants.name == "person" and _NAME.fullmatch(name)
    return f"{name} {sentence.text}" if named else sentence.text


def _inside(candidate: _Candidate, focus: Sequence[str]) -> float:
    """The share of the words of `focus` that a sentence holds."""
    return sum(word in candidate.bag for word in focus) / len(focus) if focus else 0.0


def _weights(question: Question, bags: Sequence[frozenset[str]]) -> dict[str, float]:
    """The share of the question's weight that each of its terms carries; they sum to one."""
    counts = Counter(terms(question.standalone))
    total = len(bags)
    raw = {
        term: count * math.log(1 + total / (1 + sum(term in bag for bag in bags)))
        for term, count in counts.items()
    }
    whole = sum(raw.values()) or 1.0
    return {term: weight / whole for term, weight in raw.items()}
