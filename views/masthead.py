"""The top of the page: its name, what can be asked, and the language switch.

In: the documents' dates and a language. Out: HTML in which everything from outside is text.
May import the pure views.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from views.answers import inert
from views.language import CHINESE, text


def masthead_html(summary: str, language: str) -> str:
    """The page's name and one sentence; the switch is a button that the page's script minds."""
    other = text("page.other_language", language)
    other_tag = "en" if language == CHINESE else "zh-CN"
    return (
        f'<div class="masthead"><h1>{text("page.title", language)}</h1>'
        f'<p role="status">{inert(summary)}</p>'
        f'<button type="button" class="language" lang="{other_tag}">{other}</button></div>'
    )


def coverage(dates: Sequence[str | None], language: str) -> str:
    """One sentence on what can be answered: how many documents, from when to when."""
    if not dates:
        return text("chat.empty_library", language)
    known = sorted(each for each in dates if each)
    period = ""
    if known:
        first, last = _month(known[0], language), _month(known[-1], language)
        key = "chat.single_month" if first == last else "chat.period"
        period = text(key, language, first=first, last=last)
    return text("chat.coverage", language, count=len(dates), period=period)


def _month(iso_date: str, language: str) -> str:
    try:
        day = date.fromisoformat(iso_date)
    except ValueError:
        return iso_date
    return text("chat.month", language, year=day.year, month=day.month)
