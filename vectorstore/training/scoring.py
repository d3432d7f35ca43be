"""Measures token vectors on held-out retrieval tasks: recall@1, recall@10 and MRR.

In: rows, and tasks whose texts are token ids. Out: frozen `Figures`. Imports nothing of the
project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Encoded = Sequence[int]


@dataclass(frozen=True)
class EncodedTask:
    name: str
    queries: tuple[Encoded, ...]
    passages: tuple[Encoded, ...]
    relevant: tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Figures:
    """`recall_1` and `recall_10`: share of queries with a right passage that high; MRR at 100."""

    task: str
    queries: int
    passages: int
    recall_1: float
    recall_10: float
    mrr: float


def pool(rows: np.ndarray, texts: Sequence[Encoded]) -> np.ndarray:
    """Unit vectors, one per text; the zero vector for a text without tokens."""
    pooled = np.zeros((len(texts), rows.shape[1]), dtype=np.float32)
    for i, text in enumerate(texts):
        if text:
            pooled[i] = rows[np.asarray(text)].mean(axis=0)
    return pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)


def score(rows: np.ndarray, task: EncodedTask, depth: int = 100) -> Figures:
    """How high the first right passage stands among all passages of the task."""
    passages = pool(rows, task.passages)
    depth = min(depth, len(task.passages))
    ranks = []
    for start in range(0, len(task.queries), 256):
        scores = pool(rows, task.queries[start : start + 256]) @ passages.T
        best = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
        for found, right in zip(best, task.relevant[start : start + 256], strict=True):
            ranks.append(next((r for r, p in enumerate(found, 1) if int(p) in right), 0))
    reached = np.array(ranks, dtype=float)
    return Figures(
        task=task.name,
        queries=len(task.queries),
        passages=len(task.passages),
        recall_1=float((reached == 1).mean()),
        recall_10=float(((reached >= 1) & (reached <= 10)).mean()),
        mrr=float(np.where(reached > 0, 1 / np.maximum(reached, 1), 0).mean()),
    )
