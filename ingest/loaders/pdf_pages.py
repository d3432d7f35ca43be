"""Reads the pages of a PDF into printed lines in reading order: columns, tables in their places.

In goes an open PDF; out come the lines of each page, a table row as one line with tabs. Imports
pypdfium2 when called, and ingest.loaders.pdf_tables.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ingest.loaders.pdf_tables import Table, find_tables

_GAP = 1.6
_LEAST_IN_COLUMN = 4


@dataclass(frozen=True)
class Line:
    """A printed line or table row: where it is (points) and how wide a character is.

    A line without text keeps the place of the page's table with the number `table`.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    em: float
    column: int = 0
    table: int | None = None


@dataclass(frozen=True)
class _Character:
    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class _Page:
    """What stands on a page: runs of characters, and tables with what is in their cells."""

    lines: list[Line]
    tables: list[Table]
    cells: dict[int, dict[tuple[int, int], list[_Character]]]


def read_pages(document: Any) -> list[list[Line]]:
    """The lines of each page of a PDF in the order in which they are read."""
    pages = [_read_page(document, index) for index in range(len(document))]
    gutters = [_gutter(page.lines) for page in pages]
    known = [gutter for gutter in gutters if gutter is not None]
    # A page of tables alone shows no columns; the others tell.
    usual = statistics.median(known) if 2 * len(known) >= len(pages) > 1 else None
    return [
        _in_order(page, usual if gutter is None else gutter)
        for page, gutter in zip(pages, gutters, strict=True)
    ]


def _read_page(document: Any, index: int) -> _Page:
    page = document[index]
    text_page = page.get_textpage()
    try:
        runs = _runs(text_page)
        tables = find_tables(page)
    finally:
        text_page.close()
        page.close()
    cells: dict[int, dict[tuple[int, int], list[_Character]]] = {}
    outside: list[list[_Character]] = []
    for run in runs:
        outside += _outside_tables(run, tables, cells)
    return _Page([_line(run) for run in outside], tables, cells)


def _in_order(page: _Page, gutter: float | None) -> list[Line]:
    ordered: list[Line] = []
    for line in _in_columns(page.lines, page.tables, gutter):
        if line.table is None:
            ordered.append(line)
        else:
            ordered += _rows(page.tables[line.table], page.cells.get(line.table, {}))
    return ordered


def _runs(text_page: Any) -> list[list[_Character]]:
    """The characters in the order in which they were set, apart where a line ends or a gap is."""
    from pypdfium2 import raw

    runs: list[list[_Character]] = [[]]
    pending = ""
    for at in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page.raw, at)
        text = "" if code in (0, 2, 0xFFFE, 0xFFFF) else chr(code)
        if text in ("\r", "\n"):
            runs.append([])
            pending = ""
        elif not text.strip():
            pending = " " if text else pending
        else:
            left, bottom, right, top = text_page.get_charbox(at, loose=True)
            each = _Character(pending + text, left, bottom, max(right, left + 1.0), top)
            last = runs[-1][-1] if runs[-1] else None
            if last and not -1.0 <= (left - last.right) / (last.right - last.left) <= _GAP:
                runs.append([replace(each, text=text)])
            else:
                runs[-1].append(each if last else replace(each, text=text))
            pending = ""
    return [run for run in runs if run]


def _outside_tables(
    run: list[_Character],
    tables: list[Table],
    cells: dict[int, dict[tuple[int, int], list[_Character]]],
) -> list[list[_Character]]:
    """Puts the characters of a run that lie in a table into `cells`; the others, as a run."""
    rest = []
    for each in run:
        x, y = (each.left + each.right) / 2, (each.bottom + each.top) / 2
        for number, table in enumerate(tables):
            place = table.place_of(x, y)
            if place is not None:
                cells.setdefault(number, {}).setdefault(place, []).append(each)
                break
        else:
            rest.append(each)
    return [rest] if rest else []


def _line(run: list[_Character]) -> Line:
    return Line(
        "".join(each.text for each in run).strip(),
        left=run[0].left,
        right=max(each.right for each in run),
        bottom=min(each.bottom for each in run),
        top=max(each.top for each in run),
        em=run[0].right - run[0].left,
    )


def _in_columns(lines: list[Line], tables: list[Table], gutter: float | None) -> list[Line]:
    """Left column before right one, between the lines that cross both; tables in their places."""
    held = [
        Line("", table.xs[0], table.xs[-1], table.ys[0], table.top, 1.0, table=number)
        for number, table in enumerate(tables)
    ]
    if gutter is None:
        ordered = _on_one_line(lines)
        for each in held:
            above = [i for i, line in enumerate(ordered) if line.bottom >= each.top - 2]
            ordered.insert(above[-1] + 1 if above else 0, each)
        return ordered
    ordered = []
    block: list[Line] = []
    for line in sorted([*lines, *held], key=lambda each: (-round(each.top), each.left)):
        if line.left < gutter - 1 and line.right > gutter + 1:
            ordered += _columns_of(block, gutter)
            block = []
            ordered.append(line)
        else:
            block.append(line)
    return ordered + _columns_of(block, gutter)


def _columns_of(block: list[Line], gutter: float) -> list[Line]:
    left = [line for line in block if line.right <= gutter + 1]
    right = [replace(line, column=1) for line in block if line.right > gutter + 1]
    return _on_one_line(left) + _on_one_line(right)


def _gutter(lines: list[Line]) -> float | None:
    """The middle of the white stripe between two columns; None where there is one column."""
    em = statistics.median(line.em for line in lines) if lines else 1.0
    long = [line for line in lines if line.right - line.left > 5 * em]
    if len(long) < 2 * _LEAST_IN_COLUMN:
        return None
    first, last = min(line.left for line in long), max(line.right for line in long)
    middle = (first + last) / 2
    for at in sorted({line.left for line in long}, key=lambda x: abs(x - middle)):
        right = [line for line in long if line.left >= at - 1]
        left = [line for line in long if line.right <= at - 0.8 * em]
        if not first + 0.3 * (last - first) < at < first + 0.7 * (last - first):
            continue
        crossing = len(long) - len(left) - len(right)
        enough = min(len(left), len(right)) >= _LEAST_IN_COLUMN and crossing <= 0.3 * len(long)
        beside = sum(any(_on_line(one, other) for other in right) for one in left)
        if enough and beside >= 0.5 * min(len(left), len(right)):
            return (max(line.right for line in left) + at) / 2
    return None


def _on_one_line(lines: Iterable[Line]) -> list[Line]:
    """Runs that a gap set apart and that stand on one line, as one line again."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        tables = before and (before.table, line.table) != (None, None)
        if before and not tables and _on_line(before, line) and line.left > before.right - 1:
            joined[-1] = replace(
                before,
                text=f"{before.text} {line.text}",
                right=line.right,
                top=max(before.top, line.top),
                bottom=min(before.bottom, line.bottom),
            )
        else:
            joined.append(line)
    return joined


def _on_line(one: Line, other: Line) -> bool:
    overlap = min(one.top, other.top) - max(one.bottom, other.bottom)
    return overlap > 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def _rows(table: Table, cells: dict[tuple[int, int], list[_Character]]) -> list[Line]:
    """The rows of `table`, their cells apart by tabs."""
    texts = {place: "".join(each.text for each in inside) for place, inside in cells.items()}
    return [
        Line("\t".join(row), table.xs[0], table.xs[-1], table.ys[0], table.top, 1.0)
        for row in table.rows(texts)
        if any(row)
    ]
