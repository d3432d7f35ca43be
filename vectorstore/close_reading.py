"""A close reading of the best candidates: how near their words stand to the question's.

A citizen and a gazette name one thing with different words, and the mean of a passage's words
blurs what one of its sentences says. So the best candidates of the second look are read sentence
by sentence: each word of the question is held against the nearest word of the text (MaxSim;
Khattab and Zaharia, "ColBERT", 2020, here over the static word vectors of the shipped model, a
word's weight being its vector's length, which falls with its frequency). What that says, with
the second look's own features and what the question and the place look like, is weighed by a
small network, a linear model with one hidden layer beside it: where no word is shared, likeness
decides; where many are, it hardly counts. Its weights are fitted by `python -m
assistant.close_ranking` and kept in `close_reading.json` with the fingerprint of the model that
they were fitted to; with any other model there is no close reading. Imports `sentences`,
`embedding`, `terms` and the data models.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.second_look import FEATURES as OF_SECOND_LOOK
from vectorstore.sentences import (
    ANNEX,
    DIGIT,
    HEADINGS,
    PLACE,
    SENTENCES,
    TABLE,
    TITLE,
    Sentences,
    Source,
    cut,
    edges,
)
from vectorstore.terms import fold

FILE = Path(__file__).with_name("close_reading.json")
DEPTH = 30
FEATURES = (
    *OF_SECOND_LOOK,
    # Cosines of the question with sentence, title, headings, both, and with the document's best.
    "sentence", "title", "headings", "place", "document",
    # MaxSim: its mean, the shares of the question that are so near, its median, with the title
    # and headings counted in, and of the best sentence alone.
    "near", "near_9", "near_7", "near_5", "near_3", "near_median", "near_place", "near_sentence",
    # Against the best candidate's.
    "lexical_to_best", "similarity_to_best",
    # Of the question: its length, and how much the best candidate has in common with it.
    "words", "best_lexical", "best_similarity",
    # Of the place.
    "length", "sentences", "depth", "start", "table", "annex", "digit",
)  # fmt: skip
_NEAR = (0.9, 0.7, 0.5, 0.3)
_BEST_OF_DOCUMENT = 5
# The multiplications of a product that OpenBLAS leaves to one thread.
_PRODUCT = 262_144


@dataclass(frozen=True)
class Weights:
    """A fitted network: `mean` and `spread` of every feature (f,), the linear weights (f,), the
    hidden layer (h, f) with its bias (h,), its output (h,), and the scale of all of it."""

    fingerprint: str
    mean: np.ndarray
    spread: np.ndarray
    linear: np.ndarray
    hidden: np.ndarray
    bias: np.ndarray
    out: np.ndarray
    scale: float

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """One number a row of features (n, f), on the scale of the second look's."""
        scaled = (rows - self.mean) / self.spread
        hidden = np.maximum(scaled @ self.hidden.T + self.bias, 0.0)
        return (scaled @ self.linear + hidden @ self.out) / self.scale


class Seen(NamedTuple):
    """Candidates as columns (n,), as far as they are known before they are read: their features
    `of_second_look` by name, their scores, their documents, and where they start in these."""

    of_second_look: Mapping[str, Sequence[float] | np.ndarray]
    lexical: np.ndarray
    similarity: np.ndarray
    owners: Sequence[Hashable]
    starts: np.ndarray


class Reading(NamedTuple):
    """FEATURES of each passage that was read (n, f), and the network's scores of them (n,)."""

    rows: np.ndarray
    scores: np.ndarray


@lru_cache(maxsize=4)
def load_weights(path: Path = FILE) -> Weights:
    """The fitted weights."""
    kept = json.loads(path.read_text("utf-8"))
    arrays = {
        name: np.asarray(kept[name], np.float64)
        for name in ("mean", "spread", "linear", "hidden", "bias", "out")
    }
    return Weights(fingerprint=kept["fingerprint"], scale=float(kept["scale"]), **arrays)


