"""Question words and words of grammar as dialects have them or haste spells them -> common ones.

多哨 is read as 多少, 哪嘎达 as 哪里, 中不中 as 行不行, 几填 as 几天, 在那条街 as 在哪条街:
from such words is told what is asked for, and no library has them, so `vectorstore.repair`
cannot know them. In: a question. Out: the same in common words; what is common already stays. The
words stand in `spoken.tsv`. Imports `vectorstore`'s folding and what sounds alike.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import rjieba

from vectorstore.confusable import SAME, meant_by
from vectorstore.terms import fold

_FILE = Path(__file__).parent / "spoken.tsv"
_TITLE = re.compile(r"《[^》]*》")
# What is counted directly: after 几 and 哪三 another character is a slip.
_ASKED_MEASURES = frozenset("天年月日号个户家人名项条种类次块元岁样步级亩吨倍件份")
_MEASURES = _ASKED_MEASURES | frozenset(
    "米里回成页辆台所座处批期层间点分秒角毛斤克两口门头只匹棵本册张把套栋幢楼班届任位代折环度周季"
    "日趟遍场顿段句字篇章节款支队组对双份股笔道轮类科大中小多十百千万亿来几乎何率经方时率下晚面根"
)
_COUNTED = re.compile(r"(?:(?<!之)几|哪[一二两三四五六七八九十])(?P<measure>[一-龥])")
_ASKS = re.compile(
    r"[几啥谁哪咋吗么嘛呢何怎]|多[少久长大]|是否|能否|可否|([一-龥])[不没]\1|[不没]\s*$|有没有"
)
# 在那条街: what comes last in a part that asks for nothing else is what is asked for.
_THAT_LAST = re.compile(r"(?<=[在归是找])那(?=[个些家条][一-龥]{1,3}(?:$|[\s,，?？]))")
_PART = re.compile(r"[^\s,，。;；、?？!！]+")


def in_common_words(question: str) -> str:
    """`question` with common words for those of dialect or haste; unchanged where it has none."""
    folded = fold(question)
    # Spelling variants stay as they were typed, where they change no length.
    typed = question if len(folded) == len(question) else folded
    found = False
    for pattern, common in _entries():
        folded, typed, changed = _replaced(folded, typed, pattern, common)
        found = found or changed
    for start, common in sorted([*_slips_of_measure(folded), *_which(folded)], reverse=True):
        folded = folded[:start] + common + folded[start + 1 :]
        typed = typed[:start] + common + typed[start + 1 :]
        found = True
    return typed if found else question


@lru_cache(maxsize=1)
def _entries() -> tuple[tuple[re.Pattern[str], str], ...]:
    lines = _FILE.read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((re.compile(said), common) for said, common in pairs)


def _replaced(
    folded: str, typed: str, pattern: re.Pattern[str], common: str
) -> tuple[str, str, bool]:
    """Both spellings with `common` for what matches outside titles, and whether anything did."""
    matches = list(pattern.finditer(folded))
    titles = [match.span() for match in _TITLE.finditer(folded)] if matches else []
    changed = False
    for match in reversed(matches):
        start, end = match.span()
        meant = match.expand(common)
        if meant == match[0] or any(a <= start < b for a, b in titles):
            continue
        folded = folded[:start] + meant + folded[end:]
        typed = typed[:start] + meant + typed[end:]
        changed = True
    return folded, typed, changed


def _slips_of_measure(folded: str) -> list[tuple[int, str]]:
    """Where something is counted by a character that counts nothing, and the one that sounds so."""
    found = []
    for match in _COUNTED.finditer(folded):
        written, at = match["measure"], match.start("measure")
        if written in _MEASURES or _begins_word(folded, at) or rjieba.has_word("几" + written):
            continue
        like = [
            each
            for each, near in meant_by(written).items()
            if near >= SAME and each in _ASKED_MEASURES
        ]
        if len(like) == 1:
            found.append((at, like[0]))
    return found


def _begins_word(folded: str, at: int) -> bool:
    return any(rjieba.has_word(folded[at:end]) for end in (at + 2, at + 3) if end <= len(folded))


def _which(folded: str) -> list[tuple[int, str]]:
    """Where 那 must be 哪, because nothing else asks there."""
    return [
        (match.start(), "哪")
        for match in _THAT_LAST.finditer(folded)
        if not _ASKS.search(_part_of(folded, match.start()))
    ]


def _part_of(folded: str, at: int) -> str:
    return next(part[0] for part in _PART.finditer(folded) if part.start() <= at < part.end())
