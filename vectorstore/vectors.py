"""The only module that knows Chroma: vectors in a folder, found by cosine similarity.

In: ids and float32 vectors of one dimension. Out: ids with similarities in [-1, 1] (Chroma's
cosine distance d becomes 1 - d here and nowhere else). A server-backed store would be one more
class beside `ChromaVectors`. Imports `errors` alone of the project.

Chroma allows one writing process to a folder and keeps readers stale; so a folder is written
once, by one process, before anybody reads it, and never afterwards (see `store`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError

from vectorstore.errors import damaged_index

_COLLECTION = "passages"
# Chroma takes at most 5,461 rows a call; large calls are more than twice as fast as small ones.
_BATCH = 5_000


class ChromaVectors:
    """Vectors by id in one folder, embedded in this process; nothing leaves the machine."""

    def __init__(self, folder: Path, *, create: bool = False):
        """Open the collection in `folder`, with `create` an empty one; NotAStore if damaged.

        Every method raises NotAStore when only then the damage shows.
        """
        self._folder = folder
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not (folder / "chroma.sqlite3").is_file():
            raise damaged_index(folder, "chroma.sqlite3 is missing")
        with self._reporting_damage():
            try:
                self._client = chromadb.PersistentClient(
                    path=str(folder), settings=Settings(anonymized_telemetry=False)
                )
            except AttributeError as error:
                # Chroma keeps a client that failed to start and trips over it the next time.
                raise damaged_index(folder, "its database cannot be opened") from error
            try:
                self._collection = self._client.get_or_create_collection(
                    _COLLECTION,
                    configuration={"hnsw": {"space": "cosine"}},
                    # Without this, Chroma would try to fetch an embedding model of its own.
                    embedding_function=None,
                )
            except ChromaError:
                # Chroma keeps one client a path: a later store there must not meet this one.
                self._client.close()
                raise

    @contextmanager
    def _reporting_damage(self) -> Iterator[None]:
        try:
            yield
        except ChromaError as error:
            raise damaged_index(self._folder, error) from error

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Add `ids` with `vectors`, shape (len(ids), dimensions)."""
        with self._reporting_damage():
            for start in range(0, len(ids), _BATCH):
                self._collection.add(
                    ids=list(ids[start : start + _BATCH]),
                    embeddings=np.ascontiguousarray(vectors[start : start + _BATCH], np.float32),
                )

    def remove(self, ids: Sequence[str]) -> None:
        """Remove `ids`; unknown ones are ignored."""
        with self._reporting_damage():
            for start in range(0, len(ids), _BATCH):
                self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def ids(self) -> set[str]:
        """All ids."""
        with self._reporting_damage():
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many vectors there are."""
        with self._reporting_damage():
            return self._collection.count()

    @cached_property
    def _is_empty(self) -> bool:
        """Whether there is nothing to find; a folder does not change once it is read."""
        return not self.count()

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The stored vectors of those of `ids` that exist."""
        if not len(ids):
            return {}
        with self._reporting_damage():
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        return {
            key: np.asarray(vector, np.float32)
            for key, vector in zip(found["ids"], found["embeddings"], strict=True)
        }

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """The `k` nearest (id, cosine similarity), nearest first."""
        # Chroma fails on a query of an empty collection; counting it takes longer than a query.
        if not np.any(vector) or self._is_empty:
            return []
        with self._reporting_damage():
            found = self._collection.query(
                query_embeddings=[np.asarray(vector, np.float32)],
                n_results=k,
                include=["distances"],
            )
        return [
            (key, 1.0 - distance)
            for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def close(self) -> None:
        """Let go of the folder's files; the object cannot be used afterwards."""
        self._client.close()
