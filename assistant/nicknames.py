"""Which stored document a name half remembered means: 2019年供暖方案, 那份书屋意见, 15号通知.

In: a question and the stored titles. Out: the id of the only document whose title holds the
signs of the name in this order, whose kind it is and whose year or number fits, with the
stretch of the question that names it. Imports `offices`, `vectorstore`'s folding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.offices import shortens
from vectorstore.terms import fold

_KIND = "方案|办法|意见|要点|通知|规定|政策|清单|公告|通告|决定|条例|细则"
_NAMED = re.compile(
    rf"(?:(?P<year>(?:19|20)\d\d)年的?|(?P<number>\d{{1,4}})号(?!令)的?|[这那]份|当年)?"
    rf"(?P<core>[^在按把从对和与跟及，,。？?；;：:、\s\d]{{2,10}}?)(?P<kind>{_KIND})"
)
_SIGN = re.compile(r"\w")


def document_meant(
    text: str, titles: Iterable[tuple[str, str | None, str]]
) -> tuple[str, str] | None:
    """(id, the words that name it) of the document that `text` names, of `titles` (id, number,
    title); None where it names none or could mean several."""
    titles = list(titles)
    for match in _NAMED.finditer(text):
        fitting = [each for each in titles if _fits(match, each[1] or "", fold(each[2]))]
        if len(fitting) == 1:
            return fitting[0][0], match[0]
    return None


def _fits(match: re.Match[str], number: str, title: str) -> bool:
    if match["number"] and not number.endswith(f"〕{match['number']}号"):
        return False
    if match["year"] and "〔" in number and f"〔{match['year']}〕" not in number:
        return False
    # 电商快递 is spread over 电子商务与快递物流.
    core = "".join(_SIGN.findall(fold(match["core"])))
    return match["kind"] in title and bool(core) and shortens(core, title)
