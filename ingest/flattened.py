"""Puts back the line breaks of texts that lost them, as exports of web sites often have.

In goes a text; out comes the same text, in which, if its paragraphs ran together, a line begins
at every heading, article and item, at the signature and at the annexes. Only breaks are added.
Imports ingest.markers only.
"""

from __future__ import annotations

import re

from ingest.markers import Marker, marker_of

_LONG_LINE = 60
_FEW_LINES = 3
_LONG_MEAN = 200
_RUN_ON = 40
_GAP = re.compile("[\u3000\u00a0 ]*[\u3000\u00a0]{2}[\u3000\u00a0 ]*")
_NUMBER = r"[（(]?[\u3400-\u9fff]{2,12}[〔［\[【(（][12]\d{3}[〕］\]】)）]\d{1,4}号[）)]?"
_HEAD = re.compile(rf"^(\s*{_NUMBER})(?=[\u3400-\u9fff《])")
_TITLE = re.compile(r"^(.{6,160}?的(?:通知|意见|决定|通报|函))(?=各|有关|中国|省|市)")
_SALUTATION = re.compile(
    r"^([^。：\n]{0,300}(?:各|单位|部门|有关|厅|局|委)[^。：\n]{0,80}：)(?=\S)"
)
_BODIES = (
    "厅|局|委员会|办公室|政府|国务院|部|委|院|会|银行|领导小组|中心|残联|工商联|妇联|中央|扶贫办"
)
_DATE = (
    r"(?:[12]\d{3}年\d{1,2}月\d{1,2}日|"
    "[一二][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)"
)
_SIGNATURE = re.compile(
    rf"(?<=[。）A-Za-z])\s*([\u3400-\u9fff]{{2,200}}?(?:{_BODIES}))\s*({_DATE})"
    r"(?=$|\n|[（《]|附件|(?!印发|前|起|至|公布|发布|召开|之|以|下|审|通过|止|在|正式|的|和|组织|出台|，|、)[\u3400-\u9fff])"
)
_NOTE = re.compile(r"(?<=[日。\n])（(?:此件|本文|此文)[^）]{2,12}）")
# 《…办法》 (2001年1月19日 … 公布): what stands in brackets under the title of a regulation.
_PROMULGATED = re.compile(rf"^([^。：，]{{4,60}}?)([（(]{_DATE}[^（）()]{{2,300}}[）)])")
_FURNITURE = re.compile(r"(?<=[。）.\w])(?=更多(?:信息|内容|资讯)请关注)")
_FILE = re.compile(r"(?<=\.doc|\.xls|\.pdf|\.wps|\.zip)(?=[\u3400-\u9fff（\d])")
_LONG_FILE = re.compile(r"(?<=\.docx|\.xlsx)(?=[\u3400-\u9fff（\d])")
_PLAIN_HEADINGS = re.compile(
    r"((?:^|\n)[一二三四五六七八九十]{1,3}、(?:总体要求|指导思想|基本原则|工作目标|主要目标|总体目标|目标任务|"
    r"主要任务|重点任务|工作任务|工作要求|保障措施|组织保障|组织领导|组织实施|实施步骤|工作步骤|活动目标|"
    r"活动主题|活动时间|活动内容|出台背景|主要内容))(?=[^、，。；：和与及的等\n])"
)
_ANNEX = re.compile(r"(?<=[。）日])(?=附件\s*\d{0,2}\s*[：:])")
_ISSUER = re.compile(r"^([\u3400-\u9fff（）]{3,120}?)(?=关于|印发|转发|公布)")
_FIRST_LINES = re.compile(r"\A(?:[^\n]*\n?){5}")
_HEADED = re.compile(rf"^([ \u3000]*{_NUMBER})(?=[\u3400-\u9fff][^\n。]{{1,300}}：)", re.MULTILINE)
_TITLED = re.compile(
    r"^[ \u3000]*(.{6,120}(?:通知|意见|决定|办法|公告|通告|批复|函|方案|规定))"
    rf"\s*({_NUMBER})\s*({_DATE})?$",
    re.MULTILINE,
)
_LAST_DATE = re.compile(rf"(?<![自于至到在从前])\s*({_DATE})(?=\s*(?:$|（此件|更多信息))")
_REFERENCE = re.compile(
    r"(?:本.{1,6}|依照|根据|违反|按照|适用|符合|履行|执行|前款|参照|以及|[、和或与至及照据反])$"
)
_TITLE_END = re.compile("(?:方案|意见|措施|办法|细则|要点|计划|规划|规则|指南|制度|规定|政策)$")
_CANDIDATE = re.compile(
    r"第[〇零一二三四五六七八九十百]{1,6}[编章节条]|[一二三四五六七八九十]{1,3}、|"
    r"[（(][一二三四五六七八九十]{1,3}[）)]|(?<!\d)\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]"
)
_CLOSERS = "。；：！？”）》;: \u3000\u00a0\t"
_TITLE_ENDS = ")日法定则例案程度"
_HEADINGS = ("编", "章", "节", "一、", "（一）")


