"""The store: one folder that holds the library and everything needed to search it.

    library.sqlite3     the truth: documents, passages, files, cached vectors, current version
    versions/<n>/       the search indexes built from it: chroma/ and lexical/
    writer.lock         held by the one process that writes

In: documents (`StoreWriter.put`), removals. Out: documents and passages by id, and the current
`Snapshot` to search in. Imports `snapshot`, `embedding`, `particulars`; knows no ranking.

Why versions: Chroma's files are rewritten in place and stay stale in other processes, so they
are never changed once somebody may read them. A writer copies the current version's folder,
changes the copy, verifies it, and in ONE SQLite transaction writes the documents and the new
version's number. Until that commit everybody sees the old state, whole; a kill at any moment
leaves it so. A version is deleted when no reader holds its lock file any more.
"""

from __future__ import annotations

import fcntl
import json
import re
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vectorstore.datamodels import (
    STATUS_UNKNOWN,
    DocumentSummary,
    FoundPassage,
    Passage,
    PolicyDocument,
    content_id,
)
from vectorstore.embedding import ModelCard
from vectorstore.errors import NotAStore, StoreError, StoreNotFound, damaged_index
from vectorstore.numbers import same_number
from vectorstore.particulars import restored_particulars
from vectorstore.passages import DocumentTexts, Place, Places, read_passages, read_texts
from vectorstore.snapshot import Snapshot, open_snapshot, version_folder
from vectorstore.summaries import ids_containing, read_summaries, status_today
from vectorstore.titles import TitleIndex

FORMAT = "1"
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, source TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, number TEXT,
    title TEXT NOT NULL, particulars TEXT NOT NULL, text TEXT NOT NULL,
    status TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS documents_by_number ON documents (number);
CREATE INDEX IF NOT EXISTS documents_by_order
    ON documents (substr(number, instr(number, '令第')));
CREATE INDEX IF NOT EXISTS documents_by_path ON documents (path);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL, position INTEGER NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, locator TEXT NOT NULL,
    headings TEXT NOT NULL, vector_key TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_document ON passages (document_id, position);
CREATE TABLE IF NOT EXISTS vectors (
    key TEXT PRIMARY KEY, vector BLOB NOT NULL);
"""


class _Library(sqlite3.Connection):
    """Says in one sentence what is wrong with a library, wherever that shows."""

    file: Path

    def execute(self, *arguments) -> sqlite3.Cursor:
        try:
            return super().execute(*arguments)
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    def executemany(self, *arguments) -> sqlite3.Cursor:
        try:
            return super().executemany(*arguments)
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.DatabaseError) -> Exception:
        if isinstance(error, sqlite3.OperationalError) and self.in_transaction:
            return StoreError(
                f"{self.file} cannot be written ({error}); check the disk's space and rights.",
                f"无法写入 {self.file}（{error}），请检查磁盘空间和权限。",
            )
        return NotAStore(
            f"{self.file} cannot be used as a policy store ({error}); "
            "restore it or ingest into a new folder.",
            f"{self.file} 不是可用的政策库文件（{error}），请恢复备份或重新入库到新文件夹。",
        )


def check_folder(folder: Path) -> None:
    """NotAStore when `folder` holds somebody's other files."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise NotAStore(
            f"{folder} is a file, not a folder; give a folder for the store.",
            f"{folder} 是文件而不是文件夹，请指定政策库文件夹。",
        )
    # A kill may leave any of these before there is a library.
    ours = re.compile(r"library\.new.*|writer\.lock|versions")
    others = sorted(each.name for each in folder.iterdir() if not ours.fullmatch(each.name))
    if others and not (folder / "library.sqlite3").exists():
        raise NotAStore(
            f"{folder} holds other files ({others[0]}) and no policy store; "
            "give an empty or new folder.",
            f"{folder} 中有其他文件（{others[0]}），不是政策库，请指定空文件夹或新文件夹。",
        )


