"""Every vector of a version once more, in half precision and by passage: similarities of any
passages without a search.

Chroma finds the nearest vectors but hands out those of given ids only in milliseconds; the words'
hits need just that. Here they are rows of one memory-mapped file, 512 bytes a passage at 256
dimensions, and only the rows that are asked for are read. Half precision changes a similarity by
less than 0.001.

    ids.u64         the passages' ids as 64-bit integers, in the order of the rows
    vectors.f16     the rows

In: ids (16 hexadecimal digits) and float32 vectors. Out: similarities. Imports `errors` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vectorstore.errors import damaged_index

_IDS, _VECTORS = "ids.u64", "vectors.f16"
_COPIED_ROWS = 50_000


class CompactVectors:
    """The rows of a finished version, for any number of readers."""

    def __init__(self, folder: Path):
        """Open the files in `folder`; NotAStore when they do not fit together."""
        try:
            self.ids = np.fromfile(folder / _IDS, "<u8")
            size, values = (folder / _IDS).stat().st_size, (folder / _VECTORS).stat().st_size // 2
        except OSError as error:
            raise damaged_index(folder, error.strerror) from error
        dimensions, rest = divmod(values, max(len(self.ids), 1))
        if rest or size % 8:
            raise damaged_index(folder, "its files are cut short")
        shape = (len(self.ids), dimensions)
        self.vectors = (
            np.memmap(folder / _VECTORS, "<f2", "r", shape=shape)
            if values
            else np.zeros(shape, "<f2")
        )
        self._order = np.argsort(self.ids)
        self._sorted = self.ids[self._order]

    def __len__(self) -> int:
        return len(self.ids)

    def similarities(self, vector: np.ndarray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine similarity of the unit `vector` and each of those `ids` that exist."""
        if not len(ids) or not len(self.ids):
            return {}
        wanted = as_integers(ids)
        at = np.minimum(np.searchsorted(self._sorted, wanted), len(self.ids) - 1)
        known = self._sorted[at] == wanted
        rows = self.vectors[self._order[at]].astype(np.float32)
        lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-9)
        cosines = (rows @ np.asarray(vector, np.float32) / lengths).tolist()
        return {
            each: cosine
            for each, cosine, exists in zip(ids, cosines, known.tolist(), strict=True)
            if exists
        }


class CompactWriter:
    """Writes the rows of a new version; a context manager."""

    def __init__(self, folder: Path, old: CompactVectors | None = None):
        """Begin with nothing, or with the rows of `old`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._ids = (folder / _IDS).open("wb")
        self._vectors = (folder / _VECTORS).open("wb")
        self._old = old

    def __enter__(self) -> CompactWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self._ids.close()
        self._vectors.close()

    def keep(self, removed: Sequence[str]) -> None:
        """Take over all rows of the old version but those of `removed`."""
        if self._old is None:
            return
        kept = ~np.isin(self._old.ids, as_integers(removed))
        for start in range(0, len(kept), _COPIED_ROWS):
            part = slice(start, start + _COPIED_ROWS)
            self._ids.write(self._old.ids[part][kept[part]].tobytes())
            self._vectors.write(self._old.vectors[part][kept[part]].tobytes())

    def add(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Append rows."""
        self._ids.write(as_integers(ids).tobytes())
        self._vectors.write(np.asarray(vectors, "<f2").tobytes())


def as_integers(ids: Sequence[str]) -> np.ndarray:
    """Passage ids as the integers that their hexadecimal digits write."""
    return np.fromiter((int(each, 16) for each in ids), "<u8", len(ids))
