"""One version of the search indexes, open for reading, and whether its files are whole.

In: a folder `versions/<n>/` and the lock file that keeps it from being removed. Out: a
`Snapshot`, or NotAStore when the folder is damaged. Imports `vectors`, `lexical`, `compact`.

Chroma neither notices when files of its vector index are missing (it answers from what is left)
nor survives it when they are cut short (the process dies), so their sizes are recorded when a
version is finished and compared before it is opened.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from vectorstore.compact import CompactVectors
from vectorstore.errors import damaged_index
from vectorstore.lexical import LexicalIndex
from vectorstore.vectors import ChromaVectors

_SIZES = "sizes.json"
COMPACT = "compact"


@dataclass(frozen=True)
class Snapshot:
    """One version of the indexes, open for reading."""

    version: int
    vectors: ChromaVectors
    lexical: LexicalIndex
    compact: CompactVectors | None

    def similarities(self, vector: np.ndarray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine similarity of the unit `vector` and each of those `ids` that exist."""
        if self.compact is not None:
            return self.compact.similarities(vector, ids)
        return {
            each: float(vector @ other) / max(float(np.linalg.norm(other)), 1e-9)
            for each, other in self.vectors.vectors(ids).items()
        }


def version_folder(folder: Path, version: int) -> Path:
    """Where version `version` of the indexes lies."""
    return folder / "versions" / str(version)


def open_snapshot(folder: Path, version: int, lease: IO) -> Snapshot:
    """Open a version's indexes; they are let go, with the lock file, with the last reference.

    Tied to the object's life because a thread may still be searching in an old version when
    another has moved on to the new one.
    """
    vectors, lexical, compact = open_indexes(version_folder(folder, version))
    snapshot = Snapshot(version, vectors, lexical, compact)
    weakref.finalize(snapshot, _let_go, vectors, lease)
    return snapshot


def _let_go(vectors: ChromaVectors, lease: IO) -> None:
    vectors.close()
    lease.close()


def open_indexes(
    indexes: Path, *, compact: Path | None = None
) -> tuple[ChromaVectors, LexicalIndex, CompactVectors | None]:
    """The indexes of a finished version; NotAStore when they are not whole.

    A copy that is still to be changed has its `compact` vectors elsewhere; a version that an
    older program made has none, and answers all the same.
    """
    try:
        recorded = json.loads((indexes / _SIZES).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise damaged_index(indexes, f"{_SIZES} cannot be read") from error
    found = dict(_sizes(indexes))
    if compact is not None:
        found |= {f"{COMPACT}/{file.name}": file.stat().st_size for file in compact.glob("*")}
    for name, size in recorded.items():
        if found.get(name) != size:
            raise damaged_index(indexes, f"{name} is missing or cut short")
    lexical = LexicalIndex(indexes / "lexical")
    has_rows = any(name.startswith(f"{COMPACT}/") for name in recorded)
    rows = CompactVectors(compact or indexes / COMPACT) if has_rows else None
    vectors = ChromaVectors(indexes / "chroma")
    try:
        counts = {vectors.count(), lexical.count(), *([len(rows)] if rows else [])}
        if len(counts) > 1:
            raise damaged_index(indexes, "they disagree about what they hold")
    except BaseException:
        vectors.close()
        raise
    return vectors, lexical, rows


def record_sizes(indexes: Path) -> None:
    """Note what a finished version is made of."""
    (indexes / _SIZES).write_text(json.dumps(dict(_sizes(indexes))), "utf-8")


def _sizes(indexes: Path) -> Iterator[tuple[str, int]]:
    """The files that no reader changes, with their sizes.

    Chroma rewrites its SQLite file whenever it is opened, and the files of a vector index that
    is too small to be kept on disk; a kept one has a file of metadata.
    """
    kept = [file.parent.glob("*") for file in indexes.glob("chroma/*/index_metadata.pickle")]
    for files in (indexes.glob("lexical/[!.]*"), indexes.glob(f"{COMPACT}/*"), *kept):
        for file in files:
            yield file.relative_to(indexes).as_posix(), file.stat().st_size
