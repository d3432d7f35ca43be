"""Builds, verifies and removes the versions of a store's indexes.

In: the SQLite transaction of a writer, and the ids of the passages that can be found. Out: a
folder `versions/<n>/` that was read back from disk and found whole, or nothing. Everything in a
version is made from SQLite, so a damaged one is simply made anew. Imports `store`, `snapshot`,
`vectors`, `lexical`; decides nothing about documents.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vectorstore.datamodels import content_id
from vectorstore.errors import NotAStore, StoreError
from vectorstore.lexical import LexicalIndex
from vectorstore.snapshot import open_indexes, record_sizes, version_folder
from vectorstore.store import read_meta
from vectorstore.vectors import ChromaVectors

BATCH = 1_000
_SAMPLE = 50
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """The progress of a caller that does not want to know."""


@dataclass(frozen=True)
class Changes:
    """What a commit did: passages that were added to and removed from the indexes."""

    added: int
    removed: int
    version: int


@dataclass(frozen=True)
class Row:
    """What the indexes need to know of one passage; `vector` is empty before embedding."""

    id: str
    document_id: str
    key: str
    context: str
    body: str
    vector: np.ndarray


class IndexVersions:
    """The versions of one store, changed by the one writer that holds its lock."""

    def __init__(
        self, folder: Path, connection: sqlite3.Connection, progress: Progress, rebuild: bool
    ):
        """`rebuild` makes the next version from SQLite alone, not from a copy."""
        self.folder = folder
        self.rebuild = rebuild
        self._connection = connection
        self._progress = progress

    def is_current(self, version: int, wanted: set[str]) -> bool:
        """Whether the indexes already are what they should be, as far as a quick look tells."""
        if self.rebuild or not version:
            return not (self.rebuild or wanted)
        if read_meta(self._connection, "content") != content_id(*sorted(wanted)):
            return False
        try:
            vectors, lexical = open_indexes(version_folder(self.folder, version))
        except NotAStore:
            return False
        vectors.close()
        return lexical.count() == len(wanted)

    def build(self, old: int, wanted: set[str]) -> Changes:
        """Copy the old version, bring the copy to `wanted`, verify it; fresh when it fails."""
        if old and not self.rebuild:
            try:
                return self._build_from(old, wanted)
            except (NotAStore, Unverified, ValueError, OSError):
                # The old indexes are damaged. Everything they hold is in SQLite.
                self._progress("repair", 0, 1)
        try:
            return self._build_from(0, wanted)
        except OSError as error:
            raise StoreError(
                f"The indexes in {self.folder} cannot be written ({error.strerror}); "
                "check the disk's space and rights.",
                f"无法写入 {self.folder} 中的索引（{error.strerror}），请检查磁盘空间和权限。",
            ) from error

    def _build_from(self, old: int, wanted: set[str]) -> Changes:
        last = int(read_meta(self._connection, "version") or 0)
        new = 1 + max([last, *(number for number, _ in self._versions())])
        folder = version_folder(self.folder, new)
        if old:
            shutil.copytree(version_folder(self.folder, old), folder)
            vectors, lexical = open_indexes(folder)
        else:
            vectors = ChromaVectors(folder / "chroma", create=True)
            lexical = LexicalIndex(folder / "lexical", create=True)
        with closing(vectors):
            added, removed = self._bring_to(wanted, vectors, lexical)
        self._verify(folder, wanted)
        (folder / "reader.lock").touch()
        record_sizes(folder)
        _flush(folder)
        return Changes(added, removed, new)

    def _bring_to(
        self, wanted: set[str], vectors: ChromaVectors, lexical: LexicalIndex
    ) -> tuple[int, int]:
        have = vectors.ids()
        if have != lexical.ids():
            raise Unverified("the two indexes disagree")
        added, removed = sorted(wanted - have), sorted(have - wanted)
        vectors.remove(removed)
        lexical.change(remove=removed)
        for start in range(0, len(added), BATCH):
            self._progress("index", start, len(added))
            rows = self.rows(added[start : start + BATCH])
            vectors.add([row.id for row in rows], np.stack([row.vector for row in rows]))
            lexical.change(add=[(row.id, row.document_id, row.context, row.body) for row in rows])
        self._progress("index", len(added), len(added))
        return len(added), len(removed)

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """What the indexes need to know of passages."""
        marks = ",".join("?" * len(ids))
        rows = self._connection.execute(
            f"""SELECT p.id, d.id, p.vector_key, d.number, d.title, p.headings,
                       substr(d.text, p."start" + 1, p."end" - p."start"), v.vector
                FROM passages p JOIN documents d ON d.id = p.document_id
                LEFT JOIN vectors v ON v.key = p.vector_key WHERE p.id IN ({marks})""",
            list(ids),
        )
        return [
            Row(
                id=row[0],
                document_id=row[1],
                key=row[2],
                context=" ".join(filter(None, (row[3], row[4], *json.loads(row[5])))),
                body=row[6],
                vector=np.frombuffer(row[7] or b"", np.float32),
            )
            for row in rows
        ]

    def _verify(self, folder: Path, wanted: set[str]) -> None:
        """Read the finished version back from disk and find a sample of it again."""
        lexical = LexicalIndex(folder / "lexical")
        with closing(ChromaVectors(folder / "chroma")) as vectors:
            if vectors.ids() != wanted or lexical.ids() != wanted:
                raise Unverified("passages are missing")
            sample = random.Random(0).sample(sorted(wanted), min(_SAMPLE, len(wanted)))
            stored = vectors.vectors(sample)
            for row in self.rows(sample):
                if not np.allclose(stored[row.id], row.vector, atol=1e-5):
                    raise Unverified(f"the vector of {row.id} differs")
                nearest = vectors.nearest(row.vector, 1)
                # Equal texts share a vector: another id at the same distance is as good.
                if np.any(row.vector) and (not nearest or nearest[0][1] < 0.999):
                    raise Unverified(f"{row.id} is not found by its own vector")

    def _versions(self) -> Iterator[tuple[int, Path]]:
        parent = self.folder / "versions"
        for child in parent.iterdir() if parent.exists() else ():
            if child.name.isdigit():
                yield int(child.name), child

    def drop_unused(self) -> None:
        """Remove versions that are neither current nor read by anybody."""
        current = int(read_meta(self._connection, "version") or 0)
        for number, folder in list(self._versions()):
            if number == current:
                continue
            try:
                lease = (folder / "reader.lock").open()
            except OSError:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            with lease:
                try:
                    fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
                shutil.rmtree(folder, ignore_errors=True)


class Unverified(Exception):
    """A freshly built version does not hold what it should; it is never switched to."""


def _flush(folder: Path) -> None:
    """Bring a version to disk before anything points to it."""
    for file in (folder.parent, folder, *folder.rglob("*")):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