class CloseReader:
    """Reads candidates with the word vectors of a static embedding model. Thread-safe."""

    def __init__(self, embeddings: PolicyEmbeddings, weights: Weights | None = None):
        """`embeddings` must be a static model, as the shipped one is; `weights` other ones than
        those kept."""
        self._embeddings = embeddings
        self._weights = weights or load_weights()

    @classmethod
    def for_model(cls, embeddings: PolicyEmbeddings) -> CloseReader | None:
        """A reader for the model that the weights were fitted to, None for any other."""
        fitted = load_weights().fingerprint == embeddings.card.fingerprint
        return cls(embeddings) if fitted else None

    def read(self, question: str, seen: Seen, sentences: Sentences) -> Reading:
        """What is read in candidates, which are not none."""
        rows = self._features(question, seen, sentences)
        return Reading(rows, self._weights.scores(rows))

    def read_passages(
        self,
        question: str,
        passages: Sequence[FoundPassage],
        of_second_look: Sequence[Mapping[str, float]],
        sentences: Sentences | None = None,
    ) -> Reading:
        """What is read in `passages`, which are not none; `of_second_look` are their features
        there, `sentences` theirs where they are kept."""
        seen = Seen(
            {name: [each.get(name, 0.0) for each in of_second_look] for name in OF_SECOND_LOOK},
            np.array([each.lexical for each in passages]),
            np.array([each.similarity for each in passages]),
            [each.document_id for each in passages],
            np.array([each.start for each in passages]),
        )
        return self.read(question, seen, self.cut(passages) if sentences is None else sentences)

    def cut(self, passages: Sequence[FoundPassage]) -> Sentences:
        """The sentences of passages of which none are kept."""
        sources = [Source(each.title, each.headings, each.text, each.locator) for each in passages]
        return cut(self._embeddings, sources)

    def _features(self, question: str, seen: Seen, sentences: Sentences) -> np.ndarray:
        """FEATURES of each candidate (n, len(FEATURES))."""
        asked = self._embeddings.words[0].encode(fold(question), add_special_tokens=False).ids
        looks = sentences.rows["looks"]
        columns = {
            **seen.of_second_look,
            **self._nearness(asked or [0], sentences),
            "document": _best_of_documents(seen.owners, seen.similarity),
            "lexical_to_best": seen.lexical / max(seen.lexical.max(), 1e-9),
            "similarity_to_best": seen.similarity - seen.similarity.max(),
            "words": min(len(asked or [0]), 20) / 10,
            "best_lexical": seen.lexical.max(),
            "best_similarity": seen.similarity.max(),
            "length": np.log(20.0 + sentences.rows["characters"]),
            "sentences": np.log(1.0 + sentences.rows["pieces"] - SENTENCES),
            "depth": sentences.rows["headings"],
            "start": np.log(1.0 + seen.starts),
            "table": looks & TABLE != 0,
            "annex": looks & ANNEX != 0,
            "digit": looks & DIGIT != 0,
        }
        rows = np.empty((len(seen.lexical), len(FEATURES)))
        for at, name in enumerate(FEATURES):
            rows[:, at] = columns[name]
        return rows

    def _nearness(self, asked: Sequence[int], sentences: Sentences) -> dict[str, np.ndarray]:
        """What FEATURES has of cosines and MaxSim, of each passage."""
        words, weights, whole = self._weighed(asked)
        pieces = edges(sentences.sizes)[:-1]
        first = edges(sentences.rows["pieces"])[:-1]
        bodies = np.stack([first, first + SENTENCES], axis=1).ravel()
        near, likeness = self._compared(words, whole, sentences.ids)
        by_piece = np.maximum.reduceat(near, pieces, axis=1)
        nearest = np.maximum.reduceat(by_piece, bodies, axis=1)[:, 1::2]
        with_place = np.maximum(nearest, by_piece[:, first + PLACE])
        cosines = np.add.reduceat(likeness, pieces) / np.maximum(sentences.lengths, 1e-9)
        shares = {f"near_{share * 10:.0f}": weights @ (nearest > share) for share in _NEAR}
        return shares | {
            "sentence": np.maximum.reduceat(cosines, bodies)[1::2],
            "title": cosines[first + TITLE],
            "headings": cosines[first + HEADINGS],
            "place": cosines[first + PLACE],
            "near": weights @ nearest,
            "near_median": np.median(nearest, axis=0),
            "near_place": weights @ with_place,
            "near_sentence": np.maximum.reduceat(weights @ by_piece, bodies)[1::2],
        }

    def _compared(
        self, words: np.ndarray, whole: np.ndarray, ids: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The cosines of the question's `words` (q, d) and each token (q, t), and the products of
        the `whole` question and the tokens' vectors (t,)."""
        # Most tokens occur often; marking them takes a third of sorting them.
        occurs = np.zeros(len(self._rows), bool)
        occurs[ids] = True
        distinct = np.flatnonzero(occurs)
        column = np.empty(len(self._rows), np.int32)
        column[distinct] = np.arange(len(distinct))
        column = column[ids]
        products = _products(np.vstack([words, whole]), self._rows[distinct])
        near = products[:-1] / self._lengths[distinct]
        return near[:, column], products[-1, column]

    def _weighed(self, asked: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The question's words as unit vectors (q, d), their weights (q,), which sum to one, and
        the unit vector of all of it (d,)."""
        known = np.unique(asked)
        rows, lengths = self._rows[known], np.linalg.norm(self._rows[known], axis=1)
        whole = self._rows[asked].sum(axis=0)
        return (
            rows / np.maximum(lengths, 1e-9)[:, None],
            lengths / max(lengths.sum(), 1e-9),
            whole / max(float(np.linalg.norm(whole)), 1e-9),
        )

    @property
    def _rows(self) -> np.ndarray:
        return self._embeddings.words[1]

    @cached_property
    def _lengths(self) -> np.ndarray:
        """The lengths of all word vectors."""
        return np.maximum(np.linalg.norm(self._rows, axis=1), 1e-9)


def _products(words: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """`words @ rows.T`, a few rows at a time.

    A product as large as this is shared out among threads, which on a busy machine wait for each
    other a hundred times longer than the product takes in one.
    """
    step = max(1, _PRODUCT // words.size)
    parts = [words @ rows[at : at + step].T for at in range(0, len(rows), step)]
    return np.concatenate(parts, axis=1)


def _best_of_documents(owners: Sequence[Hashable], similarity: np.ndarray) -> list[float]:
    """For each candidate the mean similarity of the best ones of its document."""
    found = defaultdict(list)
    for owner, value in zip(owners, similarity.tolist(), strict=True):
        found[owner].append(value)
    best = {each: sorted(values)[-_BEST_OF_DOCUMENT:] for each, values in found.items()}
    means = {each: sum(values) / len(values) for each, values in best.items()}
    return [means[each] for each in owners]
