"""Headings without their marks: 五、登记流程 -> 登记流程. Imports nothing of the project."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"^(?:第[〇零一二三四五六七八九十百\d]+[章节条]|[（(]?[一二三四五六七八九十]+[)）、.．]"
    r"|[（(]?\d+[)）.．、]|附件\d*[:：]?)\s*"
)


def plain_heading(heading: str) -> str:
    """What a heading says, without its number and end mark."""
    return _MARK.sub("", heading).strip(" ：:。")
