"""Finds ruled tables on a PDF page: where they are, and which cell a point lies in.

In go the straight lines that a page draws; out come tables as grids of cells, merged cells told
by the rules they lack. Imports pypdfium2 when called, nothing of the project.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

_NEAR = 2.5
_SHORTEST = 6.0
_MOST_RULES = 4000


@dataclass(frozen=True)
class Rule:
    """A straight line, horizontal or vertical: at `at`, from `low` to `high` (points)."""

    horizontal: bool
    at: float
    low: float
    high: float


@dataclass
class Table:
    """A grid: the positions of its vertical and horizontal lines, left to right, bottom to top."""

    xs: list[float]
    ys: list[float]
    rules: list[Rule] = field(repr=False)

    @property
    def top(self) -> float:
        return self.ys[-1]

    def place_of(self, x: float, y: float) -> tuple[int, int] | None:
        """(row from the top, column) of the cell around a point; None outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if not (0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1):
            return None
        return self._first_of_merged(len(self.ys) - 2 - row, column)

    def rows(self, texts: dict[tuple[int, int], str]) -> Iterator[list[str]]:
        """The cells of each row; one that spans several rows is repeated, across columns not."""
        for row in range(len(self.ys) - 1):
            cells = []
            for column in range(len(self.xs) - 1):
                first = self._first_of_merged(row, column)
                if first[1] == column:
                    cells.append(texts.get(first, ""))
            yield cells

    def _first_of_merged(self, row: int, column: int) -> tuple[int, int]:
        """The top left cell of those that no rule keeps apart from this one."""
        while column and not self._has_rule(False, self.xs[column], self._middle(row)):
            column -= 1
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        while row and not self._has_rule(True, self.ys[len(self.ys) - 1 - row], middle):
            row -= 1
        return row, column

    def _middle(self, row: int) -> float:
        top = len(self.ys) - 1 - row
        return (self.ys[top] + self.ys[top - 1]) / 2

    def _has_rule(self, horizontal: bool, at: float, along: float) -> bool:
        return any(
            rule.horizontal == horizontal
            and abs(rule.at - at) <= _NEAR
            and rule.low - _NEAR <= along <= rule.high + _NEAR
            for rule in self.rules
        )


def find_tables(page: Any) -> list[Table]:
    """The tables of a page of at least two rows and two columns, topmost first."""
    rules = list(_rules(page))
    if not 4 <= len(rules) <= _MOST_RULES:
        return []
    tables = []
    for group in _touching(rules):
        xs = _positions(rule.at for rule in group if not rule.horizontal)
        ys = _positions(rule.at for rule in group if rule.horizontal)
        if len(xs) >= 3 and len(ys) >= 3:
            tables.append(Table(xs, ys, group))
    return sorted(tables, key=lambda table: -table.top)


def _rules(page: Any) -> Iterator[Rule]:
    from pypdfium2 import raw

    for drawn in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=4):
        points = list(_points(drawn.raw))
        for (x, y, _), (right, top, joined) in pairwise(points):
            if not joined:
                continue
            if abs(y - top) <= _NEAR and abs(x - right) >= _SHORTEST:
                yield Rule(True, (y + top) / 2, min(x, right), max(x, right))
            elif abs(x - right) <= _NEAR and abs(y - top) >= _SHORTEST:
                yield Rule(False, (x + right) / 2, min(y, top), max(y, top))


def _points(path: Any) -> Iterator[tuple[float, float, bool]]:
    """(x, y, whether a straight line leads here from the point before), closing lines included."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX(1, 0, 0, 1, 0, 0)
    raw.FPDFPageObj_GetMatrix(path, matrix)
    begin = (0.0, 0.0)
    for index in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        x, y = ctypes.c_float(), ctypes.c_float()
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        at = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = at
        yield *at, kind == raw.FPDF_SEGMENT_LINETO
        if raw.FPDFPathSegment_GetClose(segment):
            yield *begin, True


def _touching(rules: list[Rule]) -> list[list[Rule]]:
    """The rules in groups that are connected by crossings."""
    groups: list[list[Rule]] = []
    across = [rule for rule in rules if rule.horizontal]
    for upright in (rule for rule in rules if not rule.horizontal):
        met = [rule for rule in across if _cross(rule, upright)]
        joined = [upright, *met]
        rest = []
        for group in groups:
            if any(rule in group for rule in met):
                joined += [rule for rule in group if rule not in joined]
            else:
                rest.append(group)
        groups = [*rest, joined]
    return groups


def _cross(across: Rule, upright: Rule) -> bool:
    return (
        across.low - _NEAR <= upright.at <= across.high + _NEAR
        and upright.low - _NEAR <= across.at <= upright.high + _NEAR
    )


def _positions(found: Iterator[float]) -> list[float]:
    """Sorted, those that are one line's two edges taken together."""
    positions: list[float] = []
    for at in sorted(found):
        if not positions or at - positions[-1] > _NEAR:
            positions.append(at)
    return positions
