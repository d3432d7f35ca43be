"""Documents without their text: what a list of the whole library can be made of at once.

In: a connection to the store's SQLite file. Out: `DocumentSummary` for every document that can be
found, the ids of those whose text holds given words, and a document's validity today. Imports
the data models only.
"""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import date

from vectorstore.datamodels import (
    STATUS_EXPIRED,
    STATUS_NOT_YET,
    STATUS_REPEALED,
    STATUS_UNKNOWN,
    DocumentSummary,
    Relation,
)

_SHOWN = ("issuer", "kind", "issued", "expires", "gazette", "digest")


def read_summaries(connection: sqlite3.Connection) -> list[DocumentSummary]:
    """Every active document, by date and number."""
    rows = connection.execute(
        """SELECT d.id, d.number, d.title, d.status, d.particulars,
                  (SELECT COUNT(*) FROM passages p WHERE p.document_id = d.id)
           FROM documents d WHERE d.active ORDER BY d.rowid"""
    )
    found = [_summary(*row) for row in rows]
    return sorted(found, key=lambda each: (each.issued or "", each.number or ""))


def _summary(
    document_id: str, number: str | None, title: str, status: str, stored: str, passages: int
) -> DocumentSummary:
    particulars = json.loads(stored)
    return DocumentSummary(
        id=document_id,
        number=number,
        title=title,
        status=status_today(status, particulars),
        stated_status=particulars.get("stated_status"),
        passages=passages,
        relations=tuple(Relation(**each) for each in particulars["relations"]),
        **{name: particulars[name] for name in _SHOWN},
    )


def ids_containing(connection: sqlite3.Connection, words: str) -> set[str]:
    """The ids of the active documents whose text holds `words`, ASCII letters in any case."""
    escaped = re.sub(r"([\\%_])", r"\\\1", words)
    rows = connection.execute(
        "SELECT id FROM documents WHERE active AND text LIKE ? ESCAPE '\\'", (f"%{escaped}%",)
    )
    return {row[0] for row in rows}


def status_today(stored: str, particulars: dict) -> str:
    """Taking effect and expiring come with time, not with an ingest: decided when asked."""
    if stored != STATUS_UNKNOWN:
        return stored
    stated = particulars.get("stated_status") or STATUS_UNKNOWN
    today = date.today().isoformat()
    if stated != STATUS_REPEALED and (particulars["expires"] or today) < today:
        return STATUS_EXPIRED
    if stated != STATUS_REPEALED and (particulars["effective"] or today) > today:
        return STATUS_NOT_YET
    return stated
