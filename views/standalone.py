"""What the pages outside Gradio share: their frame, and how a status is shown.

In: a title and a body that is HTML already. Out: a whole page that loads nothing but this
server's own styles. Imports `views.language` and `views.markup`.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from vectorstore.datamodels import (
    STATUS_AMENDED,
    STATUS_EXPIRED,
    STATUS_IN_FORCE,
    STATUS_NOT_YET,
    STATUS_REPEALED,
    STATUS_UNKNOWN,
)
from views.language import text
from views.markup import shown

_SCRIPT = Path(__file__).parent.parent / "static" / "document.js"
_LOCALES = {"zh": "zh-CN", "en": "en"}
# The class of a badge and the key of its text.
_STATUSES = {
    STATUS_IN_FORCE: ("in-force", "in_force"),
    STATUS_AMENDED: ("amended", "amended"),
    STATUS_REPEALED: ("ended", "repealed"),
    STATUS_EXPIRED: ("ended", "expired"),
    STATUS_NOT_YET: ("amended", "not_yet"),
    STATUS_UNKNOWN: ("unknown", "unknown"),
}


@lru_cache(maxsize=1)
def script() -> str:
    """The one script of these pages; it stands in them, so that its hash can allow it."""
    return _SCRIPT.read_text("utf-8")


@lru_cache(maxsize=1)
def page_policy() -> str:
    """The Content-Security-Policy: no script but ours, nothing from or to other hosts."""
    digest = base64.b64encode(sha256(script().encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )


def page(title: str, body: str, language: str, theme: str = "auto") -> str:
    """A whole page; `theme` is light, dark or whatever the reader's system has."""
    theme_class = theme if theme in ("light", "dark") else "auto"
    return (
        f'<!doctype html><html lang="{_LOCALES[language]}" class="document-page {theme_class}">'
        '<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{shown(title)}</title>"
        '<link rel="icon" href="/ui/favicon.svg"><link rel="stylesheet" href="/ui/app.css">'
        '<link rel="stylesheet" href="/ui/document.css">'
        f'<link rel="stylesheet" href="/ui/library.css"></head><body>{body}'
        f"<script>{script()}</script></body></html>"
    )


def ways_back(language: str) -> str:
    """Links to the chat and the list, for whoever came here by a shared link."""
    return (
        f'<nav class="site"><a href="/">{text("page.title", language)}</a>'
        f'<a href="/library">{text("library.title", language)}</a></nav>'
    )


def badge(status: str, language: str) -> str:
    """A status as a small badge; a status that is not ours is shown as it is."""
    known = _STATUSES.get(status)
    label = text(f"library.status_{known[1]}", language) if known else shown(status)
    return f'<span class="status {known[0] if known else "unknown"}">{label}</span>'


def status_name(status: str, language: str) -> str:
    """A status in the reader's language."""
    known = _STATUSES.get(status)
    return text(f"library.status_{known[1]}", language) if known else status
