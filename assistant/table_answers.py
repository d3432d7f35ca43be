"""Answers that a table gives as a whole: which rows share a value, how many, which is the largest.

In: a question, found passages, the store. Out: statements, or none where not exactly one table
surely answers (see `table_questions`). Every row that an answer rests on is cited, rows that stand
together as one stretch; a count that no row states is the number of rows cited, which
`verification` checks. Imports `drafts`, `questions`, `table_questions`, `tables`, `writer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from assistant.drafts import Evidence, Statement, at_passage
from assistant.language import ENGLISH
from assistant.questions import Question
from assistant.table_questions import Reading, asks_of_table, read_for
from assistant.tables import Table, row_with_heads, tables_of
from assistant.writer import short_title
from vectorstore.datamodels import FoundPassage, Passage, PolicyDocument
from vectorstore.store import PolicyStore

_PASSAGES = 5
_LONGEST_LIST = 600
_LONGEST_HEADING = 40
_PLAIN = re.compile(r"\d[\d,.]*")
# 万元 behind a figure would make another figure of it: this unit stays with the head.
_UNIT = re.compile(r"[（(](?![万亿千百])([^（()）]{1,8})[）)]$")


def from_table(
    question: Question, passages: Sequence[FoundPassage], store: PolicyStore
) -> tuple[Statement, ...]:
    """What a table of one of the best passages' documents says as a whole."""
    if question.language == ENGLISH or not passages or not asks_of_table(question):
        return ()
    best = {each.document_id: each for each in reversed(passages[:_PASSAGES])}
    found = [
        (_Answer(passage, document, table, reading))
        for key, passage in best.items()
        if (document := store.document(key)) is not None
        for table in tables_of(document)
        if (reading := read_for(question, table, _called(document))) is not None
    ]
    return found[0].statements() if len(found) == 1 else ()


def _called(document: PolicyDocument) -> list[str]:
    """What a document, and so its tables, are known by."""
    return [document.title, document.number or "", (document.issued or "")[:4]]


class _Answer:
    """The answer that one reading of one table gives."""

    def __init__(
        self, found: FoundPassage, document: PolicyDocument, table: Table, reading: Reading
    ):
        self.found, self.document, self.table, self.reading = found, document, table, reading

    def statements(self) -> tuple[Statement, ...]:
        """What is said, the rows that another clause asks for behind it; nothing that would be
        too long."""
        kind = self.reading.kind
        if kind == "row":
            return tuple(map(self._row, self.reading.rows))
        said = self._extreme() if kind == "extreme" else self._many()
        if said is None:
            return ()
        return (said, *(self._row(at, lead=False) for at in self.reading.named))

    def _row(self, at: int, lead: bool = True) -> Statement:
        passage = self.table.rows[at]
        evidence = self._stretch([at])
        shown = row_with_heads(passage.text, at_passage(self.found, passage))
        place = f"{self._where(passage.locator)}：" if lead else f"第{at + 1}行："
        return Statement(place + shown, (evidence,))

    def _many(self) -> Statement | None:
        """主体类别为委托执法的共6家：…"""
        rows, shared = self.reading.rows, self.reading.shared
        if not shared:
            return self._all_rows()
        values = "、".join(self._chosen_by(at, value) for at, value in shared)
        names = self._names(rows)
        if len(names) > _LONGEST_LIST:
            return None
        counted = self.reading.kind == "count"
        much = f"共{len(rows)}{self._measure()}" if counted else "有"
        if not counted and len(rows) == 1:
            text = f"{self._where()}：{values}的是{names}。"
        else:
            text = f"{self._where()}：{values}的{much}：{names}。"
        return Statement(text, self._runs(rows), rows=len(rows) if counted else 0)

    def _all_rows(self) -> Statement:
        """How many rows there are: as the last one's serial number says, or as all show."""
        rows = self.reading.rows
        text = f"{self._where()}：共列{len(rows)}{self._measure()}"
        if self.table.serial is not None and len(rows) > 1:
            ends = (self._stretch([0]), self._stretch([len(rows) - 1]))
            return Statement(f"{text}，序号为1至{len(rows)}。", ends)
        names = self._names(rows)
        text += f"：{names}。" if len(names) <= _LONGEST_LIST else "。"
        return Statement(text, self._runs(rows), rows=len(rows))

    def _extreme(self) -> Statement | None:
        """2023年新增托位最多的是云汀街道，为140个。, with all rows to compare."""
        rows, column = self.reading.rows, self.reading.column
        cell = self.table.cells[rows[0]][column]
        head, full = self.table.head(column), self.table.heads[column]
        if _PLAIN.fullmatch(cell):
            unit = _UNIT.search(full)
            cell += unit[1] if unit else self.reading.measure if head == full else ""
            head = head if unit else full
        names = self._names(rows)
        among = "、".join(self._chosen_by(at, value) for at, value in self.reading.shared)
        among = f"{among}的各行中，" if among else ""
        each = "均为" if len(rows) > 1 else "为"
        text = f"{self._where()}：{among}{head}{self.reading.word}的是{names}，{each}{cell}。"
        every = range(len(self.table.rows))
        return Statement(text, (*map(self._one, rows), *self._runs(every)))

    def _chosen_by(self, column: int, value: str) -> str:
        alone = all(row[column] == value for row in self.table.cells if value in row[column])
        return f"{self.table.head(column)}{'为' if alone else '含'}{value}"

    def _names(self, rows: Iterable[int]) -> str:
        """The names of rows, each with the cells that are asked for as well."""
        said = [self._name(at) for at in rows]
        return ("；" if any("、" in each for each in said) else "、").join(said)

    def _name(self, at: int) -> str:
        row = self.table.cells[at]
        beside = [(self.table.head(column), row[column]) for column in self.reading.beside]
        told = "，".join(f"{head}：{cell}" for head, cell in beside if cell)
        return row[self.table.names] + (f"（{told}）" if told else "")

    def _measure(self) -> str:
        return self.reading.measure or "项"

    def _where(self, locator: str = "") -> str:
        """根据《…》（文号）附件“…表” — the table, or a row of it."""
        number = f"（{self.document.number}）" if self.document.number else ""
        annex, _, inner = (locator or self.table.rows[0].locator).partition("/")
        annex = annex if annex.startswith("附件") else ""
        heading = self.table.heading
        if locator:
            place = f"{annex}“{inner.replace('/', '')}”" if annex else locator.replace("/", "")
        elif heading and len(heading) <= _LONGEST_HEADING and not set(heading) & set("“”：。，；"):
            place = f"{annex}“{heading}”"
        else:
            place = f"{annex}表"
        return f"根据《{short_title(self.document.title)}》{number}{place}"

    def _one(self, at: int) -> Evidence:
        return self._stretch([at])

    def _runs(self, rows: Iterable[int]) -> tuple[Evidence, ...]:
        """The rows as evidence, those that stand one behind the other as one stretch."""
        runs = groupby(enumerate(rows), key=lambda each: each[1] - each[0])
        return tuple(self._stretch([at for _, at in run]) for _, run in runs)

    def _stretch(self, rows: Sequence[int]) -> Evidence:
        """Consecutive rows as one piece of evidence."""
        first, last = (self.table.rows[at] for at in (rows[0], rows[-1]))
        text = self.document.text[first.start : last.end]
        locator = first.locator
        if len(rows) > 1:
            table = locator.rpartition("/")[0]
            locator = f"{table}/第{rows[0] + 1}至{rows[-1] + 1}行"
        passage = Passage(first.start, last.end, text, locator, first.headings)
        return Evidence(at_passage(self.found, passage), first.start, last.end, text)
