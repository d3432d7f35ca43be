"""Cuts a document's parts into passages: citable, contiguous, at most about 400 characters.

In go the stored text, the offsets of its paragraphs and the outline; out come passages whose
text is exactly the slice of the stored text. No passage reaches over an article. Imports
ingest.outline, ingest.lines and vectorstore.datamodels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.lines import CELL
from ingest.outline import Node, Part
from vectorstore.datamodels import Passage

LONGEST = 400
_SMALL_GROUP = 300
_TINY = 45
_ITEM = 70
_LEAD_IN = 32
_WHOLE_TABLE = 650
_MEMBERS = 600
_SENTENCE_END = re.compile(r"[。！？；][”’）】》]*|\n")
_CLAUSE_END = re.compile(r"[，,、：]")
_DUTY = re.compile(r"^[（(](?:责任|牵头|配合|主办|完成|分工|市|各|由|排在)")
_CONTAINERS = ("part", "编", "章", "节", "#", "plain")


@dataclass(frozen=True)
class _Place:
    locator: str
    headings: tuple[str, ...]


def cut_passages(text: str, spans: list[tuple[int, int]], parts: list[Part]) -> list[Passage]:
    """The passages of a document, in text order. `spans` holds each paragraph's offsets."""
    cutter = _Cutter(text, spans)
    for part in parts:
        cutter.cut_part(part)
    return sorted(cutter.passages, key=lambda p: (p.start, p.end))


