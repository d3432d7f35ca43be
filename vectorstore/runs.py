"""A run of Chinese characters in a question: its words, and what is known of it.

In: the characters, which of them are kept as they are, and what the library says. Out: a `Run`, as
`repair` looks for slips in it. Imports `likelihood`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import rjieba

from vectorstore.likelihood import (
    Library,
    content_words,
    function_words,
    in_library,
    is_word,
    names_in,
    usual,
)

LONGEST_WORD = 5
# From how many passages, and by how much against chance, two characters make an expression.
OFTEN, _NO_CHANCE = 3, 3.0
NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两几多半每第")
_BEFORE_NOUN = frozenset("的些")


class Run:
    """A run of Chinese characters, cut into words, with what the library knows of it."""

    def __init__(self, text: str, offset: int, kept: list[bool], known: Library):
        self.text, self.offset, self.known = text, offset, known
        self.kept = kept[offset : offset + len(text)]
        self.edges, self.spans = {0}, []
        for token in rjieba.cut(text, hmm=False):
            start = max(self.edges)
            self.spans.append((start, start + len(token)))
            self.edges.add(start + len(token))
        self.other_edges = set(self._other_edges())
        self.names = names_in(text)

    def _other_edges(self) -> Iterator[int]:
        """Where a word may end or begin as well if a lone one beside is part of it: 消|防备 may be
        消防|备, 规模|化合 规模化|合."""
        for (start, middle), (_, end) in pairwise(self.spans):
            if end - middle == 2 and rjieba.has_word(self.text[start : middle + 1]):
                yield middle + 1
            if middle - start == 2 and rjieba.has_word(self.text[middle - 1 : end]):
                yield middle - 1

    def said(self, text: str) -> int:
        """How often the library says `text`, at most: its rarest pair's frequency."""
        return min(self.known.frequency(text[i : i + 2]) for i in range(len(text) - 1))

    def is_phrase(self, start: int, end: int) -> bool:
        """Whether the library says a stretch, and not its parts alone."""
        said = self.said(self.text[start:end])
        pairs = [self.text[i : i + 2] for i in range(start, end - 1)]
        together = self.known.together
        return said > 0 and all(together(*both) * 2 >= said for both in pairwise(pairs))

    def windows(self, at: int) -> Iterator[tuple[int, int]]:
        """The stretches of whole words around a character; a word of grammar may be cut off."""
        for start in range(max(0, at - LONGEST_WORD + 1), at + 1):
            if self.is_edge(start):
                for end in range(max(at + 1, start + 2), min(len(self.text), start + 5) + 1):
                    if self.is_edge(end):
                        yield start, end

    def is_edge(self, at: int) -> bool:
        """Whether a word may begin or end at a position."""
        if at in self.edges or at in self.other_edges:
            return True
        words = function_words()
        return (at - 1 in self.edges and at + 1 in self.edges) and (
            self.text[at - 1] in words or self.text[at] in words
        )

    def is_of_expression(self, at: int) -> bool:
        """Whether the library has a lone character with a lone one beside it far more often than
        by chance: 双创."""
        for start in (at - 1, at):
            if {(start, start + 1), (start + 1, start + 2)} <= set(self.spans):
                often = self.known.frequency(self.text[start : start + 2])
                by_chance = usual(self.text[start]) + usual(self.text[start + 1])
                if often >= OFTEN and in_library(self.known, often) > by_chance + _NO_CHANCE:
                    return True
        return False

    def is_noun(self, at: int) -> bool:
        """Whether a word of matter stands where one that makes sense does: 我的店, 哪些事."""
        return self.text[at - 1 : at] in _BEFORE_NOUN and self.text[at] in content_words()

    def is_numeral(self, at: int) -> bool:
        """Whether a character counts or numbers; 第 does so before another that does."""
        if self.text[at] == "第":
            return self.text[at + 1 : at + 2] in NUMERALS
        return self.text[at] in NUMERALS

    def is_in_word(self, at: int) -> bool:
        """Whether a character belongs to a longer word that a dictionary has."""
        return any(a <= at < b and b - a > 1 and is_word(self.text[a:b]) for a, b in self.spans)

    def solid(self, start: int, end: int) -> bool:
        """Whether a token is a word that the library says too."""
        return end - start > 1 and self.said(self.text[start:end]) > 0
