"""An optional cross-encoder over the best passages: POLICY_RERANKER, a folder or a hub name.

A cross-encoder reads question and passage together, which tells near misses apart but takes
milliseconds a passage: it sees the best twenty only. In: a question and passages. Out: for each
a number in [0, 1]. sentence-transformers' `CrossEncoder` after Nogueira and Cho, "Passage
Re-ranking with BERT" (2019). Imports `embedding`'s checks and `errors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from vectorstore.embedding import check_reachable, is_cached
from vectorstore.errors import EmbeddingModelError

DEPTH = 20
_BATCH = 20
_LONGEST = 512


class Reranker:
    """A cross-encoder; loads on first use."""

    def __init__(self, model: str | Path):
        """Check that `model` can be had; EmbeddingModelError says in one sentence why not."""
        self.name = str(model)
        self._local = Path(model).exists() or is_cached(self.name)
        if Path(model).exists():
            if not (Path(model) / "config.json").is_file():
                raise EmbeddingModelError(
                    f"{model} holds no cross-encoder (no config.json); set POLICY_RERANKER to a "
                    "sentence-transformers cross-encoder, or leave it empty.",
                    f"{model} 中没有重排模型（缺少 config.json），"
                    "请将 POLICY_RERANKER 设为可用的模型或留空。",
                )
        elif not self._local:
            check_reachable(self.name)

    @cached_property
    def _model(self):
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(
                self.name, device="cpu", max_length=_LONGEST, local_files_only=self._local
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            raise EmbeddingModelError(
                f"The re-ranking model {self.name} cannot be loaded ({first}); set "
                "POLICY_RERANKER to a sentence-transformers cross-encoder, or leave it empty.",
                f"无法加载重排模型 {self.name}，请将 POLICY_RERANKER 设为可用的模型或留空。",
            ) from error

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, in [0, 1], whatever range the model itself gives."""
        if not texts:
            return []
        pairs = [(question, text) for text in texts]
        raw = np.asarray(self._model.predict(pairs, batch_size=_BATCH), np.float64)
        # A model with several classes gives the last one's score for "relevant".
        raw = raw[:, -1] if raw.ndim > 1 else raw
        inside = bool(np.all((raw >= 0) & (raw <= 1)))
        return (raw if inside else 1 / (1 + np.exp(-np.clip(raw, -50, 50)))).tolist()