class _Cutter:
    def __init__(self, text: str, spans: list[tuple[int, int]]):
        self._text = text
        self._spans = spans
        self._places: dict[str, dict[int, int]] = {}
        self._repeated: set[str] = set()
        self.passages: list[Passage] = []

    def cut_part(self, part: Part) -> None:
        root = part.root
        self._repeated = _repeated_styles(root)
        headings = (part.title,) if part.title and part.prefix else ()
        prefix = part.prefix
        if root.own:
            self._cut_run(root.own, self._place(root, prefix or part.lead, headings))
        self._cut_children(root, prefix, headings)

    def _place(self, node: Node, locator: str, headings: tuple[str, ...]) -> _Place:
        """A place whose locator no other node of the document has."""
        nodes = self._places.setdefault(locator, {})
        count = nodes.setdefault(id(node), len(nodes) + 1)
        return _Place(locator if count == 1 else f"{locator}（第{count}处）", headings)

    def _cut_children(self, node: Node, prefix: str, headings: tuple[str, ...]) -> None:
        """Cuts the places below `node`; a list of tiny items stays together in its locator."""
        short = self._tiny_children(node)
        group: list[Node] = []
        for child in node.children:
            if group and (
                id(child) not in short or self._length(group[0].own[0], child.last()) > _SMALL_GROUP
            ):
                self._cut_group(group, node, prefix, headings)
                group = []
            if id(child) in short:
                group.append(child)
            else:
                self._cut(child, prefix, headings)
        self._cut_group(group, node, prefix, headings)

    def _tiny_children(self, node: Node) -> set[int]:
        """The list items below `node` that are too short to be cited one by one."""
        if node.style in _CONTAINERS:
            return set()
        items = [
            c
            for c in node.children
            if not c.children and c.style not in ("条", "一、", "table", "foot", "closing")
        ]
        sizes = [self._size(item) for item in items]
        is_list = len(items) == len(node.children) and sum(sizes) < _ITEM * len(items)
        longest = LONGEST if is_list else _TINY
        return {id(c) for c, size in zip(items, sizes, strict=True) if size < longest}

    def _cut_group(
        self, group: list[Node], node: Node, prefix: str, headings: tuple[str, ...]
    ) -> None:
        if len(group) == 1:
            self._cut(group[0], prefix, headings)
        elif group:
            place = self._place(node, prefix, headings)
            self._emit(self._spans[group[0].own[0]][0], self._spans[group[-1].last()][1], place)

    def _cut(self, node: Node, prefix: str, headings: tuple[str, ...]) -> None:
        if node.style == "foot":
            return
        if node.style == "table":
            self._cut_table(node, prefix, headings)
            return
        locator = self._locator(node, prefix)
        place = self._place(node, locator, headings)
        if not node.children:
            self._cut_run(node.own, place)
            return
        if self._stays_whole(node):
            self._cut_run(list(range(node.own[0], node.last() + 1)), place)
            return
        below = (*headings, node.heading or node.label)
        lead = node.own[1:] if self._is_bare_heading(node) else node.own
        if lead and not self._is_lead_in(lead):
            self._cut_run(lead, place)
        self._cut_children(node, place.locator, below)

    def _locator(self, node: Node, prefix: str) -> str:
        label = node.label
        if node.style == "一、" and len(node.heading) <= 20 and self._is_heading(node):
            label = node.heading
        parent = node.parent
        while parent and node.style in ("条", "一、") and node.style not in self._repeated:
            # Articles that are numbered through need no chapter.
            if parent.style in _CONTAINERS and prefix.endswith(f"/{parent.label}"):
                prefix = prefix.removesuffix(f"/{parent.label}")
            elif prefix == parent.label and parent.style in _CONTAINERS:
                prefix = ""
            parent = parent.parent
        return f"{prefix}/{label}" if prefix else label

    def _is_heading(self, node: Node) -> bool:
        """Whether something follows the heading: a sentence alone is none."""
        text = self._text[slice(*self._spans[node.own[0]])]
        return bool(node.heading) and (
            node.last() > node.own[0] or len(_letters(text)) > len(_letters(node.heading))
        )

    def _stays_whole(self, node: Node) -> bool:
        if node.style in _CONTAINERS or any(c.style in ("条", "table") for c in node.children):
            return False
        size = self._size(node)
        lead = self._text[slice(*self._spans[node.own[-1]])]
        if node.style == "条" or lead.endswith(("：", ":")):
            return size <= LONGEST
        return size <= _SMALL_GROUP and all(
            not child.children and self._size(child) < _ITEM for child in node.children
        )

    def _is_bare_heading(self, node: Node) -> bool:
        text = self._text[slice(*self._spans[node.own[0]])].rstrip("。 ")
        return len(text) <= 60 and _letters(text) == _letters(node.heading)

    def _is_lead_in(self, indices: list[int]) -> bool:
        """Whether the paragraphs only announce the items below (主要包括：)."""
        text = self._text[self._spans[indices[0]][0] : self._spans[indices[-1]][1]]
        return len(text) < _LEAD_IN and text.endswith(("：", ":"))

    def _size(self, node: Node) -> int:
        return self._length(node.own[0], node.last())

    def _length(self, first: int, last: int) -> int:
        return self._spans[last][1] - self._spans[first][0]

    def _cut_table(self, node: Node, prefix: str, headings: tuple[str, ...]) -> None:
        rows = [self._text[slice(*self._spans[i])] for i in node.own]
        locator = f"{prefix}/表" if prefix else "表"
        place = self._place(node, locator, headings)
        has_header = len(rows) > 1 and not re.match(r"\d", rows[0])
        below = (*headings, rows[0]) if has_header else headings
        if len(rows) > 1 and self._size(node) <= _WHOLE_TABLE:
            self._emit(self._spans[node.own[0]][0], self._spans[node.own[-1]][1], place)
        elif len(rows) > 1:
            self._cut_stretches(node.own[int(has_header) :], place.locator, below)
        for number, index in enumerate(node.own[int(has_header) :], start=1):
            row = _Place(f"{place.locator}/第{number}行", below)
            self._cut_run([index], row)

    def _cut_stretches(self, rows: list[int], locator: str, headings: tuple[str, ...]) -> None:
        """A table that is too long to be one passage: for lists and counts, stretches of it."""
        first = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or self._length(rows[first], rows[at]) > _WHOLE_TABLE:
                if at - first > 1:
                    place = _Place(f"{locator}/第{first + 1}至{at}行", headings)
                    self._emit(self._spans[rows[first]][0], self._spans[rows[at - 1]][1], place)
                first = at

    def _cut_run(self, indices: list[int], place: _Place) -> None:
        """Cuts consecutive paragraphs of one place, at paragraphs, then at sentences."""
        for run in _consecutive(indices):
            texts = [self._text[slice(*self._spans[i])] for i in run]
            members = sum(bool(re.search(r"^\S{2,14} \S", t)) for t in texts) > len(texts) / 2
            longest = _MEMBERS if members and len(texts) > 2 else LONGEST
            pieces: list[tuple[int, int]] = []
            for index, text in zip(run, texts, strict=True):
                start, end = self._spans[index]
                for piece in _pieces(text, longest):
                    pieces.append((start + piece[0], start + piece[1]))
                assert not pieces or pieces[-1][1] == end
            for start, end in self._grouped(pieces, longest):
                self._emit(start, end, place)

    def _grouped(self, pieces: list[tuple[int, int]], longest: int) -> list[tuple[int, int]]:
        """Joins neighbouring pieces while they fit; a bracket of duties stays with its text."""
        grouped: list[tuple[int, int]] = []
        for start, end in pieces:
            if grouped:
                length = end - grouped[-1][0]
                duty = _DUTY.match(self._text[start : start + 6]) is not None
                heading = grouped[-1][1] - grouped[-1][0] < _TINY
                spare = 200 if duty else _TINY if heading else 0
                if length <= longest + spare:
                    grouped[-1] = (grouped[-1][0], end)
                    continue
            grouped.append((start, end))
        if len(grouped) > 1:
            whole = grouped[-1][1] - grouped[-2][0]
            if grouped[-1][1] - grouped[-1][0] < _TINY and whole <= longest + 100:
                grouped[-2:] = [(grouped[-2][0], grouped[-1][1])]
        return grouped

    def _emit(self, start: int, end: int, place: _Place) -> None:
        while start < end and self._text[start].isspace():
            start += 1
        while end > start and self._text[end - 1].isspace():
            end -= 1
        if start < end:
            text = self._text[start:end]
            self.passages.append(Passage(start, end, text, place.locator, place.headings))


