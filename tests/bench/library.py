"""A seeded library of any size: gazettes of an invented city, in the shapes of real ones.

In: a size in passages and a seed. Out: gazette files (a table of contents, then six documents:
orders, measures in chapters, opinions and plans in numbered sections). A larger library begins
with the smaller one. Imports the vocabulary alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.vocabulary import (
    ACTIONS,
    CITY,
    FIRST,
    KINDS,
    OFFICES,
    PEOPLE,
    SECOND,
    SENTENCES,
    THINGS,
    UNITS,
)

DOCUMENTS_AN_ISSUE = 6
_DIGITS = "〇一二三四五六七八九"
_LENGTH = 120
_IMPRINT = "编委会成员\n\n主 任：\n\n柳 青\n\n电 话：(0000) 5550101\n\n"


@dataclass(frozen=True)
class Gazette:
    """One issue: the file's name and text, and how many passages it was written as."""

    name: str
    text: str
    passages: int


@dataclass(frozen=True)
class _Draft:
    heading: str
    title: str
    number: str
    body: str
    passages: int


def numeral(value: int) -> str:
    """A number below one thousand in Chinese."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def gazettes(passages: int, seed: int = 7) -> Iterator[Gazette]:
    """Issues until they hold about `passages` passages."""
    issue = written = 0
    # Only a library of less than one issue has shorter documents.
    largest = max(3, passages // DOCUMENTS_AN_ISSUE)
    while written < passages:
        found = gazette(issue, seed, largest=largest)
        yield found
        issue, written = issue + 1, written + found.passages


def gazette(
    issue: int, seed: int = 7, *, documents: int = DOCUMENTS_AN_ISSUE, largest: int = 40
) -> Gazette:
    """Issue `issue`, with documents of at most `largest` passages."""
    chance = random.Random(f"{seed}/{issue}")
    year, month = 1990 + issue // 40 % 35, issue % 12 + 1
    first = issue * DOCUMENTS_AN_ISSUE
    drafts = [
        _draft(chance, year, first + each, min(largest, chance.randint(12, 30)))
        for each in range(documents)
    ]
    entries = "\n\n".join(
        f"{draft.title} ({draft.number}) ({2 + 5 * place})" for place, draft in enumerate(drafts)
    )
    front = (
        f"目 录 (双月刊)\n\n{year}年第{issue % 40 + 1}期 (总第{issue + 1}期)\n\n"
        f"{year}年{month}月17日出版\n\n○市政府文件\n\n{entries}\n\n{_IMPRINT}"
    )
    text = front + "\n\n".join(draft.heading + draft.body for draft in drafts)
    return Gazette(f"gazette-{issue:05}.txt", text + "\n", sum(each.passages for each in drafts))


def write(folder: Path, passages: int, seed: int = 7) -> list[Path]:
    """Write a library of about `passages` passages into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for each in gazettes(passages, seed):
        files.append(folder / each.name)
        files[-1].write_text(each.text, "utf-8")
    return files


def _draft(chance: random.Random, year: int, serial: int, length: int) -> _Draft:
    topic = _topic(chance)
    kind = serial % 3
    if kind == 0:
        return _order(chance, year, serial, topic, length)
    office = "" if kind == 1 else "办公室"
    number = f"青政{'办' if office else ''}发〔{year}〕{serial % 240 + 1}号"
    title = (
        f"{CITY}人民政府关于印发{CITY}{topic}管理办法的通知"
        if kind == 1
        else f"{CITY}人民政府办公室关于推进{topic}{_pick(chance, ACTIONS)}的实施意见"
    )
    day = f"{year}年{serial % 12 + 1}月{serial % 28 + 1}日"
    heading = f"{CITY}人民政府{office}文件\n\n{number}\n\n{title}\n\n"
    greeting = "各县（市）区人民政府，市政府各部门：\n\n"
    sign = f"{CITY}人民政府{office}\n\n{day}\n\n"
    if kind == 1:
        measures = f"{CITY}{topic}管理办法"
        body = f"现将《{measures}》印发给你们，请认真贯彻执行。\n\n{sign}{measures}\n\n"
        body += _articles(chance, topic, length, chapters=True)
    else:
        body = (
            f"为推进{topic}工作，现提出如下意见：\n\n{_sections(chance, topic, length)}\n\n{sign}"
        )
    return _Draft(heading, title, number, greeting + body, length)


