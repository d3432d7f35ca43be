"""A stored document as a page of its own: particulars, relations, outline, full text.

In: a `Sheet`, everything that is known of the document. Out: HTML that needs no script (one,
allowed by its hash, only copies links), holds nothing of the document but as text, and prints
well. May import the pure views, `vectorstore` for types.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from vectorstore.datamodels import (
    STATUS_AMENDED,
    STATUS_EXPIRED,
    STATUS_NOT_YET,
    STATUS_REPEALED,
    STATUS_UNKNOWN,
    DocumentSummary,
    PolicyDocument,
)
from views.language import text
from views.markup import shown
from views.places import Place, headings, locator_address, outline
from views.relations import Related, RelationGroup
from views.standalone import badge, page, ways_back
from views.text_layout import Link, laid_out

SHOWN_RELATED = 5


@dataclass(frozen=True)
class Sheet:
    """A document and what else its page tells.

    `address` is where the document lives; `start` and `end` what is highlighted; `notice` a
    sentence above the text, with `choices` of places to go to.
    """

    document: PolicyDocument
    summary: DocumentSummary
    address: str
    relations: tuple[RelationGroup, ...] = ()
    reasons: tuple[Related, ...] = ()
    start: int = 0
    end: int = 0
    notice: str = ""
    choices: tuple[Place, ...] = ()


def document_address(document_id: str, number: str | None = None, **query: object) -> str:
    """Where a document opens: under its number, which lasts, or under its id."""
    address = f"/documents/{quote(number or document_id, safe='')}"
    return f"{address}?{urlencode(query)}" if query else address


def quote_address(document_id: str, start: int, end: int) -> str:
    """Where a stretch of a document's present text opens, highlighted."""
    return document_address(document_id, start=start, end=end) + "#quote"


def document_page(sheet: Sheet, language: str, theme: str = "auto") -> str:
    """The page of one document."""
    document = sheet.document
    links, table = _links(sheet, language), text("document.table", language)
    lines = "".join(laid_out(document, sheet.start, sheet.end, links, table))
    body = (
        f'<a class="skip" href="#text">{shown(text("document.skip", language))}</a>'
        f"{ways_back(language)}"
        f'<div class="sheet"><header class="particulars">{_heading(sheet, language)}'
        f"{_particulars(sheet, language)}{_actions(sheet, language)}</header>"
        f"{_relations(sheet, language)}{_outline(document, language)}"
        f'<main id="text" class="text" lang="zh-CN">{_notice(sheet, language)}{lines}</main></div>'
    )
    return page(document.title, body, language, theme)


def _heading(sheet: Sheet, language: str) -> str:
    document = sheet.document
    note = f'<p class="digest">{text("library.digest", language)}</p>' if document.digest else ""
    return f'<h1 lang="zh-CN">{shown(document.title)}</h1>{note}'


def _particulars(sheet: Sheet, language: str) -> str:
    document = sheet.document
    rows = [
        (name, shown(value))
        for name, value in (
            ("number", document.number),
            ("issuer", document.issuer),
            ("kind", document.kind),
            ("addressee", document.addressee),
            ("issued", document.issued),
            ("effective", document.effective),
            ("expires", document.expires),
            ("publicity", document.publicity),
            ("gazette", document.gazette),
            ("source", document.source),
        )
        if value
    ]
    if document.annexes:
        rows.append(("annexes", _annexes(document, language)))
    status = f"{badge(sheet.summary.status, language)} {_reason(sheet, language)}"
    rows.insert(1 if document.number else 0, ("status", status))
    return "<dl>{}</dl>".format(
        "".join(
            f'<div class="of-{name}"><dt>{text(f"document.{name}", language)}</dt>'
            f"<dd>{value}</dd></div>"
            for name, value in rows
        )
    )


def _annexes(document: PolicyDocument, language: str) -> str:
    """The annexes by name, leading to where they stand; one that the source lacks says so."""
    missing = f' <span class="not-held">{text("document.annex_missing", language)}</span>'
    starts = {each.label.partition(" ")[0]: each.start for each in headings(document)}
    items = []
    for annex in document.annexes:
        name = f"{shown(annex.label)} {shown(annex.title)}"
        if annex.missing:
            name += missing
        elif annex.label in starts:
            name = f'<a href="#t{starts[annex.label]}">{name}</a>'
        items.append(f'<li lang="zh-CN">{name}</li>')
    return f"<ul>{''.join(items)}</ul>"


def _reason(sheet: Sheet, language: str) -> str:
    """Why the document has its status, with links to those that say so."""
    status = sheet.summary.status
    keys = {STATUS_REPEALED: "by_repeal", STATUS_AMENDED: "by_amendment"}
    if status in keys and sheet.reasons:
        links = text("library.separator", language).join(
            f'<a href="{shown(quote_address(each.said_by, each.start, each.end))}" lang="zh-CN">'
            f"《{shown(each.title or '')}》{shown(each.number or '')}</a>"
            for each in sheet.reasons
        )
        reason = text(f"document.{keys[status]}", language, document=links)
    elif status == STATUS_EXPIRED and sheet.document.expires:
        reason = text("document.by_expiry", language, date=shown(sheet.document.expires))
    elif status == STATUS_NOT_YET and sheet.document.effective:
        reason = text("document.by_beginning", language, date=shown(sheet.document.effective))
    elif sheet.summary.stated_status:
        reason = text("document.by_statement", language)
    else:
        reason = text("document.by_silence", language) if status == STATUS_UNKNOWN else ""
    return f'<span class="reason">{reason}</span>'


