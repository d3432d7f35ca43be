"""Word vectors from unlabelled text: word2vec (CBOW, negative sampling), then weighting.

In: the texts as token ids. Out: float32 matrices with one row per token of the tokenizer. Imports
nothing of the project.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

logger = logging.getLogger(__name__)


def learn_word_vectors(
    sentences: Sequence[Sequence[int]],
    tokens: int,
    dimensions: int,
    epochs: int,
    seed: int,
    window: int = 8,
) -> np.ndarray:
    """CBOW vectors; a token that never occurs gets a zero row.

    One worker: with several, the order in which they write makes each run different.
    """
    from gensim.models import Word2Vec

    model = Word2Vec(
        sentences=[[str(token) for token in sentence] for sentence in sentences],
        vector_size=dimensions,
        window=window,
        min_count=2,
        sg=0,
        negative=8,
        sample=1e-4,
        alpha=0.05,
        epochs=epochs,
        seed=seed,
        workers=1,
    )
    rows = np.zeros((tokens, dimensions), dtype=np.float32)
    for word, index in model.wv.key_to_index.items():
        rows[int(word)] = model.wv.vectors[index]
    return rows


def fill_unseen(rows: np.ndarray, pieces: Sequence[str]) -> np.ndarray:
    """Rows where unseen characters take the mean of the words they stand in, and words likewise.

    Everyday words and rare names seldom occur in laws; a guess from their characters beats none.
    """
    filled = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    seen = np.linalg.norm(filled, axis=1) > 0.5
    members: dict[str, list[int]] = {}
    for row, piece in enumerate(pieces[1:], 1):
        for character in piece if seen[row] and len(piece) > 1 else "":
            members.setdefault(character, []).append(row)
    index = {piece: row for row, piece in enumerate(pieces)}
    for character, words in members.items():
        row = index.get(character)
        if row is not None and not seen[row]:
            filled[row] = filled[words].mean(axis=0)
    for row, piece in enumerate(pieces[1:], 1):
        if not seen[row] and len(piece) > 1:
            parts = [index[character] for character in piece if character in index]
            filled[row] = filled[parts].mean(axis=0) if parts else 0.0
    lengths = np.linalg.norm(rows[seen], axis=1).mean() if seen.any() else 1.0
    unit = filled / np.maximum(np.linalg.norm(filled, axis=1, keepdims=True), 1e-9)
    return np.where(seen[:, None], rows, unit * lengths).astype(np.float32)


def weight_rows(rows: np.ndarray, counts: np.ndarray, smoothing: float = 1e-3) -> np.ndarray:
    """Rows for mean pooling: centred, of equal length, then scaled down by frequency.

    The scale is that of smooth inverse frequency, a / (a + p). Without it the mean is ruled by 的
    and 应当. Row 0, the unknown token, becomes zero: it says nothing.
    """
    share = counts / max(counts.sum(), 1)
    seen = np.linalg.norm(rows, axis=1) > 0
    centre = np.average(rows[seen], axis=0, weights=np.sqrt(share[seen]) + 1e-12)
    weighted = np.where(seen[:, None], rows - centre, 0.0)
    lengths = np.linalg.norm(weighted, axis=1, keepdims=True)
    weighted = weighted / np.maximum(lengths, 1e-9) * (smoothing / (smoothing + share))[:, None]
    weighted[0] = 0.0
    return weighted.astype(np.float32)
