"""Whether a sentence turns its source round: may for must, at most for at least, 不 put in.

In: a sentence and the texts that it cites. Out: what speaks against it. Words alone do not tell
收取 from 不收取; so each clause is laid beside the clause of the source that it repeats most of,
and the two must agree in negation, in direction (不低于, 至少 against 不超过, 最多), in force
(应当 against 可以) and in a few opposites, and every name of an office or person must stand in the
source. Pure functions; imports `vectorstore`'s folding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from vectorstore.terms import bigrams, fold

_CLAUSE = re.compile(r"[,，。;；:：!！?？\n｜]+")
_SENTENCE = re.compile(r"[。;；!！?？\n]+")
_STATED = re.compile(r"[。;；!！?？\n:：]+")
# A clause is compared with one that holds at least this share of its pairs of characters.
_ALIGNED = 0.5
# Source clauses that fit about as well count too: one of them may be the one that is meant.
_ABOUT_AS_GOOD = 0.12
# So much alike, nothing but the sense can differ.
_SAME = 0.8
_HELD = 0.65
# The end of a sentence with the beginning of the next is less likely what is repeated.
_CROSSING = 0.9
_CROSSING_LEAST = 0.5
_SHORTEST = 3
# A clause that says when or for whom the next one holds.
_CONDITION = re.compile(r"(?:的|时|后|者|前|期间)$|^(?:如|若|凡|经|未)")
_MEASURED = r"(?<=[\d〇一二三四五六七八九十百千万%‰元年月日天岁度人个家户名米里时次倍])(?:\(含\))?"
_NO_BOUND = re.compile(r"最低(?=生活|工资)|以下(?=简称)")
_UP = re.compile(
    r"不(?:得|应|能|可|宜|要|会)?当?(?:以|允许)?(?:低于|少于|小于|短于|早于|不足)|至少|最低|最少|起码|不低于|不少于"
    rf"|{_MEASURED}(?:及|或者?)?以上|超过|高于|多于|大于|超出|晚于|≥|>"
)
_DOWN = re.compile(
    r"不(?:得|应|能|可|宜|要|会)?当?(?:以|允许)?(?:超过|高于|多于|大于|长于|晚于|超出|突破)|至多|最多|最高|不超过|不高于|上限"
    rf"|{_MEASURED}(?:及|或者?)?(?:以内|以下|之内)|(?<!不)(?:低于|少于|小于|不足|短于|早于)|不到(?=[\d一二三四五六七八九十百])|≤|<"
)
_NEGATED_BOUND = re.compile(
    r"不(?:得|应|能|可|宜|要|会)?当?(?:以|允许)?(?:低于|少于|小于|短于|早于|超过|高于|多于|大于|长于|晚于|超出|突破|足)|不到(?=[\d一二三四五六七八九十百])"
)
_NEGATION = re.compile(
    r"不(?!仅|断|同|动产|锈钢|良|论|管|过|限于|一|含|定期|满|够|足|锈)|未(?!来|成年|婚|央|满)"
    r"|无(?!线|障碍|人机|论|锡|害|烟|纸化|缝|证明城)|非(?!洲|法|税|常|公|遗|物质|营利|机动|居民|农)"
    r"|禁止|严禁|严防|杜绝|免(?=收|费|征|缴|交|予|除|检|税|于|去)|没|勿|谢绝|拒绝|取消|除外|除.{2,20}?(?<!之)外"
)
_MUST = re.compile(
    r"应当|应(?!急|用|届|对|聘|付|收|答|邀|战)|必须|(?<!无)须|务必|需要|(?<![无确所急])需"
)
_MAY = re.compile(
    r"可以(?!得到|获|享|领|拿到)|(?<![许认])可(?!以|得到|获|享|领|拿到|能|持|靠|行|再生|视|见|用|回收|燃|控)|有权|允许|准许|能(?!力|源|够源|耗|效)"
)
_OPPOSITES = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        ("提高|上调|增加|上涨|上浮|增长|提升", "降低|下调|减少|下降|下浮|缩减|削减"),
        ("有效|继续执行", "失效|废止|作废|停止执行"),
        ("公开(?!募)|公布|公示", "保密|不予公开"),
        ("鼓励|支持|扶持", "限制|禁止|严禁|反对"),
        ("提前", "推迟|延后|延迟"),
        ("以前|之前|前(?=完成)", "以后|之后"),
        ("有偿|收费", "无偿|免费"),
        ("全部|所有", "部分"),
        ("城镇|城市", "农村|乡村"),
        ("个人", "单位"),
    )
)
_NEUTRAL = re.compile(
    rf"{_NEGATED_BOUND.pattern}|{_NEGATION.pattern}|应当|必须|可以|不得|予以|至少|最多|最低|最高|至多|应|须|需要|[可能得予]"
)
_SUFFIX = r"(?:局|委员会|委|厅|办公室|办|院|中心|处|科|署|站|银行|公司|集团|法院|医院|大学|学校)"
_OFFICE = re.compile(rf"[\u4e00-\u9fff]{{2,}}?{_SUFFIX}$")
# 办, 处 and 站 end many a word that names no office.
_NO_OFFICE = re.compile(
    r"(?:申|经|代|承|主|督|查|举|开|兴|创|筹|协|补|到|何|用|好|害|长|短)[办处站]$"
)
_NO_NAME = re.compile(r"^[对向由和及将被为在于从把给让与]|(?:居民|村民|农民|市民|群众|人口)$")
_NAME_TAGS = frozenset({"nr", "ns", "nt"})


@dataclass(frozen=True)
class _Window:
    """One clause of a source, or `size` of them in a row, perhaps of more than one sentence."""

    text: str
    pairs: frozenset[str]
    size: int
    crossing: bool


@dataclass(frozen=True)
class _Sense:
    """What a clause claims beside its words."""

    odd: bool
    up: bool
    down: bool
    must: bool
    may: bool
    text: str


def reversed_clause(text: str, sources: Sequence[str]) -> str:
    """The first clause of `text` that says the opposite of the source it repeats; else empty."""
    known = [compact(source) for source in sources]
    said = [
        clause
        for sentence in _STATED.split(text)
        if not is_repeated(compact(sentence), known)
        for clause in _clauses(sentence)
    ]
    if not said:
        return ""
    given = [window for source in sources for window in _windows(source)]
    for index, clause in enumerate(said):
        if len(_pairs(clause)) < _SHORTEST:
            continue
        agrees, alike = _agrees(clause, given)
        if agrees is False and alike >= _SAME:
            return clause
        if agrees is False:
            # A sentence may put together, or take apart, what its source does not.
            joined = [
                "".join(said[a:b])
                for a, b in ((index - 1, index + 1), (index, index + 2), (index - 1, index + 2))
                if a >= 0 and b <= len(said)
            ]
            if not any(_agrees(each, given)[0] for each in joined):
                return clause
    return _other_consequence(said, given)


def _other_consequence(said: Sequence[str], given: Sequence[_Window]) -> str:
    """The first condition that leads elsewhere than in the source: each part may stand there."""
    within = [each for each in given if not each.crossing]
    for condition, consequence in pairwise(said):
        whole = condition + consequence
        if _CONDITION.search(condition):
            agrees, alike = _agrees(whole, within)
            if agrees is False and alike >= _SAME:
                return whole
    return ""


def compact(text: str) -> str:
    """A text as it is searched for words: folded, without white space."""
    return "".join(fold(text).split())


def is_repeated(sentence: str, sources: Sequence[str]) -> bool:
    """Whether a compact source holds a compact sentence word for word: the same sense, then."""
    return any(
        not _NEGATION.fullmatch(source[at - 1 : at])
        for source in sources
        if (at := source.find(sentence)) >= 0
    )


def unknown_name(text: str, sources: Sequence[str]) -> str:
    """The first office, place or person that `text` names and no source does; else empty."""
    folded = fold(text)
    known = fold("\n".join(sources))
    for word, tag in rjieba.tag(folded):
        if _NO_NAME.search(word):
            continue
        office = bool(_OFFICE.search(word)) and not _NO_OFFICE.search(word)
        if (office or tag in _NAME_TAGS) and len(word) >= 2 and not _is_named(word, known, tag):
            return word
    return ""


def _is_named(word: str, known: str, tag: str) -> bool:
    if word in known or (word[-1] in "生员者户工" and word[:-1] in known):
        return True
    core = re.sub(rf"{_SUFFIX}$", "", word).removesuffix("市").removesuffix("县")
    if len(core) < 2:
        return True
    if core in known:
        return True
    if tag == "nr":
        return False
    # 住建局 is short for 住房和城乡建设局: its signs stand there in that order, near each other.
    return bool(re.search(".{0,5}?".join(map(re.escape, core)), known))


def _clauses(text: str) -> list[str]:
    return [piece for each in _CLAUSE.split(fold(text)) if (piece := "".join(each.split()))]


def _windows(source: str) -> list[_Window]:
    """The clauses, and every two and three in a row as one."""
    clauses = [
        (clause, number)
        for number, sentence in enumerate(_SENTENCE.split(source))
        for clause in _clauses(sentence)
    ]
    rows = [
        (clauses[start : start + size], size)
        for size in (1, 2, 3)
        for start in range(len(clauses) - size + 1)
    ]
    return [
        _Window(text, _pairs(text), size, crossing=row[0][1] != row[-1][1])
        for row, size in rows
        for text in ("".join(clause for clause, _ in row),)
    ]


def _pairs(clause: str) -> frozenset[str]:
    """The pairs of characters that a clause is recognised by."""
    return frozenset(bigrams(_NEUTRAL.sub("", clause)))


def _agrees(clause: str, given: Sequence[_Window]) -> tuple[bool | None, float]:
    """Whether the source clauses that `clause` repeats mean the same (None: it repeats none), and
    how much alike they are."""
    pairs = _pairs(clause)
    shared = [len(pairs & each.pairs) for each in given]
    if max(shared, default=0) < _ALIGNED * max(len(pairs), 1):
        return None, 0.0
    alike = [
        _alike(common, len(pairs), each) if common >= _ALIGNED * len(pairs) else 0.0
        for common, each in zip(shared, given, strict=True)
    ]
    sense = _sense(clause)
    if sense.may or sense.must:
        # 拒载的, … says what follows from it, not that it may be done.
        alike = [
            0.0 if each.size == 1 and _CONDITION.search(each.text) else share
            for each, share in zip(given, alike, strict=True)
        ]
    best = max(alike)
    if not best:
        return None, 0.0
    # A clause that stands in one of the source's word for word repeats that one too,
    # and one that holds nearly all of it among other words, where none is quite the same.
    enough = _HELD * len(pairs) if best < _SAME else math.inf
    agrees = any(
        _same_sense(sense, _sense(each.text))
        for each, share, common in zip(given, alike, shared, strict=True)
        if share >= best - _ABOUT_AS_GOOD * best
        or (each.size == 1 and (clause in each.text or common >= enough))
    )
    return agrees, best


def _alike(common: int, pairs: int, window: _Window) -> float:
    """How much alike a clause and a window are, by the pairs that they have in common.

    Dice: of windows that hold the whole clause the shortest is the one it repeats.
    """
    share = 2 * common / (pairs + len(window.pairs))
    if not window.crossing:
        return share
    return _CROSSING * share if share >= _CROSSING_LEAST else 0.0


def _sense(clause: str) -> _Sense:
    plain = _NO_BOUND.sub("", clause)
    unbound = _NEGATED_BOUND.sub("", plain)
    return _Sense(
        odd=len(_NEGATION.findall(unbound)) % 2 == 1,
        up=bool(
            _UP.search(
                re.sub(r"不[得应能可宜要会]?当?(?:超过|高于|多于|大于|超出|晚于)", "", plain)
            )
        ),
        down=bool(
            _DOWN.search(
                re.sub(r"不[得应能可宜要会]?当?(?:低于|少于|小于|短于|早于|足)", "", plain)
            )
        ),
        must=bool(_MUST.search(plain)),
        may=bool(_MAY.search(plain)),
        text=plain,
    )


def _same_sense(said: _Sense, given: _Sense) -> bool:
    if said.odd != given.odd:
        return False
    if (said.up and not said.down and given.down and not given.up) or (
        said.down and not said.up and given.up and not given.down
    ):
        return False
    if not said.odd and (
        (said.may and not said.must and given.must and not given.may)
        or (said.must and not said.may and given.may and not given.must)
    ):
        return False
    return not any(
        (_only(one, other, said.text) and _only(other, one, given.text))
        or (_only(other, one, said.text) and _only(one, other, given.text))
        for one, other in _OPPOSITES
    )


def _only(one: re.Pattern[str], other: re.Pattern[str], text: str) -> bool:
    return bool(one.search(text)) and not other.search(text)
