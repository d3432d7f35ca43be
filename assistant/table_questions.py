"""What a question asks of a table as a whole, which no single row says.

The rows that share a value, a row by its serial number, how many rows there are, the row with the
most or the least. In: a question and a `Table` with what it is called. Out: what is asked, and the
rows that answer; None where a word of the question is left that neither the table's particulars
nor what is asked account for: what is unsure is left to the search. Imports `questions`,
`table_wording`, `tables`, `vectorstore`'s terms and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.questions import Question
from assistant.table_wording import (
    ALTOGETHER,
    BY_TIME,
    CLAUSE,
    COUNT,
    EXTREME,
    FILLER,
    KINDS,
    LARGEST,
    LIST,
    NOT,
    QUANTITY,
    SERIAL,
    WHICH,
    comparable,
    is_class,
    joined,
    last_word,
    longest_end,
    not_in,
    nouns,
    pairs,
    parts_of,
    said_words,
)
from assistant.tables import Table
from vectorstore.numbers import numeral_value
from vectorstore.terms import fold

_LEAST_NAMED = 4
_LEAST_NAME = 4
_LEAST_HEAD = 0.3


@dataclass(frozen=True)
class Reading:
    """What a question asks of a table: `kind` is row, extreme, count or list; `rows` answer it,
    by index; `shared` are the column and value that they were chosen by; `column` is what is
    compared, `word` in which word; `measure` is the asker's for a row (家); `beside` are other
    columns asked for, `named` rows that another clause asks about by name."""

    kind: str
    rows: tuple[int, ...]
    shared: tuple[tuple[int, str], ...] = ()
    column: int | None = None
    word: str = ""
    measure: str = ""
    beside: tuple[int, ...] = ()
    named: tuple[int, ...] = ()


def asks_of_table(question: Question) -> bool:
    """Whether `question` may ask what only a table as a whole says."""
    asked = fold(question.wording)
    return any(each.search(asked) for each in (SERIAL, EXTREME, COUNT, LIST))


def read_for(question: Question, table: Table, called: Sequence[str]) -> Reading | None:
    """What `question` asks of `table`, which the texts `called` say what it is of."""
    asked = fold(question.wording)
    if NOT.search(asked):
        return None
    looked = _Look(question, asked, table, called)
    readers = [looked.row]
    if table.whole:
        readers += [looked.extreme, looked.count, looked.listed]
    return next((found for each in readers if (found := each()) is not None), None)


class _Look:
    """One look for what a folded question asks of one table."""

    def __init__(self, question: Question, asked: str, table: Table, called: Sequence[str]):
        self.asked, self.table = asked, table
        self.whole = fold(question.standalone)
        self.heads = [fold(table.head(at)) for at in range(len(table.heads))]
        self.known = [fold(each) for each in (*called, table.heading, *table.heads)]

    def row(self) -> Reading | None:
        """A row by its serial number."""
        match = SERIAL.search(self.asked)
        if match is None or self.table.serial is None:
            return None
        written = match["number"]
        number = int(written) if written.isdecimal() else numeral_value(written)
        if not 0 < number <= len(self.table.rows):
            return None
        rest = self.whole.replace(match[0], " ")
        return Reading("row", (number - 1,)) if self._says_all(rest) else None

    def extreme(self) -> Reading | None:
        """The row with the most or the least of something."""
        match = EXTREME.search(self.asked)
        if match is None or self.table.names is None:
            return None
        way = match["way"] or match["back"]
        word = f"最{way}"
        # 最低工资标准 is a name, whose lowest is 最低工资标准最低的.
        named = any(word in head for head in self.heads) and self.asked.count(word) < 2
        if named or self._wants_another(match[0]):
            return None
        shared = self._shared()
        rows = self._rows_with(shared)
        column = self._compared(rows, way in BY_TIME)
        if shared is None or column is None or len(rows) < 2:
            return None
        values = self._values(rows, column, way in BY_TIME)
        best = max(values) if way in LARGEST else min(values)
        chosen = tuple(at for at, value in zip(rows, values, strict=True) if value == best)
        if not set(chosen) <= set(self._of_one_class(rows)):
            return None
        word += "宜" if way == "便" else ""
        rest = self.whole.replace(word, " ")
        if len(chosen) == len(rows) or not self._says_all(rest, shared, rows):
            return None
        beside = tuple(at for at in self._beside(shared) if at != column)
        counted = COUNT.search(self.asked)
        measure = counted["measure"] if counted else ""
        return Reading("extreme", chosen, shared, column, word, measure, beside)

    def count(self) -> Reading | None:
        """How many rows there are, or share a value."""
        match = COUNT.search(self.asked)
        shared = self._shared()
        if match is None or shared is None:
            return None
        measure, of = match["measure"], match["of"]
        # 属于几类 asks which, and of kinds there are as many as a column has values.
        if measure in KINDS:
            return None
        if self._sums(measure, of) or (not shared and not self._counts_rows(of)):
            return None
        return self._many("count", shared, measure)

    def listed(self) -> Reading | None:
        """The rows that share a value."""
        match = LIST.search(self.asked)
        shared = self._shared()
        if match is None or not shared or self._wants_another(match[0] + self.asked[match.end() :]):
            return None
        return self._many("list", shared, "")

    def _many(self, kind: str, shared: tuple[tuple[int, str], ...], measure: str) -> Reading | None:
        rows = self._rows_with(shared)
        if not rows or self.table.names is None or self._of_one_class(rows) != rows:
            return None
        named = self._named()
        names = [fold(self.table.cells[at][self.table.names]) for at in named]
        if not self._says_all(self.whole, shared, rows, names):
            return None
        beside = () if named else self._beside(shared)
        return Reading(kind, rows, shared, measure=measure, beside=beside, named=named)

    def _shared(self) -> tuple[tuple[int, str], ...] | None:
        """The columns and values that the question names; None where it names two of one column,
        a column leaves out what it says of some rows, or the title says the value as well."""
        said = self.asked
        for head in sorted(self.heads, key=len, reverse=True):
            said = said.replace(head, " ")
        found = []
        for at in range(len(self.heads)):
            if at in (self.table.serial, self.table.names):
                continue
            cells = self.table.column(at)
            parts = {part for each in cells for part in parts_of(each)}
            values = {each for each in parts if is_class(each) and fold(each) in said}
            values = {v for v in values if not any(v != w and v in w for w in values)}
            titled = any(fold(value) in each for value in values for each in self.known)
            if len(values) > 1 or titled or (values and not all(cells)):
                return None
            if any(self._stands_elsewhere(at, value) for value in values):
                return None
            found += [(at, value) for value in values]
        return tuple(found)

    def _stands_elsewhere(self, column: int, value: str) -> bool:
        """Whether other rows than those with a value in a column say it too: it may be these."""
        return any(
            value in "\n".join(row) and value not in parts_of(row[column])
            for row in self.table.cells
        )

    def _rows_with(self, shared: Sequence[tuple[int, str]] | None) -> tuple[int, ...]:
        return tuple(
            at
            for at, row in enumerate(self.table.cells)
            if all(value in parts_of(row[column]) for column, value in shared or ())
        )

    def _values(
        self, rows: Sequence[int], column: int, dates: bool
    ) -> list[tuple[float, ...]] | None:
        return comparable([self.table.cells[at][column] for at in rows], dates)

    def _compared(self, rows: Sequence[int], dates: bool) -> int | None:
        """The column of comparable cells whose head the question says, and no other's as much."""
        said = {}
        for at, head in enumerate(self.heads):
            if at in (self.table.serial, self.table.names) or not self._values(rows, at, dates):
                continue
            figures = re.findall(r"\d+", head)
            if all(re.search(rf"(?<!\d){each}(?!\d)", self.asked) for each in figures):
                said[at] = 1 - len(not_in(self.asked, head)) / len(head)
        ranked = sorted(said.values(), reverse=True)
        second = ranked[1] if ranked[1:] else 0.0
        surely = second <= ranked[0] / 2 or second < 1.0 == ranked[0] if ranked else False
        if not surely or ranked[0] < _LEAST_HEAD:
            return None
        return next(at for at, share in said.items() if share == ranked[0])

    def _sums(self, measure: str, of: str) -> bool:
        """Whether what is counted are not the rows but what their cells count."""
        for at, head in enumerate(self.heads):
            if at in (self.table.serial, self.table.names):
                continue
            cells = self.table.column(at)
            if not any(QUANTITY.match(fold(each)) for each in cells):
                continue
            if any(pair in head for pair in pairs(of)) or any(
                pair in self.asked for pair in pairs(head)
            ):
                return True
            counted = rf"\d{measure}" if measure else "$^"
            if any(re.search(counted, each) for each in cells):
                return True
        return False

    def _counts_rows(self, of: str) -> bool:
        """Whether the rows themselves are asked for: of all that the table or its document is
        called, or of what its column of names is called."""
        if not ALTOGETHER.search(self.asked) or self.table.names is None:
            return False
        if self._beside(()):
            return False
        of = FILLER.sub("", of)
        called = (*self.known[: -len(self.heads)], self.heads[self.table.names])
        return not of or any(of in each for each in called)

    def _wants_another(self, asking: str) -> bool:
        """Whether what is asked for, 哪个县, is what another column than that of names has, or none
        (哪条街)."""
        noun = re.search(rf"{WHICH}(?P<noun>[一-龥]{{1,8}})", asking)
        if noun is None or self.table.names is None:
            return self.table.names is None
        noun = FILLER.sub("", re.split("[的是为有在归属]", noun["noun"])[0])
        own = [self.heads[self.table.names], *self.table.column(self.table.names)]
        if not noun or any(noun in fold(each) for each in own):
            return False
        others = [head for at, head in enumerate(self.heads) if at != self.table.names]
        return any(noun in head for head in others) or not_in(joined(self.known), noun) != ""

    def _beside(self, shared: Sequence[tuple[int, str]]) -> tuple[int, ...]:
        """The other columns whose head, or the last word of it, the question says."""
        taken = {self.table.serial, self.table.names, *(at for at, _ in shared)}
        lasts = [last_word(head) for head in self.heads]
        return tuple(
            at
            for at, head in enumerate(self.heads)
            if at not in taken
            and (
                head in self.asked
                or (len(lasts[at]) > 1 and lasts[at] in self.asked and lasts.count(lasts[at]) == 1)
            )
        )

    def _named(self) -> tuple[int, ...]:
        """The rows that a clause with nothing else to ask names, if only by the end of the name."""
        names = [fold(each) for each in self.table.column(self.table.names)]
        found = []
        for clause in CLAUSE.findall(self.asked):
            if COUNT.search(clause) or LIST.search(clause):
                continue
            ends = [longest_end(name, clause) for name in names]
            longest = max(map(len, ends))
            if longest >= _LEAST_NAME and sum(len(end) == longest for end in ends) == 1:
                found.append(next(at for at, end in enumerate(ends) if len(end) == longest))
        return tuple(dict.fromkeys(found))

    def _of_one_class(self, rows: tuple[int, ...]) -> tuple[int, ...]:
        """Those of `rows` that are what is asked for: where 哪个街道 is asked and some names end
        so, these; all where none does."""
        names = self.table.column(self.table.names)
        for noun in nouns(self.asked):
            ending = tuple(at for at in rows if fold(names[at]).endswith(noun))
            if ending:
                return ending
        return rows

    def _says_all(
        self,
        rest: str,
        shared: Sequence[tuple[int, str]] = (),
        rows: Sequence[int] = (),
        names: Sequence[str] = (),
    ) -> bool:
        """Whether the table is of all that the question says, and enough of that; what stands in
        each of the `rows` looked at tells them apart no further."""
        known = [*self.known, *(fold(value) for _, value in shared), *names]
        looked_at = [fold("\n".join(self.table.cells[at])) for at in rows]
        figures = set(re.findall(r"\d+", "\n".join(known))) | {str(len(self.table.rows))}
        if set(re.findall(r"\d+", rest)) - figures:
            return False
        left = [each for each in said_words(rest) if not each.isdecimal()]
        source = joined(known)
        for word in left:
            # Pieces of a word that the table writes as one: 主体公告 for …主体（第一批）公告表.
            if not_in(source, word) and not all(word in row for row in looked_at or [""]):
                return False
        if len(rows) == 1 and shared:
            # What one row alone says may be asked of for another reason.
            left = [word for word in left if not any(word in value for _, value in shared)]
            return bool(left)
        return sum(map(len, left)) >= _LEAST_NAMED
