"""Whether a sentence says a figure or a name of what its source says it of.

In: a sentence and its sources. Out: the first figure or name that is put elsewhere. That a value
stands in the source is not enough: 首付20% may stand there of the first home and be said of the
second. So every value is read with the words around it (`contexts`), in the sentence as in the
source, and it is wrong where those words stand at another value of the same kind and not at this
one. Words that stand at both, and other words for the same, say nothing; so an honest sentence in
other words passes. A figure must also measure the same (日 or 工作日), be the same kind of bound,
and a date be one date. Imports `actors`, `contexts`, `measures`, `vectorstore`'s folding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import rjieba

from assistant.actors import OFFICE, actors
from assistant.claims import compact, is_repeated
from assistant.contexts import Bound, Value, bound_values
from assistant.figures import without_figures
from assistant.measures import COUNTS, DATE, Measure, family, measures
from vectorstore.numbers import find_numbers
from vectorstore.terms import STOPWORDS, bigrams, fold

_WORDLESS = re.compile(
    r"不?(?:得|应|能|可|宜)?(?:低于|少于|超过|高于|多于|大于|小于|短于|长于|早于|晚于)|不满|未满|不足"
    r"|[年月日底末]+之?[前后内起]|以[上下内前后]|至[少多迟]|最[高低多少长短大小晚迟]"
    r"|应当|必须|可以|不得|需要|每(?:平方米|立方米|公里|千瓦时|小时|[人户年月日天亩吨辆个家次])"
)
_LABEL = re.compile(
    r"第?[一二三四五六七八九十\d]+[级类档等批期套孩胎项](?![于别])|[甲乙丙丁abcd][级类等]|[男女](?=[性职方生])"
)
_ENDS = "。;!?\n:"
_NO_VALUES = frozenset({"article", "label"})
_ROLES = frozenset({"牵头", "配合", "协助", "主办", "协办"})
_FIGURE_MARK = "#"
# What an item may be told by: those of seventy, projects of more than a hundred million.
_TELLING = frozenset({"age", "money", "length", "area", "degree", "share"})
_NEGATORS = "不未非无"
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z][a-z0-9]+")
_COMMON_WORDS = Path(__file__).parent / "common_words.txt"
# Of the words around a value in a sentence another value must hold so many to be the one meant.
_LEAST_COVERED = 0.55
# 不予登记 and 不登记 refuse alike.
_REFUSING = re.compile(r"不(?:予以?|得|能|可以?|允许|准)")
# Where a sentence says it is from, and its item's mark, are no values.
_PLACE = re.compile(
    r"《[^》]*》|\((?:[一二三四五六七八九十]+|\d+)\)|附件\d*"
    r"|(?:\d{4}年)?第[\d〇零一二三四五六七八九十百]+[条款章号]"
    r"|(?<![\d一二三四五六七八九十])[一二三四五六七八九十]{1,3}、"
)


def misplaced(text: str, sources: Sequence[str]) -> str:
    """The first value that `text` says of what its sources say another one of; else empty."""
    shown, folded = _plain(text), [_plain(source) for source in sources]
    known = [compact(source) for source in folded]
    claimed = [
        each
        for each in bound_values(shown)
        if each.value.kind
        and each.value.kind not in _NO_VALUES
        and not is_repeated(_sentence_around(shown, each.value), known)
    ]
    if not claimed:
        return _exchanged(shown, folded)
    names = [each.value.value for each in claimed if each.value.kind == OFFICE]
    given = [each for source in folded for each in bound_values(source, names)]
    once = {(shown[each.value.start : each.value.end], each.context): each for each in claimed}
    for (written, _), said in once.items():
        if _is_misplaced(said, written, given):
            return written
    return _exchanged(shown, folded)


def _is_misplaced(said: Bound, written: str, given: Sequence[Bound]) -> bool:
    value = said.value
    rivals = [each for each in given if family(each.value.kind) == family(value.kind)]
    same = [
        each
        for each in rivals
        if each.value.kind == value.kind
        and each.value.same_value(value)
        and each.value.same_bound(value)
    ]
    if not same:
        return _is_other(value, rivals, given)
    return _is_said_of_another(said, written, same, rivals)


def _plain(text: str) -> str:
    """A text as it is compared: folded, without document numbers and the names of places in it."""
    folded = fold(_without_numbers(text))
    return _REFUSING.sub("不", _PLACE.sub(" ", folded))


def _without_numbers(text: str) -> str:
    kept, at = [], 0
    for _, start, end in sorted(find_numbers(text), key=lambda each: each[1]):
        kept.append(text[at:start])
        at = max(end, at)
    return " ".join([*kept, text[at:]])


def _sentence_around(text: str, value: Value) -> str:
    """The sentence that a value stands in, compact."""
    start = max((text.rfind(end, 0, value.start) for end in _ENDS), default=-1) + 1
    ends = [at for end in _ENDS if (at := text.find(end, value.end)) >= 0]
    return compact(text[start : min(ends, default=len(text))])


def _is_other(value: Value, rivals: Sequence[Bound], given: Sequence[Bound]) -> bool:
    """Whether a value that its sources lack is one of theirs, changed."""
    if not isinstance(value, Measure):
        return False
    if value.kind == DATE:
        # Year of one date and month of another.
        stated = [i for i, part in enumerate(value.value) if part]
        return len(stated) > 1 and all(
            any(each.value.value[i] == value.value[i] for each in rivals) for i in stated
        )
    if any(each.value.kind == value.kind and each.value.same_value(value) for each in rivals):
        # As a bound the other way round.
        return True
    if value.kind == "frequency":
        return bool(rivals)
    alike = [
        each.value
        for each in given
        if isinstance(each.value, Measure)
        and each.value.kind != DATE
        and each.value.same_value(value)
    ]
    if value.kind in COUNTS:
        alike = [each for each in alike if each.kind not in COUNTS] if alike else []
    return bool(value.kind and alike) and all(each.kind for each in alike)


def _is_said_of_another(
    said: Bound, written: str, same: Sequence[Bound], rivals: Sequence[Bound]
) -> bool:
    """Whether the words around a value stand at other values alone."""
    wanted = frozenset(_words(said, written))
    if not wanted or (said.value.kind == OFFICE and (said.beside or wanted <= _ROLES)):
        return False
    contexts = {each.context for each in rivals}
    # What most values are said of tells none of them apart.
    common = {
        word
        for word in wanted
        if sum(_stands(word, each) for each in contexts) > max(2, len(contexts) / 2)
    }
    others = [each for each in rivals if each not in same]
    return bool(others) and all(
        any(_fits_better(wanted, other.context, own.context, common) for other in others)
        for own in same
    )


def _fits_better(wanted: frozenset[str], other: str, own: str, common: set[str]) -> bool:
    at_other = {word for word in wanted if _stands(word, other)}
    at_own = {word for word in wanted if _stands(word, own)}
    covered = sum(map(len, at_other)) >= _LEAST_COVERED * sum(map(len, wanted))
    only_there = at_other - at_own - common
    figures_there = {word for word in only_there if word[0] == _FIGURE_MARK}
    if not covered:
        return False
    return bool(only_there - figures_there and not at_own - at_other) or _contradicts(
        figures_there, own
    )


def _contradicts(marks: set[str], own: str) -> bool:
    """Whether a text has another figure in place of one of `marks`: of fifty, not of seventy."""
    kinds = {mark.partition(":")[0] for mark in _marks(own)}
    return any(mark.partition(":")[0] in kinds for mark in marks)


@lru_cache(maxsize=4096)
def _stands(word: str, text: str) -> bool:
    """Whether a text holds a word, negated only where the word is, or a figure."""
    if word.startswith(_FIGURE_MARK):
        return word in _marks(text)
    return bool(re.search(rf"(?<![{_NEGATORS}]){re.escape(word)}", text))


def _words(said: Bound, written: str) -> tuple[str, ...]:
    """What tells the context of a value, written so, from others."""
    text = said.context.replace(written, " ")
    if said.value.kind == OFFICE:
        for each in actors(text):
            text = text.replace(each.value, " ")
    labels = [match[0] for match in _LABEL.finditer(text)]
    text = _LABEL.sub(" ", text)
    marks = _own_marks(text, said.value.kind)
    for each in reversed(measures(text)):
        text = f"{text[: each.start]} {text[each.end :]}"
    plain = _WORDLESS.sub(" ", without_figures(text))
    found: list[str] = []
    negator = ""
    for word in rjieba.cut(plain):
        if word in _NEGATORS:
            negator = word
            continue
        whole = negator + word
        negator = ""
        if _WORD.fullmatch(word) and word not in STOPWORDS and word not in _common_words():
            found.append(whole)
    return tuple(dict.fromkeys([*labels, *marks, *found]))


def _own_marks(text: str, kind: str) -> list[str]:
    """The figures beside a value of that kind: 八十周岁以上的, 每月三十元."""
    return [
        f"{_FIGURE_MARK}{each.kind}:{each.value[0]}{each.bound}"
        for each in measures(text)
        if each.kind in _TELLING and family(each.kind) != family(kind)
    ]


@lru_cache(maxsize=1024)
def _marks(text: str) -> frozenset[str]:
    """The figures of a text, as bounds and as such."""
    found = [each for each in measures(text) if each.kind in _TELLING]
    return frozenset(
        f"{_FIGURE_MARK}{each.kind}:{each.value[0]}{bound}"
        for each in found
        for bound in {each.bound, ""}
    )


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    lines = _COMMON_WORDS.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if line[:1] != "#" for word in line.split())


def _exchanged(text: str, sources: Sequence[str]) -> str:
    """The one whom `text` lets do to another what the sources let the other do to it."""
    said = _dealings(text)
    given = [each for source in sources for each in _dealings(source)] if said else []
    for doer, goal, words in said:
        alike = [
            (by, to)
            for by, to, others in given
            if len(words & others) >= _LEAST_COVERED * len(words)
        ]
        if (goal, doer) in alike and (doer, goal) not in alike:
            return doer
    return ""


def _dealings(text: str) -> list[tuple[str, str, frozenset[str]]]:
    """Who does something to whom, as far as 向, 给, 告知 and the like say it, and in what words."""
    found = []
    for sentence in re.split(f"[{_ENDS}]", text):
        doer = ""
        words = frozenset(bigrams(sentence))
        for each in actors(sentence):
            if not each.goal:
                doer = each.value
            elif doer and doer != each.value:
                found.append((doer, each.value, words))
    return found