def connect(folder: Path) -> sqlite3.Connection:
    """A connection to the truth in `folder`; NotAStore when it is something else."""
    file = folder / "library.sqlite3"
    if not file.exists():
        check_folder(folder)
        raise StoreNotFound(
            f"There is no policy store in {folder}; make one with "
            f"`python -m ingest PATH --store {folder}`.",
            f"{folder} 中还没有政策库，请先运行 python -m ingest 入库。",
        )
    try:
        connection = sqlite3.connect(
            file, timeout=30, check_same_thread=False, isolation_level=None, factory=_Library
        )
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{file} cannot be opened ({error}); check its rights.",
            f"无法打开 {file}（{error}），请检查权限。",
        ) from error
    connection.file = file
    try:
        found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    except NotAStore:
        connection.close()
        raise
    if not found or found[0] != FORMAT:
        connection.close()
        raise NotAStore(
            f"The store in {folder} has format {found and found[0]}, this program reads {FORMAT}; "
            "ingest the documents into a new folder.",
            f"{folder} 的政策库版本不兼容，请重新入库到新文件夹。",
        )
    return connection


def read_meta(connection: sqlite3.Connection, key: str) -> str | None:
    """A value of the store's own record, or None."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def count_active(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many documents and passages can be found."""
    return connection.execute(
        """SELECT COUNT(DISTINCT d.id), COUNT(p.id) FROM documents d
           LEFT JOIN passages p ON p.document_id = d.id WHERE d.active"""
    ).fetchone()


def passage_id(document_id: str, passage: Passage) -> str:
    """The id of a passage, made from its document and place."""
    return content_id(document_id, passage.start, passage.end, passage.locator, *passage.headings)


def context_of(document: PolicyDocument, passage: Passage) -> str:
    """What is embedded and indexed around a passage: number, title and heading path."""
    return " ".join(filter(None, (document.number, document.title, *passage.headings)))


