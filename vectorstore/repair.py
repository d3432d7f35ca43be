"""A question with slips of the pen, the ear or the keyboard -> the wording that was meant.

政付 is read as 政府, 公基金 as 公积金, 个转qi as 个转企: what makes no word is compared with the words
and the pairs of characters that the library knows, by sound and by shape (see `confusable`), and
replaced where another reading is surely better. What makes sense as it stands is left alone, and
so are document numbers, titles, and names of people and places: a question about 张维 is not one
about 张伟. In: a question, and how often the library says something (`Known`). Out: a `Repair`.
Imports `confusable`, `numbers`, `terms` and `thesaurus`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import rjieba

from vectorstore.confusable import meant_by, spelt_by
from vectorstore.numbers import find_numbers
from vectorstore.terms import STOPWORDS, fold
from vectorstore.thesaurus import load

# A longer text is no question typed in haste, and looking at all of it would take too long.
LONGEST = 200
_MOST_EDITS = 5
_LONGEST_WORD = 5
# How much more probable the other reading must be, as a logarithm.
_SURELY, _SURELY_BESIDE_HALF, _SURELY_BESIDE_WORD, _SURELY_GRAMMAR = 6.0, 6.5, 11.0, 14.0
# The words behind jieba's frequencies, and about how many a passage has.
_OF_WORDS, _WORDS_IN_PASSAGE = 60_101_967, 100
# How often an expression that is in no dictionary must occur, and how closely its parts hold
# together there.
_OFTEN, _HOLDS = 3, 0.5
# By how much the best reading must beat the next one.
_MARGIN = 0.7
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_SPELT = re.compile(r"(?<![a-z0-9.])[a-z]{1,20}(?![a-z0-9.])")
_TITLE = re.compile(r"《[^》]*》")
_PLACE = re.compile("[市县区镇乡村省州岛街路旗]")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两几多半每第")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎雷龙史陶贺顾毛郝龚邵万钱"
    "严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时"
    "穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇"
)
_NAMES = ("nr", "ns", "nt")


class Known(Protocol):
    """What the library says how often; `LexicalIndex` does."""

    def frequency(self, term: str) -> int:
        """In how many passages a word or a pair of characters occurs."""
        ...

    def count(self) -> int:
        """How many passages there are."""
        ...

    def together(self, one: str, other: str) -> int:
        """In how many passages both occur."""
        ...


@dataclass(frozen=True)
class Repair:
    """A question as it is understood, with what was read differently as (written, meant)."""

    text: str
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Reading:
    """Another reading of the characters from `start` to `end`."""

    start: int
    end: int
    meant: str
    score: float


def repair(question: str, known: Known) -> Repair:
    """`question` as it was probably meant; unchanged where there is no surely better reading."""
    folded = fold(question)
    if len(folded) > LONGEST:
        return Repair(question)
    # Spelling variants are no slips: where they change no length, the rest stays as it was typed.
    typed = question if len(folded) == len(question) else folded
    changes: list = []
    for _ in range(_MOST_EDITS):
        best = _best(folded, known)
        if best is None:
            break
        changes.append((folded[best.start : best.end], best.meant, round(best.score, 1)))
        folded = folded[: best.start] + best.meant + folded[best.end :]
        typed = typed[: best.start] + best.meant + typed[best.end :]
    return Repair(typed, tuple(changes)) if changes else Repair(question)


def _best(folded: str, known: Known) -> _Reading | None:
    """The reading that is most surely better than what is written."""
    kept = [False] * len(folded)
    for start, end in _untouchable(folded):
        kept[start:end] = [True] * (end - start)
    found: list[_Reading] = []
    for run in _RUN.finditer(folded):
        if not all(kept[run.start() : run.end()]):
            found += _in_run(_Run(run[0], run.start(), kept, known))
    found += [each for match in _SPELT.finditer(folded) for each in _spelt(folded, match, known)]
    return max(found, key=lambda each: each.score, default=None)


def _untouchable(folded: str) -> Iterator[tuple[int, int]]:
    """What is never read differently: document numbers and titles."""
    for _, start, end in find_numbers(folded):
        yield start, end
    for match in _TITLE.finditer(folded):
        yield match.span()
    for start in range(len(folded)):
        for end in range(start + 3, min(len(folded), start + _LONGEST_WORD) + 1):
            if folded[start:end] in _official():
                yield start, end


class _Run:
    """A run of Chinese characters, cut into words, with what the library knows of it."""

    def __init__(self, text: str, offset: int, kept: list[bool], known: Known):
        self.text, self.offset, self.known = text, offset, known
        self.kept = kept[offset : offset + len(text)]
        self.edges, self.spans = {0}, []
        for token in rjieba.cut(text, hmm=False):
            start = max(self.edges)
            self.spans.append((start, start + len(token)))
            self.edges.add(start + len(token))
        self.names = _names(text)

    def said(self, text: str) -> int:
        """How often the library says `text`, at most: its rarest pair's frequency."""
        return min(self.known.frequency(text[i : i + 2]) for i in range(len(text) - 1))

    def windows(self, at: int) -> Iterator[tuple[int, int]]:
        """The stretches of whole words around a character."""
        for start, _ in self.spans:
            for _, end in self.spans:
                if start <= at < end and 2 <= end - start <= _LONGEST_WORD:
                    yield start, end

    def solid(self, start: int, end: int) -> bool:
        """Whether a token is a word that the library says too."""
        return end - start > 1 and self.said(self.text[start:end]) > 0


