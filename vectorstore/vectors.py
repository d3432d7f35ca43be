"""The only module that knows Chroma: vectors in a folder, found by cosine similarity.

In: ids and float32 vectors of one dimension. Out: ids with similarities in [-1, 1] (Chroma's
cosine distance d becomes 1 - d here and nowhere else). A server-backed store would be one more
class beside `ChromaVectors`. Imports `errors` alone of the project.

Chroma allows one writing process to a folder and keeps readers stale; so a folder is written
once, by one process, before anybody reads it, and never afterwards (see `store`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError

from vectorstore.errors import NotAStore

_COLLECTION = "passages"
# Chroma takes at most 5,461 rows a call; large calls are more than twice as fast as small ones.
_BATCH = 5_000


class ChromaVectors:
    """Vectors by id in one folder, embedded in this process; nothing leaves the machine."""

    def __init__(self, folder: Path):
        """Open the collection in `folder`, or make an empty one; NotAStore when it is damaged."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._client = chromadb.PersistentClient(
                path=str(folder), settings=Settings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                configuration={"hnsw": {"space": "cosine"}},
                # Without this, Chroma would try to fetch an embedding model of its own.
                embedding_function=None,
            )
        except ChromaError as error:
            raise NotAStore(
                f"The vectors in {folder} cannot be read ({error}); ingest again with --rebuild.",
                f"无法读取 {folder} 中的向量数据，请用 --rebuild 重新入库。",
            ) from error

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Add `ids` with `vectors`, shape (len(ids), dimensions)."""
        for start in range(0, len(ids), _BATCH):
            self._collection.add(
                ids=list(ids[start : start + _BATCH]),
                embeddings=np.ascontiguousarray(vectors[start : start + _BATCH], np.float32),
            )

    def remove(self, ids: Sequence[str]) -> None:
        """Remove `ids`; unknown ones are ignored."""
        for start in range(0, len(ids), _BATCH):
            self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def ids(self) -> set[str]:
        """All ids."""
        return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many vectors there are."""
        return self._collection.count()

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The stored vectors of those of `ids` that exist."""
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        return {
            key: np.asarray(vector, np.float32)
            for key, vector in zip(found["ids"], found["embeddings"], strict=True)
        }

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """The `k` nearest (id, cosine similarity), nearest first."""
        if not np.any(vector) or not self.count():
            return []
        found = self._collection.query(
            query_embeddings=[np.asarray(vector, np.float32)], n_results=k, include=["distances"]
        )
        return [
            (key, 1.0 - distance)
            for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def close(self) -> None:
        """Let go of the folder's files; the object cannot be used afterwards."""
        self._client.close()
