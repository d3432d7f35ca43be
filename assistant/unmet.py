"""What a question asks for that its evidence does not say, and how telling that is.

People say much that no policy says (俺家, 咋整), and little of it matters; 座机, 名单 or 哪家银行
that nothing near the answer says matters much. Which words matter is learned from the gold
questions: one logistic regression over the character n-grams of the question that the best
sentence and its headings lack (tf-idf, as Wang and Manning, "Baselines and Bigrams", 2012, do for
whole texts), and one over the meaning of its words, the more of each the farther it is from all
that is said there. What is said in the evidence counts nothing, so no subject is held for
unanswerable as such. Fitted by `python -m assistant.calibration`, kept in `unmet.json`. In: folded
texts and word vectors. Out: log-odds, higher where the question is more likely answered. Imports
`evidence` and `vectorstore`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.evidence import Sentence
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.terms import fold

FILE = Path(__file__).with_name("unmet.json")
# Marks, figures and, since it does not matter who asks, pronouns are no words.
_NO_WORD = re.compile(r"(?:[\W\d_]|[俺我咱你您他她]们?)+")
# Bigrams of a long question that is mostly preamble say no more.
_LONGEST = 120
_TINY = 1e-9


@dataclass(frozen=True)
class Unmet:
    """What of a question its evidence lacks: n-grams, and the sum of its words' unit vectors, each
    by how far it is from the nearest word there (d,); none without a static model."""

    grams: frozenset[str]
    meaning: np.ndarray | None = None


@dataclass(frozen=True)
class Weights:
    """The two regressions: `grams` has each known n-gram's rarity (idf) and weight, `meaning` one
    weight a dimension (d,)."""

    grams: Mapping[str, tuple[float, float]]
    grams_bias: float
    meaning: np.ndarray
    meaning_bias: float

    def of_grams(self, unmet: Unmet) -> float:
        """The log-odds by the n-grams; the bias where none of them is known."""
        known = [self.grams[each] for each in unmet.grams if each in self.grams]
        length = math.sqrt(sum(rarity * rarity for rarity, _ in known))
        return self.grams_bias + sum(r * w for r, w in known) / max(length, _TINY)

    def of_meaning(self, unmet: Unmet) -> float:
        """The log-odds by the meaning; 0 where it is not known or has other dimensions."""
        if unmet.meaning is None or unmet.meaning.shape != self.meaning.shape:
            return 0.0
        return self.meaning_bias + float(self.meaning @ unmet.meaning)


def unmet(question: str, best: Sentence, embeddings: PolicyEmbeddings | None = None) -> Unmet:
    """What of `question` the sentence `best`, its headings and its title lack; `embeddings` a
    static model, if there is one."""
    place = fold(" ".join((best.text, *best.passage.headings, best.passage.title)))
    asked = fold(question)[:_LONGEST]
    said = _NO_WORD.sub("", place)
    grams = frozenset(each for each in _grams(_NO_WORD.sub("", asked)) if each not in said)
    return Unmet(grams, _meaning(asked, place, embeddings) if embeddings else None)


def _grams(text: str) -> set[str]:
    """The characters and pairs of characters of `text`."""
    return {*text, *(text[at : at + 2] for at in range(len(text) - 1))}


def _meaning(asked: str, place: str, embeddings: PolicyEmbeddings) -> np.ndarray:
    tokenizer, rows = embeddings.words
    mine = _units(rows, tokenizer.encode(asked, add_special_tokens=False).ids)
    theirs = dict.fromkeys(tokenizer.encode(place, add_special_tokens=False).ids)
    near = mine @ _units(rows, list(theirs)).T
    far = 1.0 - np.clip(near.max(axis=1, initial=0.0), 0.0, 1.0)
    return far @ mine


def _units(rows: np.ndarray, ids: list[int]) -> np.ndarray:
    found = np.asarray(rows[ids], np.float32)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _TINY)


@lru_cache
def load_weights(file: Path = FILE) -> Weights:
    """The weights kept beside this module."""
    kept = json.loads(file.read_text("utf-8"))
    return Weights(
        {gram: (rarity, weight) for gram, (rarity, weight) in kept["grams"].items()},
        kept["grams_bias"],
        np.asarray(kept["meaning"], np.float32),
        kept["meaning_bias"],
    )


def save_weights(weights: Weights, file: Path = FILE) -> None:
    """Writes what `load_weights` reads, an n-gram a line."""
    grams = ",\n".join(
        f"  {json.dumps(gram, ensure_ascii=False)}: [{rarity:.2f}, {weight:.3f}]"
        for gram, (rarity, weight) in sorted(weights.grams.items())
    )
    meaning = json.dumps([round(float(each), 3) for each in weights.meaning])
    file.write_text(
        f'{{"grams_bias": {weights.grams_bias:.3f}, "meaning_bias": {weights.meaning_bias:.3f},\n'
        f' "meaning": {meaning},\n "grams": {{\n{grams}\n }}}}\n',
        "utf-8",
    )
