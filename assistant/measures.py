"""The measured figures of a text: value, what it measures, and whether it is a bound.

In: folded text. Out: `Measure`s with their offsets: 不超过三十万元 is at most 300000 of money,
2023年10月底前 a date with a year and a month, by which something is due. Dates are one value, so
that the month of one cannot be taken for that of another. Pure functions; imports `figures`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.figures import figure_spans
from vectorstore.numbers import numeral_value

DATE = "date"
AT_LEAST, AT_MOST = ">", "<"
_DIGIT = "[〇零一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}}|{_DIGIT}{{4}})\s*年\s*)?(?<![个第])(?<!\d)"
    rf"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?!票|薪|均|度|租|嫂|饼)"
    rf"(?:份?(?:\s*(?P<day>[12]\d|3[01]|0?[1-9]|{_DIGIT}{{1,3}})\s*[日号])?)"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d\d?)-(?P<iso_day>\d\d?)(?!\d)"
    rf"|(?P<only_year>(?<!\d)(?:19|20)\d\d|[一二]{_DIGIT}{{3}})\s*年(?!期|以上|以下|以内)"
)
# What a figure measures, by the words behind it; the first that fits.
_KINDS = tuple(
    (kind, re.compile(rf"\s*(?:{words})"))
    for kind, words in (
        ("share", "%|‰|个百分点"),
        ("workday", "个?工作日"),
        ("month", "个月"),
        ("age", "周岁|岁"),
        ("day", "日|天"),
        ("year", "年|周年"),
        ("hour", "小时|个小时"),
        ("minute", "分钟"),
        ("money", "余?(?:元|块)"),
        ("area", "平方(?:米|公里)|平米|m2|亩|公顷"),
        ("volume", "立方米|升"),
        ("length", "公里|千米|米|厘米|毫米"),
        ("weight", "吨|公斤|千克|克"),
        ("degree", "摄氏度|度"),
        ("times", "倍|折|成"),
        ("article", "[条款章节]"),
        ("label", "[级类档等期批版孩胎]"),
        ("people", "余?[人名位]"),
        ("households", "余?户"),
        ("count", "余?[家个座所辆台只根册盏件份张间处项次套枚部]"),
    )
)
# 一家, 一个 and 一户 may be one and the same.
COUNTS = frozenset({"people", "households", "count"})
_FIGURE_AHEAD = r"\s*(?:至|到|-|~|—|–)+\s*[\d〇零一二三四五六七八九十百千]"
_INCLUSIVE = r"(?:\(不?含[^()]{0,9}\)|\))?(?:及|或者?)?"
_AFTER = (
    (
        AT_LEAST,
        re.compile(f"{_INCLUSIVE}以上|[年月日]?起(?!草|诉|点)|之?后(?!勤)|{_FIGURE_AHEAD}"),
    ),
    (
        AT_MOST,
        re.compile(
            f"{_INCLUSIVE}以下|(?:之|以)?内(?!容|部|控|地|外)"
            "|[底末]?(?:之|以)?前(?!往|款|述|期|后|来)|封顶|[底末]"
        ),
    ),
)
_NOT = r"(?:不(?:得|应|能|可|宜|要|会)?当?(?:以|允许)?|未)"
_LINK = r"[^\d,;:。()]{0,4}$"
_MORE, _LESS = "超过|高于|多于|大于|长于|晚于|超出", "低于|少于|小于|短于|早于"
_MOST = "至多|最多|最高|最长|最晚|最迟|最大|上限|封顶|截至|[至到](?![少多])|[~-]"
_LEAST = "至少|最低|最少|最短|最早|最小|起码|下限|年?满|达到?"
# The first that fits: 不超过 before 超过.
_BEFORE = (
    (AT_MOST, re.compile(f"{_NOT}(?:{_MORE}|突破|足|满|到){_LINK}")),
    (AT_LEAST, re.compile(f"{_NOT}(?:{_LESS}){_LINK}")),
    (AT_MOST, re.compile(f"(?:{_MOST}|{_LESS}){_LINK}|[<≤]$")),
    (AT_LEAST, re.compile(f"(?:{_LEAST}|{_MORE}){_LINK}|[>≥]$")),
)
_RANGE_BEFORE = re.compile(r"\d[^\d,;。]{0,4}(?:至|到|-|~|—|–)+\s*$")
_DURATIONS = frozenset({"workday", "month", "day", "year", "hour", "minute", "now"})
_FREQUENCY = re.compile(r"[每逐](?:个)?(日|天|周|星期|月|季度|季|学期|学年|半年|年)(?!度)")
_NOW = re.compile(r"(当场|即时|立即)")
# A single 一 is a figure only here: elsewhere it is a part of a word too often.
_ONE = re.compile(
    "(?<![〇零一二三四五六七八九十百千万第统同唯])一(?=年(?![度级来生])|个(?:月|工作日|小时)|小时|倍|公里)"
)
_SHORT = {"天": "日", "星期": "周", "季度": "季"}
_PERCENT = re.compile(r"百分之$")


@dataclass(frozen=True)
class Measure:
    """A measured figure; `kind` is empty where nothing says what it measures.

    `value` holds year, month and day of a date, each perhaps empty, else the one value.
    """

    kind: str
    value: tuple[str, ...]
    bound: str
    start: int
    end: int

    def same_value(self, other: Measure) -> bool:
        """Whether the two are one figure; of dates what both state must be the same."""
        if len(self.value) != len(other.value):
            return False
        both = [(a, b) for a, b in zip(self.value, other.value, strict=True) if a and b]
        return bool(both) and all(a == b for a, b in both)

    def same_bound(self, other: Measure) -> bool:
        """Whether neither is a bound in the other's opposite direction."""
        return not self.bound or not other.bound or self.bound == other.bound


