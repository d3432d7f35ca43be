"""Whether a document holds at a date: who repealed or amended it, when it begins and ends.

In: an open store, a document, the date asked about. Out: a frozen `Standing`. What other stored
documents say of a document counts most, then the dates it states itself, then what the page it
came from said. Imports `vectorstore`; knows no questions and no sentences of an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vectorstore.datamodels import (
    STATUS_AMENDED,
    STATUS_EXPIRED,
    STATUS_IN_FORCE,
    STATUS_NOT_YET,
    STATUS_REPEALED,
    STATUS_UNKNOWN,
    PolicyDocument,
    Relation,
)
from vectorstore.numbers import same_number
from vectorstore.store import PolicyStore
from vectorstore.terms import fold

# What a document can do to another, and what the other is then.
_EFFECTS = {
    "amends": STATUS_AMENDED,
    "repeals": STATUS_REPEALED,
    "replaces": STATUS_REPEALED,
}
_INNER_TITLE = re.compile(r"(?:印发|公布|发布)[《〈]?(.+?)[》〉]?的(?:通知|公告)$")


@dataclass(frozen=True)
class Change:
    """A stored document repeals or amends another, which the store need not have."""

    document_id: str
    number: str | None
    title: str
    issued: str | None
    effective: str | None
    relation: Relation

    @property
    def since(self) -> str:
        """The ISO date from which it counts; empty where none is known."""
        return self.effective or self.issued or ""

    @property
    def status(self) -> str:
        """What the other document is from then on."""
        return _EFFECTS[self.relation.kind]


@dataclass(frozen=True)
class Standing:
    """A document's `status` at the date asked about.

    `change` is the repeal or amendment behind it; `later` one that comes after that date.
    """

    status: str
    change: Change | None = None
    later: Change | None = None


def inner_title(title: str) -> str:
    """The name of what a notice issues, or the title itself; without quotation brackets."""
    match = _INNER_TITLE.search(title)
    return (match[1] if match else title).strip("《》〈〉")


class Changes:
    """Every repeal and amendment that the documents of one version of a store state."""

    def __init__(self, stated: Iterable[Change]):
        self._stated = sorted(stated, key=lambda each: each.since)

    @classmethod
    def of(cls, store: PolicyStore) -> Changes:
        """Those of `store` as it is now."""
        found = []
        for summary in store.summaries():
            relations = [each for each in summary.relations if each.kind in _EFFECTS]
            document = store.document(summary.id) if relations else None
            if document is not None:
                found += [
                    Change(
                        document.id,
                        document.number,
                        document.title,
                        document.issued,
                        document.effective,
                        relation,
                    )
                    for relation in relations
                ]
        return cls(found)

    def __iter__(self):
        return iter(self._stated)

    def to(self, document: PolicyDocument) -> list[Change]:
        """What other documents do to `document`, oldest first."""
        return [each for each in self._stated if _means(each, document)]

    def by(self, document_id: str) -> list[Change]:
        """What a document does to others, one change for each of them."""
        found: dict[str, Change] = {}
        for each in self._stated:
            if each.document_id == document_id:
                target = each.relation.target_number or fold(each.relation.target_title or "")
                # A row of an annex says more than the sentence that announces the annex.
                if target not in found or each.relation.start > found[target].relation.start:
                    found[target] = each
        return sorted(found.values(), key=lambda each: each.relation.start)

    def named(self, number: str = "", title: str = "") -> list[Change]:
        """What is done to the document of that number or title, oldest first."""
        return [
            each
            for each in self._stated
            if (number and same_number(each.relation.target_number or "", number))
            or (title and fold(each.relation.target_title or "") == fold(title))
        ]

    def standing(self, document: PolicyDocument, on: str) -> Standing:
        """Whether `document` holds on the ISO date `on`."""
        status, change, later = settle(self.to(document), on)
        if status == STATUS_REPEALED:
            return Standing(status, change)
        if document.expires and document.expires < on:
            return Standing(STATUS_EXPIRED, later=later)
        if document.effective and document.effective > on:
            return Standing(STATUS_NOT_YET, later=later)
        if status == STATUS_AMENDED:
            return Standing(status, change, later)
        stated = document.stated_status or STATUS_UNKNOWN
        # A page says what is the case today; for the past it only counts while it speaks well.
        known_later = later is not None and stated != STATUS_IN_FORCE
        return Standing(STATUS_UNKNOWN if known_later else stated, later=later)


def settle(changes: Iterable[Change], on: str) -> tuple[str, Change | None, Change | None]:
    """What `changes` make of a document by the date `on`: its status, the change behind that,
    and the first repeal that comes later."""
    status, decisive, later = STATUS_UNKNOWN, None, None
    for each in changes:
        if each.since and each.since > on:
            later = later or (each if each.status == STATUS_REPEALED else None)
        elif each.status == STATUS_REPEALED or status != STATUS_REPEALED:
            status, decisive = each.status, each
    return status, decisive, later


def _means(change: Change, document: PolicyDocument) -> bool:
    """Whether `document` is the one that `change` is about."""
    target = change.relation
    if change.document_id == document.id:
        return False
    if target.target_number and document.number:
        return same_number(target.target_number, document.number)
    if not target.target_title:
        return False
    named = fold(target.target_title)
    if named not in (fold(document.title), fold(inner_title(document.title))):
        return False
    # A new document often bears the title of the one that it replaces.
    return not (document.issued and change.issued and document.issued >= change.issued)
