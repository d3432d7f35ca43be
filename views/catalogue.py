"""Which documents of the library a visitor asked to see: filters, counts, order, pages.

In: the store's `DocumentSummary` records and `Filters`. Out: a `Listing`. Pure functions and
frozen dataclasses; knows no HTML and no Gradio. May import `vectorstore`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

from vectorstore.datamodels import DocumentSummary
from vectorstore.numbers import find_numbers, same_number

PER_PAGE = 50
LONGEST_WORDS = 200
MOST_WORDS = 8
UNKNOWN = "-"  # the choice of documents that do not say
FACETS = ("year", "issuer", "kind", "status")
SORTS = ("issued", "number", "title", "issuer", "kind", "status", "passages")
NEWEST_FIRST = "-issued"

_BRACKETS = str.maketrans("", "", "〔〕[]()【】〖〗{}「」<>《》〈〉﹝﹞ \u3000\t-—/_第年号")
_SERIAL = re.compile(r"第?(\d{1,5})号")
_YEAR_SERIAL = re.compile(r"\W?((?:19|20)\d{2})[\W年]+第?(\d{1,5})号?")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_PARTS = re.compile(r"(.*?)(?:〔(\d{4})〕|第)(\d+)号$")


@dataclass(frozen=True)
class Filters:
    """What a visitor chose; an empty text chooses everything.

    `month` is YYYY-MM; `sort` one of SORTS, with a minus sign when it descends.
    """

    words: str = ""
    year: str = ""
    month: str = ""
    issuer: str = ""
    kind: str = ""
    status: str = ""
    sort: str = NEWEST_FIRST
    page: int = 1

    def changed(self, **changes: object) -> Filters:
        """With other choices, and back at the first page."""
        return replace(self, **{"page": 1, **changes})

    @property
    def chosen(self) -> dict[str, str]:
        """The choices that leave documents out, by name."""
        names = ("words", "year", "month", "issuer", "kind", "status")
        return {name: value for name in names if (value := getattr(self, name))}

    @classmethod
    def read(cls, values: dict[str, str]) -> Filters:
        """From an address; what is unknown or cannot be is left out."""
        known = {each.name: values[each.name] for each in fields(cls) if each.name in values}
        page = known.pop("page", "1")
        known = {name: value.strip()[:LONGEST_WORDS] for name, value in known.items()}
        if known.get("sort", "").removeprefix("-") not in SORTS:
            known["sort"] = NEWEST_FIRST
        if not _MONTH.fullmatch(known.get("month", "")):
            known["month"] = ""
        in_range = page.isascii() and page.isdigit() and len(page) < 7
        return cls(**known, page=max(1, int(page)) if in_range else 1)


@dataclass(frozen=True)
class Listing:
    """One page of what was found.

    `facets` counts, for each of FACETS, the documents by value that the other choices leave;
    `months` the same by month (empty where no date is known) and kind. `missing` are the numbers
    asked for that no document bears; `mentioning` the documents that speak of them.
    """

    filters: Filters
    documents: tuple[DocumentSummary, ...]
    total: int
    library: int
    pages: int
    facets: dict[str, Counter[str]] = field(default_factory=dict)
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: tuple[str, ...] = ()
    mentioning: tuple[DocumentSummary, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """The words of a search, taken apart.

    `numbers` are canonical; `serials` are (year or None, serial) of numbers cut short (12号,
    〔2019〕12号); `words` is the rest.
    """

    numbers: tuple[str, ...] = ()
    serials: tuple[tuple[int | None, int], ...] = ()
    words: tuple[str, ...] = ()


def read_words(words: str) -> Wanted:
    """Take document numbers, whole and cut short, out of what was typed."""
    numbers = find_numbers(words)
    rest = words
    for _, start, end in reversed(numbers):
        rest = f"{rest[:start]} {rest[end:]}"
    serials, plain = [], []
    for word in rest.split():
        folded = unicodedata.normalize("NFKC", word)
        if match := _YEAR_SERIAL.fullmatch(folded):
            serials.append((int(match[1]), int(match[2])))
        elif match := _SERIAL.fullmatch(folded):
            serials.append((None, int(match[1])))
        else:
            plain.append(word)
    found = tuple(dict.fromkeys(number for number, _, _ in numbers))
    return Wanted(found, tuple(serials), tuple(plain))


def facet(document: DocumentSummary, name: str) -> str:
    """The value that a document has for one of FACETS, UNKNOWN where it has none."""
    if name == "year":
        return (document.issued or UNKNOWN)[:4]
    return getattr(document, name) or UNKNOWN


def month(document: DocumentSummary) -> str:
    """YYYY-MM, or an empty text."""
    found = _MONTH.match(document.issued or "")
    return found[0] if found else ""


def number_parts(number: str | None) -> tuple[str, int, int]:
    """A canonical number's code, year (0 for an order) and serial."""
    match = _PARTS.match(number or "")
    return (match[1], int(match[2] or 0), int(match[3])) if match else (number or "", 0, 0)


