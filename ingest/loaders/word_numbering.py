"""Writes out the numbers that Word counts itself: 第一条, 一、, （一）, 1.

In go the numbering definitions and styles of a .docx and, one after another, its paragraphs; out
comes the label of each. Without it the articles of many documents would have no numbers.
Imports nothing of the project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{W}val"
_HAN_DIGITS = "〇一二三四五六七八九"
_HAN_FORMATS = (
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "ideographDigital",
)


@dataclass
class _Level:
    form: str
    pattern: str
    start: int


class Numbering:
    """The running numbers of one document; `label` must see every paragraph, in order."""

    def __init__(self, numbering: Any, styles: Any):
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._lists: dict[str, str] = {}
        self._styles: dict[str, Any] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            self._styles = {s.get(f"{W}styleId"): s for s in styles.iter(f"{W}style")}

    def label(self, paragraph: Any) -> str:
        """The number that Word prints before `paragraph`; '' where it prints none."""
        number, depth = self._place(paragraph)
        levels = self._levels.get(number or "")
        if not levels or depth not in levels:
            return ""
        counters = self._counters.setdefault(self._lists[number or ""], {})
        counters[depth] = counters.get(depth, levels[depth].start - 1) + 1
        for deeper in [d for d in counters if d > depth]:
            del counters[deeper]
        if levels[depth].form in ("bullet", "none"):
            return ""

        def number_at(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            level = levels.get(at)
            return _written(counters.get(at, level.start), level.form) if level else ""

        label = re.sub(r"%([1-9])", number_at, levels[depth].pattern)
        return label + (" " if label.endswith(("编", "章", "节", "条")) else "")

    def _read(self, numbering: Any) -> None:
        abstract = {
            each.get(f"{W}abstractNumId"): {
                int(level.get(f"{W}ilvl", "0")): _level(level) for level in each.iter(f"{W}lvl")
            }
            for each in numbering.iter(f"{W}abstractNum")
        }
        for each in numbering.iter(f"{W}num"):
            number = each.get(f"{W}numId")
            base = each.find(f"{W}abstractNumId")
            name = base.get(_VAL) if base is not None else None
            levels = dict(abstract.get(name, {}))
            starts = {
                int(o.get(f"{W}ilvl", "0")): o.find(f"{W}startOverride")
                for o in each.iter(f"{W}lvlOverride")
            }
            for depth, start in starts.items():
                if start is not None and depth in levels:
                    old = levels[depth]
                    levels[depth] = _Level(old.form, old.pattern, int(start.get(_VAL, "1")))
            self._levels[number] = levels
            # Lists of one definition count on, unless one says that it starts anew.
            self._lists[number] = f"list {number}" if starts else f"definition {name}"

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        """The list and the depth of a paragraph, its own or its style's."""
        found = paragraph.find(f"{W}pPr/{W}numPr")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = style.get(_VAL) if style is not None else None
        for _ in range(10):
            if found is not None and found.find(f"{W}numId") is not None:
                break
            element = self._styles.get(name)
            if element is None:
                return None, 0
            found = element.find(f"{W}pPr/{W}numPr")
            based = element.find(f"{W}basedOn")
            name = based.get(_VAL) if based is not None else None
        number = found.find(f"{W}numId") if found is not None else None
        depth = found.find(f"{W}ilvl") if found is not None else None
        return (
            number.get(_VAL) if number is not None else None,
            int(depth.get(_VAL, "0")) if depth is not None else 0,
        )


def _level(element: Any) -> _Level:
    def value(name: str, default: str) -> str:
        found = element.find(f"{W}{name}")
        return found.get(_VAL, default) if found is not None else default

    return _Level(value("numFmt", "decimal"), value("lvlText", ""), int(value("start", "1")))


def _written(number: int, form: str) -> str:
    if form in _HAN_FORMATS:
        return _in_han(number)
    if form == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + number - 1)
    return str(number)


def _in_han(number: int) -> str:
    """一 to 九百九十九, as articles are numbered."""
    if not 0 < number < 1000:
        return str(number)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_HAN_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _HAN_DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_HAN_DIGITS[ones] if ones else "")
