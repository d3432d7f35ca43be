"""The figures of a text by their value: 19, 十九 and １９ are one, 12,500 and 1.25万 another.

Only what states a quantity, a date or a number counts: 统一, 一律 and 千万 do not, 二十五元 and
第四条 do; an article's figure is another than a plain one. Pure functions; imports nothing of the
project.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_HAN = "〇零一二三四五六七八九十百千万亿两"
# A single Chinese digit is a figure only in front of one of these: 二级 is, 统一 is not.
_MEASURED = (
    r"(?=[万亿元块角日号天年月周时秒倍成条款项章期批级档次度岁户人名辆家所台套只根册盏]"
    r"|平方|立方|公里|公斤|公顷|千米|米|吨|亩|升|个|工作日|小时|分钟|摄氏|季度|张|件|份|层|楼)"
)
_FIGURE = re.compile(
    rf"(?P<article>第\s*(?:\d+|[{_HAN}]+)\s*[条款章])"
    r"|(?P<thousands>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]))(?P<thousands_unit>[万亿]?)"
    r"|(?P<plain>\d+(?:\.\d+)*)(?P<plain_unit>[万亿]?)"
    r"|(?P<metres>[一二两三四五六七八九]米[一二三四五六七八九](?![米十百千万]))"
    rf"|(?P<han>[{_HAN}]{{2,}}(?:点[〇零一二三四五六七八九]+)?"
    rf"|[{_HAN}]点[〇零一二三四五六七八九]+|(?<=百分之)[{_HAN}]|[二三四五六七八九十两]{_MEASURED})"
)
_NO_FIGURE = frozenset({"一一", "千万", "万一", "万千", "两两", "亿万"})
_SPACE = re.compile(r"\s+")


def figures(text: str) -> list[str]:
    """The value of every figure of `text`, in order, in one spelling."""
    return [value for match in _FIGURE.finditer(_folded(text)) if (value := _value(match))]


def figure_spans(text: str) -> list[tuple[str, int, int]]:
    """Value, start and end of every figure of a text that is folded already."""
    return [
        (value, match.start(), match.end())
        for match in _FIGURE.finditer(text)
        if (value := _value(match))
    ]


def without_figures(text: str) -> str:
    """The words of `text` alone."""
    return _FIGURE.sub(" ", _folded(text))


def _folded(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text))


def _value(match: re.Match[str]) -> str:
    if match["article"]:
        article = match["article"].replace(" ", "")
        number = article[1:-1]
        number = str(int(number)) if number.isdecimal() else _han_value(number)
        return f"第{number}{article[-1]}"
    if match["metres"]:
        return f"{_DIGITS[match['metres'][0]]}.{_DIGITS[match['metres'][2]]}"
    if match["han"]:
        return "" if match["han"] in _NO_FIGURE else _han_value(match["han"])
    unit = match["thousands_unit"] or match["plain_unit"]
    digits = (match["thousands"] or match["plain"]).replace(",", "")
    if unit and digits.count(".") < 2:
        return _spelled(Decimal(digits) * _MYRIADS[unit])
    # 09月 is 9月, but the zero of an area code is part of the number.
    return digits.lstrip("0") or "0" if len(digits) <= 2 else digits


def _han_value(numeral: str) -> str:
    whole, _, fraction = numeral.partition("点")
    if not any(sign in _UNITS or sign in _MYRIADS for sign in whole):
        value = "".join(str(_DIGITS[sign]) for sign in whole)
        value = value if len(value) > 2 else value.lstrip("0") or "0"
    else:
        value = str(_sum(whole))
    digits = "".join(str(_DIGITS[sign]) for sign in fraction)
    return f"{value}.{digits}" if digits else value


def _sum(numeral: str) -> int:
    """The value of a numeral with units: 三万两千 is 32000, 十九 is 19."""
    total = section = digit = 0
    for sign in numeral:
        if sign in _UNITS:
            section += (digit or 1) * _UNITS[sign]
            digit = 0
        elif sign in _MYRIADS:
            total += ((section + digit) or 1) * _MYRIADS[sign]
            section = digit = 0
        else:
            digit = _DIGITS[sign]
    return total + section + digit


def _spelled(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