class Catalogue:
    """All documents of one version of the store, ready to be searched."""

    def __init__(self, documents: Sequence[DocumentSummary], holding: Callable[[str], set[str]]):
        """`holding` gives the ids of the documents whose text holds a word."""
        self.documents = tuple(documents)
        self._holding = holding

    @cached_property
    def by_id(self) -> dict[str, DocumentSummary]:
        return {each.id: each for each in self.documents}

    @cached_property
    def _heads(self) -> list[tuple[DocumentSummary, str, str]]:
        """Each document with its particulars as one text, and its number without its signs."""
        return [(each, _head(each), _squeezed(each.number or "")) for each in self.documents]

    def numbered(self, number: str) -> tuple[DocumentSummary, ...]:
        """The documents that bear a canonical number."""
        return tuple(
            each for each in self.documents if each.number and same_number(each.number, number)
        )

    def mentioning(self, numbers: Iterable[str]) -> tuple[DocumentSummary, ...]:
        """The documents that speak of a document with one of these numbers."""
        wanted = tuple(numbers)
        return tuple(
            document
            for document in self.documents
            if any(
                relation.target_number and same_number(relation.target_number, number)
                for relation in document.relations
                for number in wanted
            )
        )

    def search(self, filters: Filters, per_page: int = PER_PAGE) -> Listing:
        """What the filters leave, and what they would leave with one choice changed."""
        wanted = read_words(filters.words)
        worded = self._with_words(wanted)
        left = [each for each in worded if _agrees(each, filters)]
        pages = max(1, -(-len(left) // per_page))
        page = min(filters.page, pages)
        in_order = sorted(left, key=_date_key, reverse=True)
        column = filters.sort.removeprefix("-")
        in_order.sort(key=_KEYS[column], reverse=filters.sort.startswith("-"))
        # What a document does not say comes last, whichever way the list runs.
        in_order.sort(key=lambda each: getattr(each, column) is None)
        missing = tuple(number for number in wanted.numbers if not self.numbered(number))
        return Listing(
            filters=replace(filters, page=page),
            documents=tuple(in_order[(page - 1) * per_page : page * per_page]),
            total=len(left),
            library=len(self.documents),
            pages=pages,
            facets={
                name: Counter(
                    facet(each, name) for each in worded if _agrees(each, filters, but=name)
                )
                for name in FACETS
            },
            months=Counter(
                (month(each), facet(each, "kind"))
                for each in worded
                if _agrees(each, filters, but="month")
            ),
            missing=missing,
            mentioning=self.mentioning(missing) if missing else (),
        )

    def _with_words(self, wanted: Wanted) -> list[DocumentSummary]:
        left = list(self.documents)
        if wanted.numbers:
            bearing = {each.id for number in wanted.numbers for each in self.numbered(number)}
            left = [each for each in left if each.id in bearing]
        for year, serial in wanted.serials:
            left = [each for each in left if _has_serial(each, year, serial)]
        for word in wanted.words[:MOST_WORDS]:
            folded, squeezed = _folded(word), _squeezed(word)
            found = {
                each.id
                for each, head, number in self._heads
                if folded in head or (len(squeezed) > 1 and squeezed in number)
            } | self._holding(word)
            left = [each for each in left if each.id in found]
        return left


def _agrees(document: DocumentSummary, filters: Filters, but: str = "") -> bool:
    for name in FACETS:
        value = getattr(filters, name)
        if value and name != but and facet(document, name) != value:
            return False
    return not filters.month or but == "month" or month(document) == filters.month


def _has_serial(document: DocumentSummary, year: int | None, serial: int) -> bool:
    _, its_year, its_serial = number_parts(document.number)
    return its_serial == serial and year in (None, its_year)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _squeezed(text: str) -> str:
    return _folded(text).translate(_BRACKETS)


def _head(document: DocumentSummary) -> str:
    parts = (document.title, document.number, document.issuer, document.kind, document.gazette)
    return _folded("\n".join(filter(None, parts)))


def _alphabetical(text: str | None) -> bytes:
    # GB 18030 has the common characters in the order of their pronunciation.
    return (text or "").encode("gb18030", "replace")


def _number_key(document: DocumentSummary) -> tuple[bytes, int, int]:
    code, year, serial = number_parts(document.number)
    return _alphabetical(code), year, serial


def _date_key(document: DocumentSummary) -> tuple:
    return document.issued or "", _number_key(document)


_KEYS: dict[str, Callable[[DocumentSummary], object]] = {
    "issued": lambda each: each.issued or "",
    "number": _number_key,
    "title": lambda each: _alphabetical(each.title),
    "issuer": lambda each: _alphabetical(each.issuer),
    "kind": lambda each: _alphabetical(each.kind),
    "status": lambda each: _alphabetical(each.status),
    "passages": lambda each: each.passages,
}
