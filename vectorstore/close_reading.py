"""A close reading of the best candidates: how near their words stand to the question's.

A citizen and a gazette name one thing with different words, and the mean of a passage's words
blurs what one of its sentences says. So the best candidates of the second look are read sentence
by sentence: each word of the question is held against the nearest word of the text (MaxSim;
Khattab and Zaharia, "ColBERT", 2020, here over the static word vectors of the shipped model, a
word's weight being its vector's length, which falls with its frequency). What that says, with
the second look's own features and what the question and the place look like, is weighed by a
small network, a linear model with one hidden layer beside it: where no word is shared, likeness
decides; where many are, it hardly counts. Its weights are fitted by `python -m assistant.ranking`
and kept in `close_reading.json` with the fingerprint of the model that they were fitted to; with
any other model there is no close reading. Imports `embedding`, `terms` and the data models.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.second_look import FEATURES as OF_SECOND_LOOK
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
_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_DIGIT = re.compile(r"\d")
_CELL = "｜"
_KEPT = 10_000


@dataclass(frozen=True)
class _Text:
    """A text's token ids (n,), where its sentences begin in them, the lengths of the sentences'
    summed vectors, and the unit vector of all of it."""

    ids: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    vector: np.ndarray


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
        self._kept: OrderedDict[str, _Text] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def for_model(cls, embeddings: PolicyEmbeddings) -> CloseReader | None:
        """A reader for the model that the weights were fitted to, None for any other."""
        fitted = load_weights().fingerprint == embeddings.card.fingerprint
        return cls(embeddings) if fitted else None

    def read(
        self,
        question: str,
        passages: Sequence[FoundPassage],
        of_second_look: Sequence[Mapping[str, float]],
    ) -> Reading:
        """What is read in `passages`, which are not none; `of_second_look` are their features."""
        rows = self.rows(question, passages, of_second_look)
        return Reading(rows, self._weights.scores(rows))

    def rows(
        self,
        question: str,
        passages: Sequence[FoundPassage],
        of_second_look: Sequence[Mapping[str, float]],
    ) -> np.ndarray:
        """FEATURES of each of `passages` (n, len(FEATURES)); `of_second_look` are theirs there."""
        contexts = [(each.title, " ".join(each.headings)) for each in passages]
        texts = self._read(
            [(each.id, each.text) for each in passages]
            + [(each, each) for pair in contexts for each in (*pair, " ".join(pair))]
        )
        asked = self._read([(question, fold(question))], keep=False)[question]
        similarities = np.array([each.similarity for each in passages])
        lexical = np.array([each.lexical for each in passages])
        documents = _best_of_documents(passages, similarities)
        nearness = self._nearness(
            asked,
            [texts[each.id] for each in passages],
            [texts[" ".join(pair)] for pair in contexts],
        )
        rows = np.empty((len(passages), len(FEATURES)))
        for at, (passage, (title, headings)) in enumerate(zip(passages, contexts, strict=True)):
            place = " ".join((title, headings))
            rows[at] = (
                *(of_second_look[at].get(name, 0.0) for name in OF_SECOND_LOOK),
                nearness[at, 0],
                *(texts[each].vector @ asked.vector for each in (title, headings, place)),
                documents[passage.document_id],
                *nearness[at, 1:],
                lexical[at] / max(lexical.max(), 1e-9),
                similarities[at] - similarities.max(),
                min(len(asked.ids), 20) / 10,
                lexical.max(),
                similarities.max(),
                np.log(20 + len(passage.text)),
                np.log(1 + len(texts[passage.id].starts)),
                len(passage.headings),
                np.log(1 + passage.start),
                _CELL in passage.text,
                passage.locator.startswith("附件"),
                bool(_DIGIT.search(passage.text)),
            )
        return rows

    def _nearness(
        self, asked: _Text, texts: Sequence[_Text], places: Sequence[_Text]
    ) -> np.ndarray:
        """For each text (n, 9): the best sentence's cosine, then MaxSim as FEATURES has it."""
        words, weights = self._weighed(asked)
        every = [*texts, *places]
        ids, back = np.unique(np.concatenate([each.ids for each in every]), return_inverse=True)
        rows = self._rows[ids]
        lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-9)
        near = (words @ (rows / lengths[:, None]).T)[:, back]
        likeness = (rows @ asked.vector)[back]
        ends = np.cumsum([len(each.ids) for each in every])
        found = np.zeros((len(texts), 9))
        for at, text in enumerate(texts):
            begin, end = ends[at] - len(text.ids), ends[at]
            inner = text.starts
            by_sentence = np.maximum.reduceat(near[:, begin:end], inner, axis=1)
            nearest = by_sentence.max(axis=1)
            place = slice(ends[len(texts) + at] - len(places[at].ids), ends[len(texts) + at])
            with_place = np.maximum(nearest, near[:, place].max(axis=1))
            cosines = np.add.reduceat(likeness[begin:end], inner) / text.lengths
            found[at] = (
                cosines.max(),
                weights @ nearest,
                *(weights @ (nearest > least) for least in _NEAR),
                np.median(nearest),
                weights @ with_place,
                (weights @ by_sentence).max(),
            )
        return found

    def _weighed(self, asked: _Text) -> tuple[np.ndarray, np.ndarray]:
        """The question's words as unit vectors (q, d) and their weights (q,), which sum to one."""
        rows = self._rows[np.unique(asked.ids)]
        lengths = np.linalg.norm(rows, axis=1)
        return rows / np.maximum(lengths, 1e-9)[:, None], lengths / max(lengths.sum(), 1e-9)

    def _read(self, texts: Sequence[tuple[str, str]], keep: bool = True) -> dict[str, _Text]:
        """The texts by key, cut in sentences and those in tokens; read ones are kept."""
        with self._lock:
            found = {key: self._kept[key] for key, _ in texts if key in self._kept}
        new = {key: text for key, text in texts if key not in found}
        sentences = {key: _SENTENCE.findall(text) or [""] for key, text in new.items()}
        encoded = iter(
            self._tokenizer.encode_batch_fast(
                [each for pieces in sentences.values() for each in pieces],
                add_special_tokens=False,
            )
        )
        read = {
            key: self._text([next(encoded).ids for _ in pieces])
            for key, pieces in sentences.items()
        }
        if keep and read:
            with self._lock:
                self._kept.update(read)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return found | read

    def _text(self, sentences: Sequence[Sequence[int]]) -> _Text:
        # A text without a known word has the one unknown token, whose vector is zero.
        told = [each for each in sentences if len(each)] or [[0]]
        ids = np.concatenate([np.asarray(each, np.int32) for each in told])
        starts = np.cumsum([0, *(len(each) for each in told[:-1])])
        sums = np.add.reduceat(self._rows[ids], starts, axis=0)
        total = sums.sum(axis=0)
        return _Text(
            ids,
            starts,
            np.maximum(np.linalg.norm(sums, axis=1), 1e-9),
            total / max(float(np.linalg.norm(total)), 1e-9),
        )

    @property
    def _tokenizer(self):
        return self._embeddings.words[0]

    @property
    def _rows(self) -> np.ndarray:
        return self._embeddings.words[1]


def _best_of_documents(
    passages: Sequence[FoundPassage], similarities: np.ndarray
) -> dict[str, float]:
    """Document id -> the mean similarity of its best passages."""
    found = defaultdict(list)
    for passage, similarity in zip(passages, similarities.tolist(), strict=True):
        found[passage.document_id].append(similarity)
    return {
        each: float(np.mean(sorted(values, reverse=True)[:_BEST_OF_DOCUMENT]))
        for each, values in found.items()
    }
