"""Chinese words typed in letters, as 公积金 is in gongjijin: the characters that are meant.

In: a text with letters in it, and what the library says. Out: the characters for the letters, if
with them there is a word, alone or with the single characters beside. One letter stands for a
syllable that begins so, but only behind a single character (飞d). Imports `confusable` and
`likelihood`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import rjieba

from vectorstore.confusable import spelt_by
from vectorstore.likelihood import Library, is_name, sense

_MOST_SPELLINGS = 40
_MARGIN = 0.7
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_RUN_AT_END = re.compile(r"[\u4e00-\u9fff]+$")


def spelt(before: str, letters: str, after: str, known: Library) -> tuple[str, float] | None:
    """What `letters` spell between what stands `before` and `after` them, and how probable that
    is, as a logarithm; None where nothing makes sense or several things do."""
    syllables = spelt_by(letters)
    if not syllables or known.frequency(letters):
        return None
    beside = [(lead, "") for lead in _lone_before(before)]
    if len(letters) > 1:
        # One letter beside others is more often a name: A类, C照.
        beside += [("", tail) for tail in _lone_after(after)]
        beside += [("", "")] * (len(syllables) > 1)
    best: dict[str, float] = {}
    for meant in _spellings(syllables, known):
        for lead, tail in beside:
            score = _as_spelt(lead + meant + tail, known) + 2 * len(lead + tail)
            if score > best.get(meant, -math.inf) and not is_name(lead + meant + tail):
                best[meant] = score
    ranked = sorted(best, key=lambda each: -best[each])
    if not ranked or (len(ranked) > 1 and best[ranked[0]] - best[ranked[1]] < _MARGIN):
        return None
    return ranked[0], best[ranked[0]]


def _spellings(syllables: Sequence[Sequence[str]], known: Library) -> list[str]:
    """The likeliest characters for some syllables: of neighbours, those the library has so."""
    found = list(syllables[0])
    for following in syllables[1:]:
        pairs = {
            begun + each: often
            for begun in found
            for each in following
            if (often := known.frequency(begun[-1] + each))
        }
        found = sorted(pairs, key=lambda each: -pairs[each])[:_MOST_SPELLINGS]
    return found


def _as_spelt(word: str, known: Library) -> float:
    often = min((known.frequency(word[i : i + 2]) for i in range(len(word) - 1)), default=0)
    return sense(word, known, often) if often else -math.inf


def _lone_before(text: str) -> list[str]:
    """The single character at the end of a text, and the two where both are single."""
    run = _RUN_AT_END.search(text)
    tokens = rjieba.cut(run[0], hmm=False)[-2:] if run else []
    lone = "".join(tokens) if all(len(each) == 1 for each in tokens) else ""
    last = tokens[-1] if tokens and len(tokens[-1]) == 1 else ""
    return [each for each in dict.fromkeys((last, lone)) if each]


def _lone_after(text: str) -> list[str]:
    """The single character at the beginning of a text."""
    run = _RUN.match(text)
    first = rjieba.cut(run[0], hmm=False)[0] if run else ""
    return [first] if len(first) == 1 else []
