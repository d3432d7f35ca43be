"""The library: all documents with filters, a picture in time, and a page for each.

In: a `Listing` of the catalogue. Out: its HTML, the same for the page's second tab and for the
address /library that can be shared; every filter, order, month and page is a link or a form, so
that it works without a script. `build_library` puts it into the Gradio page at hand, where
`static/library.js` fetches it. May import the other views.
"""

from __future__ import annotations

from urllib.parse import urlencode

import gradio as gr

from vectorstore.datamodels import DocumentSummary
from views.catalogue import FACETS, NEWEST_FIRST, UNKNOWN, Filters, Listing
from views.document import document_address
from views.language import label, text
from views.markup import shown
from views.standalone import badge, page, status_name
from views.timeline import OTHERS, draw, lay_out, month_name

_COLUMNS = ("number", "document_title", "issuer", "kind", "issued", "status", "passages")
_ORDERS = {
    NEWEST_FIRST: "newest",
    "issued": "oldest",
    "number": "by_number",
    "title": "by_title",
    "issuer": "by_issuer",
    "kind": "by_kind",
    "status": "by_status",
    "-passages": "by_passages",
}


def build_library() -> None:
    """The tab's content: a frame that the script fills when the tab is first seen."""
    # Not gr.HTML: that runs templates, which the page's policy forbids.
    with gr.Column(elem_id="library-frame"):
        gr.Markdown(label("library.loading"), elem_classes="loading")
        gr.Markdown(label("library.unreachable"), elem_classes="unreachable")


def library_address(filters: Filters) -> str:
    """Where a listing can be opened again."""
    values = dict(filters.chosen)
    if filters.sort != NEWEST_FIRST:
        values["sort"] = filters.sort
    if filters.page > 1:
        values["page"] = str(filters.page)
    return f"/library?{urlencode(values)}" if values else "/library"


def library_page(listing: Listing, language: str, theme: str = "auto") -> str:
    """The listing as a page of its own."""
    title = text("library.heading", language)
    body = (
        f'<header class="banner"><h1>{title}</h1><a href="/">{_t("to_chat", language)}</a></header>'
        f'<main class="library">{library_view(listing, language)}</main>'
    )
    return page(title, body, language, theme)


def library_view(listing: Listing, language: str) -> str:
    """The listing as a part of a page."""
    if not listing.library:
        return message_view(_t("empty", language))
    return (
        f'<div class="side">{_form(listing, language)}{_picture(listing, language)}</div>'
        f'<div class="results">{_summary(listing, language)}{_missing(listing, language)}'
        f"{_table(listing, language)}{_pager(listing, language)}</div>"
    )


def message_view(sentence: str) -> str:
    """A sentence in the listing's place."""
    return f'<p class="nothing">{shown(sentence)}</p>'


def _t(key: str, language: str, **values: object) -> str:
    return text(f"library.{key}", language, **values)


def _value_name(name: str, value: str, language: str) -> str:
    """A chosen value as people read it."""
    if name == "month":
        return month_name(value, language)
    if value == UNKNOWN:
        return f"{_t(name, language)}{_t('colon', language)}{_t('unknown', language)}"
    if name == "year":
        return _t("year_label", language, year=value)
    return status_name(value, language) if name == "status" else value


def _form(listing: Listing, language: str) -> str:
    filters = listing.filters
    selects = "".join(_select(name, listing, language) for name in FACETS)
    orders = "".join(
        f'<option value="{value}"{" selected" if value == filters.sort else ""}>'
        f"{_t(key, language)}</option>"
        for value, key in _ORDERS.items()
    )
    month = f'<input type="hidden" name="month" value="{filters.month}">' if filters.month else ""
    is_open = " open" if set(filters.chosen) & set(FACETS) else ""
    return (
        f'<form class="filters" role="search" action="/library" method="get" '
        f'aria-label="{_t("search", language)}">'
        f'<label class="words">{_t("words", language)}'
        f'<input type="search" id="library-words" name="words" value="{shown(filters.words)}" '
        f'maxlength="200" autocomplete="off" placeholder="{_t("words_hint", language)}"></label>'
        f'{month}<details class="choices foldable"{is_open}><summary>{_t("more_filters", language)}'
        f'</summary><div class="selects">{selects}<label>{_t("sort", language)}'
        f'<select id="library-sort" name="sort">{orders}</select></label></div></details>'
        f'<button type="submit" class="button">{_t("filter", language)}</button></form>'
    )


def _select(name: str, listing: Listing, language: str) -> str:
    chosen = getattr(listing.filters, name)
    counts = dict(listing.facets[name])
    if chosen:
        counts.setdefault(chosen, 0)
    # Years run backwards, the rest by how much there is; what is not stated comes last.
    values = sorted(counts, key=lambda value: (-counts[value], value))
    if name == "year":
        values = sorted(counts, reverse=True)
    values.sort(key=lambda value: value == UNKNOWN)
    options = "".join(
        f'<option value="{shown(value)}"{" selected" if value == chosen else ""}>'
        f"{shown(_option_name(name, value, language))} ({counts[value]})</option>"
        for value in values
    )
    return (
        f'<label>{_t(name, language)}<select id="library-{name}" name="{name}">'
        f'<option value="">{_t("all", language)}</option>{options}</select></label>'
    )


def _option_name(name: str, value: str, language: str) -> str:
    return _t("unknown", language) if value == UNKNOWN else _value_name(name, value, language)


