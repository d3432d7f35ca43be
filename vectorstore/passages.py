"""Passages by id: where they stand, and whole with their document's particulars.

In: a connection to the store's SQLite file and passage ids. Out: a `Place` for every candidate
of a search (a few columns, no text), and `FoundPassage` for the few that are looked at closer.
Imports the data models, `particulars`, `summaries`.

SQLite would read a document up to the passage for every passage that is cut out of it; a text
is read once instead and a few are kept, which is safe because an id stands for one text for ever.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vectorstore.datamodels import FoundPassage
from vectorstore.particulars import source_at
from vectorstore.summaries import status_today

# One text of SQL for any number of values: it is compiled once, and there is no limit to them.
AMONG = "(SELECT value FROM json_each(?))"
_KEPT_CHARACTERS = 8_000_000
_KEPT_PLACES = 50_000


class Place(NamedTuple):
    """Where a passage stands: what ranking needs of a candidate."""

    id: str
    document_id: str
    start: int
    locator: str


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
    """Where passages stand, by id; those once read are kept: an id stands for one place."""

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
                f'SELECT id, document_id, "start", locator FROM passages WHERE id IN {AMONG}',
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


def read_passages(
    connection: sqlite3.Connection, ids: Sequence[str], texts: DocumentTexts
) -> dict[str, FoundPassage]:
    """Those of the passages `ids` that can be found, unscored, by id."""
    rows = connection.execute(
        f"""SELECT id, document_id, "start", "end", locator, headings FROM passages
            WHERE id IN {AMONG}""",
        (json.dumps(ids),),
    ).fetchall()
    owners = list({row[1] for row in rows})
    documents = {
        row[0]: (*row[1:5], json.loads(row[5]))
        for row in connection.execute(
            f"""SELECT id, number, title, source, status, particulars FROM documents
                WHERE id IN {AMONG} AND active""",
            (json.dumps(owners),),
        )
    }
    bodies = texts.get(connection, documents)
    return {
        row[0]: _found(row, documents[row[1]], bodies[row[1]]) for row in rows if row[1] in bodies
    }


def _found(row: tuple, document: tuple, text: str) -> FoundPassage:
    passage_id, document_id, start, end, locator, headings = row
    number, title, source, status, particulars = document
    return FoundPassage(
        id=passage_id,
        document_id=document_id,
        number=number,
        title=title,
        source=source_at(source, particulars.get("pages", ()), start),
        locator=locator,
        headings=tuple(json.loads(headings)),
        start=start,
        end=end,
        text=text[start:end],
        status=status_today(status, particulars),
        digest=particulars["digest"],
        issued=particulars["issued"],
        score=0.0,
    )
