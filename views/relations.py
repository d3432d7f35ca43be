"""What documents say of each other, seen from one of them: both ways, and why it has its status.

In: the store's summaries. Out: groups of related documents, those in the library by their id.
Pure; knows no HTML. May import `vectorstore`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorstore.datamodels import (
    STATUS_AMENDED,
    STATUS_REPEALED,
    DocumentSummary,
    Relation,
)
from vectorstore.numbers import same_number

KINDS = ("repeals", "replaces", "amends", "forwards", "implements", "based_on", "cites")
_REASONS = {STATUS_REPEALED: ("repeals", "replaces"), STATUS_AMENDED: ("amends",)}
_CHANGING = {kind for kinds in _REASONS.values() for kind in kinds}
_ISSUED_TEXT = re.compile(r"(?:印发|公布|发布|转发)(.+)的(?:通知|公告|通告|决定)$")
_QUOTES = str.maketrans("", "", "《》〈〉“”\"' \u3000")


@dataclass(frozen=True)
class Related:
    """A document at the other end of a relation; `id` is None where the library lacks it.

    `said_by` is the id of the document that says so, at text[start:end].
    """

    number: str | None
    title: str | None
    id: str | None
    said_by: str
    start: int
    end: int


@dataclass(frozen=True)
class RelationGroup:
    """All relations of one kind; `incoming` when the others say it of this document."""

    kind: str
    incoming: bool
    related: tuple[Related, ...]


class RelationIndex:
    """The relations between the documents of one version of the store."""

    def __init__(self, documents: Sequence[DocumentSummary]):
        self._by_id = {each.id: each for each in documents}
        self._by_number: dict[str, list[DocumentSummary]] = defaultdict(list)
        self._by_title: dict[str, list[DocumentSummary]] = defaultdict(list)
        for each in documents:
            if each.number:
                self._by_number[_number_key(each.number)].append(each)
            for title in set(_titles(each.title)):
                self._by_title[title].append(each)
        self._incoming: dict[str, list[tuple[DocumentSummary, Relation]]] = defaultdict(list)
        for each in documents:
            for relation in each.relations:
                targets = self._targets(each, relation)
                # The store gives a status to every document that could be meant: say by what.
                if len(targets) == 1 or relation.kind in _CHANGING:
                    for target in targets:
                        self._incoming[target.id].append((each, relation))

    def of(self, document_id: str) -> list[RelationGroup]:
        """The document's relations: what it says of others, then what others say of it."""
        document = self._by_id.get(document_id)
        if document is None:
            return []
        groups = []
        for incoming, found in (
            (False, list(self._outgoing(document))),
            (True, list(self._said_of(document))),
        ):
            for kind in KINDS:
                related = tuple(_without_repetitions(each for name, each in found if name == kind))
                if related:
                    groups.append(RelationGroup(kind, incoming, related))
        return groups

    def reasons(self, document: DocumentSummary) -> tuple[Related, ...]:
        """The documents that gave it its status, the latest first."""
        kinds = _REASONS.get(document.status, ())
        said = [each for name, each in self._said_of(document) if name in kinds]
        said.sort(key=lambda each: self._by_id[each.said_by].issued or "", reverse=True)
        return tuple(_without_repetitions(said))

    def _outgoing(self, document: DocumentSummary) -> Iterator[tuple[str, Related]]:
        for relation in document.relations:
            place = (document.id, relation.start, relation.end)
            targets = self._targets(document, relation)
            if len(targets) == 1:
                (target,) = targets
                yield _kind(relation), Related(target.number, target.title, target.id, *place)
            elif not self._means_itself(document, relation):
                named = (relation.target_number, relation.target_title)
                yield _kind(relation), Related(*named, None, *place)

    def _said_of(self, document: DocumentSummary) -> Iterator[tuple[str, Related]]:
        for speaker, relation in self._incoming[document.id]:
            place = (speaker.id, relation.start, relation.end)
            yield _kind(relation), Related(speaker.number, speaker.title, speaker.id, *place)

    def _targets(self, speaker: DocumentSummary, relation: Relation) -> list[DocumentSummary]:
        """The other documents that could be meant."""
        if self._means_itself(speaker, relation):
            return []
        title = (relation.target_title or "").translate(_QUOTES)
        if not relation.target_number:
            return self._by_title.get(title, []) if title else []
        number = relation.target_number
        found = [
            each
            for each in self._by_number.get(_number_key(number), ())
            if same_number(each.number or "", number)
        ]
        if len(found) > 1 and title:
            found = [each for each in found if title in _titles(each.title)] or found
        return found

    def _means_itself(self, speaker: DocumentSummary, relation: Relation) -> bool:
        """A text that speaks of its own number or name, whoever else has used the name."""
        if relation.target_number:
            return same_number(speaker.number or "", relation.target_number)
        return (relation.target_title or "").translate(_QUOTES) in _titles(speaker.title)


def _kind(relation: Relation) -> str:
    return relation.kind if relation.kind in KINDS else "cites"


def _number_key(number: str) -> str:
    """Equal for all spellings of an order's issuer."""
    return number[number.find("令第") :] if "令第" in number else number


def _titles(title: str) -> tuple[str, ...]:
    """A title and, of a notice that only issues another text, the name of that text."""
    plain = title.translate(_QUOTES)
    inner = _ISSUED_TEXT.search(plain)
    return (plain, inner[1]) if inner else (plain,)


def _without_repetitions(related: Iterator[Related] | list[Related]) -> Iterator[Related]:
    seen = set()
    for each in related:
        key = each.id or each.number or each.title
        if key not in seen:
            seen.add(key)
            yield each
