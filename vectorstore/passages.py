"""Passages by id: as the indexes need them, where they stand, and whole with their document's
particulars.

In: a connection to the store's SQLite file and passage ids. Out: a `Row` for every passage that is
to be indexed, a `Place` where ranking asks for locators, and `FoundPassage` for the few that were
found. Imports the data models, `particulars`, `summaries`.

SQLite would read a document up to the passage for every passage that is cut out of it; a text
is read once instead and a few are kept, which is safe because an id stands for one text for ever.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from vectorstore.datamodels import FoundPassage
from vectorstore.particulars import source_at
from vectorstore.summaries import status_today

# One text of SQL for any number of values: it is compiled once, and there is no limit to them.
AMONG = "(SELECT value FROM json_each(?))"
_KEPT_CHARACTERS = 8_000_000
_KEPT_PLACES = 50_000
_UNSCORED = {"score": 0.0}


@dataclass(frozen=True)
class Row:
    """What the indexes need to know of one passage; `vector` is empty before embedding.

    `path` are the document's title and the `headings`; `context` has its number as well.
    """

    id: str
    document_id: str
    key: str
    start: int
    title: str
    headings: tuple[str, ...]
    locator: str
    context: str
    body: str
    vector: np.ndarray

    @property
    def path(self) -> str:
        """The title and the headings."""
        return " ".join((self.title, *self.headings))


def active_ids(connection: sqlite3.Connection) -> list[str]:
    """The ids of all passages that can be found, those of a document together and in order."""
    rows = connection.execute(
        """SELECT p.id FROM passages p JOIN documents d ON d.id = p.document_id
           WHERE d.active ORDER BY p.document_id, p.position"""
    )
    return [row[0] for row in rows]


def read_rows(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Row]:
    """What the indexes need to know of those of the passages `ids` that exist, in order."""
    found = connection.execute(
        f"""SELECT p.id, p.document_id, p.vector_key, p.headings, p.locator, p."start", p."end",
                   v.vector
            FROM passages p LEFT JOIN vectors v ON v.key = p.vector_key
            WHERE p.id IN {AMONG}""",
        (json.dumps(ids),),
    ).fetchall()
    owners = list({row[1] for row in found})
    documents = {
        row[0]: row[1:]
        for row in connection.execute(
            f"SELECT id, number, title, text FROM documents WHERE id IN {AMONG}",
            (json.dumps(owners),),
        )
    }
    rows = {row[0]: _row(row, *documents[row[1]]) for row in found}
    return [rows[each] for each in ids if each in rows]


def _row(found: tuple, number: str | None, title: str, text: str) -> Row:
    passage_id, document_id, key, stored, locator, start, end, vector = found
    headings = _decoded(stored)
    return Row(
        id=passage_id,
        document_id=document_id,
        key=key,
        start=start,
        title=title,
        headings=headings,
        locator=locator,
        context=" ".join(filter(None, (number, title, *headings))),
        body=text[start:end],
        vector=np.frombuffer(vector or b"", np.float32),
    )


class Place(NamedTuple):
    """Where a passage stands, as far as a question may say so, in a document and in the library."""

    id: str
    document_id: str
    start: int
    locator: str
    title: str
    issued: str | None


class DocumentTexts:
    """The texts of documents by id, the last used of them kept; for any number of threads."""

    def __init__(self, characters: int = _KEPT_CHARACTERS):
        self._room = characters
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
        """The texts of those of the documents `ids` that are stored."""
        found, missing = {}, []
        with self._lock:
            for each in ids:
                if each in self._kept:
                    self._kept.move_to_end(each)
                    found[each] = self._kept[each]
                else:
                    missing.append(each)
        if missing:
            rows = connection.execute(
                f"SELECT id, text FROM documents WHERE id IN {AMONG}", (json.dumps(missing),)
            )
            read = dict(rows.fetchall())
            self._keep(read)
            found |= read
        return found

    def _keep(self, read: dict[str, str]) -> None:
        with self._lock:
            for each, text in read.items():
                self._room += len(self._kept.pop(each, ""))
                self._kept[each] = text
                self._room -= len(text)
            while self._room < 0:
                _, text = self._kept.popitem(last=False)
                self._room += len(text)


class Places:
    """Where passages stand, by id; those once read are kept, for one version of the library."""

    def __init__(self, kept: int = _KEPT_PLACES):
        self._most = kept
        self._kept: dict[str, Place] = {}

    def get(self, connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Place]:
        """Where those of the passages `ids` that exist stand, in their order."""
        kept = self._kept
        missing = [each for each in ids if each not in kept]
        read = {}
        if missing:
            rows = connection.execute(
                f"""SELECT p.id, p.document_id, p."start", p.locator, d.title,
                           json_extract(d.particulars, '$.issued')
                    FROM passages p JOIN documents d ON d.id = p.document_id
                    WHERE p.id IN {AMONG}""",
                (json.dumps(missing),),
            )
            read = {row[0]: Place._make(row) for row in rows}
            if len(kept) < self._most:
                kept.update(read)
            else:
                # Replaced, not emptied: another thread may be looking.
                self._kept = read
        found = ((each, kept.get(each) or read.get(each)) for each in ids)
        return {each: place for each, place in found if place}


@lru_cache(maxsize=8_192)
def _decoded(stored: str) -> Any:
    """Particulars or headings, which nobody changes; the same ones come again and again."""
    found = json.loads(stored)
    return tuple(found) if isinstance(found, list) else found


def read_texts(
    connection: sqlite3.Connection, ids: Sequence[str], texts: DocumentTexts
) -> dict[str, str]:
    """The texts of those of the passages `ids` that exist, by id."""
    rows = connection.execute(
        f'SELECT id, document_id, "start", "end" FROM passages WHERE id IN {AMONG}',
        (json.dumps(ids),),
    ).fetchall()
    owners = texts.get(connection, {row[1] for row in rows})
    return {row[0]: owners[row[1]][row[2] : row[3]] for row in rows if row[1] in owners}


def read_passages(
    connection: sqlite3.Connection,
    ids: Sequence[str],
    texts: DocumentTexts,
    scores: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, FoundPassage]:
    """Those of the passages `ids` that can be found, by id, with their `scores` where given."""
    rows = connection.execute(
        f"""SELECT id, document_id, "start", "end", locator, headings FROM passages
            WHERE id IN {AMONG}""",
        (json.dumps(ids),),
    ).fetchall()
    documents = {
        row[0]: (*row[1:5], _decoded(row[5]))
        for row in connection.execute(
            f"""SELECT id, number, title, source, status, particulars FROM documents
                WHERE id IN {AMONG} AND active""",
            (json.dumps(list({row[1] for row in rows})),),
        )
    }
    bodies = texts.get(connection, documents)
    scores = scores or {}
    return {
        row[0]: _found(row, documents[row[1]], bodies[row[1]], scores.get(row[0], _UNSCORED))
        for row in rows
        if row[1] in bodies
    }


def _found(row: tuple, document: tuple, text: str, scores: Mapping[str, Any]) -> FoundPassage:
    passage_id, document_id, start, end, locator, headings = row
    number, title, source, status, particulars = document
    return FoundPassage(
        id=passage_id,
        document_id=document_id,
        number=number,
        title=title,
        source=source_at(source, particulars.get("pages", ()), start),
        locator=locator,
        headings=_decoded(headings),
        start=start,
        end=end,
        text=text[start:end],
        status=status_today(status, particulars),
        digest=particulars["digest"],
        issued=particulars["issued"],
        **scores,
    )
