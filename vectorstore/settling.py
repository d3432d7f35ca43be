"""Decides between documents: which of several copies can be found, and which are still in force.

In: a connection in the writer's transaction. Out: the columns `active` and `status` of every
document, and a sentence for each that is hidden. A digest gives way to its original; of one
document in several files (the same number or title, the same text) the best stays. Who is
repealed or amended, the other documents say. Imports the data models and `numbers` only.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from vectorstore.datamodels import STATUS_AMENDED, STATUS_REPEALED, STATUS_UNKNOWN
from vectorstore.numbers import same_number

_SENT = re.compile("(?:印发|公布|发布|下发)(.{4,})的通知$")
_GRAM = 6
_SAME = 0.9
# A stray line makes no copy the better one, an annex does.
_WHOLE = 0.85
_STATUS_OF = (
    ("amends", STATUS_AMENDED),
    ("replaces", STATUS_REPEALED),
    ("repeals", STATUS_REPEALED),
)
# The further the format is from paragraphs that somebody typed, the later it comes.
_FORMATS = (".docx", ".html", ".htm", ".md", ".txt", ".jsonl", ".csv", ".pdf")


@dataclass(frozen=True)
class _Held:
    id: str
    number: str | None
    title: str
    source: str
    details: dict[str, Any]
    active: bool
    status: str

    @property
    def bare_title(self) -> str:
        return _bare(self.title)

    @property
    def titles(self) -> set[str]:
        """Its own title and that of the plan which it sends out, under which others know it."""
        sent = _SENT.search(self.title)
        return {self.bare_title} | ({_bare(sent.group(1))} if sent else set())


def _bare(title: str) -> str:
    return re.sub(r"\W", "", title)


def settle(connection: sqlite3.Connection) -> dict[str, str]:
    """Set `active` and `status` of all documents; why each hidden one is hidden, by its id."""
    held = [
        _Held(*row[:4], json.loads(row[4]), bool(row[5]), row[6])
        for row in connection.execute(
            "SELECT id, number, title, source, particulars, active, status FROM documents "
            "ORDER BY rowid"
        )
    ]
    hidden = _digests_that_give_way(held)
    hidden |= _copies(connection, [each for each in held if each.id not in hidden])
    status = _status([each for each in held if each.id not in hidden])
    connection.executemany(
        "UPDATE documents SET active = ?, status = ? WHERE id = ?",
        [
            (int(each.id not in hidden), status.get(each.id, STATUS_UNKNOWN), each.id)
            for each in held
            if each.active != (each.id not in hidden)
            or each.status != status.get(each.id, STATUS_UNKNOWN)
        ],
    )
    return hidden


def _digests_that_give_way(held: Sequence[_Held]) -> dict[str, str]:
    originals = {each.number for each in held if each.number and not each.details["digest"]}
    return {
        each.id: "the digest gives way to the original in the store"
        for each in held
        if each.details["digest"] and each.number in originals
    }


def _copies(connection: sqlite3.Connection, held: Sequence[_Held]) -> dict[str, str]:
    """The documents that another file holds as well, and better."""
    groups: dict[tuple[bool, str], list[_Held]] = defaultdict(list)
    titled = {each.bare_title: each.number for each in held if each.number}
    for each in held:
        # Where the number was lost on the way, the title tells.
        name = each.number or titled.get(each.bare_title) or each.bare_title
        groups[each.details["digest"], name].append(each)
    hidden: dict[str, str] = {}
    for group in groups.values():
        if len(group) < 2:
            continue
        grams = {each.id: _grams(connection, each.id) for each in group}
        longest = max(map(len, grams.values()))
        kept: list[_Held] = []
        for each in sorted(group, key=lambda e: _worth(e, len(grams[e.id]) >= _WHOLE * longest)):
            better = next((k for k in kept if _is_same(grams[each.id], grams[k.id])), None)
            if better is None:
                kept.append(each)
            else:
                hidden[each.id] = f"{each.source} gives way to the same text in {better.source}"
    return hidden


def _worth(each: _Held, whole: bool) -> tuple[object, ...]:
    """Sorts the best copy first: the complete, the numbered, the well read, then by format."""
    suffix = PurePath(each.source).suffix.lower()
    known = sum(bool(each.details.get(name)) for name in ("issuer", "issued", "gazette"))
    return (
        not whole,
        each.number is None,
        len(each.details["warnings"]),
        _FORMATS.index(suffix) if suffix in _FORMATS else len(_FORMATS),
        -known,
        each.source,
    )


def _grams(connection: sqlite3.Connection, document_id: str) -> set[str]:
    row = connection.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()
    letters = re.sub(r"\W", "", row[0])
    return {letters[i : i + _GRAM] for i in range(max(1, len(letters) - _GRAM + 1))}


def _is_same(one: set[str], other: set[str]) -> bool:
    """Whether nearly all of the shorter text stands in the longer one."""
    return len(one & other) >= _SAME * min(len(one), len(other))


def _status(held: Sequence[_Held]) -> dict[str, str]:
    """What the documents say of each other decides who is repealed or amended."""
    by_number, by_title = defaultdict(list), defaultdict(list)
    for each in held:
        by_number[each.number].append(each)
        for title in each.titles:
            by_title[title].append(each)
    orders = defaultdict(list)
    for number in by_number:
        if number and "令第" in number:
            orders[_serial(number)].append(number)
    status: dict[str, str] = {}
    for kind, becomes in _STATUS_OF:
        for each in held:
            for relation in each.details["relations"]:
                if relation["kind"] != kind:
                    continue
                for number in _numbers(relation["target_number"], orders):
                    title = _bare(relation["target_title"] or "")
                    targets = by_number[number] if number else by_title[title]
                    status |= {t.id: becomes for t in targets if not _is_one(t, each)}
    return status


def _is_one(target: _Held, source: _Held) -> bool:
    """A document that names its own number or title says nothing of itself."""
    return target.id == source.id or (bool(target.number) and target.number == source.number)


def _numbers(number: str | None, orders: Mapping[str, Sequence[str]]) -> list[str | None]:
    """The number, and for an order's short name every order that it means, of those by serial."""
    if number is None or "令第" not in number:
        return [number]
    return [order for order in orders.get(_serial(number), ()) if same_number(order, number)]


def _serial(order: str) -> str:
    """What the full and the short form of an order's number have in common."""
    return order.rsplit("令第", 1)[1]