class PolicyStore:
    """A store open for reading, by any number of threads; notices when a writer has finished."""

    def __init__(self, folder: str | Path):
        """Open `folder`; StoreNotFound or NotAStore when that cannot be."""
        self.folder = Path(folder)
        connect(self.folder).close()
        self._local = threading.local()
        self._lock = threading.Lock()
        self._texts, self._places = DocumentTexts(), Places()
        self._titles = 0, TitleIndex(())
        self._snapshot: Snapshot | None = None
        self._opened: tuple[int, int] | None = None

    @property
    def _connection(self) -> sqlite3.Connection:
        """This thread's own connection: SQLite snapshots belong to connections.

        Opened again when the store was removed and made anew: the old file would go on answering.
        """
        try:
            inode = (self.folder / "library.sqlite3").stat().st_ino
        except OSError:
            inode = None
        if getattr(self._local, "inode", None) != inode or inode is None:
            self._local.connection = connect(self.folder)
            self._local.inode = inode
        return self._local.connection

    @property
    def version(self) -> int:
        """The number of the current version; 0 before the first ingest has finished."""
        return int(read_meta(self._connection, "version") or 0)

    @property
    def model(self) -> ModelCard | None:
        """The embedding model that made the vectors; None while the store is empty."""
        found = read_meta(self._connection, "model")
        return ModelCard(**json.loads(found)) if found else None

    def snapshot(self) -> Snapshot | None:
        """The current indexes, reopened when a writer has switched; None while empty."""
        version = self.version
        state = (self._local.inode, version)
        with self._lock:
            if version and (self._snapshot is None or self._opened != state):
                # Let go first: Chroma would take a folder made anew for the one it knows.
                self._snapshot = None
                self._places = Places()
                self._open(version)
                self._opened = state
            return self._snapshot

    def _open(self, version: int) -> None:
        folder = version_folder(self.folder, version)
        try:
            lease = (folder / "reader.lock").open()
        except OSError as error:
            if self.version == version:
                raise damaged_index(folder, "reader.lock is missing") from error
            # Switched again since `version` was read: the caller's retry finds the newer one.
            raise VersionGone(version) from error
        fcntl.flock(lease, fcntl.LOCK_SH)
        if int(read_meta(self._connection, "version") or 0) != version:
            lease.close()
            raise VersionGone(version)
        try:
            self._snapshot = open_snapshot(self.folder, version, lease, self._connection)
        except StoreError:
            lease.close()
            raise
        if self.version != version:
            # What an older version lacks was made of the newer one's passages.
            self._snapshot = None
            raise VersionGone(version)

    def documents(self) -> list[PolicyDocument]:
        """All documents that can be found, by date and number (digests that give way left out)."""
        rows = self._connection.execute("SELECT id FROM documents WHERE active ORDER BY rowid")
        found = [self.document(row[0]) for row in rows.fetchall()]
        return sorted(filter(None, found), key=lambda each: (each.issued or "", each.number or ""))

    def summaries(self) -> list[DocumentSummary]:
        """Every document that can be found, without its text, in the order of `documents`."""
        return read_summaries(self._connection)

    def ids_containing(self, words: str) -> set[str]:
        """The ids of the active documents whose text holds `words`."""
        return ids_containing(self._connection, words)

    def document(self, document_id: str) -> PolicyDocument | None:
        """One document with its passages, or None."""
        row = self._connection.execute(
            "SELECT source, number, title, particulars, text FROM documents WHERE id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            return None
        source, number, title, particulars, text = row
        return PolicyDocument(
            source=source,
            number=number,
            title=title,
            text=text,
            passages=self._passages(document_id, text),
            **restored_particulars(particulars),
        )

    def _passages(self, document_id: str, text: str) -> tuple[Passage, ...]:
        rows = self._connection.execute(
            'SELECT "start", "end", locator, headings FROM passages WHERE document_id = ? '
            "ORDER BY position",
            (document_id,),
        )
        return tuple(
            Passage(start, end, text[start:end], locator, tuple(json.loads(headings)))
            for start, end, locator, headings in rows
        )

    def text(self, document_id: str) -> str | None:
        """A document's stored text, or None."""
        row = self._connection.execute(
            "SELECT text FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        return row[0] if row else None

    def status(self, document_id: str) -> str:
        """What is known of a document's validity, in the words shown to users."""
        row = self._connection.execute(
            "SELECT status, particulars FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        return status_today(row[0], json.loads(row[1])) if row else STATUS_UNKNOWN

    def ids_by_number(self, number: str) -> list[str]:
        """The ids of the active documents with that canonical number.

        An order is found by a short name of its issuer as well (市政府令第158号).
        """
        serial = number[number.find("令第") :] if "令第" in number else None
        rows = self._connection.execute(
            "SELECT id, number FROM documents WHERE active AND "
            + ("substr(number, instr(number, '令第')) = ?" if serial else "number = ?"),
            (serial or number,),
        )
        return [row[0] for row in rows if same_number(row[1], number)]

    def titles(self) -> list[tuple[str, str | None, str]]:
        """(id, number, title) of every active document."""
        return self._connection.execute(
            "SELECT id, number, title FROM documents WHERE active"
        ).fetchall()

    def titled(self, title: str, share: float) -> list[str]:
        """The ids of the active documents whose titles hold that share of `title`'s pairs."""
        version = self.version
        known, index = self._titles
        if known != version:
            index = TitleIndex((row[0], row[2]) for row in self.titles())
            self._titles = version, index
        return index.named(title, share)

    def passage_ids(self, document_ids: Sequence[str]) -> list[str]:
        """The ids of all passages of those documents, in order."""
        marks = ",".join("?" * len(document_ids))
        rows = self._connection.execute(
            f"SELECT id FROM passages WHERE document_id IN ({marks}) "
            "ORDER BY document_id, position",
            list(document_ids),
        )
        return [row[0] for row in rows]

    def found(
        self, ids: Sequence[str], scores: Mapping[str, Mapping[str, Any]] | None = None
    ) -> dict[str, FoundPassage]:
        """Those of the passages `ids` that exist, by id, with `scores` (fields of FoundPassage)
        where given, else unscored."""
        return read_passages(self._connection, ids, self._texts, scores)

    def passage_texts(self, ids: Sequence[str]) -> dict[str, str]:
        """The texts of those of the passages `ids` that exist, by id."""
        return read_texts(self._connection, ids, self._texts)

    def places(self, ids: Sequence[str]) -> dict[str, Place]:
        """Where those of the passages `ids` that exist stand, by id; without any text."""
        return self._places.get(self._connection, ids)

    def counts(self) -> tuple[int, int]:
        """How many documents and passages can be found."""
        return count_active(self._connection)

    def close(self) -> None:
        """Give up this thread's connection, the indexes and their lock."""
        if hasattr(self._local, "connection"):
            self._local.connection.close()
            del self._local.connection, self._local.inode
        with self._lock:
            self._snapshot = None


class VersionGone(Exception):
    """A writer switched versions between two looks; the caller looks again."""
