"""Reads lists of documents that are repealed, declared invalid or amended.

A list stands in a table or in lines under a heading (二、废止的文件) or below a line that announces
it (下列文件自本通知施行之日起废止：). In go passages; out come relations with the offsets of the
row or the item. Imports vectorstore.datamodels, vectorstore.numbers and ingest.lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.lines import CELL
from vectorstore.datamodels import Passage, Relation
from vectorstore.numbers import canonical_number, find_numbers

_NOT_IN_FORCE = re.compile("废止|失效|停止执行|不再执行")
_CHANGED = re.compile("修[改订]")
_STILL_IN_FORCE = re.compile("继续有效|保留|修[改订]")
# 二、废止的文件 as the first line of its passage, or 下列文件自施行之日起废止： above a list.
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])[^。；《》]{2,30}$"
)
_ANNOUNCES = re.compile(r"(?:下列|以下)[^。；《》]{0,40}[:：]$")
_ITEM = re.compile(
    r"^(?:\d{1,4}\s*[.．、]|[（(][\d一二三四五六七八九十]{1,4}[）)])?\s*"
    r"《?(?P<title>[^《》\n]{4,120}?)》?\s*[（(](?P<number>[^（）()\n]{4,40})[）)]"
)


def listed(passages: Sequence[Passage]) -> Iterator[Relation]:
    """What stands in a table or a list under words that say it is repealed or amended."""
    for passage in passages:
        above = [each for each in passage.headings if CELL not in each]
        kind = _said_above(above)
        if CELL in passage.text:
            if kind == "repeals":
                yield from _in_row(passage)
            continue
        yield from _in_lines(passage, kind)


def _said_above(above: Sequence[str]) -> str | None:
    """What the headings say of the list below them; None where they say nothing or both."""
    verdict = next((each for each in reversed(above) if _NOT_IN_FORCE.search(each)), None)
    if verdict is None:
        last = above[-1] if above else ""
        return "amends" if re.search(r"修[改订]的", last) else None
    inner = above[above.index(verdict) + 1 :]
    return None if any(_STILL_IN_FORCE.search(each) for each in inner) else "repeals"


def _in_lines(passage: Passage, kind: str | None) -> Iterator[Relation]:
    """The items of a list, one in a line; a line of its own may say what the list is."""
    at = passage.start
    for line in passage.text.splitlines(keepends=True):
        said = line.strip()
        item = _ITEM.match(line)
        if (_HEADING.match(said) or _ANNOUNCES.search(said)) and not (item and kind):
            kind = _of_line(said, kind)
        elif item and kind:
            number = _number(item["number"])
            if number:
                yield Relation(kind, number, item["title"], at + item.start(), at + item.end())
        at += len(line)


def _of_line(line: str, before: str | None) -> str | None:
    """What a heading or an announcement makes of the lines below it."""
    repealed, changed = _NOT_IN_FORCE.search(line), _CHANGED.search(line)
    if repealed:
        return None if changed else "repeals"
    if re.search(r"修[改订]的", line):
        return "amends"
    return None if _STILL_IN_FORCE.search(line) or _HEADING.match(line) else before


def _number(text: str) -> str | None:
    """The number in the brackets behind a title, on its own or behind a date of issue."""
    whole = canonical_number(text)
    if whole:
        return whole
    numbers = find_numbers(text)
    return next((number for number, _, _ in numbers), None)


def _in_row(passage: Passage) -> Iterator[Relation]:
    """A row of a table of repealed documents: a column of numbers, a column of names."""
    if not re.search(r"/第\d+行$", passage.locator):
        return
    header = passage.headings[-1].split(CELL)
    cells = passage.text.split(CELL)
    number = next((n for n in map(canonical_number, cells[:4]) if n), None)
    name = next((i for i, h in enumerate(header) if re.search("名称|标题|文件名", h)), None)
    if number is None and name is None:
        return
    title = cells[name].strip("《》") if name is not None and name < len(cells) else None
    yield Relation("repeals", number, title, passage.start, passage.end)
