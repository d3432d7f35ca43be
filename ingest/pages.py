"""Finds where each printed page begins in the documents that were read from it.

In go documents in the order of their file and the file's text page by page; out come the same
documents with their pages. Lines were joined and faults repaired in between, so the pages are
found again by the first lines of each. Imports ingest.characters and vectorstore.datamodels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.characters import repair_characters
from vectorstore.datamodels import PolicyDocument

_SEEN = 14
_LEAST = 5
_FIRST_LINES = 8
# How far a page may begin from where the length of the one before says.
_SLACK = 3000


def with_pages(documents: Sequence[PolicyDocument], pages: Sequence[str]) -> list[PolicyDocument]:
    """`documents` with their `pages`; unchanged where the file has none."""
    if not pages:
        return list(documents)
    squeezed, places = _squeezed(documents)
    starts = _starts(squeezed, pages)
    found: list[list[tuple[int, int]]] = [[] for _ in documents]
    page_at = iter([*starts, (len(squeezed) + 1, 0)])
    (following, upcoming), page = next(page_at), 1
    for at, (document, offset) in enumerate(places):
        begins = False
        while following <= at:
            page, begins = upcoming, True
            following, upcoming = next(page_at)
        if begins or not found[document]:
            found[document].append((offset if found[document] else 0, page))
    return [
        replace(each, pages=tuple(pages or [(0, 1)]))
        for each, pages in zip(documents, found, strict=True)
    ]


def _squeezed(documents: Sequence[PolicyDocument]) -> tuple[str, list[tuple[int, int]]]:
    """All texts without what is not printed, and (document, offset) of each character."""
    characters, places = [], []
    for index, document in enumerate(documents):
        for offset, character in enumerate(document.text):
            if character.isalnum():
                characters.append(character)
                places.append((index, offset))
    return "".join(characters), places


def _starts(squeezed: str, pages: Sequence[str]) -> list[tuple[int, int]]:
    """(where it begins in `squeezed`, page) of each page that is found again, in order."""
    starts: list[tuple[int, int]] = []
    done = expected = 0
    for number, page in enumerate(pages, 1):
        lines = [re.sub(r"[\W_]", "", line) for line in repair_characters(page).split("\n")]
        before = 0
        for line in [line for line in lines if line][:_FIRST_LINES]:
            if len(line) >= _LEAST:
                at = squeezed.find(line[:_SEEN], done, expected + before + _SLACK)
                if at >= 0:
                    done = max(done, at - before)
                    starts.append((done, number))
                    break
            before += len(line)
        expected = done + sum(map(len, lines))
    return starts
