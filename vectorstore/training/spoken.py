"""Official sentences as people would say them: official terms swapped for everyday ones.

In: texts and the thesaurus. Out: sentences in which every term that the thesaurus knows is said in
everyday words, each with the text that it stands in. Imports nothing of the project.

Everyday words are rare in laws, so what unlabelled text teaches about them is little; in these
sentences they stand where their official terms do.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_SHORTEST, _LONGEST = 8, 120
# A term of two characters is often a part of another word.
_SHORTEST_TERM = 3


@dataclass(frozen=True)
class Spoken:
    """A sentence in everyday words, the sentence it was made from, and the text around it."""

    text: str
    sentence: str
    passage: str

    @property
    def pair(self) -> tuple[str, str]:
        """The sentence with the rest of its text, or with all of it where little is left."""
        rest = self.passage.replace(self.sentence, "")
        return self.text, rest if len(rest) > 40 else self.passage


def spoken_sentences(
    texts: Sequence[str],
    thesaurus: Sequence[tuple[str, str]],
    seed: int,
    most: int = 60_000,
    per_term: int = 60,
) -> list[Spoken]:
    """At most `most` sentences of `texts`, none with only terms met `per_term` times before."""
    draw = random.Random(seed)
    everyday = _everyday(thesaurus)
    heads = _by_head(everyday)
    met: Counter[str] = Counter()
    spoken: list[Spoken] = []
    for passage in draw.sample(texts, len(texts)):
        for sentence in map(str.strip, _SENTENCE.findall(passage)):
            if not _SHORTEST <= len(sentence) <= _LONGEST:
                continue
            parts = list(_parts(sentence, heads))
            terms = [part for part in parts if part in everyday]
            if not terms or all(met[term] >= per_term for term in terms):
                continue
            met.update(terms)
            said = (draw.choice(everyday[part]) if part in everyday else part for part in parts)
            spoken.append(Spoken("".join(said), sentence, passage))
            if len(spoken) == most:
                return spoken
    return spoken


def _everyday(thesaurus: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Official term -> the everyday expressions of which it is the first or second meaning."""
    found: dict[str, list[str]] = {}
    for lay, official in thesaurus:
        for term in official.split("、")[:2]:
            if len(term) >= _SHORTEST_TERM:
                found.setdefault(term, []).append(lay)
    return found


def _by_head(terms: dict[str, list[str]]) -> dict[str, list[str]]:
    """First two characters -> the terms that begin so, the longest first."""
    heads: dict[str, list[str]] = {}
    for term in sorted(terms, key=len, reverse=True):
        heads.setdefault(term[:2], []).append(term)
    return heads


def _parts(sentence: str, heads: dict[str, list[str]]) -> Iterator[str]:
    """The sentence cut into terms and single characters."""
    at = 0
    while at < len(sentence):
        terms = heads.get(sentence[at : at + 2], ())
        part = next((term for term in terms if sentence.startswith(term, at)), sentence[at])
        yield part
        at += len(part)
