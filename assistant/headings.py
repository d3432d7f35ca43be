"""Headings without their marks: 五、登记流程 -> 登记流程; titles without what only issues them.

Imports `vectorstore`'s types.
"""

from __future__ import annotations

import re

from vectorstore.datamodels import PolicyDocument

_MARK = re.compile(
    r"^(?:第[〇零一二三四五六七八九十百\d]+[章节条]|[（(]?[一二三四五六七八九十]+[)）、.．]"
    r"|[（(]?\d+[)）.．、]|附件\d*[:：]?)\s*"
)
_HEADED = re.compile(r"^(?:[一二三四五六七八九十]+、.|第\S{1,3}[章节]|附件)")
_INNER_TITLE = re.compile(r"印发[《〈]?(.+?)[》〉]?的通知$")


def plain_heading(heading: str) -> str:
    """What a heading says, without its number and end mark."""
    return _MARK.sub("", heading).strip(" ：:。")


def short_title(title: str) -> str:
    """The name of what a notice issues, or the title itself; without quotation brackets."""
    match = _INNER_TITLE.search(title)
    name = match[1] if match else title
    return name.strip("《》〈〉").replace("《", "〈").replace("》", "〉")


def outline_of(document: PolicyDocument) -> list[str]:
    """The headings of a document's largest parts; empty where it has none."""
    tops = (each.headings[0] if each.headings else each.locator for each in document.passages)
    return [each for each in dict.fromkeys(tops) if _HEADED.match(each)] or list(
        dict.fromkeys(each.headings[0] for each in document.passages if each.headings)
    )
