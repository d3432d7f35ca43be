"""What the parts of an official document look like: item markers, dates, signatures, titles.

In goes one line or paragraph; out comes what it is. The other modules of the reader decide with
these what belongs together. Pure functions; imports vectorstore.numbers only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.numbers import canonical_number

_NUMERAL = "[〇○零一二三四五六七八九十百千两0-9０-９]"
_HAN_NUMERAL = "[一二三四五六七八九十百]"
_CIRCLED = "①-⑳⑴-⒇㈠-㈩"

# Style, rank (outer first), pattern. The rank says what encloses what unless the text shows
# otherwise.
_STYLES: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("编", 1, re.compile(rf"第\s*({_NUMERAL}{{1,6}})\s*编(?=\s|[^\w]|[^的第规])")),
    ("章", 2, re.compile(rf"第\s*({_NUMERAL}{{1,6}})\s*章(?!第|的|规定)")),
    ("节", 3, re.compile(rf"第\s*({_NUMERAL}{{1,6}})\s*节(?!第|的|规定|[日假约能])")),
    (
        "条",
        4,
        re.compile(
            rf"第\s*({_NUMERAL}{{1,8}})\s*条(?:\s*之\s*{_HAN_NUMERAL})?"
            rf"(?![、，和或至及中的]|\s*(?:第\s*{_NUMERAL}+\s*[款项]|所[列述称]|"
            rf"规定[的，、处予给进执办]|修改|删[去除]))"
        ),
    ),
    ("一、", 5, re.compile(rf"({_HAN_NUMERAL}{{1,4}})\s*[、．.](?!\s*{_HAN_NUMERAL}+\s*[、项])")),
    (
        "（一）",
        6,
        re.compile(rf"[（(]\s*({_HAN_NUMERAL}{{1,4}})\s*[）)](?!\s*(?:[、，]\s*[（(]|项(?!目)))"),
    ),
    ("1.", 7, re.compile(r"([0-9０-９]{1,3})\s*[．、.](?:(?=20\d\d\s*年)|(?![0-9０-９]))")),
    ("（1）", 8, re.compile(r"[（(]\s*([0-9０-９]{1,3})\s*[）)]")),
    ("1）", 9, re.compile(r"([0-9０-９]{1,3})\s*[）)]")),
    ("①", 10, re.compile(rf"([{_CIRCLED}])")),
)

_DATE = re.compile(
    r"([12]\d{3}|[一二][〇○零ＯO一二三四五六七八九]{3})\s*年\s*"
    r"(\d{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_BODY = (
    "人民政府|政府|办公室|办公厅|委员会|领导小组|指挥部|管委会|国务院|总局|税务局|公安局|法院|"
    "检察院|常务委员会|局|厅|委|部|署|院|会|中心|银行|公司"
)
_ISSUER = re.compile(rf"[\u3400-\u9fff（）()、\s]{{1,60}}(?:{_BODY})")
_PUBLICITY = re.compile(
    r"[（(]\s*(?:(?:此件|本件|本文|此文).{1,20}|(?:主动|依申请|不予)公开)[）)]|"
    r"(?:信息)?公开(?:方式|属性|类别|选项|形式)\s*[：:].{1,20}"
)
_FOOTER = re.compile(
    r"(?:抄\s*送|分\s*送|报\s*送|主题词|信息公开选项)\s*[：:].*|.{2,40}日\s*印发|"
    r"更多(?:信息|内容|资讯)请关注.{2,40}|.{2,80}\.(?:docx?|xlsx?|pdf|wps|zip|rar)"
)
_IMPRINT = re.compile(
    r"(?:主\s*管|主\s*办|承\s*办|编\s*辑|出\s*版|编辑部|编\s*委|刊\s*号|准印证|印\s*刷|发\s*行|地\s*址|"
    r"电\s*话|传\s*真|邮\s*编|邮政编码|网\s*址|电子邮箱)[\u3400-\u9fff]{0,6}\s*(?:号\s*)?[：:].{0,60}"
)
_ANNEX = re.compile(
    rf"附\s*件\s*({_NUMERAL}{{0,4}})\s*[：:]?|附\s*[：:]?|附\s*[表录]\s*{_NUMERAL}{{0,3}}\s*[：:]?"
)
_ATTACHMENTS = re.compile(r"附\s*件?\s*[：:]\s*\S")
_MASTHEAD = re.compile(r"[\u3400-\u9fff（）\s]{2,40}(?:文件|公报)")
KINDS = (
    "实施意见|指导意见|意见|实施方案|工作方案|行动方案|方案|实施细则|细则|管理办法|实施办法|办法|"
    "暂行规定|若干规定|规定|决定|决议|公告|通告|公报|通报|通知|批复|命令|令|条例|规则|规程|制度|"
    "预案|规划|计划|政策|措施|清单|目录|名单|要点|标准|规范|函|纪要|章程|守则|公约|报告|请示|议案"
)
_KIND_END = re.compile(
    rf"({KINDS}|一览表|分解表|公告表|分工表|[一-鿿]表|规范性文件|任务分工|任务分解|责任分工)"
    rf"(?:[（(][^（）()]{{1,16}}[）)])*$"
)
_CLOSED = "。！？；：!?;:…"
_CLOSERS = "”’）)》〉」』】〕"


@dataclass(frozen=True)
class Marker:
    """The number that opens a line: its style, rank, value, and where the text after it begins."""

    style: str
    rank: int
    label: str
    value: int
    end: int


def marker_of(text: str) -> Marker | None:
    """The heading or item number at the beginning of `text`, if it has one."""
    for style, rank, pattern in _STYLES:
        match = pattern.match(text)
        if match:
            return Marker(style, rank, _label(style, match), _value(match.group(1)), match.end())
    return None


def is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text.strip()))


def iso_date(text: str) -> str | None:
    """The first date in `text` as YYYY-MM-DD."""
    match = _DATE.search(text)
    if not match:
        return None
    year, month, day = (_value(part) for part in match.groups())
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def is_issuer(text: str) -> bool:
    """Whether the line could be the signature of a public body."""
    return len(text) <= 60 and bool(_ISSUER.fullmatch(text.strip()))


def is_publicity_note(text: str) -> bool:
    return bool(_PUBLICITY.fullmatch(text.strip()))


def is_footer(text: str) -> bool:
    """抄送：… and 2021年3月1日印发: the lines below an official letter."""
    return len(text) <= 200 and bool(_FOOTER.fullmatch(text.strip()))


def is_imprint(text: str) -> bool:
    """主办：…, 电话：…: a line of the gazette's own imprint."""
    return len(text) <= 80 and bool(_IMPRINT.fullmatch(text.strip()))