def _actions(sheet: Sheet, language: str) -> str:
    ask = shown(f"/?{urlencode({'document': sheet.summary.id})}")
    # An address without #quote opens at the top, where no script may scroll on.
    marked = 0 <= sheet.start < min(sheet.end, len(sheet.document.text))
    down = f'<a class="button" href="#quote">{text("document.to_quote", language)}</a>'
    return (
        f'<p class="actions">{down if marked else ""}'
        f'<a class="button ask" target="_top" href="{ask}">{text("document.ask", language)}</a>'
        f'<a class="button copy" href="{shown(sheet.address)}" '
        f'data-copied="{text("document.copied", language)}">'
        f"{text('document.copy_document', language)}</a></p>"
    )


def _relations(sheet: Sheet, language: str) -> str:
    if not sheet.relations:
        return ""
    groups = "".join(_group(group, language) for group in sheet.relations)
    return (
        f'<section class="relations" aria-labelledby="relations"><h2 id="relations">'
        f"{text('document.relations', language)}</h2><div>{groups}</div></section>"
    )


def _group(group: RelationGroup, language: str) -> str:
    direction = "in" if group.incoming else "out"
    items = [_related(each, group.incoming, language) for each in group.related]
    rest = items[SHOWN_RELATED:]
    more = ""
    if rest:
        label = text("document.more_related", language, count=len(rest))
        more = f"<details><summary>{label}</summary><ul>{''.join(rest)}</ul></details>"
    return (
        f"<section><h3>{text(f'document.{direction}_{group.kind}', language)}</h3>"
        f"<ul>{''.join(items[:SHOWN_RELATED])}</ul>{more}</section>"
    )


def _related(related: Related, incoming: bool, language: str) -> str:
    title = f"《{shown(related.title)}》" if related.title else ""
    number = f' <span class="number">{shown(related.number)}</span>' if related.number else ""
    named = f'<span lang="zh-CN">{title}{number}</span>'
    if related.id:
        named = f'<a href="{shown(document_address(related.id))}">{named}</a>'
    else:
        named += f' <span class="not-held">{text("document.not_held", language)}</span>'
    where = shown(quote_address(related.said_by, related.start, related.end))
    return (
        f'<li>{named} <a class="where" href="{where}" '
        f'title="{text("document.where_title", language)}">{text("document.where", language)}</a>'
        "</li>"
    )


def _outline(document: PolicyDocument, language: str) -> str:
    """Twice: beside the text on a desk, folded on a phone; a style shows one of them."""
    found = outline(document)
    if len(found) < 2:
        return ""
    items = "".join(
        f'<li class="depth-{each.depth}"><a href="#t{each.start}">{shown(each.label)}</a></li>'
        for each in found
    )
    name = text("document.outline", language)
    return (
        f'<nav class="outline wide" aria-label="{name}"><h2>{name}</h2>'
        f'<ol lang="zh-CN">{items}</ol></nav>'
        f'<details class="outline narrow"><summary>{name}</summary>'
        f'<ol lang="zh-CN">{items}</ol></details>'
    )


def _links(sheet: Sheet, language: str) -> dict[int, Link]:
    """By a passage's start: its own address, which outlasts changes where its locator is unique."""
    lasting = locator_address(sheet.document) if sheet.document.number else {}
    lasts = sheet.address != document_address(sheet.summary.id)
    links = {}
    for passage in sheet.document.passages:
        if lasts and passage.start in lasting:
            query = urlencode({"article": lasting[passage.start]})
            address = f"{sheet.address}?{query}#quote"
        else:
            address = quote_address(sheet.summary.id, passage.start, passage.end)
        label = text("document.passage_link", language, locator=passage.locator)
        opened = passage.start <= sheet.start < min(passage.end, sheet.end)
        beside = text("document.copy_passage", language) if opened else ""
        links.setdefault(passage.start, Link(address, label, beside))
    return links


def _notice(sheet: Sheet, language: str) -> str:
    if not sheet.notice:
        return ""
    choices = "".join(_choice(sheet, place) for place in sheet.choices)
    return (
        f'<div class="notice" role="status" lang="{language}"><p>{shown(sheet.notice)}</p>'
        f"{f'<ul>{choices}</ul>' if choices else ''}</div>"
    )


def _choice(sheet: Sheet, place: Place) -> str:
    address = shown(quote_address(sheet.summary.id, place.start, place.end))
    opening = sheet.document.text[place.start : place.end].replace("\n", " ")[:40]
    return f'<li lang="zh-CN"><a href="{address}">{shown(place.locator)}</a> {shown(opening)}…</li>'


def choice_page(
    sentence: str, documents: Iterable[DocumentSummary], language: str, theme: str = "auto"
) -> str:
    """A page of one sentence and the documents that it offers instead."""
    items = "".join(
        f'<li lang="zh-CN"><a href="{shown(document_address(each.id))}">《{shown(each.title)}》'
        f"{shown(each.number or '')}</a> {shown(each.issued or '')} "
        f"{badge(each.status, language)}</li>"
        for each in documents
    )
    choices = f'<ul class="choices">{items}</ul>' if items else ""
    body = (
        f'{ways_back(language)}<main class="sheet message"><h1>{shown(sentence)}</h1>{choices}'
        '<p class="actions"><a class="button" target="_top" href="/library">'
        f"{text('document.look_in_library', language)}</a></p></main>"
    )
    return page(text("library.heading", language), body, language, theme)
