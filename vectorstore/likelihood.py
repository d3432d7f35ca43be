"""How probable a wording is: in the language, and in what the library says.

In: a word or a few characters, and how often the library has pairs of characters (`Known`). Out:
logarithms of probabilities, and what kind of thing a word is (a word of grammar, a name). The
frequencies of the language are jieba's. Imports `terms` and `thesaurus`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Protocol

import rjieba

from vectorstore.terms import STOPWORDS, fold
from vectorstore.thesaurus import load

# The words behind jieba's frequencies, and about how many a passage has.
_OF_WORDS, _WORDS_IN_PASSAGE, _FEW_PASSAGES = 60_101_967, 100, 1_000
# How often an expression that is in no dictionary must occur, and how closely its parts hold
# together there.
_OFTEN, _HOLDS = 3, 0.5
# As how often counts what only citizens say.
_HEARD = 0.5
_PLACE = re.compile("[市县区镇乡村省州岛街路旗]")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎雷龙史陶贺顾毛郝龚邵万钱"
    "严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时"
    "穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇"
)
_LONGEST_NAME = 3
_IN_NO_NAME = frozenset("的了吗呢是把被里费几哪那要")
# A lone character that is short for a place; others (淮) are as likely a slip.
_SHORT_FOR_PLACE = frozenset("京津沪渝冀豫辽湘皖鲁浙赣鄂桂晋蒙陕闽粤琼葫锦")
# What jieba takes for a place.
_NO_PLACE = frozenset(("城市",))
# What is said so often is no person's name, whatever jieba takes it for (顾问).
_NO_NAME = 1_000


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


class Library:
    """What is `Known`, with the commonest words, for which no index is kept."""

    def __init__(self, known: Known):
        self._known = known
        self.together = known.together
        # In a library of a few pages a word that occurs once tells little of its frequency.
        self._is_any = known.count() > 0
        self.words = max(known.count(), _FEW_PASSAGES) * _WORDS_IN_PASSAGE

    def frequency(self, pair: str) -> int:
        """In how many passages a pair of characters occurs, at least."""
        found = self._known.frequency(pair)
        return found or (1 + self._known.count() // 10 if pair in STOPWORDS else 0)

    def heard(self, pair: str) -> float:
        """The same, with what citizens call the matters of the library."""
        return self.frequency(pair) or (_HEARD if pair in _lay_pairs() and self._is_any else 0)

    def may_be_meant(self, word: str, often: float) -> bool:
        """Whether the library has all of a word, or citizens call a matter so."""
        return often >= 1 or (len(word) > 2 and word in official())


def usual(word: str) -> float:
    """How probable a word is in the language, as a logarithm."""
    return math.log(rjieba.suggest_freq(word) / _OF_WORDS)


def sense(text: str, known: Library, often: float, least: float = -math.inf) -> float:
    """How probable a wording that the library has so `often` is, as a word or an expression, as a
    logarithm; minus infinity where it is neither. Below `least` it does not matter."""
    said = in_library(known, often)
    if is_word(text):
        return max(usual(text), said)
    pairs = [text[i : i + 2] for i in range(len(text) - 1)]
    if len(pairs) < 2 or often < _OFTEN or said < least:
        return -math.inf
    holds = all(known.together(*both) >= _HOLDS * often for both in pairwise(pairs))
    return said if holds else -math.inf


def in_library(known: Library, often: float) -> float:
    """How probable is what the library has so `often`, as a logarithm."""
    return math.log(often / known.words) if often else -math.inf


def is_name(word: str) -> bool:
    """Whether a word holds the name of a person or a place."""
    return any(
        _is_place(each, tag) or (_is_person(each, tag) and rjieba.suggest_freq(each) < _NO_NAME)
        for each, tag in rjieba.tag(word)
    )


def _is_place(word: str, tag: str) -> bool:
    return tag.startswith("ns") and word not in _NO_PLACE


def _is_person(word: str, tag: str) -> bool:
    """Whether it is a name of here, or a foreign one that the dictionary has: not 幼儿园."""
    return tag.startswith("nr") and (word[0] in _SURNAMES or tag == "nrt")


def is_word(text: str) -> bool:
    """Whether a dictionary or the thesaurus has `text`."""
    return rjieba.has_word(text) or text in official()


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """The characters that are words of grammar."""
    return _lone_words()[0]


@lru_cache(maxsize=1)
def content_words() -> frozenset[str]:
    """The characters that are words of matter."""
    return _lone_words()[1]


@lru_cache(maxsize=1)
def _lone_words() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that are words of grammar, and of matter."""
    lines = (Path(__file__).parent / "lone_words.txt").read_text("utf-8").splitlines()
    text = " ".join(line for line in lines if not line.startswith("#"))
    function, content = text.split("content")
    return frozenset(function.split()[1:]), frozenset(content.split()) - frozenset(function.split())


@lru_cache(maxsize=1)
def official() -> frozenset[str]:
    """The expressions of the thesaurus, lay and official."""
    entries: Mapping[str, tuple[str, ...]] = load()
    return frozenset(entries) | {fold(term) for terms in entries.values() for term in terms}


@lru_cache(maxsize=1)
def _lay_pairs() -> frozenset[str]:
    """The pairs of characters in the expressions of the thesaurus."""
    return frozenset(term[i : i + 2] for term in official() for i in range(len(term) - 1))


@lru_cache(maxsize=1_024)
def names_in(text: str) -> Sequence[bool]:
    """For each character whether it belongs to what seems the name of a person or a place."""
    found: list[bool] = []
    for word, tag in rjieba.tag(text):
        person = tag.startswith("nr") and word[0] in _SURNAMES and 2 <= len(word) <= 4
        person = person and not _IN_NO_NAME.intersection(word)
        # Of what no dictionary knows, 市 tells better than a guessed tag that it is a place.
        place = (_is_place(word, tag) or tag.startswith("nt")) and rjieba.has_word(word)
        place = place and (len(word) > 1 or word in _SHORT_FOR_PLACE)
        found += [person or place] * len(word)
    for match in _PLACE.finditer(text):
        # 兴程市: what no dictionary knows before 市 is most likely a name.
        start = match.start()
        tokens = rjieba.cut(text[:start], hmm=False)[-_LONGEST_NAME:]
        alone = takewhile(lambda each: len(each) == 1, reversed(tokens))
        length = sum(1 for _ in takewhile(lambda each: each not in function_words(), alone))
        if length > 1:
            found[start - length : start] = [True] * length
    return found