def _order(chance: random.Random, year: int, serial: int, topic: str, length: int) -> _Draft:
    # Orders are counted through the years, other numbers anew each year.
    number, title = f"第{serial // 3 + 1}号", f"{CITY}{topic}管理规定"
    day = f"{year}年{serial % 12 + 1}月{serial % 28 + 1}日"
    body = (
        f"《{title}》已经{CITY}人民政府常务会议讨论通过，现予公布，自公布之日起施行。\n\n"
        f"市长：江一苇\n\n{day}\n\n{title}\n\n{_articles(chance, topic, length, chapters=False)}"
    )
    return _Draft(f"{CITY}人民政府令\n\n{number}\n\n", title, number, body, length)


def _articles(chance: random.Random, topic: str, length: int, *, chapters: bool) -> str:
    lines = []
    for article in range(1, length + 1):
        if chapters and article % 8 == 1:
            lines.append(f"第{numeral(article // 8 + 1)}章 {_pick(chance, ACTIONS)}")
        lines.append(f"第{numeral(article)}条 {_paragraph(chance, topic)}")
    return "\n\n".join(lines)


def _sections(chance: random.Random, topic: str, length: int) -> str:
    lines, section = [], 0
    for item in range(length):
        if item % 5 == 0:
            section += 1
            lines.append(f"{numeral(section)}、{_pick(chance, ACTIONS)}")
        lead = f"（{numeral(item % 5 + 1)}）{_pick(chance, ACTIONS)}。"
        lines.append(lead + _paragraph(chance, topic))
    return "\n\n".join(lines)


def _paragraph(chance: random.Random, topic: str) -> str:
    text = ""
    while len(text) < _LENGTH:
        text += chance.choice(SENTENCES).format_map(_slots(chance, topic))
    return text


def _slots(chance: random.Random, topic: str) -> dict[str, str]:
    fine = chance.randint(1, 40) * 50
    share = chance.randint(3, 9)
    place = chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(UNITS)
    return {
        "place": place,
        # A document speaks mostly of its own matter.
        "topic": topic if chance.random() < 0.6 else _topic(chance),
        "office": _pick(chance, OFFICES),
        "office2": _pick(chance, OFFICES),
        "people": _pick(chance, PEOPLE),
        "people2": _pick(chance, PEOPLE),
        "action": _pick(chance, ACTIONS),
        "count": numeral(chance.randint(1, 40)),
        "count2": numeral(chance.randint(41, 900)),
        "day": numeral(chance.randint(3, 60)),
        "day2": str(chance.randint(1, 28)),
        "month": str(chance.randint(1, 12)),
        "year": str(chance.randint(2021, 2035)),
        "years": numeral(chance.randint(2, 30)),
        "hours": numeral(chance.randint(4, 18)),
        "share": f"{chance.randint(10, 99)}%",
        "money": str(chance.randint(1, 900)),
        "metre": str(chance.randint(1, 60) * 50),
        "fee": f"{chance.randint(1, 60)}.{chance.randint(0, 9)}",
        "fine": str(fine),
        "fine2": str(fine * chance.randint(2, 10)),
        "ratio": f"{_DIGITS[share]}比{_DIGITS[10 - share]}" if share > 5 else "五比五",
    }


def _topic(chance: random.Random) -> str:
    return _pick(chance, KINDS) + _pick(chance, THINGS)


def _pick(chance: random.Random, words: tuple[str, ...]) -> str:
    """A word, the first ones more often, as words are in any text."""
    return words[int(len(words) * chance.random() ** 1.7)]