def _letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _repeated_styles(root: Node) -> set[str]:
    """The styles whose numbers begin anew within the part (articles in every chapter)."""
    seen: set[tuple[str, str]] = set()
    repeated = set()
    for node in _walk(root):
        if (node.style, node.label) in seen:
            repeated.add(node.style)
        seen.add((node.style, node.label))
    return repeated


def _consecutive(indices: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _pieces(text: str, longest: int) -> list[tuple[int, int]]:
    """`text` in pieces of at most `longest`, cut after sentences, else clauses, else anywhere."""
    if len(text) <= longest:
        return [(0, len(text))]
    pieces = []
    for start, end in _cut_after(text, 0, len(text), _SENTENCE_END):
        if end - start <= longest:
            pieces.append((start, end))
            continue
        clauses = _cut_after(text, start, end, _CLAUSE_END)
        for first, last in _fitted(clauses, longest):
            for cut in range(first, last, longest):
                pieces.append((cut, min(cut + longest, last)))
    return pieces


def _fitted(pieces: list[tuple[int, int]], longest: int) -> list[tuple[int, int]]:
    fitted: list[tuple[int, int]] = []
    for start, end in pieces:
        if fitted and end - fitted[-1][0] <= longest:
            fitted[-1] = (fitted[-1][0], end)
        else:
            fitted.append((start, end))
    return fitted


def _cut_after(text: str, start: int, end: int, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    cuts, done = [], start
    for match in pattern.finditer(text, start, end):
        cuts.append((done, match.end()))
        done = match.end()
    if done < end:
        cuts.append((done, end))
    return cuts


__all__ = ["CELL", "cut_passages"]
