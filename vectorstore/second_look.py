"""A second look at the best candidates of a search: what their texts say to the question.

The first look adds BM25 coverage, cosine similarity and the support of a document's other
passages. That finds the right passage among the best twenty, but often behind one that repeats
a single word. The second look reads the texts and adds how much of the question's weight the
body says at least once, how much more the title and headings say, and whether the kind of thing
asked for (an amount, a date, a telephone number) stands there at all. A linear model, its
weights fitted on the development questions by `python -m assistant.ranking` (a softmax over the
candidates, the likelihood of the evidence and of the right document; ListNet after Cao et al.,
"Learning to Rank: From Pairwise Approach to Listwise Approach", 2007) and kept in
`second_look.json`. Imports `compact`'s `Texts`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from vectorstore.compact import Texts
from vectorstore.datamodels import FoundPassage

FILE = Path(__file__).with_name("second_look.json")
FEATURES = ("lexical", "similarity", "support", "body", "context", "holds", "holds_strictly")


@dataclass(frozen=True)
class Wanted:
    """What kind of thing is asked for: `held` says whether a text holds one; `strict` that an
    answer without one is none."""

    held: Callable[[str], bool]
    strict: bool = False


@lru_cache(maxsize=4)
def load_weights(path: Path = FILE) -> Mapping[str, float]:
    """The fitted weight of every feature."""
    weights = json.loads(path.read_text("utf-8"))["weights"]
    return {name: float(weights[name]) for name in FEATURES}


def said(texts: Texts, shares: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """How much of the question each body says, and how much more its title and headings say.

    `shares` are the question's terms with the share of its weight that each carries.
    """
    terms = list(shares)
    weights = np.array([shares[term] for term in terms])
    found = _occurrences(texts, terms)
    in_body, in_context = found[0::2], found[1::2]
    return in_body @ weights, (in_context & ~in_body) @ weights


def values_of(passage: FoundPassage) -> dict[str, float]:
    """The features of a passage that was looked at, from the parts of its score."""
    learned, parts = load_weights(), dict(passage.parts)
    return {name: parts.get(name, 0.0) / learned[name] for name in FEATURES}


def _occurrences(texts: Texts, terms: Sequence[str]) -> np.ndarray:
    """Which texts (rows) hold which terms (columns).

    Nearly all terms are of two characters; all pairs of characters are compared with them at
    once, which takes a fifth of looking for each in each text. Where a longer term begins is
    found in the same way.
    """
    units = [term.encode("utf-16-le") for term in terms]
    found = np.zeros((len(texts.edges) - 1, len(terms)), bool)
    columns = [at for at, each in enumerate(units) if len(each) > 2]
    for column in (at for at, each in enumerate(units) if len(each) == 2):
        at = np.flatnonzero(texts.units == int.from_bytes(units[column], "little"))
        found[_text_of(texts, at), column] = True
    if not columns or len(texts.units) < 2:
        return found
    pairs = np.frombuffer(b"".join(units[at][:4] for at in columns), "<u4")
    codes, slots = np.unique(pairs, return_inverse=True)
    begins, ends = np.zeros((2, 1 << 16), bool)
    begins[codes & 0xFFFF], ends[codes >> 16] = True, True
    at = np.flatnonzero(begins[texts.units[:-1]] & ends[texts.units[1:]])
    here = texts.units[at] | texts.units[at + 1].astype(np.uint32) << 16
    slot = np.minimum(np.searchsorted(codes, here), len(codes) - 1)
    text = _text_of(texts, at)
    real = (codes[slot] == here) & (at + 1 < texts.edges[text + 1])
    held_pairs = np.zeros((len(found), len(codes)), bool)
    held_pairs[text[real], slot[real]] = True
    found[:, columns] = held_pairs[:, slots]
    read = lru_cache(maxsize=None)(texts.text)
    for column, term in enumerate(terms):
        if len(units[column]) > 4:
            for row in np.flatnonzero(found[:, column]).tolist():
                found[row, column] = term in read(row)
    return found


def _text_of(texts: Texts, at: np.ndarray) -> np.ndarray:
    """Which text the characters at `at` belong to."""
    return np.searchsorted(texts.edges, at, "right") - 1


def held(texts: Sequence[str], wanted: Wanted) -> tuple[np.ndarray, np.ndarray]:
    """Whether each text holds one of what is asked for, and whether it must and does."""
    holds = np.array([float(wanted.held(text)) for text in texts])
    return holds, holds * float(wanted.strict)
