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
_NUMBER = r"[\u3400-\u9fff]{2,12}〔[12]\d{3}〕\d{1,4}号"
_HEAD = re.compile(rf"^(\s*{_NUMBER})(?=[\u3400-\u9fff《])")
_TITLE = re.compile(r"^(.{6,160}?的(?:通知|意见|决定|通报|函))(?=各|有关|中国|省|市)")
_SALUTATION = re.compile(
    r"^([^。：\n]{0,300}(?:各|单位|部门|有关|厅|局|委)[^。：\n]{0,80}：)(?=\S)"
)
_BODIES = "厅|局|委员会|办公室|政府|国务院|部|委|院|会|银行|领导小组|中心"
_SIGNATURE = re.compile(
    rf"(?<=[。）A-Za-z])([\u3400-\u9fff]{{2,60}}?(?:{_BODIES}))([12]\d{{3}}年\d{{1,2}}月\d{{1,2}}日)"
    r"(?=$|\n|[（《]|附件|(?!印发|前|起|至|公布|发布|召开|之|以|下|审|通过|止|在|正式|的|和|组织|出台)[\u3400-\u9fff])"
)
_NOTE = re.compile(r"(?<=[日。\n])（(?:此件|本文|此文)[^）]{2,12}）")
_ANNEX = re.compile(r"(?<=[。）日])(?=附件\s*\d{0,2}\s*[：:])")
_CANDIDATE = re.compile(
    r"第[〇零一二三四五六七八九十百]{1,6}[编章节条]|[一二三四五六七八九十]{1,3}、|"
    r"（[一二三四五六七八九十]{1,3}）|(?<!\d)\d{1,2}[.．、](?!\d)|（\d{1,2}）"
)
_CLOSERS = "。；：！？”）》 \u3000\u00a0\t"
_TITLE_ENDS = ")日法定则例案程度"
_HEADINGS = ("编", "章", "节", "一、", "（一）")


def restore_breaks(text: str) -> str:
    """`text` with a line for every part that can be told; unchanged where lines are ordinary."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > _FEW_LINES and sum(map(len, lines)) < _LONG_MEAN * len(lines):
        return text
    return "\n".join(
        _restored(line) if len(line) > _LONG_LINE and "\t" not in line else line
        for line in text.split("\n")
    )


def _restored(line: str) -> str:
    line = _GAP.sub("\n\u3000\u3000", line)
    for pattern in (_HEAD, _TITLE, _SALUTATION):
        head, rest = _first_line_without_number(line)
        line = head + pattern.sub(r"\1\n", rest, count=1)
    line = _SIGNATURE.sub(r"\n\1\n\2\n", line)
    line = _ANNEX.sub("\n", _NOTE.sub(r"\n\g<0>\n", line))
    return "\n".join(_at_markers(part) for part in line.split("\n"))


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
        if marker is None or marker.value not in (1, values.get(marker.style, 0) + 1):
            continue
        closers = _CLOSERS + _TITLE_ENDS * (marker.value == 1 and marker.style in ("章", "条"))
        if at and line[at - 1] not in closers and not _follows_heading(line, at, last):
            continue
        values[marker.style] = marker.value
        last = (at, marker)
        if line[done:at].strip():
            pieces.append(line[done:at])
            done = at
    return "\n".join([*pieces, line[done:]])


def _follows_heading(line: str, at: int, last: tuple[int, Marker] | None) -> bool:
    """Whether the marker stands right after a heading, which has no full stop."""
    if last is None or last[1].style not in _HEADINGS or at - last[0] > _RUN_ON:
        return False
    return not re.search("[。；：，]", line[last[0] + last[1].end : at])
