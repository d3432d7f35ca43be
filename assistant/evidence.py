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
from dataclasses import dataclass

import numpy as np

from assistant.questions import Question
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.terms import terms

# A bracket that names departments or a time limit for the measure before it is a sentence of its
# own: it belongs to no word of the next measure.
_BRACKET = (
    r"[（(](?=[^（()）\n]*(?:负责|责任|牵头|配合|时限|完成))"
    r"(?:[^（()）\n]|[（(][^（()）\n]*[）)])*[）)]"
)
_SENTENCE = re.compile(
    rf"{_BRACKET}|(?:(?!{_BRACKET})[^。；;！？\n])*(?:[。；;！？]+[”’」』）)]*|\n|(?={_BRACKET})|$)"
)
_KIND_BONUS = 0.25
_STRICT_BONUS = 0.45
_PASSAGE_WEIGHT = 0.9
_SIMILARITY_WEIGHT = 0.35
_FOCUS_BONUS = 0.5
_PASSAGES = 8


@dataclass(frozen=True)
class Sentence:
    """One sentence of a found passage; offsets are in the stored document text."""

    passage: FoundPassage
    rank: int
    start: int
    end: int
    text: str
    coverage: float
    similarity: float
    fits: bool
    score: float


def split_sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) of every sentence of `text`, white space at the ends left out."""
    spans = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            spans.append((match.start() + lead, match.start() + len(piece.rstrip())))
    return spans


def score_sentences(
    question: Question, passages: Sequence[FoundPassage], embeddings: PolicyEmbeddings
) -> list[Sentence]:
    """Every sentence of the best passages, best first."""
    found = [
        (rank, passage, start, end)
        for rank, passage in enumerate(passages[:_PASSAGES])
        for start, end in split_sentences(passage.text)
    ]
    if not found:
        return []
    bags = [set(terms(passage.text[start:end])) for _, passage, start, end in found]
    contexts = [
        set(terms(" ".join((passage.title, *passage.headings)))) for _, passage, _, _ in found
    ]
    weights = _weights(question, bags)
    vectors = embeddings.array([passage.text[start:end] for _, passage, start, end in found])
    similarities = vectors @ np.asarray(embeddings.embed_query(question.standalone), np.float32)
    best = max(max(passage.score for passage in passages), 1e-9)
    focus = set(question.focus)
    sentences = []
    for (rank, passage, start, end), bag, context, similarity in zip(
        found, bags, contexts, similarities, strict=True
    ):
        text = passage.text[start:end]
        held = sum(weight for term, weight in weights.items() if term in bag)
        above = sum(weight for term, weight in weights.items() if term in context - bag)
        fits = question.wants.is_held_by(text)
        score = (
            held
            + 0.4 * above
            + _PASSAGE_WEIGHT * passage.score / best
            + _SIMILARITY_WEIGHT * float(similarity)
            + (_STRICT_BONUS if question.wants.strict else _KIND_BONUS) * fits
            + _FOCUS_BONUS * (len(focus & bag) / len(focus) if focus else 0.0)
        )
        sentences.append(
            Sentence(
                passage,
                rank,
                passage.start + start,
                passage.start + end,
                text,
                held,
                float(similarity),
                fits,
                score,
            )
        )
    return sorted(sentences, key=lambda each: -each.score)


def _weights(question: Question, bags: Sequence[set[str]]) -> dict[str, float]:
    """The share of the question's weight that each of its terms carries; they sum to one."""
    counts = Counter(terms(question.standalone))
    total = len(bags)
    raw = {
        term: count * math.log(1 + total / (1 + sum(term in bag for bag in bags)))
        for term, count in counts.items()
    }
    whole = sum(raw.values()) or 1.0
    return {term: weight / whole for term, weight in raw.items()}
