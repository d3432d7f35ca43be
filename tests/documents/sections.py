"""Compares each digest with its original section by section: is every fact where it belongs?

In: the digests of `documents/` and the gazettes they digest, both as the reader cuts them. Out:
one `Comparison` per digest; `python -m tests.documents.sections` prints them as a table, and
with `-v` each item that stands in the wrong section or is missing.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.reader import read_documents
from tests.documents.items import (
    DATE,
    DEPARTMENT,
    PERSON,
    PHONE,
    QUANTITY,
    Item,
    agrees,
    any_of,
    counts_of_lists,
    find_items,
    listed_departments,
    plain_department,
)
from tests.documents.test_digests import DIGESTS, GAZETTES, measure
from vectorstore.datamodels import PolicyDocument

NUMERIC = (QUANTITY, DATE, PHONE)
_STEP = re.compile(
    r"[一二三四五六七八九十]+、.*|（[一二三四五六七八九十\d]+）|\d+\.|第[一二三四五六七八九十]+[章条]"
    r"|附件\d*|.+同志"
)
_ROW = re.compile(r"(.*/|)表/第\d+行")

Sections = dict[tuple[str, ...], str]
Found = dict[tuple[str, ...], frozenset[Item]]


@dataclass(frozen=True)
class Comparison:
    """A digest beside its original; misplaced and missing items with their section."""

    number: str
    checked: int
    departments: int
    numbers: int
    names: int
    misplaced: tuple[tuple[str, Item], ...]
    missing: tuple[tuple[str, Item], ...]
    unnamed: tuple[tuple[str, Item], ...]

    @property
    def numbers_kept(self) -> float:
        """The share of the original's numbers, dates and amounts in the same section."""
        return 1 - len(self.missing) / max(1, self.numbers)

    @property
    def names_kept(self) -> float:
        """The share of the original's departments and persons in the same section."""
        return 1 - len(self.unnamed) / max(1, self.names)


def section_of(locator: str, rows: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The steps of a locator down to the last numbered one; of `rows`, the row as well."""
    steps = []
    for step in locator.split("/"):
        if not _STEP.fullmatch(step):
            break
        steps.append(step)
    return (*steps, locator.split("/")[-1]) if locator in rows else tuple(steps)


def sections(document: PolicyDocument, rows: frozenset[str] = frozenset()) -> Sections:
    """The text of each section, the lead-in under (); headings belong to their section."""
    texts: dict[tuple[str, ...], list[str]] = defaultdict(list)
    texts[()] = [document.number or "", document.title, document.issuer or "", _issued(document)]
    for passage in document.passages:
        section = section_of(passage.locator, rows)
        texts[section].append(passage.text)
        texts[section[: len(passage.headings)]].extend(passage.headings)
    return {section: "\n".join(text) for section, text in texts.items()}


def _issued(document: PolicyDocument) -> str:
    year, month, day = (document.issued or "0-0-0").split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def related(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one section holds the other; the lead-in of a document holds only itself."""
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter and bool(shorter) == bool(longer)


def absent(items: Found, there: Sections, others: Found) -> list[tuple[str, Item]]:
    """The items that no related section of the other side holds."""
    found = []
    for section, own in items.items():
        near = [item for key, value in others.items() if related(section, key) for item in value]
        text = re.sub(r"\s", "", "".join(t for key, t in there.items() if related(section, key)))
        found += [
            ("/".join(section), item)
            for item in sorted(own)
            if not any(agrees(item, other) for other in near) and not _stands(item, text)
        ]
    return found


def _stands(item: Item, text: str) -> bool:
    """Whether a department's name stands in running text."""
    return item.kind == DEPARTMENT and (item.value in _plain(text))


@cache
def _plain(text: str) -> str:
    return plain_department(text)


def compare(
    digest: PolicyDocument, original: PolicyDocument, names: frozenset[str] = frozenset()
) -> Comparison:
    """Every fact of the digest sought in the original's section, and its numbers the other way.

    `names` are departments that other documents name, to be found here in prose as well.
    """
    rows = frozenset.intersection(
        *(
            frozenset(p.locator for p in each.passages if _ROW.fullmatch(p.locator))
            for each in (digest, original)
        )
    )
    ours, theirs = sections(digest, rows), sections(original, rows)
    known = any_of(names.union(*map(listed_departments, (digest.text, original.text))))
    items, sought = (
        {section: find_items(text, known) for section, text in side.items()}
        for side in (ours, theirs)
    )
    numeric, named = (
        {section: frozenset(i for i in own if i.kind in kinds) for section, own in sought.items()}
        for kinds in (NUMERIC, (DEPARTMENT, PERSON))
    )
    return Comparison(
        number=digest.number or "",
        checked=sum(map(len, items.values())),
        departments=sum(i.kind == DEPARTMENT for own in items.values() for i in own),
        numbers=sum(map(len, numeric.values())),
        names=sum(map(len, named.values())),
        misplaced=tuple(
            (section, item)
            for section, item in absent(items, theirs, sought)
            if item not in counts_of_lists(ours[tuple(filter(None, section.split("/")))])
        ),
        missing=tuple(absent(numeric, ours, items)),
        unnamed=tuple(absent(named, ours, items)),
    )


@cache
def originals() -> dict[str | None, PolicyDocument]:
    """The documents of the gazettes by number."""
    return {
        document.number: document
        for path in sorted(GAZETTES.glob("*.txt"))
        for document in read_documents(path.read_text(encoding="utf-8"), path.name)
    }


@cache
def digests() -> dict[Path, PolicyDocument]:
    """The digests as the reader reads them."""
    return {
        path: read_documents(path.read_text(encoding="utf-8"), path.name)[0] for path in DIGESTS
    }


@cache
def department_names() -> frozenset[str]:
    """The departments that the digests and the gazettes name in lists."""
    texts = [each.text for each in (*digests().values(), *originals().values())]
    return frozenset().union(*map(listed_departments, texts))


def compare_digest(path: Path) -> Comparison:
    """Compare the digest in `path` with its original."""
    digest = digests()[path]
    return compare(digest, originals()[digest.number], department_names())


def main(arguments: list[str]) -> None:
    """Print the table; with -v every item as well."""
    columns = "number|numbers kept|missing|checked|misplaced|departments|names kept|runs|bytes"
    print(columns.replace("|", " | "))
    for path in DIGESTS:
        row = compare_digest(path)
        runs = measure(path).shared_runs
        print(
            f"{row.number} | {row.numbers_kept:.1%} | {len(row.missing)} | {row.checked} | "
            f"{len(row.misplaced)} | {row.departments} | {row.names_kept:.1%} | {runs:.1%} | "
            f"{path.stat().st_size}"
        )
        if "-v" in arguments:
            for name in ("misplaced", "missing", "unnamed"):
                for section, item in getattr(row, name):
                    print(f"    {name:9} {section or '-'}: {item.kind} {item}")


if __name__ == "__main__":
    main(sys.argv[1:])
