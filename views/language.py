"""The page's two languages: every text in Chinese and English, and which one a reader gets.

The texts are data, one file for each view: `texts/chat.json` holds {"send": {"zh": …, "en": …}},
and its key is "chat.send". In: a key and "zh" or "en"; or a request. Out: the text, with {names}
filled in; or the language: the one that the switch stored in a cookie, else the browser's first
that is ours, else Chinese. A component's own property (a label, a button) takes `label(key)`,
which Gradio translates in the browser together with its own words. `static/language.js` reads
the same cookie by the same rule. Imports nothing of the project.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
COOKIE = "policy_language"
_TEXTS = Path(__file__).parent / "texts"
# Gradio names its languages with their region where it has several of one.
_LOCALES = {"en": ENGLISH, "zh-CN": CHINESE}


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[str, str]]:
    """Every text of every view, by "view.key"."""
    return {
        f"{file.stem}.{key}": versions
        for file in sorted(_TEXTS.glob("*.json"))
        for key, versions in json.loads(file.read_text("utf-8")).items()
    }


def text(key: str, language: str, **values: object) -> str:
    """The text in one language; `values` fill the {names} in it."""
    found = texts()[key][language]
    return found.format(**values) if values else found


def label(key: str) -> Any:
    """A text for a component's property, in the language of the browser that shows it."""
    if key not in texts():
        raise KeyError(key)
    return translations()(key)


@lru_cache(maxsize=1)
def translations() -> gr.I18n:
    """All texts in the form that Gradio wants when the page is mounted."""
    return gr.I18n(
        **{
            locale: {key: versions[language] for key, versions in texts().items()}
            for locale, language in _LOCALES.items()
        }
    )


def language_of(request: Any) -> str:
    """The language of whoever sent `request` (Gradio's or Starlette's); Chinese without one."""
    if request is None:
        return CHINESE
    chosen = (getattr(request, "cookies", None) or {}).get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return accepted_language(request.headers.get("accept-language") or "")


def accepted_language(header: str) -> str:
    """The language of ours that an Accept-Language header puts first; Chinese if it has none."""
    wanted = []
    for position, item in enumerate(header.split(",")):
        name, _, weight = item.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", weight)
        ours = name.strip().lower().split("-")[0]
        if ours in LANGUAGES and (not weight or quality):
            wanted.append((-float(quality[1]) if quality else -1.0, position, ours))
    return min(wanted, default=(0, 0, CHINESE))[2]
