"""Builds, verifies and removes the versions of a store's indexes.

In: the SQLite transaction of a writer, and the ids of the passages that can be found. Out: a
folder `versions/<n>/` that was read back from disk and found whole, or nothing. Everything in a
version is made from SQLite, so a damaged one is simply made anew. Imports `store`, `snapshot` and
what a version consists of: `vectors`, `lexical` (filled by `apart` when there is much to add),
`compact`; decides nothing about documents.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from vectorstore.apart import change_apart
from vectorstore.compact import CompactPassages, CompactWriter, as_integers
from vectorstore.datamodels import content_id
from vectorstore.errors import NotAStore, StoreError
from vectorstore.lexical import LexicalIndex
from vectorstore.passages import Row, read_rows
from vectorstore.sentences import Sentences, Source
from vectorstore.snapshot import (
    COMPACT,
    open_indexes,
    record_sizes,
    sketch,
    version_folder,
)
from vectorstore.store import read_meta
from vectorstore.vectors import ChromaVectors

BATCH = 1_000
# Chroma syncs its files once a call: in calls of 1,000 adding takes a third longer.
_ADDED = 5_000
# From so many passages on a second process is worth its start.
_MANY = 5_000
_SAMPLE = 50
_FOUND_AGAIN = 0.9
REPAIRED = "The search index was damaged or incomplete; it was made anew from the library."
UPDATED = "The search index was made by an older program; it was made anew from the library."
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """The progress of a caller that does not want to know."""


@dataclass(frozen=True)
class Changes:
    """What a commit did: passages that were added to and removed from the indexes.

    `notes` says what else was done that nobody asked for.
    """

    added: int
    removed: int
    version: int
    notes: tuple[str, ...] = ()


class IndexVersions:
    """The versions of one store, changed by the one writer that holds its lock."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        progress: Progress,
        rebuild: bool,
        cut: Callable[[Sequence[Source]], Sentences] | None = None,
    ):
        """`rebuild` makes the next version from SQLite alone, not from a copy; `cut` gives the
        sentences of passages, where they are to be kept."""
        self.folder = folder
        self.rebuild = rebuild
        self._connection = connection
        self._progress = progress
        self._cut = cut

    def is_current(self, version: int, wanted: Sequence[str]) -> bool:
        """Whether the indexes already are what they should be, as far as a quick look tells."""
        if self.rebuild or not version:
            return not (self.rebuild or len(wanted))
        if read_meta(self._connection, "content") != content_id(*sorted(wanted)):
            return False
        try:
            vectors, _, compact = open_indexes(version_folder(self.folder, version))
        except NotAStore:
            return False
        vectors.close()
        return self._is_complete(compact) and len(compact) == len(wanted)

    def _is_complete(self, compact: CompactPassages | None) -> bool:
        """Whether the program that made a version kept all that this one keeps."""
        return compact is not None and (self._cut is None or compact.sentences is not None)

    def missing(self, old: int, wanted: Sequence[str]) -> list[str]:
        """Those of `wanted` that the old version does not hold, in the same order."""
        if self.rebuild or not old:
            return list(wanted)
        try:
            have = CompactPassages(version_folder(self.folder, old) / COMPACT)
        except NotAStore:
            return list(wanted)
        return list(_difference(have, wanted)[0])

    def build(self, old: int, wanted: Sequence[str]) -> Changes:
        """Copy the old version, bring the copy to `wanted`, verify it; fresh when it fails.

        Passages are added in the order of `wanted`: those of a document should stand together.
        """
        notes: tuple[str, ...] = ()
        if old and not self.rebuild:
            try:
                return self._build_from(old, wanted)
            except (NotAStore, Unverified, ValueError, OSError) as error:
                # Everything that the indexes hold is in SQLite.
                self._progress("repair", 0, 1)
                notes = (UPDATED if isinstance(error, Outdated) else REPAIRED,)
        try:
            return replace(self._build_from(0, wanted), notes=notes)
        except OSError as error:
            raise StoreError(
                f"The indexes in {self.folder} cannot be written ({error.strerror}); "
                "check the disk's space and rights.",
                f"无法写入 {self.folder} 中的索引（{error.strerror}），请检查磁盘空间和权限。",
            ) from error

    def _build_from(self, old: int, wanted: Sequence[str]) -> Changes:
        last = int(read_meta(self._connection, "version") or 0)
        new = 1 + max([last, *(number for number, _ in self._versions())])
        folder = version_folder(self.folder, new)
        if old:
            source = version_folder(self.folder, old)
            shutil.copytree(source, folder, ignore=_not_copied, copy_function=_copy_or_link)
            vectors, lexical, have = open_indexes(folder, compact=source / COMPACT)
            if not self._is_complete(have):
                vectors.close()
                raise Outdated("an older program made it")
        else:
            vectors = ChromaVectors(folder / "chroma", create=True)
            lexical = LexicalIndex(folder / "lexical", create=True)
            have = None
        with closing(vectors):
            added, removed = _difference(have, wanted)
            with CompactWriter(folder / COMPACT, have, sentences=self._cut is not None) as compact:
                vectors.remove(removed)
                compact.keep(removed)
                batches = self._added(added, vectors, compact)
                if len(added) < _MANY:
                    lexical.change(add=chain.from_iterable(batches), remove=removed)
                else:
                    change_apart(folder / "lexical", batches, removed)
        self._verify(folder, wanted, added)
        (folder / "reader.lock").touch()
        record_sizes(folder)
        _flush(folder)
        return Changes(len(added), len(removed), new)

    def _added(
        self, added: Sequence[str], vectors: ChromaVectors, compact: CompactWriter
    ) -> Iterator[list[tuple[str, str, str, str]]]:
        """Add the vectors of the passages `added`; their texts, batch by batch, for the words.

        Each batch is given away before its vectors are added, which takes as long as indexing
        its words does.
        """
        for start in range(0, len(added), _ADDED):
            self._progress("index", start, len(added))
            rows = self.rows(added[start : start + _ADDED])
            yield [(row.id, row.document_id, row.context, row.body) for row in rows]
            ids, array = [row.id for row in rows], np.stack([row.vector for row in rows])
            vectors.add(ids, array)
            compact.add(list(map(sketch, rows)), array, self._sentences(rows))
        self._progress("index", len(added), len(added))

    def _sentences(self, rows: Sequence[Row]) -> Sentences | None:
        """The sentences of the passages, where they are to be kept."""
        if self._cut is None:
            return None
        return self._cut([Source(row.title, row.headings, row.body, row.locator) for row in rows])

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """What the indexes need to know of those of the passages `ids` that exist, in order."""
        return read_rows(self._connection, ids)

    def _verify(self, folder: Path, wanted: Sequence[str], added: Sequence[str]) -> None:
        """Read the finished version back from disk and find a sample of it again."""
        lexical, compact = LexicalIndex(folder / "lexical"), CompactPassages(folder / COMPACT)
        if not np.array_equal(np.sort(compact.ids), np.sort(as_integers(wanted))):
            raise Unverified("passages are missing")
        chance = random.Random(0)
        sample = chance.sample(wanted, min(_SAMPLE, len(wanted)))
        sample = list(dict.fromkeys(sample + chance.sample(added, min(_SAMPLE, len(added)))))
        with closing(ChromaVectors(folder / "chroma")) as vectors:
            if not len(wanted) == vectors.count() == lexical.count():
                raise Unverified("the indexes disagree")
            stored, found, rows = vectors.vectors(sample), [], self.rows(sample)
            if not compact.has_sentences([row.id for row in rows], self._sentences(rows)):
                raise Unverified("the sentences differ")
            for row in rows:
                if row.id not in stored or not np.allclose(stored[row.id], row.vector, atol=1e-5):
                    raise Unverified(f"the vector of {row.id} differs")
                own = compact.similarities(row.vector, [row.id])[row.id]
                if np.any(row.vector) and abs(own - 1) > 0.01:
                    raise Unverified(f"the compact vector of {row.id} differs")
                nearest = vectors.nearest(row.vector, 1)
                # Equal texts share a vector: another id at the same distance is as good.
                found.append(not np.any(row.vector) or bool(nearest and nearest[0][1] > 0.999))
        # A search is approximate: in a large library it misses one in hundreds.
        if found and sum(found) < _FOUND_AGAIN * len(found):
            raise Unverified("passages are not found by their own vectors")

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


