"""Finds documents without a number between numbered ones: appointments, chronicles, reports.

In go paragraphs and the titles that the contents page lists without a number; out comes where
such documents begin. Attached plans and annexes are none: the letter announces them. Imports
ingest.markers only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ingest.markers import (
    annex_label,
    ends_like_title,
    is_attachment_list,
    is_closed,
    is_date,
    is_footer,
    is_issuer,
    is_publicity_note,
    marker_of,
    number_of_line,
)

_CHRONICLE = re.compile(
    r"^[\u3400-\u9fff]{0,16}?(?:[12]\d{3}年)?(?:\d{1,2}(?:[-—～至、]\d{1,2})?月份?)?[\u3400-\u9fff]{0,6}?"
    r"(?:大事记|人事任免(?:情况|信息|名单)?|任免(?:人员)?名单|政府工作报告)(?:[（(].{1,20}[）)])?$"
)
_ISSUER_TITLE = re.compile(
    r"^[\u3400-\u9fff（）、]{2,40}?(?:人民政府|办公室|办公厅|委员会|领导小组|指挥部|管委会|国务院|[局厅委部署院])"
    r"(?=关于|印发|公布|发布)"
)
_ENTRY = re.compile(r"^[○●◎·\s]*(.{4,80}?)[\s.…·]*[（(]?\s*\d{1,3}\s*[）)]?$")
_FORWARDED = re.compile("转发|批转")
_LEAST_BODY = 2


def listed_titles(contents: Sequence[str]) -> set[str]:
    """The titles that end with a page number and have no document number."""
    titles = set()
    for line in contents:
        entry = _ENTRY.match(line)
        if entry and number_of_line(line) is None and not re.search(r"〔|\[|第.{1,6}号", line):
            titles.add(_bare(entry.group(1)))
    return titles - {""}


def unnumbered_starts(
    paragraphs: Sequence[str], first: int, listed: Collection[str], title: str = ""
) -> list[int]:
    """The indices from `first` on where a document without a number begins.

    `title` is that of the document they follow; one that forwards another holds it whole.
    """
    announced = _announced(paragraphs, title)
    starts: list[int] = []
    signed = first == 0
    for index, text in enumerate(paragraphs):
        if index < first:
            signed = signed or is_date(text)
            continue
        bare = _bare(text)
        if len(text) <= 100 and not is_closed(text) and marker_of(text) is None and bare:
            annexed = index > 0 and annex_label(paragraphs[index - 1]) is not None
            known = bare in listed or bool(_CHRONICLE.match(text))
            official = signed and _is_official(paragraphs, index) and not _FORWARDED.search(title)
            if (known or official) and not annexed and bare not in announced:
                if _has_body(paragraphs, index):
                    starts.append(index)
                continue
        signed = signed or is_date(text)
    return starts


def _announced(paragraphs: Sequence[str], title: str) -> set[str]:
    """The titles that a letter sends out or lists as its annexes."""
    found = set(re.findall(r"《([^《》]{4,120})》", " ".join(paragraphs[:12]) + title))
    for text in paragraphs:
        if is_attachment_list(text) or re.match(r"^\d{1,2}\s*[.．、]", text):
            found.add(re.sub(r"^附\s*件?\s*[：:]\s*|^\d{1,2}\s*[.．、]\s*", "", text))
    return {_bare(each) for each in found}


def _is_official(paragraphs: Sequence[str], index: int) -> bool:
    """Whether the title of a public body stands after one letter's end and above another."""
    text, before = paragraphs[index], paragraphs[index - 1] if index else ""
    if not (_ISSUER_TITLE.match(text) and ends_like_title(text)):
        return False
    ended = (
        is_date(before)
        or is_issuer(before)
        or is_publicity_note(before)
        or is_footer(before)
        or is_closed(before)
    )
    return ended and any(is_date(each) for each in paragraphs[index + 1 : index + 40])


def _has_body(paragraphs: Sequence[str], index: int) -> bool:
    following = paragraphs[index + 1 : index + 8]
    return sum(len(each) > 12 or is_closed(each) for each in following) >= _LEAST_BODY


def _bare(title: str) -> str:
    return re.sub(r"[^\u3400-\u9fff0-9]", "", title)