def _names(text: str) -> list[bool]:
    """For each character whether it belongs to what seems the name of a person or a place."""
    found: list[bool] = []
    for word, tag in rjieba.tag(text):
        person = tag.startswith("nr") and word[0] in _SURNAMES and 2 <= len(word) <= 4
        found += [person or tag.startswith(("ns", "nt"))] * len(word)
    for match in _PLACE.finditer(text):
        # 兴程市: what no dictionary knows before 市 is most likely a name.
        tokens = rjieba.cut(text[: match.start()], hmm=False)[-3:]
        alone = next((i for i, each in enumerate(reversed(tokens)) if len(each) > 1), len(tokens))
        if 2 <= alone:
            found[match.start() - alone : match.start()] = [True] * alone
    return found


def _in_run(run: _Run) -> list[_Reading]:
    """The surely better readings of single characters of a run."""
    found = []
    for number, (start, end) in enumerate(run.spans):
        lone = end - start == 1
        beside = [each for each in run.spans[max(0, number - 1) : number + 2] if each[1] - each[0] == 1]
        # What the library says too is not wrong, unless with a character that is left over beside
        # it: 公|基金.
        if not lone and run.solid(start, end) and not beside:
            continue
        must_hold = None if lone or not run.solid(start, end) else [each[0] for each in beside]
        for at in range(start, end):
            if run.kept[at] or run.names[at] or (lone and run.text[at] in _NUMERALS):
                continue
            found += _surely_better(run, at, must_hold)
    return found


def _surely_better(run: _Run, at: int, must_hold: list[int] | None) -> list[_Reading]:
    """The best other reading of the character `at`, if it is better than what is written and
    clearly better than all others."""
    text, frequency = run.text, run.known.frequency
    windows = [
        (start, end, _as_written(run, start, end) + _needed(run, at, start, end))
        for start, end in run.windows(at)
        if must_hold is None or any(start <= each < end for each in must_hold)
    ]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    best: dict[str, float] = {}
    for meant, near in meant_by(text[at]).items() if windows else ():
        if meant in _function_words():
            continue
        sides = bool(before and frequency(before + meant)) + bool(
            after and frequency(meant + after)
        )
        if not sides:
            continue
        changed = text[:at] + meant + text[at + 1 :]
        for start, end, needed in windows:
            score = _as_meant(run, changed[start:end], text[at]) - needed + math.log(near) + sides
            if score > best.get(meant, 1.0) and not _is_name(changed[start:end]):
                best[meant] = score
    ranked = sorted(best, key=lambda each: -best[each])
    if not ranked or (len(ranked) > 1 and best[ranked[0]] - best[ranked[1]] < _MARGIN):
        return []
    here = run.offset + at
    return [_Reading(here, here + 1, ranked[0], best[ranked[0]])]


def _needed(run: _Run, at: int, start: int, end: int) -> float:
    """How much more probable another reading of the character `at` must be, as a logarithm."""
    function, content = _function_words(), _content_words()
    if run.text[at] in function:
        return _SURELY_GRAMMAR
    if run.text[at] not in content:
        return _SURELY
    words = function | content
    half = any(run.text[i] not in words for i in range(start, end) if (i, i + 1) in run.spans)
    return _SURELY_BESIDE_HALF if half else _SURELY_BESIDE_WORD


def _as_written(run: _Run, start: int, end: int) -> float:
    """How probable a stretch is as it stands, word by word or as the library says it."""
    by_word = sum(
        math.log(rjieba.suggest_freq(run.text[a:b]) / _OF_WORDS)
        for a, b in run.spans
        if start <= a and b <= end
    )
    return max(by_word, _in_library(run, run.text[start:end]))


def _as_meant(run: _Run, text: str, written: str) -> float:
    """How probable another wording is, as a word or an expression of the library, where `written`
    is what it has another character for."""
    if _is_word(text):
        usual = math.log(rjieba.suggest_freq(text) / _OF_WORDS)
        return max(usual, _in_library(run, text)) if run.said(text) else -math.inf
    if len(text) < 3 or written in _function_words() | _content_words():
        return -math.inf
    often = run.said(text)
    if often < _OFTEN:
        return -math.inf
    pairs = [text[i : i + 2] for i in range(len(text) - 1)]
    if all(run.known.together(*both) >= _HOLDS * often for both in pairwise(pairs)):
        return _in_library(run, text)
    return -math.inf


def _in_library(run: _Run, text: str) -> float:
    often = run.said(text)
    return math.log(often / (run.known.count() * _WORDS_IN_PASSAGE)) if often else -math.inf


def _is_name(word: str) -> bool:
    return any(tag.startswith(_NAMES) for _, tag in rjieba.tag(word))


def _is_word(text: str) -> bool:
    return rjieba.has_word(text) or text in _official()


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return _lone_words()[0]


@lru_cache(maxsize=1)
def _content_words() -> frozenset[str]:
    return _lone_words()[1]


def _lone_words() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that are words of grammar, and of matter."""
    lines = (Path(__file__).parent / "lone_words.txt").read_text("utf-8").splitlines()
    text = " ".join(line for line in lines if not line.startswith("#"))
    function, content = text.split("content")
    return frozenset(function.split()[1:]), frozenset(content.split()) - frozenset(function.split())


@lru_cache(maxsize=1)
def _official() -> frozenset[str]:
    """The expressions of the thesaurus, lay and official."""
    entries: Mapping[str, tuple[str, ...]] = load()
    return frozenset(entries) | {fold(term) for terms in entries.values() for term in terms}


def _spelt(folded: str, match: re.Match[str], known: Known) -> list[_Reading]:
    return []
