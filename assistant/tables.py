"""Tables as they are stored, by row, and a row as one reads it: each cell with its column's head.

In: a document or a row of a stored table and its passage. Out: whole tables; the row with its
heads. Imports `vectorstore`'s types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.datamodels import FoundPassage, Passage, PolicyDocument

# What stands between the cells of a stored row.
CELL = "｜"
_ROW = re.compile(r"^(?P<table>.*)/第(?P<row>\d+)行$")
_SERIAL = ("序号", "编号", "序", "号")
# Rows that sum up others are none of those that a table lists.
_SUM = re.compile(r"^(?:合计|总计|小计|共计|总数|平均|全[市县区]|备注|注)")
_PARTLY = re.compile(r"部分|节选|摘录|摘要|示例|举例")
_LEFT_OUT = re.compile(r"[…⋯]|\.{3}|^(?:略|等|其他|其它)")
_PROSE = re.compile(r"[。；;]")
_BRACKET = re.compile(r"[（(][^（()）]*[）)]")


@dataclass(frozen=True)
class Table:
    """A table whose rows are all known: its heads, and each row's passage and cells."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[Passage, ...]
    cells: tuple[tuple[str, ...], ...]

    @property
    def whole(self) -> bool:
        """Whether it lists all that there are, and not some of them."""
        return not _PARTLY.search(self.heading)

    @property
    def serial(self) -> int | None:
        """The column that counts the rows from 1, if one does."""
        first = [row[0] for row in self.cells]
        counted = first == [str(number) for number in range(1, len(first) + 1)]
        return 0 if counted and self.heads[0].replace(" ", "") in _SERIAL else None

    @property
    def names(self) -> int | None:
        """The column that names what each row is about: the first that is no serial number, where
        no two rows have the same name; None where there is no such."""
        column = 0 if self.serial is None else 1
        if column >= len(self.heads):
            return None
        found = self.column(column)
        good = all(re.search(r"[^\W\d_]", each) and not _PROSE.search(each) for each in found)
        return column if good and len(set(found)) == len(found) else None

    def column(self, column: int) -> list[str]:
        """The cells of one column."""
        return [row[column] for row in self.cells]

    def head(self, column: int) -> str:
        """A column's head without the unit behind it in brackets."""
        return _BRACKET.sub("", self.heads[column]).strip() or self.heads[column]


def tables_of(document: PolicyDocument) -> list[Table]:
    """The tables of `document`, as far as all of their rows are stored, each with a cell for each
    head and none summing up others; one that may go on elsewhere is none of them."""
    rows: dict[tuple[str, tuple[str, ...]], list[tuple[int, Passage]]] = {}
    headless = set()
    for passage in document.passages:
        match = _ROW.match(passage.locator)
        if match and passage.headings and CELL in passage.headings[-1]:
            found = rows.setdefault((match["table"], passage.headings), [])
            found.append((int(match["row"]), passage))
        elif match:
            headless.add(passage.text.count(CELL))
    heads = [headings[-1] for _, headings in rows]
    tables = []
    for (_, headings), numbered in rows.items():
        whole = [number for number, _ in numbered] == list(range(1, len(numbered) + 1))
        goes_on = heads.count(headings[-1]) > 1 or headings[-1].count(CELL) in headless
        table = _table(headings, [passage for _, passage in numbered])
        if whole and not goes_on and table:
            tables.append(table)
    return tables


def _table(headings: Sequence[str], rows: Sequence[Passage]) -> Table | None:
    heads = tuple(head.strip() for head in headings[-1].split(CELL))
    cells = tuple(tuple(cell.strip() for cell in row.text.split(CELL)) for row in rows)
    if any(len(row) != len(heads) or any(map(_SUM.match, row[:2])) for row in cells):
        return None
    if any(_LEFT_OUT.search(cell) for row in cells for cell in row[:2]):
        return None
    # A table right under another's rows would have this one's heading among them.
    heading = headings[-2] if len(headings) > 1 and CELL not in headings[-2] else ""
    return Table(heading, heads, tuple(rows), cells)


def row_with_heads(text: str, passage: FoundPassage) -> str:
    """葫芦岛市教育局；负责人：… — a table's row with the heads that the heading path holds."""
    cells = [cell.strip() for cell in text.split(CELL)]
    heads = next(
        (
            [head.strip() for head in heading.split(CELL)]
            for heading in reversed(passage.headings)
            if heading.count(CELL) == len(cells) - 1
        ),
        None,
    )
    if heads is None:
        return "；".join(filter(None, cells))
    pairs = [f"{head}：{cell}" for head, cell in zip(heads, cells, strict=True) if cell]
    return "；".join(pairs).rstrip("。") + "。"
