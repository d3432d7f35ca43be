"""One version of the search indexes, open for reading, and whether its files are whole.

In: a folder `versions/<n>/` and the lock file that keeps it from being removed. Out: a
`Snapshot`, or NotAStore when the folder is damaged. Imports `vectors`, `lexical`, `compact`,
`passages`, `terms`.

Chroma neither notices when files of its vector index are missing (it answers from what is left)
nor survives it when they are cut short (the process dies), so their sizes are recorded when a
version is finished and compared before it is opened.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import numpy as np

from vectorstore.compact import CompactPassages, CompactWriter, Sketch
from vectorstore.errors import damaged_index
from vectorstore.lexical import LexicalIndex
from vectorstore.passages import Row, active_ids, read_rows
from vectorstore.terms import fold
from vectorstore.vectors import ChromaVectors

_SIZES = "sizes.json"
COMPACT = "compact"
_BATCH = 1_000


@dataclass(frozen=True)
class Snapshot:
    """One version of the indexes, open for reading."""

    version: int
    vectors: ChromaVectors
    lexical: LexicalIndex
    compact: CompactPassages

    def similarities(self, vector: np.ndarray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine similarity of the unit `vector` and each of those `ids` that exist."""
        return self.compact.similarities(vector, ids)


def version_folder(folder: Path, version: int) -> Path:
    """Where version `version` of the indexes lies."""
    return folder / "versions" / str(version)


def open_snapshot(
    folder: Path, version: int, lease: IO, connection: sqlite3.Connection
) -> Snapshot:
    """Open a version's indexes; they are let go, with the lock file, with the last reference.

    Tied to the object's life because a thread may still be searching in an old version when
    another has moved on to the new one. What an older program did not keep is read from the
    library behind `connection`.
    """
    vectors, lexical, compact = open_indexes(version_folder(folder, version))
    snapshot = Snapshot(version, vectors, lexical, compact or _completed(connection))
    weakref.finalize(snapshot, _let_go, vectors, lease)
    return snapshot


def _completed(connection: sqlite3.Connection) -> CompactPassages:
    ids = active_ids(connection)
    # The files stay readable, and nothing is left of them, when the folder is gone.
    with TemporaryDirectory() as folder:
        with CompactWriter(Path(folder)) as writer:
            for start in range(0, len(ids), _BATCH):
                rows = read_rows(connection, ids[start : start + _BATCH])
                writer.add(list(map(sketch, rows)), np.stack([row.vector for row in rows]))
        return CompactPassages(Path(folder))


def sketch(row: Row) -> Sketch:
    """What `compact` keeps of a passage."""
    return Sketch(row.id, row.document_id, row.start, fold(row.body), _folded(row.path))


@lru_cache(maxsize=1_000)
def _folded(path: str) -> str:
    return fold(path)


def _let_go(vectors: ChromaVectors, lease: IO) -> None:
    vectors.close()
    lease.close()


def open_indexes(
    indexes: Path, *, compact: Path | None = None
) -> tuple[ChromaVectors, LexicalIndex, CompactPassages | None]:
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
    kept = compact or indexes / COMPACT
    rows = CompactPassages(kept) if CompactPassages.exists(kept) else None
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
