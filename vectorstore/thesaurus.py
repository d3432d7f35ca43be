"""A lay question -> the terms under which official documents treat the matter.

In: a question as a citizen asks it. Out: official terms to search for besides the question's own
words. The pairs stand in `thesaurus.tsv`, which THESAURUS.md describes. Imports `terms` alone of
the project.
"""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import rjieba

from vectorstore.terms import STOPWORDS, fold

FILE = Path(__file__).parent / "thesaurus.tsv"
SHORTEST, LONGEST = 2, 12
_ALPHANUMERIC = frozenset(string.ascii_lowercase + string.digits)

Thesaurus = MappingProxyType[str, tuple[str, ...]]


@lru_cache
def load(path: Path | None = None) -> Thesaurus:
    """Folded lay expression -> its official terms, from `path` or the project's own file.

    ValueError names the first line that breaks the format or repeats a lay expression.
    """
    path = path or FILE
    entries: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            lay, official = _entry(line)
            for each in lay:
                if each in entries:
                    raise ValueError(f"{each!r} stands in the thesaurus twice")
                entries[each] = official
        except ValueError as error:
            raise ValueError(f"{path.name}, line {number}: {error}.") from None
    return MappingProxyType(entries)


def expand(question: str, thesaurus: Thesaurus | None = None) -> list[str]:
    """The official terms for every lay expression in `question`, in the order of the expressions.

    Of overlapping expressions the longest counts. Each term comes once, and not at all when the
    question has it already.
    """
    thesaurus = load() if thesaurus is None else thesaurus
    folded = fold(question)
    found = (term for lay in _occurring(folded, thesaurus) for term in thesaurus[lay])
    return [term for term in dict.fromkeys(found) if fold(term) not in folded]


def _entry(line: str) -> tuple[list[str], tuple[str, ...]]:
    """A line as folded lay expressions and official terms; ValueError says what is wrong."""
    lay, tab, official = line.partition("\t")
    if not tab or "\t" in official:
        raise ValueError("expected one tab between lay expressions and official terms")
    expressions, terms = [fold(each) for each in lay.split("|")], official.split("、")
    for each in (*expressions, *terms):
        if not SHORTEST <= len(each) <= LONGEST or each != each.strip():
            raise ValueError(
                f"{each!r} must have {SHORTEST} to {LONGEST} characters, no space around"
            )
    for each in expressions:
        if each in STOPWORDS:
            raise ValueError(f"{each!r} is a stop word and would match everywhere")
    if len(set(terms)) < len(terms):
        raise ValueError(f"an official term is repeated in {official!r}")
    return expressions, tuple(terms)


def _occurring(folded: str, thesaurus: Thesaurus) -> list[str]:
    """The lay expressions in a folded text, the longest of those that overlap, by position."""
    hits = [
        (start, start + length)
        for start in range(len(folded))
        for length in range(SHORTEST, min(LONGEST, len(folded) - start) + 1)
        if folded[start : start + length] in thesaurus
    ]
    if not hits:
        return []
    edges = _word_edges(folded)
    taken: list[tuple[int, int]] = []
    for start, end in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        overlaps = any(start < other_end and other < end for other, other_end in taken)
        if not overlaps and _stands_alone(folded, start, end, edges):
            taken.append((start, end))
    return [folded[start:end] for start, end in sorted(taken)]


def _word_edges(folded: str) -> set[int]:
    """The positions between words. Without guessed words: those would swallow lay expressions."""
    edges, position = {0}, 0
    for word in rjieba.cut(folded, hmm=False):
        position += len(word)
        edges.add(position)
    return edges


def _stands_alone(folded: str, start: int, end: int, edges: set[int]) -> bool:
    """Whether a match is more than an accident, as 中考 is in 集中考核 or 5a in 15a."""
    if start not in edges and end not in edges:
        return False
    cuts_before = start > 0 and {folded[start - 1], folded[start]} <= _ALPHANUMERIC
    cuts_after = end < len(folded) and {folded[end - 1], folded[end]} <= _ALPHANUMERIC
    return not cuts_before and not cuts_after
