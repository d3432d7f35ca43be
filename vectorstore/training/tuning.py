"""Gentle contrastive tuning of token vectors: in-batch negatives over mean-pooled pairs.

In: token ids of pairs by kind, and the starting rows. Out: tuned rows. Imports nothing of the
project.

A batch holds pairs of one kind: among questions and articles of law mixed with titles and
paragraphs of notices, the kind of text would tell the right passage from the wrong ones, and that
is what would be learned. Words are dropped at random from what people say, so that no single word
carries a question.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import numpy as np

logger = logging.getLogger(__name__)

Encoded = Sequence[int]
Pairs = Sequence[tuple[Encoded, Encoded]]

LONGEST_QUERY, LONGEST_PASSAGE = 48, 128


def tune_rows(
    rows: np.ndarray,
    pairs: Mapping[str, Pairs],
    steps: Mapping[str, int],
    learning_rate: float,
    seed: int,
    batch: int = 512,
    sharpness: float = 20.0,
    dropped: float = 0.1,
    spared: Sequence[str] = (),
) -> np.ndarray:
    """Rows after `steps` batches of each kind; the symmetric cross-entropy of in-batch cosines.

    `dropped` is the share of words left out of queries, but of kinds in `spared`.
    """
    import torch

    torch.manual_seed(seed)
    # With several threads, sums are made in another order and each machine gets other vectors.
    torch.set_num_threads(1)
    draw = np.random.default_rng(seed)
    bag = torch.nn.EmbeddingBag.from_pretrained(
        torch.from_numpy(rows.copy()), freeze=False, mode="mean", sparse=True
    )
    batches = {kind: _Batches(pairs[kind], batch, draw) for kind in steps if len(pairs[kind]) > 1}
    order = draw.permutation([kind for kind in batches for _ in range(steps[kind])])
    optimizer = torch.optim.SparseAdam(list(bag.parameters()), lr=learning_rate)
    losses: dict[str, list[float]] = {kind: [] for kind in batches}
    for step, kind in enumerate(order):
        optimizer.param_groups[0]["lr"] = learning_rate * (1 - step / (len(order) + 1))
        queries, passages = batches[kind].draw()
        if kind not in spared:
            queries = [_thinned(query, dropped, draw) for query in queries]
        loss = _loss(bag, queries, passages, sharpness)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses[kind].append(loss.item())
    for kind, values in losses.items():
        first, last = np.mean(values[:5] or [0.0]), np.mean(values[-5:] or [0.0])
        logger.info("tuning, %s: loss %.3f -> %.3f", kind, first, last)
    tuned = bag.weight.detach().numpy().copy()
    tuned[0] = 0.0
    return tuned


class _Batches:
    """Batches of a kind of pairs without end, in an order drawn anew each time round."""

    def __init__(self, pairs: Pairs, size: int, draw: np.random.Generator):
        self._pairs = [
            (query[:LONGEST_QUERY], passage[:LONGEST_PASSAGE])
            for query, passage in pairs
            if query and passage
        ]
        self._size = min(size, len(self._pairs))
        self._draw = draw
        self._left: list[int] = []

    def draw(self) -> tuple[list[Encoded], list[Encoded]]:
        if len(self._left) < self._size:
            self._left = self._draw.permutation(len(self._pairs)).tolist()
        chosen = [self._pairs[i] for i in self._left[: self._size]]
        self._left = self._left[self._size :]
        return [query for query, _ in chosen], [passage for _, passage in chosen]


def _thinned(query: Encoded, dropped: float, draw: np.random.Generator) -> Encoded:
    if len(query) <= 2:
        return query
    kept = [
        token for token, lot in zip(query, draw.random(len(query)), strict=True) if lot >= dropped
    ]
    return kept or query


def _loss(bag, queries: list[Encoded], passages: list[Encoded], sharpness: float):
    import torch

    scores = _pooled(bag, queries) @ _pooled(bag, passages).T * sharpness
    # Two pairs with the same query (or passage) are not each other's negatives.
    scores = scores.masked_fill(_same(queries) | _same(passages), -1e4)
    target = torch.arange(len(queries))
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, target) + entropy(scores.T, target)) / 2


def _same(texts: list[Encoded]):
    import torch

    keys = torch.tensor([hash(tuple(text)) for text in texts])
    same = keys[:, None] == keys[None, :]
    return same & ~torch.eye(len(texts), dtype=torch.bool)


def _pooled(bag, texts: list[Encoded]):
    import torch

    offsets = np.cumsum([0, *(len(text) for text in texts[:-1])])
    ids = torch.from_numpy(np.concatenate([np.asarray(text, dtype=np.int64) for text in texts]))
    return torch.nn.functional.normalize(bag(ids, torch.from_numpy(offsets)), dim=1)
