"""Writes the model folder that `SentenceTransformer(folder)` loads.

In: the vocabulary and one row of numbers per piece. Out: `tokenizer.json`, `model.safetensors`,
`modules.json` and their configuration. Imports `vectorstore.training.tokenizer`.

Rows are stored as 8-bit integers with one 32-bit scale each, in the layout that `StaticEmbedding`
reads for such models (`embeddings`, `weights`, `mapping`); it multiplies them out to float32 on
loading. A quarter of the size, and no half-precision arithmetic, which gives NaN on empty text.
A `Normalize` module follows, so every vector has length 1, or is zero for text without a word.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vectorstore.training.tokenizer import make_tokenizer

TRADITIONAL = ("s2t", "s2tw", "s2hk")


def with_traditional(vocabulary: list[tuple]) -> tuple[list[tuple], np.ndarray]:
    """The vocabulary with traditional spellings appended, and each piece's row number."""
    import opencc

    converters = [opencc.OpenCC(name) for name in TRADITIONAL]
    pieces = {piece: row for row, (piece, _) in enumerate(vocabulary)}
    spellings = dict(pieces)
    extended = list(vocabulary)
    for row, (piece, log_probability) in enumerate(vocabulary[1:], 1):
        for converter in converters:
            spelling = converter.convert(piece)
            if spelling not in spellings:
                spellings[spelling] = row
                extended.append((spelling, log_probability))
    return extended, np.array([spellings[piece] for piece, _ in extended], dtype=np.int32)


def quantise(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows as int8 and the scale of each; a zero row keeps a scale of zero."""
    scales = np.abs(rows).max(axis=1) / 127.0
    scaled = rows / np.where(scales > 0, scales, 1.0)[:, None]
    return np.rint(scaled).astype(np.int8), scales.astype(np.float32)


def restore(integers: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """The rows as the loaded model has them."""
    return integers.astype(np.float32) * scales[:, None]


def export_model(
    vocabulary: list[tuple], integers: np.ndarray, scales: np.ndarray, folder: Path
) -> None:
    """Writes the model to `folder`, replacing the files of a model already there."""
    import torch
    from safetensors.torch import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    extended, mapping = with_traditional(vocabulary)
    static = StaticEmbedding(make_tokenizer(extended), embedding_dim=1)
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)
    stored = {
        "embeddings": torch.from_numpy(integers),
        "mapping": torch.from_numpy(mapping),
        "weights": torch.from_numpy(scales[mapping]),
    }
    static.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    save_file(stored, str(folder / "model.safetensors"))
    # safetensors writes for the owner only; a checkout or an image may be read by another user.
    (folder / "model.safetensors").chmod(0o644)
