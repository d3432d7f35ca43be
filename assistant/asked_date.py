"""The date that a question is about: today, unless it says 2018年时, 2018年 or 当时.

In: a question's text, today's date. Out: a frozen `AskedDate`. Pure functions; imports
`vectorstore`'s folding.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from vectorstore.terms import fold

_YEAR = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*年度?"
    r"(?:\s*(?P<month>1[0-2]|0?[1-9])\s*月(?:份)?(?:\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号])?)?"
    r"(?P<after>.{0,6})"
)
# 到2020年 is a goal, 2018年起 a beginning, 2018年印发的 says which document: no date asked about.
_GOAL = re.compile(r"(?:到|至|前|自|从|截至|截止)\s*$")
_NO_DATE = re.compile(
    r"^(?:以?[前后来]|起|开始|之[前后]|内|[^的时]{0,3}(?:印发|发布|公布|制定|出台|通过|下发|颁布)"
    r"|的?第\d|版|第|的?[那这][个份部件条])"
)
_AT_THE_TIME = re.compile(r"^(?:当|那)?(?:时|的时候|那会儿|年底|底|末|期间)")
_THEN = re.compile(r"当时|那时|那年|那会儿")


@dataclass(frozen=True)
class AskedDate:
    """The ISO date `on`; `words` is how the question puts it, empty where it means today.

    `then`: the question asks what was the case at that date (2018年时), not for something that
    bears the year.
    """

    on: str
    words: str = ""
    year: str = ""
    then: bool = False

    @property
    def stated(self) -> bool:
        """Whether the question names the date."""
        return bool(self.words)


def without_date(text: str) -> str:
    """The question without the words that say as of when it is asked (2018年时)."""
    found = next((each for each in _YEAR.finditer(text) if _AT_THE_TIME.match(each["after"])), None)
    if found is None:
        return text
    end = found.start("after") + _AT_THE_TIME.match(found["after"]).end()
    return (text[: found.start()] + text[end:]).lstrip("，,")


def asked_date(text: str, today: date, then: str | None = None) -> AskedDate:
    """The date that `text` is about; a year or month counts with its last day.

    `then` is the ISO date that 当时 points to where no year is said, such as the day on which
    the document was issued.
    """
    folded = fold(text)
    for match in _YEAR.finditer(folded):
        before = folded[: match.start()]
        if _GOAL.search(before) or _NO_DATE.match(match["after"]):
            continue
        year, month = int(match["year"]), int(match["month"] or 12)
        day = min(int(match["day"] or 31), monthrange(year, month)[1])
        on = date(year, month, day).isoformat()
        if on > today.isoformat() and year == today.year and not match["month"]:
            on = today.isoformat()
        then = bool(_AT_THE_TIME.match(match["after"]))
        return AskedDate(on, _said(match), match["year"], then)
    if then and _THEN.search(folded):
        return AskedDate(then, "当", then[:4], then=True)
    return AskedDate(today.isoformat())


def _said(match: re.Match[str]) -> str:
    month = f"{int(match['month'])}月" if match["month"] else ""
    day = f"{int(match['day'])}日" if match["day"] else ""
    return f"{match['year']}年{month}{day}"