def annex_label(text: str) -> str | None:
    """附件 or 附件2 where the line is nothing but an annex's label."""
    match = _ANNEX.fullmatch(text.strip())
    if not match:
        return None
    number = re.search(rf"({_NUMERAL}+)", text)
    return f"附件{_value(number.group(1))}" if number else "附件"


def is_attachment_list(text: str) -> bool:
    """附件：1. … : the list of annexes at the foot of a document."""
    return bool(_ATTACHMENTS.match(text.strip()))


def is_masthead(text: str) -> bool:
    """葫芦岛市人民政府文件 and the like: the head of the printed sheet."""
    stripped = text.strip()
    return bool(_MASTHEAD.fullmatch(stripped)) and not stripped.startswith(("关于", "附"))


def number_of_line(text: str) -> str | None:
    """The document number where the line is nothing but one (in brackets or with a label)."""
    core = re.sub(r"^(?:发文字号|文\s*号|文件编号)\s*[：:]\s*", "", text.strip()).strip("（()） ")
    if len(core) > 40 or not core or core.startswith("《"):
        return None
    number = canonical_number(core)
    if number is None:
        return None
    if "令" in number:
        core = re.sub(r"[（()）]", "", core)
    squeezed = re.sub(r"[\s第号]", "", core)
    wanted = re.sub(r"[\s第号]", "", number)
    return number if len(squeezed) <= len(wanted) + 2 else None


def kind_of(title: str) -> str | None:
    """The kind of document that the end of `title` names: 通知, 实施意见, 令 …"""
    match = _KIND_END.search(title)
    if not match:
        return None
    for kind in KINDS.split("|"):
        if match.group(1) == kind:
            return kind
    return None


def ends_like_title(text: str) -> bool:
    return bool(_KIND_END.search(text.strip()))


def is_closed(text: str) -> bool:
    """Whether `text` ends where a sentence or a lead-in ends."""
    bare = text.rstrip().rstrip(_CLOSERS)
    return bool(bare) and bare[-1] in _CLOSED


def _label(style: str, match: re.Match[str]) -> str:
    number = re.sub(r"\s", "", match.group(1))
    if style in ("编", "章", "节"):
        return f"第{number}{style}"
    if style == "条":
        return re.sub(r"\s", "", match.group())
    return {
        "一、": f"{number}、",
        "（一）": f"（{number}）",
        "1.": f"{_value(number)}.",
        "（1）": f"（{_value(number)}）",
        "1）": f"{_value(number)}）",
    }.get(style, number)


_DIGIT_VALUES = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_DIGIT_VALUES |= {"Ｏ": 0, "O": 0}


def _value(number: str) -> int:
    """The value of a marker's number in any script; 0 where it has none."""
    if number.isdecimal():
        return int(number)
    if len(number) == 1 and not ("一" <= number <= "龥") and number not in _DIGIT_VALUES:
        return _circled_value(number)
    total, current = 0, 0
    units = {"十": 10, "百": 100, "千": 1000}
    if not any(c in units for c in number):
        digits = [str(_DIGIT_VALUES.get(c, c)) for c in number]
        return int("".join(digits)) if all(d.isdecimal() for d in digits) else 0
    for character in number:
        if character in units:
            total += (current or 1) * units[character]
            current = 0
        else:
            current = _DIGIT_VALUES.get(character, 0)
    return total + current


def _circled_value(character: str) -> int:
    for first in "①⑴㈠":
        if 0 <= ord(character) - ord(first) < 20:
            return ord(character) - ord(first) + 1
    return 0
