"""The learned order of sentences: how likely each is the one that answers.

The hand-set score of `evidence` adds what speaks for a sentence; which of it counts when (words
in common, near words, the kind of thing asked for, the place in its passage) is learned. Each
word of the question is held against the nearest word of the sentence, of its neighbours and of
its headings (MaxSim, as in `vectorstore.close_reading`), and a small network weighs that with the
hand-set score's parts. A softmax over the sentences makes probabilities of it. Fitted by `python
-m assistant.sentence_fitting`, kept in `sentence_ranking.json` with the fingerprint of the model
that it was fitted to; with any other model there is none, and the hand-set score orders. Imports
`vectorstore`'s embeddings and close reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.tables import CELL
from vectorstore.close_reading import Weights, load_weights
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.terms import fold

FILE = Path(__file__).with_name("sentence_ranking.json")
# What the hand-set score adds up, in this order.
PARTS = (
    "coverage", "context", "standing", "similarity", "fits", "fits_strictly", "inside", "post",
    "office",
)  # fmt: skip
FEATURES = (
    *PARTS,
    # Its passage: the distance of its score from the best one's, its rank, its sentences.
    "behind", "rank", "first", "sentences",
    # MaxSim of the question with the sentence alone, the shares of the question that are so near,
    # with title and headings, with the neighbours, with the whole passage, with each neighbour.
    "near", "near_9", "near_7", "near_5", "near_place", "near_neighbours", "near_passage",
    "near_before", "near_after",
    # Against the best of all sentences, and of the passage's.
    "near_to_best", "near_to_own", "coverage_to_own", "similarity_to_own", "coverage_to_best",
    # Its place in the passage, and what it looks like.
    "position", "opens", "length", "heading", "announces", "marked", "duty", "leans_back", "row",
    "digit", "modal",
    # Of the question, alone and with what would answer it.
    "words", "is_strict", "is_list", "is_yes_no", "is_responsible", "is_fact", "is_count",
    "list_announces", "list_marked", "yes_no_modal", "responsible_duty", "count_digit",
)  # fmt: skip
_MARKED = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]+[）)]|第\S{1,5}条|[一二三四五六七八九十]+、|\d+[.．、])"
)
_DUTY = re.compile(r"^[（(][^（()）]*(?:负责|责任|牵头|配合|时限|完成)")
_LEANS_BACK = re.compile(r"^(?:其中|前款|前述|上述|同时|此外|对此|该|其|逾期|超过)")
_ENDS = re.compile(r"[。；;！？：:、）)｜]$")
_DIGIT = re.compile(r"\d|[一二三四五六七八九十百千]")
_MODAL = re.compile(r"可以|不得|应当|必须|允许|禁止|不予|无需|可|应")
_COVERAGE, _SIMILARITY = PARTS.index("coverage"), PARTS.index("similarity")
_NEAR = (0.9, 0.7, 0.5)
_KINDS = ("list", "yes_no", "responsible", "fact", "count")


@dataclass(frozen=True)
class Sentences:
    """The sentences of found passages, one passage after the other, each in its order.

    `question` as searched for, `kind` the name of the expected answer type, `strict` whether an
    answer must hold one; `passages` (n,) and their `ranks` (n,) for each of `texts` (n,), and
    `parts` (n, len(PARTS)) what the hand-set score adds up.
    """

    question: str
    kind: str
    strict: bool
    texts: Sequence[str]
    passages: Sequence[FoundPassage]
    ranks: Sequence[int]
    parts: np.ndarray


_IN_PLACE: ContextVar[Weights | None] = ContextVar("weights in place of those kept", default=None)


class SentenceRanker:
    """Orders sentences with the word vectors of a static embedding model."""

    def __init__(self, embeddings: PolicyEmbeddings, weights: Weights):
        """`embeddings` must be a static model, as the shipped one is."""
        self._embeddings = embeddings
        self._weights = weights

    @classmethod
    def for_model(cls, embeddings: PolicyEmbeddings) -> SentenceRanker | None:
        """A ranker for the model that the weights were fitted to, None for any other."""
        weights = _IN_PLACE.get() or kept_weights()
        fitted = weights is not None and weights.fingerprint == embeddings.card.fingerprint
        return cls(embeddings, weights) if fitted else None

    def likelihoods(self, sentences: Sentences) -> np.ndarray:
        """How likely each of `sentences`, which are not none, answers (n,); they sum to one."""
        scores = self._weights.scores(rows(self._embeddings, sentences)) * self._weights.scale
        shares = np.exp(scores - scores.max())
        return shares / shares.sum()


@contextmanager
def in_place(weights: Weights) -> Iterator[None]:
    """Order by `weights`, not by those kept, as long as this lasts and in this thread."""
    token = _IN_PLACE.set(weights)
    try:
        yield
    finally:
        _IN_PLACE.reset(token)


@lru_cache(maxsize=1)
def kept_weights() -> Weights | None:
    """The fitted weights, None before the first fit."""
    return load_weights(FILE) if FILE.exists() else None


def rows(embeddings: PolicyEmbeddings, sentences: Sentences) -> np.ndarray:
    """FEATURES of each sentence (n, len(FEATURES))."""
    ids = [each.id for each in sentences.passages]
    opens = np.array([at == 0 or each != ids[at - 1] for at, each in enumerate(ids)])
    begins = np.flatnonzero(opens)
    group = np.cumsum(opens) - 1
    counts = np.diff([*begins.tolist(), len(ids)])
    scores = np.array([each.score for each in sentences.passages])
    ranks = np.asarray(sentences.ranks)
    looks = np.array([_looks(each) for each in sentences.texts], float)
    near, words = _nearness(embeddings, sentences, begins, group)
    coverage, similarity = sentences.parts[:, _COVERAGE], sentences.parts[:, _SIMILARITY]
    return np.column_stack(
        (
            sentences.parts,
            scores - scores.max(),
            np.log1p(ranks),
            ranks == 0,
            np.log(counts)[group],
            near,
            near[:, 0] - near[:, 0].max(),
            *(
                each - np.maximum.reduceat(each, begins)[group]
                for each in (near[:, 0], coverage, similarity)
            ),
            coverage - coverage.max(),
            np.log1p(np.arange(len(ids)) - begins[group]),
            opens,
            looks,
            _of_question(sentences, words, looks),
        )
    )


def _of_question(sentences: Sentences, words: int, looks: np.ndarray) -> np.ndarray:
    """What the question is like, the same for every sentence, and what in a sentence goes with
    that (n, …)."""
    kinds = [float(sentences.kind == each) for each in _KINDS]
    announces, marked, duty, digit, modal = looks[:, [2, 3, 4, 7, 8]].T
    alone = np.tile([min(words, 20) / 10, float(sentences.strict), *kinds], (len(looks), 1))
    of_list, of_yes_no, of_responsible, _, of_count = kinds
    with_looks = (
        of_list * announces,
        of_list * marked,
        of_yes_no * modal,
        of_responsible * duty,
        of_count * digit,
    )
    return np.column_stack((alone, *with_looks))


def _nearness(
    embeddings: PolicyEmbeddings, sentences: Sentences, begins: np.ndarray, group: np.ndarray
) -> tuple[np.ndarray, int]:
    """MaxSim as FEATURES has it (n, 9), and how many words the question has.

    `begins` says where each passage's sentences begin, `group` (n,) which passage each is of.
    """
    here, place, weights, words = _nearest(
        embeddings, sentences.question, sentences.texts, [sentences.passages[i] for i in begins]
    )
    place = place[:, group]
    before, after = np.zeros_like(here), np.zeros_like(here)
    same = group[1:] == group[:-1]
    before[:, 1:] = here[:, :-1] * same
    after[:, :-1] = here[:, 1:] * same
    around = np.maximum(here, np.maximum(before, after))
    whole = np.maximum.reduceat(here, begins, axis=1)[:, group]
    columns = (
        here,
        *(here > least for least in _NEAR),
        np.maximum(here, place),
        np.maximum(around, place),
        np.maximum(whole, place),
        before,
        after,
    )
    return np.column_stack([weights @ each for each in columns]), words


def _looks(text: str) -> tuple[float, ...]:
    """length, heading, announces, marked, duty, leans_back, row, digit, modal."""
    row = CELL in text
    return (
        float(np.log(10 + len(text))),
        not row and not _ENDS.search(text),
        text.endswith(("：", ":")),
        bool(_MARKED.match(text)),
        bool(_DUTY.match(text)),
        bool(_LEANS_BACK.match(text)),
        row,
        bool(_DIGIT.search(text)),
        bool(_MODAL.search(text)),
    )


def _nearest(
    embeddings: PolicyEmbeddings,
    question: str,
    texts: Sequence[str],
    passages: Sequence[FoundPassage],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """How near the nearest word of each text (q, n) and of each passage's title and headings
    (q, p) is to each of the question's words, these words' weights (q,), and their number."""
    tokenizer, vectors = embeddings.words
    places = [" ".join((each.title, *each.headings)) for each in passages]
    encoded = tokenizer.encode_batch_fast(
        [fold(question), *texts, *places], add_special_tokens=False
    )
    # A text without a known word has the one unknown token, whose vector is zero.
    told = [each.ids or [0] for each in encoded]
    asked = vectors[np.unique(told[0])]
    lengths = np.linalg.norm(asked, axis=1)
    ids, back = np.unique(np.concatenate(told[1:]), return_inverse=True)
    held = vectors[ids]
    held = held / np.maximum(np.linalg.norm(held, axis=1), 1e-9)[:, None]
    # Not BLAS: on a busy machine its threads wait longer for each other than this takes.
    near = np.einsum("qd,nd->qn", asked / np.maximum(lengths, 1e-9)[:, None], held)[:, back]
    starts = np.cumsum([0, *(len(each) for each in told[1:-1])])
    nearest = np.maximum.reduceat(near, starts, axis=1)
    weights = lengths / max(float(lengths.sum()), 1e-9)
    return nearest[:, : len(texts)], nearest[:, len(texts) :], weights, len(told[0])
