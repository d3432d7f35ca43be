"""What a question asks for that its evidence does not say, and how telling that is.

People say much that no policy says (俺家, 咋整), and little of it matters; 路费, 名单 or 颜色 that
nothing near the answer says matters much. Which words matter is learned from the gold questions: a
logistic regression over the character n-grams of the question that the best sentence and its
headings lack (tf-idf, as Wang and Manning, "Baselines and Bigrams", 2012, do for whole texts).
What is said in the evidence counts nothing, so no subject is held for unanswerable as such. Fitted
by `python -m assistant.calibration`, kept in `unmet.json`. In: a question and a sentence. Out:
log-odds, higher where the question is more likely answered. Imports `evidence` and `vectorstore`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.evidence import Sentence
from vectorstore.terms import fold

FILE = Path(__file__).with_name("unmet.json")
# Marks, figures and, since it does not matter who asks, pronouns are no words.
_NO_WORD = re.compile(r"(?:[\W\d_]|[俺我咱你您他她]们?)+")
# The n-grams of a long question, which is mostly preamble, say no more.
_LONGEST = 120
_TINY = 1e-9

Unmet = frozenset[str]


@dataclass(frozen=True)
class Weights:
    """The regression: each known n-gram's rarity (idf) and weight."""

    grams: Mapping[str, tuple[float, float]]
    bias: float

    def odds(self, lacking: Unmet) -> float:
        """The log-odds by the n-grams; the bias where none of them is known."""
        known = [self.grams[each] for each in lacking if each in self.grams]
        length = math.sqrt(sum(rarity * rarity for rarity, _ in known))
        return self.bias + sum(r * w for r, w in known) / max(length, _TINY)


def unmet(asked: Sequence[str], best: Sentence) -> Unmet:
    """The n-grams of the stretches `asked` of a question that the sentence `best`, its headings
    and its title lack."""
    place = fold(" ".join((best.text, *best.passage.headings, best.passage.title)))
    said = _NO_WORD.sub("", place)
    return frozenset(
        gram
        for each in asked
        for gram in grams(_NO_WORD.sub("", fold(each)[:_LONGEST]))
        if gram not in said
    )


def grams(text: str) -> set[str]:
    """The characters and pairs of characters of `text`."""
    return {*text, *(text[at : at + 2] for at in range(len(text) - 1))}


@lru_cache
def load_weights(file: Path = FILE) -> Weights:
    """The weights kept beside this module."""
    kept = json.loads(file.read_text("utf-8"))
    grams = {gram: (rarity, weight) for gram, (rarity, weight) in kept["grams"].items()}
    return Weights(grams, kept["bias"])


def save_weights(weights: Weights, file: Path = FILE) -> None:
    """Writes what `load_weights` reads, an n-gram a line."""
    grams = ",\n".join(
        f"  {json.dumps(gram, ensure_ascii=False)}: [{rarity:.2f}, {weight:.3f}]"
        for gram, (rarity, weight) in sorted(weights.grams.items())
    )
    file.write_text(f'{{"bias": {weights.bias:.3f}, "grams": {{\n{grams}\n}}}}\n', "utf-8")
