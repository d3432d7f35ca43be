"""A question with slips of the pen, the ear or the keyboard -> the wording that was meant.

政付 is read as 政府, 公基金 as 公积金, 个转qi as 个转企: what makes no word is compared with the
words and the pairs of characters that the library knows, by sound and by shape (see `confusable`),
and replaced where another reading is surely better. What makes sense as it stands is left alone,
and so are document numbers, titles, and names of people and places: a question about 张维 is not
one about 张伟. In: a question, and what the library says how often. Out: a `Repair`. Imports
`confusable`, `likelihood`, `numbers`, `runs`, `spelling` and `terms`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.confusable import ALIKE, SAME, meant_by
from vectorstore.likelihood import (
    Known,
    Library,
    content_words,
    function_words,
    in_library,
    is_name,
    is_word,
    official,
    sense,
    usual,
)
from vectorstore.numbers import find_numbers, numeral_value
from vectorstore.runs import LONGEST_WORD, NUMERALS, OFTEN, Run
from vectorstore.spelling import spelt
from vectorstore.terms import fold

# A longer text is no question typed in haste, and looking at all of it would take too long.
LONGEST = 200
_MOST_EDITS = 5
_LONGEST_PHRASE = 6
# How much oftener the library must have the other word of a phrase.
_OFTENER = 5
# How much more probable the other reading must be, as a logarithm.
_SURELY, _SURELY_BESIDE_HALF, _SURELY_BESIDE_WORD = 5.5, 6.5, 9.5
_SURELY_GRAMMAR, _SURELY_ANYWHERE = 10.0, 14.0
# How much more, where the sound of a word that makes sense is only like the other.
_MORE_IF_LIKE = 1.5
# How much more, where the character that is meant is a word of grammar alone.
_MORE_IF_GRAMMAR = 1.0
# No word is more probable, with all that may speak for it.
_MOST_PROBABLE = -2.0
# By how much the best reading must beat what is written, after all that, and the next one.
_LEAST, _MARGIN = 1.0, 0.7
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_SPELT = re.compile(r"(?<![a-z0-9.])[a-z]{1,20}(?![a-z0-9.])")
# 2O19
_LETTER_O = re.compile(r"(?<=\d)[oO](?=\d)")
_TITLE = re.compile(r"《[^》]*》")
# 政办发二零一七一九七, 政发2017197: the number of a document as it is said, or without its signs.
_SAID_NUMBER = re.compile(
    r"(?<=[政府办][发函字])\s*(?P<year>二[〇零○][〇零○一二三四五六七八九]{2}|20\d\d)\s*"
    r"(?P<serial>[〇零○一二三四五六七八九]{1,4}|\d{1,4})(?![\d〇零○一二三四五六七八九十百年月日号]|\s*号)"
)
# Words of grammar that stand anywhere.
_ANYWHERE = frozenset("的了是在有不没和些")


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
    library = Library(known)
    # Spelling variants are no slips: where they change no length, the rest stays as it was typed.
    typed = question if len(folded) == len(question) else folded
    changes: list[tuple[str, str]] = [("o", "0") for _ in _LETTER_O.findall(folded)]
    folded, typed = _LETTER_O.sub("0", folded), _LETTER_O.sub("0", typed)
    for match in reversed(list(_SAID_NUMBER.finditer(folded))):
        year, serial = numeral_value(match["year"]), numeral_value(match["serial"])
        changes.append((match[0], f"〔{year}〕{serial}号"))
        folded = folded[: match.start()] + changes[-1][1] + folded[match.end() :]
        typed = typed[: match.start()] + changes[-1][1] + typed[match.end() :]
    for _ in range(_MOST_EDITS):
        best = _best(folded, library)
        if best is None:
            break
        changes.append((folded[best.start : best.end], best.meant))
        folded = folded[: best.start] + best.meant + folded[best.end :]
        typed = typed[: best.start] + best.meant + typed[best.end :]
    return Repair(typed, tuple(changes)) if changes else Repair(question)


def _best(folded: str, known: Library) -> _Reading | None:
    """The reading that is most surely better than what is written."""
    kept = [False] * len(folded)
    for start, end in _untouchable(folded):
        kept[start:end] = [True] * (end - start)
    found: list[_Reading] = []
    for run in _RUN.finditer(folded):
        if not all(kept[run.start() : run.end()]):
            read = Run(run[0], run.start(), kept, known)
            found += _in_run(read) + _in_phrases(read)
    for match in _SPELT.finditer(folded):
        start, end = match.span()
        meant = spelt(folded[:start], match[0], folded[end:], known)
        if meant:
            # Letters make no sense as they stand: whatever makes sense is much better.
            found.append(_Reading(start, end, meant[0], _SURELY_GRAMMAR + meant[1]))
    return max(found, key=lambda each: each.score, default=None)


def _untouchable(folded: str) -> Iterator[tuple[int, int]]:
    """What is never read differently: document numbers, titles, what the thesaurus has."""
    for _, start, end in find_numbers(folded):
        yield start, end
    for match in _TITLE.finditer(folded):
        yield match.span()
    for start in range(len(folded)):
        for end in range(start + 3, min(len(folded), start + LONGEST_WORD) + 1):
            if folded[start:end] in official():
                yield start, end


def _in_run(run: Run) -> list[_Reading]:
    """The surely better readings of single characters of a run."""
    found = []
    for number, (start, end) in enumerate(run.spans):
        lone = end - start == 1
        beside = [
            each for each in run.spans[max(0, number - 1) : number + 2] if each[1] - each[0] == 1
        ]
        # What the library says too is not wrong, unless with a character that is left over beside
        # it: 公|基金.
        if not lone and run.solid(start, end) and not beside:
            continue
        must_hold = None if lone or not run.solid(start, end) else [each[0] for each in beside]
        for at in range(start, end):
            if run.kept[at] or run.names[at] or run.text[at] == "几":
                continue
            if lone and (run.is_noun(at) or run.is_numeral(at) or run.is_of_expression(at)):
                continue
            found += _surely_better(run, at, must_hold)
        if lone and not run.kept[start] and not run.names[start]:
            found += _doubled(run, start) + _swapped(run, start)
    return found


def _in_phrases(run: Run) -> list[_Reading]:
    """Words that make sense, but not beside their neighbour, with which the library has another
    of the same sound: 复议|调节, 一代|一路."""
    found = []
    for (start, middle), (_, end) in pairwise(run.spans):
        if min(middle - start, end - middle) < 2 or end - start > _LONGEST_PHRASE:
            continue
        if run.is_phrase(start, end) or any(run.kept[start:end] + run.names[start:end]):
            continue
        best = max(_other_phrases(run, start, middle, end), key=lambda each: each[0], default=None)
        if best:
            here = run.offset + best[1]
            found.append(_Reading(here, here + 1, best[2], best[0]))
    return found


def _other_phrases(run: Run, start: int, middle: int, end: int) -> Iterator[tuple[float, int, str]]:
    """The phrases that the library has instead of two words: how much more probable, and which
    character is which in them."""
    text, frequency = run.text, run.known.frequency
    written = usual(text[start:middle]) + usual(text[middle:end])
    for at in range(start, end):
        pairs = [text[i : i + 2] for i in range(start, end - 1) if i not in (at, at - 1)]
        rest = min(map(frequency, pairs), default=0)
        if rest < OFTEN or text[at] in NUMERALS:
            continue
        word = slice(start, middle) if at < middle else slice(middle, end)
        for meant, near in meant_by(text[at]).items():
            if near < SAME or meant in function_words():
                continue
            phrase = text[start:at] + meant + text[at + 1 : end]
            around = (phrase[i : i + 2] for i in (at - start - 1, at - start) if i >= 0)
            often = min([rest, *(frequency(each) for each in around if len(each) > 1)])
            other = phrase[word.start - start : word.stop - start]
            if often < OFTEN or not is_word(other):
                continue
            # 环境|检测 is no slip of 环境监测 where the library speaks of both.
            if run.said(text[word]) * _OFTENER > run.said(other):
                continue
            score = in_library(run.known, often) - written - _SURELY
            if score > 0 and sense(phrase, run.known, often) > -math.inf:
                yield score, at, meant


def _doubled(run: Run, at: int) -> list[_Reading]:
    """Nothing for a character that the word beside it repeats: 公|公积金."""
    text = run.text
    if text[at] in function_words() | content_words() or run.known.frequency(text[at] * 2):
        return []
    for start, end in run.spans:
        beside = (start == at + 1 and text[start] == text[at]) or (
            end == at and text[end - 1] == text[at]
        )
        if beside and run.solid(start, end):
            return [_Reading(run.offset + at, run.offset + at + 1, "", _SURELY)]
    return []


def _swapped(run: Run, at: int) -> list[_Reading]:
    """A character and the next one the other way round: 府政."""
    text, lone = run.text, function_words() | content_words()
    if (at + 1, at + 2) not in run.spans or text[at] in lone or text[at + 1] in lone:
        return []
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    best = 0.0
    for start, end in run.windows(at):
        word = swapped[start:end]
        often = run.said(word)
        if end > at + 1 and often and not is_name(word):
            likely = _as_word(word, run.known, often)
            best = max(best, likely - _as_written(run, start, end) - _SURELY)
    here = run.offset + at
    return [_Reading(here, here + 2, text[at + 1] + text[at], best)] if best else []


def _surely_better(run: Run, at: int, must_hold: list[int] | None) -> list[_Reading]:
    """The best other reading of the character `at`, if it is better than what is written and
    clearly better than all others."""
    text, frequency = run.text, run.known.heard
    windows = list(_windows(run, at, must_hold))
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    best: dict[str, float] = {}
    for meant, near in meant_by(text[at]).items() if windows else ():
        if meant in _ANYWHERE or (meant in NUMERALS and near < ALIKE and meant in function_words()):
            continue
        grammar = meant in function_words()
        left = frequency(before + meant) if before else 0
        right = frequency(meant + after) if after else 0
        if not left and not right:
            continue
        gain = math.log(near) + bool(left) + bool(right) - grammar * _MORE_IF_GRAMMAR
        for start, end, needed, sense_beside, rest in windows:
            if (sense_beside or grammar) and near < SAME:
                needed += _MORE_IF_LIKE
            often = min(rest, left if start < at else rest, right if at < end - 1 else rest)
            if not often or (sense_beside and often < 1):
                continue
            word = text[start:at] + meant + text[at + 1 : end]
            least = max(best.get(meant, 0.0), _LEAST) + needed - gain
            if must_hold is None and not grammar and not run.is_in_word(at):
                likely = _as_meant(run, word, text[at], often, least)
            else:
                likely = _as_word(word, run.known, often)
            if likely > least and not is_name(word):
                best[meant] = likely - needed + gain
    ranked = sorted(best, key=lambda each: -best[each])
    if not ranked or (len(ranked) > 1 and best[ranked[0]] - best[ranked[1]] < _MARGIN):
        return []
    here = run.offset + at
    return [_Reading(here, here + 1, ranked[0], best[ranked[0]])]


def _windows(
    run: Run, at: int, must_hold: list[int] | None
) -> Iterator[tuple[int, int, float, bool, float]]:
    """The stretches around the character `at` that may be meant as words, with how probable such
    a word must be, whether what is written makes sense too, and how often the library has their
    other characters so."""
    for start, end in run.windows(at):
        if must_hold is not None and not any(start <= each < end for each in must_hold):
            continue
        surely = _needed(run, at, start, end)
        needed = _as_written(run, start, end) + surely
        if needed > _MOST_PROBABLE:
            continue
        pairs = (run.text[i : i + 2] for i in range(start, end - 1) if i != at and i != at - 1)
        rest = min(map(run.known.heard, pairs), default=math.inf)
        if rest:
            yield start, end, needed, surely == _SURELY_BESIDE_WORD, rest


def _needed(run: Run, at: int, start: int, end: int) -> float:
    """How much more probable another reading of the character `at` must be, as a logarithm."""
    function, content = function_words(), content_words()
    if run.text[at] == "第":
        return _SURELY
    if run.text[at] in _ANYWHERE:
        return _SURELY_ANYWHERE
    if run.text[at] not in function | content:
        return _SURELY
    words = function | content
    half = any(run.text[i] not in words for i in range(start, end) if (i, i + 1) in run.spans)
    if run.text[at] in function:
        lone = (at, at + 1) in run.spans and not half
        return _SURELY_GRAMMAR if lone else _SURELY_BESIDE_WORD
    return _SURELY_BESIDE_HALF if half else _SURELY_BESIDE_WORD


def _as_written(run: Run, start: int, end: int) -> float:
    """How probable a stretch is as it stands, word by word or as the library says it."""
    by_word = 0.0
    for a, b in run.spans:
        if a < end and start < b:
            # What is cut off stays as it is in both wordings.
            cut = run.text[a : max(a, start)] + run.text[min(b, end) : b]
            by_word += usual(run.text[a:b]) - sum(map(usual, cut))
    return max(by_word, in_library(run.known, run.said(run.text[start:end])))


def _as_meant(run: Run, text: str, written: str, often: float, least: float) -> float:
    """How probable another wording is that the library has so `often`, where `written` is what it
    has another character for."""
    if len(text) < 3 or written in function_words() or written in content_words():
        return _as_word(text, run.known, often)
    return (
        sense(text, run.known, often, least) if run.known.may_be_meant(text, often) else -math.inf
    )


def _as_word(text: str, known: Library, often: float) -> float:
    """How probable a word is that the library has so `often`; minus infinity where it is none."""
    if not is_word(text) or not known.may_be_meant(text, often):
        return -math.inf
    return max(usual(text), in_library(known, often) if often >= 1 else -math.inf)
