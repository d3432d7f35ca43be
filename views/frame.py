"""The HTML that Gradio sends for the page, put right before it goes out.

Gradio's template is in English, names its maker and knows nothing of our language switch, which
has to run before Gradio's own scripts. In: an ASGI application. Out: the same application,
whose page at / has the reader's language, our title and our styles from its first byte.
Imports `views.language`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from starlette.requests import Request

from views.language import language_of, text, texts

_HEAD = (
    "<title>{title}</title>"
    '<meta name="description" content="{description}">'
    '<meta name="color-scheme" content="light dark">'
    "<script>window.policyTexts = {script_texts};</script>"
    '<script src="/ui/language.js"></script>'
    '<script defer src="/ui/app.js"></script>'
    '<script defer src="/ui/chat.js"></script>'
    '<script defer src="/ui/conversations.js"></script>'
    '<script defer src="/ui/library.js"></script>'
)
# In the body, because Gradio adds its own styles to the head later and ours come after them.
_STYLES = "".join(
    f'<link rel="stylesheet" href="/ui/{name}.css">'
    for name in ("app", "answers", "chat", "library")
)
_LOCALES = {"zh": "zh-CN", "en": "en"}
# What the template says of Gradio, and the one script that it would fetch from elsewhere.
_FOREIGN = re.compile(
    r"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>|<script[^>]*\ssrc=\"https?:[^>]*></script>"
    r"|<link[^>]*\shref=\"https?:[^>]*>|<title>[^<]*</title>"
)


def framed(html: str, language: str, scripts: Sequence[str] = ()) -> str:
    """Gradio's page in the reader's language; `scripts` are further ones of ours, by name."""
    head = _HEAD.format(
        title=escape(text("page.title", language)),
        description=escape(text("page.description", language)),
        script_texts=_script_texts(language),
    )
    head += "".join(f'<script defer src="/ui/{name}.js"></script>' for name in scripts)
    html = _FOREIGN.sub("", html).replace('lang="en"', f'lang="{_LOCALES[language]}"', 1)
    return html.replace("<head>", f"<head>{head}", 1).replace("</body>", f"{_STYLES}</body>", 1)


def _script_texts(language: str) -> str:
    """The texts of our scripts as JSON that may stand in a script element."""
    found = {
        key.removeprefix("script."): versions[language]
        for key, versions in texts().items()
        if key.startswith("script.")
    }
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")


class PageFrame:
    """ASGI middleware around Gradio's page; everything else passes untouched."""

    def __init__(self, app: Any, scripts: Sequence[str] = ()):
        self._app = app
        self._scripts = scripts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        started: dict[str, Any] = {}
        body = bytearray()

        async def hold(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            language = language_of(Request(scope))
            page = framed(body.decode("utf-8"), language, self._scripts).encode("utf-8")
            headers = [each for each in started["headers"] if each[0] != b"content-length"]
            headers += [
                (b"content-length", str(len(page)).encode("ascii")),
                (b"vary", b"Accept-Language, Cookie"),
            ]
            await send({**started, "headers": headers})
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, hold)