def _picture(listing: Listing, language: str) -> str:
    timeline = lay_out(listing.months)
    if not timeline.months:
        return ""
    filters = listing.filters

    def address(month: str) -> str:
        # A second press on the chosen month takes it away again.
        return library_address(filters.changed(month="" if month == filters.month else month))

    legend = "".join(
        f'<li><span class="swatch kind-{colour}"></span>{_legend(kind, listing, language)} '
        f'<span class="count">{count}</span></li>'
        for colour, (kind, count) in enumerate(timeline.kinds)
    )
    undated = (
        f'<p class="hint">{_t("undated", language, count=timeline.undated)}</p>'
        if timeline.undated
        else ""
    )
    return (
        f'<details class="picture foldable"{" open" if filters.month else ""}>'
        f"<summary>{_t('timeline', language)}</summary>"
        f'<div class="scroll">{draw(timeline, address, language, filters.month)}</div>'
        f'<ul class="legend">{legend}</ul>{undated}'
        f'<p class="hint">{_t("timeline_hint", language)}</p></details>'
    )


def _legend(kind: str, listing: Listing, language: str) -> str:
    if kind == OTHERS:
        return _t("others", language)
    name = _option_name("kind", kind, language)
    address = shown(library_address(listing.filters.changed(kind=kind)))
    return f'<a href="{address}">{shown(name)}</a>'


def _summary(listing: Listing, language: str) -> str:
    filters = listing.filters
    key = "found_of" if filters.chosen else "found"
    count = _t(key, language, total=listing.total, library=listing.library)
    chips = "".join(_chip(name, value, listing, language) for name, value in filters.chosen.items())
    if chips:
        chips = f'<p class="chips">{chips}<a class="clear" href="/library">' + (
            f"{_t('clear', language)}</a></p>"
        )
    return f'<div class="summary"><h2 class="count">{count}</h2>{chips}</div>'


def _chip(name: str, value: str, listing: Listing, language: str) -> str:
    shown_value = shown(_value_name(name, value, language))
    address = shown(library_address(listing.filters.changed(**{name: ""})))
    label = _t("remove_filter", language, name=shown_value)
    return f'<a class="chip" href="{address}" aria-label="{label}">{shown_value}<i>×</i></a>'


def _missing(listing: Listing, language: str) -> str:
    """What to say where a number is not in the library, or nothing is found at all."""
    parts = [
        f"<p>{_t('missing_number', language, number=shown(number))}</p>"
        for number in listing.missing
    ]
    if listing.mentioning:
        items = "".join(f"<li>{_title(each)}</li>" for each in listing.mentioning[:20])
        parts.append(f"<p>{_t('mentioning', language)}</p><ul>{items}</ul>")
    if not listing.total and not parts:
        parts = [f"<p>{_t('none', language)}</p><p>{_t('none_hint', language)}</p>"]
    return f'<div class="nothing">{"".join(parts)}</div>' if parts else ""


def _title(document: DocumentSummary) -> str:
    return (
        f'<a lang="zh-CN" href="{shown(document_address(document.id))}">{shown(document.title)}</a>'
    )


def _table(listing: Listing, language: str) -> str:
    if not listing.documents:
        return ""
    head = "".join(_column(name, listing.filters, language) for name in _COLUMNS)
    rows = "".join(_row(each, language) for each in listing.documents)
    return (
        f'<table class="documents" role="table"><thead role="rowgroup"><tr role="row">{head}'
        f'</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _column(name: str, filters: Filters, language: str) -> str:
    """A column's head, which orders by it, and the other way round when pressed again."""
    sort = "title" if name == "document_title" else name
    label = _t(name, language)
    down = filters.sort == f"-{sort}"
    current = filters.sort.removeprefix("-") == sort
    first_down = sort in ("issued", "passages")
    wanted = (sort if down else f"-{sort}") if current else (f"-{sort}" if first_down else sort)
    order = f' aria-sort="{"descending" if down else "ascending"}"' if current else ""
    arrow = f'<i aria-hidden="true">{"↓" if down else "↑"}</i>' if current else ""
    address = shown(library_address(filters.changed(sort=wanted)))
    return (
        f'<th role="columnheader" scope="col" class="of-{name}"{order}><a href="{address}" '
        f'aria-label="{_t("sort_by", language, name=label)}">{label}{arrow}</a></th>'
    )


def _row(document: DocumentSummary, language: str) -> str:
    number = shown(document.number) if document.number else _t("no_number", language)
    # The list's styles keep a number together; a long order's may break here.
    number = number.replace("令第", "令<wbr>第")
    note = f'title="{_t("digest", language)}">{_t("digest_short", language)}'
    digest = f' <span class="digest" {note}</span>' if document.digest else ""
    cells = {
        "number": f'<span lang="zh-CN">{number}</span>',
        "document_title": f"{_title(document)}{digest}",
        "issuer": f'<span lang="zh-CN">{shown(document.issuer or "")}</span>',
        "kind": f'<span lang="zh-CN">{shown(document.kind or "")}</span>',
        "issued": shown(document.issued or ""),
        "status": badge(document.status, language),
        "passages": str(document.passages),
    }
    return '<tr role="row">{}</tr>'.format(
        "".join(
            f'<td role="cell" class="of-{name}" data-name="{_t(name, language)}">{cells[name]}</td>'
            for name in _COLUMNS
        )
    )


def _pager(listing: Listing, language: str) -> str:
    if listing.pages < 2:
        return ""
    present = listing.filters.page

    def link(number: int, label: str) -> str:
        if not 1 <= number <= listing.pages:
            return f"<span>{label}</span>"
        address = shown(library_address(listing.filters.changed(page=number)))
        return f'<a class="button" href="{address}">{label}</a>'

    where = _t("page_of", language, page=present, pages=listing.pages)
    return (
        f'<nav class="pager" aria-label="{_t("pages", language)}">'
        f"{link(present - 1, _t('previous', language))}<span>{where}</span>"
        f"{link(present + 1, _t('next', language))}</nav>"
    )