def restore_breaks(text: str, title: str = "") -> str:
    """`text` with a line for every part that can be told; unchanged where lines are ordinary.

    `title`, where it is known already, tells who signs.
    """
    text = _with_head(text)
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > _FEW_LINES and sum(map(len, lines)) < _LONG_MEAN * len(lines):
        return text
    issuer = _ISSUER.match(re.sub(r"\s", "", title))
    signed = (
        rf"({re.escape(issuer.group(1))})\s*({_DATE})(?!前|起|至|以|印发)" if issuer else "(?!)()()"
    )
    signature = re.compile(signed)
    return "\n".join(
        _restored(line, signature) if len(line) > _LONG_LINE and "\t" not in line else line
        for line in text.split("\n")
    )


def _with_head(text: str) -> str:
    """A line each for title, number and addressee among the first lines of `text`."""
    return _FIRST_LINES.sub(
        lambda first: _HEADED.sub(r"\1\n", _TITLED.sub(_headed, first.group())), text, count=1
    )


def _headed(match: re.Match[str]) -> str:
    """Title, number and date that stand in one line, a line each."""
    return "\n".join(filter(None, match.groups()))


def _restored(line: str, signature: re.Pattern[str]) -> str:
    line = _with_head(_GAP.sub("\n\u3000\u3000", line))
    for pattern in (_HEAD, _PROMULGATED, _TITLE, _SALUTATION):
        head, rest = _first_line_without_number(line)
        line = head + pattern.sub(r"\1\n", rest, count=1)
    for pattern in (signature, _SIGNATURE):
        line = pattern.sub(r"\n\1\n\2\n", line)
    line = _LAST_DATE.sub(r"\n\1\n", line)
    line = _ANNEX.sub("\n", _NOTE.sub(r"\n\g<0>\n", line))
    for pattern in (_FURNITURE, _FILE, _LONG_FILE):
        line = pattern.sub("\n", line)
    line = "\n".join(_at_markers(part) for part in line.split("\n"))
    return _PLAIN_HEADINGS.sub(r"\1\n", line)


def _first_line_without_number(line: str) -> tuple[str, str]:
    """What was already split off at the head, and the rest."""
    number = re.match(rf"\s*{_NUMBER}\s*\n", line)
    at = number.end() if number else 0
    return line[:at], line[at:]


def _at_markers(line: str) -> str:
    """Breaks `line` before the markers that count on."""
    values: dict[str, int] = {}
    pieces, done = [], 0
    last: tuple[int, Marker] | None = None
    for match in _CANDIDATE.finditer(line):
        at = match.start()
        marker = marker_of(line[at : at + 40])
        if marker is None or not _counts_on(marker, values, line[max(0, at - 1) : at]):
            continue
        closers = _CLOSERS + _TITLE_ENDS * (marker.value == 1 and marker.style in ("章", "条"))
        if at and line[at - 1] not in closers and not _stands_alone(line, at, marker, last):
            continue
        values[marker.style] = marker.value
        last = (at, marker)
        if line[done:at].strip():
            pieces.append(line[done:at])
            done = at
    return "\n".join([*pieces, line[done:]])


def _counts_on(marker: Marker, values: dict[str, int], before: str) -> bool:
    """Whether the number is the first or the next; after a stop an article may skip some."""
    last = values.get(marker.style, 0)
    skips = marker.style == "条" and before == "。" and last < marker.value <= last + 8
    return marker.value in (1, last + 1) or skips


def _stands_alone(line: str, at: int, marker: Marker, last: tuple[int, Marker] | None) -> bool:
    """Whether a marker opens a part although no punctuation stands before it."""
    before = line[max(0, at - 12) : at]
    if marker.style == "条" and marker.value > 1:
        return not _REFERENCE.search(before)
    if marker.style == "一、" and marker.value == 1 and _TITLE_END.search(before):
        return True
    return _follows_heading(line, at, last)


def _follows_heading(line: str, at: int, last: tuple[int, Marker] | None) -> bool:
    """Whether the marker stands right after a heading, which has no full stop."""
    if last is None or last[1].style not in _HEADINGS or at - last[0] > _RUN_ON:
        return False
    return not re.search("[。；：，]", line[last[0] + last[1].end : at])
