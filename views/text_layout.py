"""A document's text as it is read: headings, paragraphs, tables, a signature, a highlight.

In: a document, the stretch to highlight, a link for each passage. Out: HTML elements in text
order, each holding its part of the text escaped. Lines keep their offsets as anchors (#t123).
May import the pure views.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vectorstore.datamodels import PolicyDocument
from views.markup import shown
from views.places import Heading, headings

CELL = "｜"  # between the cells of a table's row, as `ingest` writes them
_LINE = re.compile(r"[^\n]+")
_DATE = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[〇○零一二三四五六七八九十年月日]{8,12}"
)
_HEADER = re.compile(r"序号|项目|名称|编号|类别|内容|单位|时间|备注")
_SENTENCE = re.compile(r"[。；：:，]$|^[（(]")
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class Link:
    """The address of a passage, what to call it, and what to write beside its sign."""

    address: str
    label: str
    text: str = ""


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    words: str


def laid_out(
    document: PolicyDocument,
    start: int,
    end: int,
    links: Mapping[int, Link],
    table_name: str,
) -> Iterator[str]:
    """The text's elements, with text[start:end] marked and its first part as #quote.

    `table_name` is what a screen reader calls a table.
    """
    marker = _Marker(document.text, start, end)
    titles = {heading.start: heading for heading in headings(document)}
    starts = [passage.start for passage in document.passages]
    ends = [passage.end for passage in document.passages]
    table: list[_Line] = []
    for match in _LINE.finditer(document.text):
        line = _Line(match.start(), match.end(), match[0].strip())
        if not line.words:
            continue
        if CELL in line.words:
            table.append(line)
            continue
        yield from _table(table, marker, links, table_name)
        table = []
        index = bisect_right(starts, line.start) - 1
        outside = index < 0 or line.start >= ends[index]
        yield _element(document, line, titles.get(line.start), outside, marker, links)
    yield from _table(table, marker, links, table_name)


class _Marker:
    """Writes stretches of the text; what is to be highlighted goes into marks."""

    def __init__(self, whole: str, start: int, end: int):
        self.text = whole
        self._start, self._end = (start, end) if 0 <= start < end else (0, 0)
        self._opened = False

    def write(self, start: int, end: int) -> str:
        first, last = max(start, self._start), min(end, self._end)
        if first >= last:
            return shown(self.text[start:end])
        name = "" if self._opened else ' id="quote"'
        self._opened = True
        return (
            f"{shown(self.text[start:first])}<mark{name}>{shown(self.text[first:last])}</mark>"
            f"{shown(self.text[last:end])}"
        )


def _element(
    document: PolicyDocument,
    line: _Line,
    heading: Heading | None,
    outside: bool,
    marker: _Marker,
    links: Mapping[int, Link],
) -> str:
    content = marker.write(line.start, line.end) + _permalink(links.get(line.start))
    anchor = f' id="t{line.start}"' if heading or line.start in links else ""
    if heading and heading.alone:
        level = min(heading.depth, 3) + 2
        return f"<h{level}{anchor}>{content}</h{level}>"
    kind = _kind(document, line.words, outside)
    return f"<p{anchor}{kind}>{content}</p>"


def _kind(document: PolicyDocument, words: str, outside: bool) -> str:
    """Titles stand outside the passages, in lines of their own; signatures are known words."""
    signed = words.replace(" ", "") in (document.issuer, document.signature)
    if signed or _DATE.fullmatch(words):
        return ' class="signature"'
    titled = outside and len(words) <= _LONGEST_TITLE and not _SENTENCE.search(words)
    return ' class="front"' if titled else ""


def _permalink(link: Link | None) -> str:
    if link is None:
        return ""
    # A word joiner keeps the link on the line of the word before it.
    return (
        f'&#8288;<a class="permalink" href="{shown(link.address)}" title="{shown(link.label)}" '
        f'aria-label="{shown(link.label)}">#{shown(link.text)}</a>'
    )


def _table(
    rows: list[_Line], marker: _Marker, links: Mapping[int, Link], name: str
) -> Iterator[str]:
    """Rows that follow each other, as one table that scrolls by itself where it is too wide."""
    if not rows:
        return
    first = rows[0].words.split(CELL)
    headed = len(rows) > 1 and bool(_HEADER.search(rows[0].words)) and not first[0].isdigit()
    yield f'<div class="table" tabindex="0" role="group" aria-label="{shown(name)}"><table>'
    if headed:
        yield f"<thead>{_row(rows[0], 'th', marker, links)}</thead>"
    yield "<tbody>"
    for row in rows[1 if headed else 0 :]:
        yield _row(row, "td", marker, links)
    yield "</tbody></table></div>"


def _row(row: _Line, tag: str, marker: _Marker, links: Mapping[int, Link]) -> str:
    contents, start = [], row.start
    for cell in marker.text[row.start : row.end].split(CELL):
        contents.append(marker.write(start, start + len(cell)))
        start += len(cell) + len(CELL)
    contents[-1] += _permalink(links.get(row.start))
    anchor = f' id="t{row.start}"' if row.start in links else ""
    cells = "".join(f"<{tag}>{content}</{tag}>" for content in contents)
    return f"<tr{anchor}>{cells}</tr>"
