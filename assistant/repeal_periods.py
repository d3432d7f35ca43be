"""What was repealed or amended in a stretch of time: 2018年7月废止了哪几个文件, 下半年废止过什么.

In: a question and the words in it that ask which documents, what is known of validity. Out: the
documents that do so to others in that time; none where the question says no time, or asks for
what was done in one matter only. Imports `status`, `vectorstore`.
"""

from __future__ import annotations

import re
from calendar import monthrange

from assistant.status import Validity
from vectorstore.datamodels import PolicyDocument
from vectorstore.terms import fold, words

_PERIOD = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*年\s*(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<month>1[0-2]|0?[1-9])\s*月(?:份)?(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号])?)?"
    r"(?:里|内|间|期间|那次|那回|的时候|时|当时|度)?"
)
# Who repeals and how, but not what.
_FILLING = re.compile(
    r"一口气|一次性?|一下子?|一共|总共|共|统一|集中|分别|明令|宣布|正式|公开|公布|发文|先后|陆续"
    r"|(?:咱们?|我们?|本|全|这个?)?[市县区州](?:里|人民政府|政府)?(?:办公?室|办公厅|长)?令?"
    r"|政府|清理|决定|请问|都|又|给|把|过|了|里|中|在|对|有|是|将|被"
)
_TAIL = re.compile(
    r"^(?P<of>[^,，。;；]*?)(?:里|中|上)?(?:各|分别)(?:自|都)?(?:是|有|指)?(?:什么|啥|哪些|哪几个)$"
)
_MOST = 6
_JOINED = re.compile(r"和|与|及|、|以及")
_GOVERNMENT = re.compile(r"人民政府|[市县区州]?政府")


def doing_then(
    said: str, asks: re.Match[str], wanted: str, validity: Validity
) -> list[PolicyDocument]:
    """The documents that give others the status `wanted` in the time that `said` names; `asks`
    are the words in it that ask which ones."""
    period = _PERIOD.search(said)
    if period is None or period.start() > asks.start() or len(_PERIOD.findall(said)) > 1:
        return []
    first, last = _bounds(period)
    ids = [
        each.document_id
        for each in validity.changes
        if each.status == wanted and first <= (each.issued or each.since) <= last
    ]
    found = [one for key in dict.fromkeys(ids) if (one := validity.document(key))]
    said_else = said[: period.start()] + said[period.end() : asks.start()]
    if not all(_is_no_matter(said_else, each) for each in found):
        return []
    if "令" in said_else:
        found = [each for each in found if "令" in (each.number or "")]
    return found if len(found) <= _MOST and _asks_for_these(said[asks.end() :], found) else []


def _bounds(period: re.Match[str]) -> tuple[str, str]:
    """The first and the last day, in ISO form."""
    year, first, last = int(period["year"]), 1, 12
    if period["half"]:
        first, last = (1, 6) if period["half"] == "上" else (7, 12)
    elif period["quarter"]:
        last = 3 * ("一二三四".find(period["quarter"]) + 1 or int(period["quarter"]))
        first = last - 2
    elif period["month"]:
        first = last = int(period["month"])
    days = monthrange(year, last)[1]
    begin, end = (int(period["day"]), min(int(period["day"]), days)) if period["day"] else (1, days)
    return f"{year}-{first:02}-{begin:02}", f"{year}-{last:02}-{end:02}"


def _is_no_matter(text: str, document: PolicyDocument) -> bool:
    """Whether `text` says no more than that somebody does something: the place that issues
    `document` may be named."""
    rest = re.sub(r"\W", "", _FILLING.sub("", text))
    return not rest or fold(document.title).startswith(rest)


def _asks_for_these(tail: str, found: list[PolicyDocument]) -> bool:
    """Whether what follows is nothing, or names these very documents and asks what each does."""
    tail = re.sub(r"^(?:\W|[了过的掉呢呀啊])+|[\W呢呀啊]+$", "", tail)
    if not tail:
        return True
    match = _TAIL.match(tail)
    if match is None:
        return False
    described = [each for each in _JOINED.split(match["of"]) if each]
    return all(any(_describes(each, one) for one in found) for each in described) and (
        not described or len(described) == len(found)
    )


def _describes(text: str, document: PolicyDocument) -> bool:
    """Whether a document is called so, by number or title: 市政府令, 收费清单通知."""
    called = _plain(f"{document.number or ''} {document.title}")
    asked = _plain(text)
    return asked in called or all(each in called for each in words(asked) or [asked])


def _plain(text: str) -> str:
    return _GOVERNMENT.sub("政府", fold(text))
