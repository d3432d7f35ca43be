"""What a store holds, file by file, and how it is: for whoever runs it.

In: the folder of a store. Out: frozen records, read in one go; a digest that gives way to its
original is listed too, as not active. Imports `store`, `embedding`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from vectorstore.embedding import ModelCard
from vectorstore.snapshot import version_folder
from vectorstore.store import connect, count_active, read_meta


@dataclass(frozen=True)
class HeldDocument:
    """A document of a file; not `active` when nobody can find it."""

    id: str
    number: str | None
    title: str
    issued: str | None
    passages: int
    active: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class HeldFile:
    """A file that was ingested; `path` is where it was then, `source` how it is cited."""

    path: str
    source: str
    documents: tuple[HeldDocument, ...]


@dataclass(frozen=True)
class Holdings:
    """`size` is in bytes on disk; `changed` is when the indexes last changed (seconds, Unix)."""

    files: tuple[HeldFile, ...]
    documents: int
    passages: int
    size: int
    model: ModelCard | None
    changed: float | None


def read_holdings(folder: Path) -> Holdings:
    """What the store in `folder` holds; StoreNotFound or NotAStore when it is none."""
    with closing(connect(folder)) as connection:
        documents, passages = count_active(connection)
        model = read_meta(connection, "model")
        version = int(read_meta(connection, "version") or 0)
        held = defaultdict(list)
        rows = connection.execute(
            """SELECT d.path, d.id, d.number, d.title, d.particulars, d.active,
                      (SELECT COUNT(*) FROM passages p WHERE p.document_id = d.id)
               FROM documents d ORDER BY d.rowid"""
        )
        for path, document_id, number, title, stored, active, count in rows:
            particulars = json.loads(stored)
            held[path].append(
                HeldDocument(
                    id=document_id,
                    number=number,
                    title=title,
                    issued=particulars["issued"],
                    passages=count,
                    active=bool(active),
                    warnings=tuple(particulars["warnings"]),
                )
            )
        files = connection.execute("SELECT path, source FROM files ORDER BY rowid DESC").fetchall()
    return Holdings(
        files=tuple(HeldFile(path, source, tuple(held[path])) for path, source in files),
        documents=documents,
        passages=passages,
        size=_size(folder),
        model=ModelCard(**json.loads(model)) if model else None,
        changed=_changed(version_folder(folder, version)) if version else None,
    )


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        # A writer may remove an old version at this moment.
        with suppress(OSError):
            total += file.stat().st_size if file.is_file() else 0
    return total


def _changed(version: Path) -> float | None:
    with suppress(OSError):
        return (version / "sizes.json").stat().st_mtime
    return None
