"""The library report: what a store holds, as records, as JSON, as a table or as a web page.

In goes an open store; out come frozen `LibraryRow`s, and text made from them. Imports
vectorstore.store.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape

from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from vectorstore.store import PolicyStore

# Field, heading of the table, heading of the page.
_COLUMNS = (
    ("number", "Number", "文号"),
    ("title", "Title", "标题"),
    ("issuer", "Issuer", "发文机关"),
    ("kind", "Kind", "文种"),
    ("issued", "Issued", "成文日期"),
    ("effective", "Effective", "施行日期"),
    ("status", "Status", "效力"),
    ("passages", "Passages", "条款数"),
    ("warnings", "Warnings", "提示"),
    ("source", "Source", "来源文件"),
)


@dataclass(frozen=True)
class LibraryRow:
    """One document of the library; `passages` counts them, dates are YYYY-MM-DD."""

    number: str | None
    title: str
    issuer: str | None
    kind: str | None
    issued: str | None
    effective: str | None
    status: str
    passages: int
    warnings: tuple[str, ...]
    source: str


def library_rows(store: PolicyStore) -> list[LibraryRow]:
    """A row for every document that questions can find, by date and number."""
    return [
        LibraryRow(
            number=document.number,
            title=document.title,
            issuer=document.issuer,
            kind=document.kind,
            issued=document.issued,
            effective=document.effective,
            status=store.status(document.id),
            passages=len(document.passages),
            warnings=document.warnings,
            source=document.source,
        )
        for document in store.documents()
    ]


_WIDE = 150


def as_json(rows: Sequence[LibraryRow]) -> str:
    """A JSON list of objects."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2)


def print_table(rows: Sequence[LibraryRow], console: Console) -> None:
    """A table for the terminal; kind and effective date are left to the other forms."""
    table = Table(title=f"{len(rows)} documents, {sum(r.passages for r in rows)} passages")
    hidden = {"kind", "effective"} | (set() if console.width >= _WIDE else {"issuer", "source"})
    columns = [(name, heading) for name, heading, _ in _COLUMNS if name not in hidden]
    for name, heading in columns:
        # Numbers and dates are what is looked for: the title gives way, down to a few words.
        narrow = name in ("title", "issuer", "source", "warnings")
        least = 16 if name == "title" else None
        table.add_column(heading, overflow="fold", no_wrap=not narrow, min_width=least)
    for row in rows:
        table.add_row(*(escape_markup(_shown(row, name)) for name, _ in columns))
    console.print(table)


def as_page(rows: Sequence[LibraryRow]) -> str:
    """A page of its own, in Chinese: sortable, readable on a telephone, with no other file."""
    head = "".join(
        f'<th scope="col"><button type="button">{heading}</button></th>'
        for _, _, heading in _COLUMNS
    )
    body = "\n".join(_page_row(row) for row in rows)
    passages = sum(row.passages for row in rows)
    return _PAGE.format(count=len(rows), passages=passages, head=head, body=body, script=_SCRIPT)


def _shown(row: LibraryRow, name: str) -> str:
    value = getattr(row, name)
    if name == "warnings":
        return "；".join(value)
    return "" if value is None else str(value)


def _page_row(row: LibraryRow) -> str:
    cells = "".join(
        f'<td data-label="{heading}">{escape(_shown(row, name))}</td>'
        for name, _, heading in _COLUMNS
    )
    return f"<tr>{cells}</tr>"


_SCRIPT = """
const body = document.querySelector("tbody");
document.querySelectorAll("th").forEach((head, column) => head.addEventListener("click", () => {
  const down = head.getAttribute("aria-sort") === "ascending";
  document.querySelectorAll("th").forEach(each => each.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const cell = row => row.cells[column].textContent;
  [...body.rows].sort((a, b) => (down ? -1 : 1) *
    cell(a).localeCompare(cell(b), "zh", {numeric: true})).forEach(row => body.append(row));
}));
"""
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>政策文件库</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 15px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  margin: 1.5rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #8886; padding: .4rem .6rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }}
td:nth-child(1), td:nth-child(5), td:nth-child(6), td:nth-child(7) {{ white-space: nowrap; }}
th button {{ all: unset; cursor: pointer; font-weight: 600; white-space: nowrap; }}
th button:focus-visible {{ outline: 2px solid; }}
th[aria-sort=ascending] button::after {{ content: " ▲"; }}
th[aria-sort=descending] button::after {{ content: " ▼"; }}
@media (max-width: 60rem) {{
  tr {{ display: block; border-bottom: 2px solid #8886; padding: .6rem 0; }}
  thead tr {{ display: flex; flex-wrap: wrap; gap: .2rem .8rem; }}
  th {{ border: 0; padding: .4rem 0; }}
  td {{ display: flex; gap: .8rem; border: 0; padding: .1rem 0; }}
  td:nth-child(n) {{ white-space: normal; }}
  td:empty {{ display: none; }}
  td::before {{ content: attr(data-label); flex: 0 0 5em; opacity: .7; }}
}}
</style>
</head>
<body>
<h1>政策文件库</h1>
<p>共 {count} 份文件，{passages} 个条款。点击表头可以排序。</p>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
<script>{script}</script>
</body>
</html>
"""
