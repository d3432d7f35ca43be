"""The candidates of a search as columns, and in the order in which the looks leave them.

To make an object of each of a hundred candidates takes longer than to find them; so they are
arrays until the best few are known. Imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

_SUPPORT_DEPTH = 3


@dataclass(frozen=True)
class Candidates:
    """Passages with the parts of their scores in the first look."""

    ids: np.ndarray
    rows: np.ndarray
    owners: np.ndarray
    starts: np.ndarray
    lexical: np.ndarray
    similarity: np.ndarray
    score: np.ndarray
    support: np.ndarray

    def sorted_by(self, score: np.ndarray, most: int) -> Candidates:
        """The `most` best by `score`; of equals the earlier in the library comes first."""
        return self.at(self.order(score)[:most])

    def order(self, score: np.ndarray) -> np.ndarray:
        """The candidates from the best to the worst by `score`."""
        return np.lexsort((self.starts, self.owners, -score))

    def at(self, order: np.ndarray) -> Candidates:
        """Those at `order`, in that order."""
        return Candidates(*(getattr(self, each.name)[order] for each in fields(self)))


@dataclass(frozen=True)
class Ranked:
    """Candidates, best first, with their scores and the parts of these by name; `values` are
    their features in the second look, `preferred` how much each is preferred for its place."""

    candidates: Candidates
    score: np.ndarray
    parts: Mapping[str, np.ndarray]
    values: Mapping[str, np.ndarray]
    preferred: np.ndarray

    def at(self, order: np.ndarray) -> Ranked:
        """Those at `order`, in that order."""
        return Ranked(
            self.candidates.at(order),
            self.score[order],
            {name: part[order] for name, part in self.parts.items()},
            {name: value[order] for name, value in self.values.items()},
            self.preferred[order],
        )


def support_of(owners: np.ndarray, score: np.ndarray) -> np.ndarray:
    """For each candidate its document's best scores, averaged."""
    order = np.lexsort((-score, owners))
    _, first, group = np.unique(owners[order], return_index=True, return_inverse=True)
    is_best = np.arange(len(order)) - first[group] < _SUPPORT_DEPTH
    sums = np.bincount(group[is_best], score[order][is_best], len(first))
    support = np.empty(len(order))
    support[order] = sums[group] / _SUPPORT_DEPTH
    return support