def _difference(
    have: CompactPassages | None, wanted: Sequence[str]
) -> tuple[Sequence[str], list[str]]:
    """What to add, in the order of `wanted`, and what to remove."""
    if have is None:
        return wanted, []
    integers = as_integers(wanted)
    is_new = ~np.isin(integers, have.ids)
    added = [each for each, new in zip(wanted, is_new.tolist(), strict=True) if new]
    return added, [f"{each:016x}" for each in np.setdiff1d(have.ids, integers).tolist()]


def _not_copied(folder: str, names: list[str]) -> set[str]:
    """The compact vectors are written anew, and tantivy's locks belong to one folder."""
    return {name for name in names if name == COMPACT or name.endswith(".lock")}


def _copy_or_link(source: str, target: str) -> str:
    """tantivy never writes into a file that it has finished; Chroma does."""
    file = Path(source)
    # Only tantivy's segments, which have names of 32 digits.
    if file.parent.name == "lexical" and len(file.stem) >= 32:
        try:
            os.link(source, target)
            return target
        except OSError:
            # Not every file system has links.
            pass
    return shutil.copy2(source, target)


class Unverified(Exception):
    """A freshly built version does not hold what it should; it is never switched to."""


class Outdated(Unverified):
    """A version that an older program made lacks what this one keeps."""


def _flush(folder: Path) -> None:
    """Bring a version to disk before anything points to it."""
    for file in (folder.parent, folder, *folder.rglob("*")):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
