"""The addresses of the library: /library, /documents/ID and /documents/NUMBER.

In: requests. Out: pages. A document's id changes with its content; its number, in any spelling,
lasts, and so does `?article=` with the name of a place in it. May import `vectorstore` and the
other views; makes nothing of HTML itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from vectorstore.datamodels import DocumentSummary, PolicyDocument
from vectorstore.errors import PolicyError
from vectorstore.numbers import canonical_number
from views.catalogue import Catalogue, Filters
from views.document import Sheet, choice_page, document_address, document_page
from views.language import ENGLISH, language_of, text
from views.library import library_page, library_view, message_view
from views.places import find_article
from views.relations import RelationIndex
from views.standalone import page_policy

if TYPE_CHECKING:
    from assistant import PolicyAssistant
    from vectorstore.store import PolicyStore

_ID = re.compile(r"[0-9a-f]{16}")
_LONGEST = 200


@dataclass(frozen=True)
class _Shelves:
    """Everything that is read of one version of the store on one day."""

    version: tuple[int, date]
    catalogue: Catalogue
    relations: RelationIndex


class LibraryPages:
    """What the addresses answer; reads the library anew when the store or the day has changed."""

    def __init__(self, get_assistant: Callable[[], PolicyAssistant]):
        self._get_assistant = get_assistant
        self._shelves: _Shelves | None = None

    def library(self, request: Request) -> Response:
        """All documents, or those that the address chooses; with `part`, without the page."""
        language, theme = language_of(request), request.query_params.get("theme", "auto")
        try:
            shelves = self._read(self._get_assistant().store)
        except PolicyError as error:
            if "part" in request.query_params:
                return _response(message_view(_sentence(error, language)))
            return self._failed(error, language, theme)
        listing = shelves.catalogue.search(Filters.read(dict(request.query_params)))
        if "part" in request.query_params:
            return _response(library_view(listing, language))
        return _response(library_page(listing, language, theme))

    def document(self, request: Request, reference: str) -> Response:
        """A document by its id or its number."""
        language, theme = language_of(request), request.query_params.get("theme", "auto")
        try:
            store = self._get_assistant().store
            return self._document(store, request.query_params, reference[:_LONGEST], language)
        except PolicyError as error:
            return self._failed(error, language, theme)

    def _document(
        self, store: PolicyStore, query: Mapping[str, str], reference: str, language: str
    ) -> Response:
        catalogue, theme = self._read(store).catalogue, query.get("theme", "auto")
        if _ID.fullmatch(reference):
            found = store.document(reference)
            if found is not None and reference in catalogue.by_id:
                return self._page(store, found, catalogue.by_id[reference], query, language)
            if canonical_number(query.get("number", "")):
                article = {"article": query["article"]} if "article" in query else {}
                number = canonical_number(query["number"])
                return RedirectResponse(f"{document_address('', number, **article)}#quote", 307)
            sentence = text("document.not_found", language)
            return _response(choice_page(sentence, (), language, theme), 404)
        number = canonical_number(reference)
        if number is None:
            sentence = text("document.not_found", language)
            return _response(choice_page(sentence, (), language, theme), 404)
        return self._by_number(store, number, query, language)

    def _by_number(
        self, store: PolicyStore, number: str, query: Mapping[str, str], language: str
    ) -> Response:
        catalogue, theme = self._read(store).catalogue, query.get("theme", "auto")
        bearing = catalogue.numbered(number)
        if len(bearing) == 1:
            found = store.document(bearing[0].id)
            if found is not None:
                return self._page(store, found, bearing[0], query, language)
        if bearing:
            sentence = text("document.several", language, count=len(bearing), number=number)
            return _response(choice_page(sentence, bearing, language, theme), 300)
        sentence = text("document.no_such_number", language, number=number)
        mentioning = catalogue.mentioning([number])
        if mentioning:
            sentence = f"{sentence} {text('document.mentioned_by', language)}"
        return _response(choice_page(sentence, mentioning, language, theme), 404)

    def _page(
        self,
        store: PolicyStore,
        document: PolicyDocument,
        summary: DocumentSummary,
        query: Mapping[str, str],
        language: str,
    ) -> Response:
        shelves = self._read(store)
        start, end = _offset(query.get("start")), _offset(query.get("end"))
        notice, places, code = "", (), 200
        article = query.get("article", "").strip()[:_LONGEST]
        if article:
            places = find_article(document, article)
            if len(places) == 1:
                start, end, places = places[0].start, places[0].end, ()
            elif places:
                notice = text("document.several_places", language, count=len(places), place=article)
            else:
                notice, code = text("document.no_such_place", language, place=article), 404
        sheet = Sheet(
            document=document,
            summary=summary,
            address=self._address(shelves.catalogue, summary),
            relations=tuple(shelves.relations.of(summary.id)),
            reasons=shelves.relations.reasons(summary),
            start=start,
            end=end,
            notice=notice,
            choices=places,
        )
        return _response(document_page(sheet, language, query.get("theme", "auto")), code)

    def _address(self, catalogue: Catalogue, document: DocumentSummary) -> str:
        """The lasting address where there is one."""
        alone = document.number and len(catalogue.numbered(document.number)) == 1
        return document_address(document.id, document.number if alone else None)

    def _read(self, store: PolicyStore) -> _Shelves:
        version = (store.version, date.today())
        if self._shelves is None or self._shelves.version != version:
            summaries = store.summaries()
            catalogue = Catalogue(summaries, store.ids_containing)
            self._shelves = _Shelves(version, catalogue, RelationIndex(summaries))
        return self._shelves

    def _failed(self, error: PolicyError, language: str, theme: str) -> Response:
        return _response(choice_page(_sentence(error, language), (), language, theme), 503)


def add_pages(app: FastAPI, get_assistant: Callable[[], PolicyAssistant]) -> None:
    """Let `app` answer the library's addresses; `get_assistant` may take long."""
    pages = LibraryPages(get_assistant)

    @app.get("/library", response_class=HTMLResponse)
    def library(request: Request) -> Response:
        return pages.library(request)

    @app.get("/documents/{reference:path}", response_class=HTMLResponse)
    def document(request: Request, reference: str) -> Response:
        return pages.document(request, reference)


def _sentence(error: PolicyError, language: str) -> str:
    return str(error) if language == ENGLISH else error.chinese


def _offset(value: str | None) -> int:
    """A whole number from an address; what is none marks nothing."""
    usable = value and value.isascii() and value.isdigit() and len(value) < 10
    return int(value) if usable else 0


def _response(html: str, status: int = 200) -> HTMLResponse:
    headers = {"content-security-policy": page_policy(), "vary": "Accept-Language, Cookie"}
    return HTMLResponse(html, status, headers)
