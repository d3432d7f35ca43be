"""Gentle contrastive tuning of token vectors: in-batch negatives over mean-pooled pairs.

In: token ids of pairs and the starting rows. Out: tuned rows. Imports nothing of the project.

Few steps at a low rate, and the caller averages the result with the start: tuning hard on the pairs
at hand makes vectors good at them and worse at everything else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

logger = logging.getLogger(__name__)

Encoded = Sequence[int]


def tune_rows(
    rows: np.ndarray,
    pairs: Sequence[tuple[Encoded, Encoded]],
    epochs: int,
    learning_rate: float,
    seed: int,
    batch: int = 512,
    sharpness: float = 20.0,
) -> np.ndarray:
    """Rows after `epochs` passes over `pairs`; the symmetric cross-entropy of in-batch cosines."""
    import torch

    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    bag = torch.nn.EmbeddingBag.from_pretrained(
        torch.from_numpy(rows.copy()), freeze=False, mode="mean", sparse=True
    )
    usable = [pair for pair in pairs if pair[0] and pair[1]]
    optimizer = torch.optim.SparseAdam(list(bag.parameters()), lr=learning_rate)
    steps = max(1, epochs * (len(usable) // batch))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0 - step / (steps + 1))
    for epoch in range(epochs):
        shuffled = order.permutation(len(usable))
        losses = []
        for start in range(0, len(usable) - batch + 1, batch):
            chosen = [usable[i] for i in shuffled[start : start + batch]]
            loss = _loss(bag, chosen, sharpness)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        logger.info("tuning epoch %d: loss %.3f", epoch + 1, float(np.mean(losses or [0.0])))
    tuned = bag.weight.detach().numpy().copy()
    tuned[0] = 0.0
    return tuned


def _loss(bag, chosen, sharpness: float):
    import torch

    left = _pooled(bag, [pair[0] for pair in chosen])
    right = _pooled(bag, [pair[1] for pair in chosen])
    scores = left @ right.T * sharpness
    # Two pairs with the same query (or passage) are not each other's negatives.
    clash = _same([pair[0] for pair in chosen]) | _same([pair[1] for pair in chosen])
    scores = scores.masked_fill(clash, -1e4)
    target = torch.arange(len(chosen))
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
