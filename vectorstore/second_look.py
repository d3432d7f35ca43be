"""A second look at the best candidates of a search: what their texts say to the question.

The first look adds BM25 coverage, cosine similarity and the support of a document's other
passages. That finds the right passage among the best twenty, but often behind one that repeats
a single word. The second look reads the texts and adds how much of the question's weight the
body says at least once, how much more the title and headings say, and whether the kind of thing
asked for (an amount, a date, a telephone number) stands there at all. A linear model, its
weights fitted on the development questions by `python -m assistant.ranking` (a softmax over the
candidates, the likelihood of the evidence and of the right document; ListNet after Cao et al.,
"Learning to Rank: From Pairwise Approach to Listwise Approach", 2007) and kept in
`second_look.json`. Imports `terms` and the data models; knows no store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vectorstore.datamodels import FoundPassage
from vectorstore.terms import fold

FILE = Path(__file__).with_name("second_look.json")
FEATURES = ("lexical", "similarity", "support", "body", "context", "holds", "holds_strictly")
_KEPT = 20_000


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


def features(
    passage: FoundPassage,
    support: float,
    weights: Mapping[str, float],
    wanted: Wanted | None = None,
) -> dict[str, float]:
    """FEATURES of one candidate; `weights` are the question's terms with their share of it."""
    body = _folded(passage.text)
    context = _folded(" ".join((passage.title, *passage.headings)))
    said = {term: weight for term, weight in weights.items() if term in body}
    holds = float(wanted is not None and wanted.held(passage.text))
    return {
        "lexical": passage.lexical,
        "similarity": passage.similarity,
        "support": support,
        "body": sum(said.values()),
        "context": sum(
            weight for term, weight in weights.items() if term not in said and term in context
        ),
        "holds": holds,
        "holds_strictly": holds * float(wanted is not None and wanted.strict),
    }


def values_of(passage: FoundPassage) -> dict[str, float]:
    """The features of a passage that was looked at, from the parts of its score."""
    learned, parts = load_weights(), dict(passage.parts)
    return {name: parts.get(name, 0.0) / learned[name] for name in FEATURES}


@lru_cache(maxsize=_KEPT)
def _folded(text: str) -> str:
    return fold(text)
