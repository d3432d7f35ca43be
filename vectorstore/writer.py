"""The one writer of a store: documents in, a verified new version of the indexes out.

    with StoreWriter(folder, embeddings) as writer:
        writer.put(path, source, sha256, documents)
        writer.remove("葫政发〔2019〕12号")
        changed = writer.commit()

Everything happens in one SQLite transaction that ends with the new version's number; see
`store` for why nothing is lost by a kill. Leaving the block without `commit` changes nothing.
Imports `store`, `versions`, `embedding`; knows nothing of files or formats.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from vectorstore.close_reading import CloseReader
from vectorstore.datamodels import (
    STATUS_UNKNOWN,
    PolicyDocument,
    content_id,
)
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ModelMismatch, NotAStore, StoreBusy
from vectorstore.particulars import particulars_of
from vectorstore.passages import active_ids
from vectorstore.sentences import cut
from vectorstore.settling import settle
from vectorstore.store import (
    FORMAT,
    SCHEMA,
    check_folder,
    connect,
    context_of,
    count_active,
    passage_id,
    read_meta,
)
from vectorstore.terms import terms_fingerprint
from vectorstore.versions import BATCH, UPDATED, Changes, IndexVersions, Progress, silent


class StoreWriter:
    """Changes one store; a context manager. `StoreBusy` when another process is writing."""

    def __init__(
        self,
        folder: str | Path,
        embeddings: PolicyEmbeddings,
        *,
        rebuild: bool = False,
        on_progress: Progress = silent,
    ):
        """Nothing is touched before the `with` block; `rebuild` makes the indexes anew."""
        self.folder = Path(folder)
        self._embeddings = embeddings
        self._rebuild = rebuild
        self._progress = on_progress
        self._hidden: dict[str, str] = {}

    def __enter__(self) -> StoreWriter:
        self._lock = self._take_lock()
        try:
            self._connection = self._open()
            self._connection.execute("BEGIN IMMEDIATE")
            reads = CloseReader.for_model(self._embeddings) is not None
            self._versions = IndexVersions(
                self.folder,
                self._connection,
                self._progress,
                self._rebuild,
                partial(cut, self._embeddings) if reads else None,
            )
            self._check_model()
        except BaseException:
            self._lock.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._versions.drop_unused()
        finally:
            self._connection.close()
            self._lock.close()

    def _take_lock(self):
        check_folder(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "writer.lock").open("w")
        except OSError as error:
            raise NotAStore(
                f"{self.folder} cannot be written to ({error.strerror}); "
                "give another folder for the store.",
                f"无法写入 {self.folder}（{error.strerror}），请换一个政策库文件夹。",
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise StoreBusy(
                f"Another ingest is writing to {self.folder}; try again when it has finished.",
                f"另一个入库任务正在写入 {self.folder}，请等它完成后再试。",
            ) from error
        return lock

    def _open(self) -> sqlite3.Connection:
        file = self.folder / "library.sqlite3"
        if not file.exists():
            # Made under another name first: a kill leaves no half-made library behind.
            fresh = self.folder / "library.new"
            fresh.unlink(missing_ok=True)
            with sqlite3.connect(fresh) as made:
                made.execute("PRAGMA journal_mode = WAL")
                made.executescript(SCHEMA)
                made.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            made.close()
            os.replace(fresh, file)
        return connect(self.folder)

    def _check_model(self) -> None:
        found = read_meta(self._connection, "model")
        ours = asdict(self._embeddings.card)
        if found is None or json.loads(found) == ours:
            return
        theirs = json.loads(found)
        # The shipped model comes with the program: a newer program brings its store along.
        updated = theirs["name"] == ours["name"] == "shipped"
        if not (updated or self._rebuild):
            raise ModelMismatch(
                f"The store in {self.folder} was made with the embedding model "
                f"{theirs['name']}, not {ours['name']}; choose that model in "
                "POLICY_EMBEDDING_MODEL, another --store, or re-embed it with --rebuild.",
                f"政策库 {self.folder} 由向量模型 {theirs['name']} 生成，与当前模型 "
                f"{ours['name']} 不一致，请改用原模型、换一个库，或用 --rebuild 重建。",
            )
        self._versions.rebuild = True
        self._connection.execute("DELETE FROM vectors")

    def known(self) -> dict[str, tuple[str, str]]:
        """path -> (source, sha256) of every file that was ingested."""
        rows = self._connection.execute("SELECT path, source, sha256 FROM files")
        return {path: (source, digest) for path, source, digest in rows}

    def put(self, path: str, source: str, digest: str, documents: Sequence[PolicyDocument]) -> None:
        """Replace what is stored of the file `path` by `documents`."""
        self.forget(path)
        self._connection.execute("INSERT INTO files VALUES (?, ?, ?)", (path, source, digest))
        for document in documents:
            # The same document may have come in another file of that name.
            self._forget_documents([document.id])
            self._connection.execute(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
                (
                    document.id,
                    path,
                    document.source,
                    document.number,
                    document.title,
                    particulars_of(document),
                    document.text,
                    STATUS_UNKNOWN,
                ),
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        passage_id(document.id, each),
                        document.id,
                        position,
                        each.start,
                        each.end,
                        each.locator,
                        json.dumps(each.headings, ensure_ascii=False),
                        content_id(context_of(document, each), each.text),
                    )
                    for position, each in enumerate(document.passages)
                ),
            )

    def forget(self, path: str) -> None:
        """Remove the file `path` and its documents."""
        ids = [
            row[0]
            for row in self._connection.execute("SELECT id FROM documents WHERE path = ?", (path,))
        ]
        self._forget_documents(ids)
        self._connection.execute("DELETE FROM files WHERE path = ?", (path,))

    def _forget_documents(self, ids: Sequence[str]) -> None:
        for document_id in ids:
            self._connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
            self._connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def remove_number(self, number: str) -> int:
        """Remove the documents with that canonical number; how many there were."""
        return self._take_out("number", number)

    def remove_document(self, document_id: str) -> int:
        """Remove one document and leave the others of its file; 0 when there is none."""
        return self._take_out("id", document_id)

    def _take_out(self, column: str, value: str) -> int:
        rows = self._connection.execute(
            f"SELECT id, path FROM documents WHERE {column} = ?", (value,)
        )
        found = rows.fetchall()
        self._forget_documents([row[0] for row in found])
        for path in {row[1] for row in found}:
            # The file no longer stands for what is stored: ingesting it again brings it back.
            self._connection.execute("UPDATE files SET sha256 = '' WHERE path = ?", (path,))
        return len(found)

    def remove_file(self, name: str) -> int:
        """Remove the file with that path or source name; how many documents went with it."""
        paths = [path for path, (source, _) in self.known().items() if name in (path, source)]
        count = 0
        for path in paths:
            count += self._connection.execute(
                "SELECT COUNT(*) FROM documents WHERE path = ?", (path,)
            ).fetchone()[0]
            self.forget(path)
        return count

    def commit(self) -> Changes:
        """Decide what can be found, build and verify the new version, and switch to it.

        When nothing changed, the current version stays and no model is loaded.
        """
        self._hidden = settle(self._connection)
        spelling = terms_fingerprint()
        known = read_meta(self._connection, "terms")
        # The lexical index may hold terms as an older program made them.
        outdated = known != spelling and read_meta(self._connection, "version") is not None
        notes = (UPDATED,) if outdated and not self._versions.rebuild else ()
        self._versions.rebuild |= outdated
        wanted = active_ids(self._connection)
        old = int(read_meta(self._connection, "version") or 0)
        if self._versions.is_current(old, wanted):
            changes = Changes(0, 0, old)
        else:
            self._embed_missing(self._versions.missing(old, wanted))
            self._drop_stale_vectors()
            changes = self._versions.build(old, wanted)
            self._write_meta("model", json.dumps(asdict(self._embeddings.card)))
            self._write_meta("content", content_id(*sorted(wanted)))
            self._write_meta("terms", spelling)
            self._write_meta("version", str(changes.version))
        self._connection.execute("COMMIT")
        return replace(changes, notes=(*notes, *changes.notes))

    def summary(self, paths: Sequence[str]) -> tuple[int, int, list[str]]:
        """Documents, passages and warnings of the files stored under `paths`."""
        documents, passages, warnings = 0, 0, []
        for path in dict.fromkeys(paths):
            for document_id, number, title, particulars in self._connection.execute(
                "SELECT id, number, title, particulars FROM documents WHERE path = ?",
                (path,),
            ).fetchall():
                documents += 1
                passages += self._connection.execute(
                    "SELECT COUNT(*) FROM passages WHERE document_id = ?", (document_id,)
                ).fetchone()[0]
                name = number or title
                warnings += [f"{name}: {each}" for each in json.loads(particulars)["warnings"]]
                if document_id in self._hidden:
                    warnings.append(f"{name}: {self._hidden[document_id]}")
        return documents, passages, warnings

    def counts(self) -> tuple[int, int]:
        """How many documents and passages can be found."""
        return count_active(self._connection)

    def _write_meta(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _embed_missing(self, ids: Sequence[str]) -> None:
        """Embed those of the passages `ids` that have no vector; equal texts share one."""
        for start in range(0, len(ids), BATCH):
            self._progress("embed", start, len(ids))
            found = self._versions.rows(ids[start : start + BATCH])
            rows = list({each.key: each for each in found if not each.vector.size}.values())
            vectors = self._embeddings.array([f"{row.context}\n{row.body}" for row in rows])
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                ((row.key, vector.tobytes()) for row, vector in zip(rows, vectors, strict=True)),
            )
        self._progress("embed", len(ids), len(ids))

    def _drop_stale_vectors(self) -> None:
        self._connection.execute(
            "DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)"
        )
