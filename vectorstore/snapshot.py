"""One version of the search indexes, open for reading, and whether its files are whole.

In: a folder `versions/<n>/` and the lock file that keeps it from being removed. Out: a
`Snapshot`, or NotAStore when the folder is damaged. Imports `vectors` and `lexical`.

Chroma neither notices when files of its vector index are missing (it answers from what is left)
nor survives it when they are cut short (the process dies), so their sizes are recorded when a
version is finished and compared before it is opened.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vectorstore.errors import damaged_index
from vectorstore.lexical import LexicalIndex
from vectorstore.vectors import ChromaVectors

_SIZES = "sizes.json"


@dataclass(frozen=True)
class Snapshot:
    """One version of the indexes, open for reading."""

    version: int
    vectors: ChromaVectors
    lexical: LexicalIndex


def version_folder(folder: Path, version: int) -> Path:
    """Where version `version` of the indexes lies."""
    return folder / "versions" / str(version)


def open_snapshot(folder: Path, version: int, lease: IO) -> Snapshot:
    """Open a version's indexes; they are let go, with the lock file, with the last reference.

    Tied to the object's life because a thread may still be searching in an old version when
    another has moved on to the new one.
    """
    vectors, lexical = open_indexes(version_folder(folder, version))
    snapshot = Snapshot(version, vectors, lexical)
    weakref.finalize(snapshot, _let_go, vectors, lease)
    return snapshot


def _let_go(vectors: ChromaVectors, lease: IO) -> None:
    vectors.close()
    lease.close()


def open_indexes(indexes: Path) -> tuple[ChromaVectors, LexicalIndex]:
    """Both indexes of a finished version; NotAStore when they are not whole."""
    try:
        recorded = json.loads((indexes / _SIZES).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise damaged_index(indexes, f"{_SIZES} cannot be read") from error
    found = dict(_sizes(indexes))
    for name, size in recorded.items():
        if found.get(name) != size:
            raise damaged_index(indexes, f"{name} is missing or cut short")
    lexical = LexicalIndex(indexes / "lexical")
    vectors = ChromaVectors(indexes / "chroma")
    try:
        if vectors.count() != lexical.count():
            raise damaged_index(indexes, "the two indexes disagree")
    except BaseException:
        vectors.close()
        raise
    return vectors, lexical


def record_sizes(indexes: Path) -> None:
    """Note what a finished version is made of."""
    (indexes / _SIZES).write_text(json.dumps(dict(_sizes(indexes))), "utf-8")


def _sizes(indexes: Path) -> Iterator[tuple[str, int]]:
    """The files that no reader changes, with their sizes.

    Chroma rewrites its SQLite file whenever it is opened, and the files of a vector index that
    is too small to be kept on disk; a kept one has a file of metadata.
    """
    kept = [file.parent.glob("*") for file in indexes.glob("chroma/*/index_metadata.pickle")]
    for files in (indexes.glob("lexical/[!.]*"), *kept):
        for file in files:
            yield file.relative_to(indexes).as_posix(), file.stat().st_size