def measures(text: str) -> list[Measure]:
    """The measured figures of a folded text, in order."""
    found = [_date(match, text) for match in _DATE.finditer(text)]
    taken = [(each.start, each.end) for each in found]
    for value, start, end in figure_spans(text):
        if (
            value.startswith("第")
            or text[start - 1 : start] == "第"
            or any(a < end and start < b for a, b in taken)
        ):
            continue
        found.append(_measure(value, start, end, text))
    found += [
        _measure("1", match.start(), match.end(), text)
        for match in _ONE.finditer(text)
        if not any(a < match.end() and match.start() < b for a, b in taken)
    ]
    found += [
        Measure(kind, (_SHORT.get(match[1], match[1]),), "", match.start(), match.end())
        for kind, pattern in (("frequency", _FREQUENCY), ("now", _NOW))
        for match in pattern.finditer(text)
    ]
    return _with_range_kinds(sorted(found, key=lambda each: each.start))


def _with_range_kinds(found: list[Measure]) -> list[Measure]:
    """181至300立方米: the unit behind the second figure is the first one's too."""
    for index, (one, after) in enumerate(pairwise(found)):
        if not one.kind and one.bound == AT_LEAST and after.start - one.end <= 2:
            found[index] = replace(one, kind=after.kind)
    return found


def kind_in(head: str) -> str:
    """What the figures under a table's folded head measure: 价格(元/平方米) has amounts."""
    for at in (match.end() for match in re.finditer(r"\((?:单位:?)?|:", head)):
        if kind := _kind(head, at)[0]:
            return kind
    return ""


def family(kind: str) -> str:
    """Kinds that stand for each other: a period may be said in days or in months, or be 当场."""
    return "duration" if kind in _DURATIONS else kind


def _date(match: re.Match[str], text: str) -> Measure:
    parts = (
        match["year"] or match["only_year"] or match["iso_year"],
        match["month"] or match["iso_month"],
        match["day"] or match["iso_day"],
    )
    value = tuple(str(numeral_value(part)) if part else "" for part in parts)
    return Measure(
        DATE, value, _bound(text, match.start(), match.end()), match.start(), match.end()
    )


def _measure(value: str, start: int, end: int, text: str) -> Measure:
    if _PERCENT.search(text[max(start - 4, 0) : start]):
        kind, unit = "share", end
    else:
        kind, unit = _kind(text, end)
    if not kind and "米" in text[start:end]:
        kind = "length"
    return Measure(kind, (value,), _bound(text, start, unit), start, unit)


def _kind(text: str, end: int) -> tuple[str, int]:
    for kind, pattern in _KINDS:
        if match := pattern.match(text, end):
            return kind, match.end()
    return "", end


def _bound(text: str, start: int, end: int) -> str:
    """In which direction the figure between two offsets is a bound; empty where it is none."""
    for bound, pattern in _AFTER:
        if pattern.match(text, end):
            return bound
    before = text[max(start - 14, 0) : start]
    if _RANGE_BEFORE.search(before):
        return AT_MOST
    for bound, pattern in _BEFORE:
        if pattern.search(before):
            return bound
    return ""
