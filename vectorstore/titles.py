"""Which documents bear a title that is given from memory.

In: all titles with their documents' ids, once; then a title as somebody remembers it. Out: the
ids of the documents whose titles hold most of its character pairs. An inverted index over the
pairs: to fold every title of a large library takes half a second a question. Imports `terms`.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from vectorstore.terms import bigrams, fold


class TitleIndex:
    """The titles of one version of a library."""

    def __init__(self, titles: Iterable[tuple[str, str]]):
        """`titles` are (document id, title)."""
        self._ids: list[str] = []
        self._holders: dict[str, array[int]] = defaultdict(lambda: array("i"))
        for at, (document_id, title) in enumerate(titles):
            self._ids.append(document_id)
            for pair in set(bigrams(fold(title))):
                self._holders[pair].append(at)

    def named(self, title: str, share: float) -> list[str]:
        """The documents whose titles hold at least `share` of the pairs of `title`."""
        said = set(bigrams(fold(title)))
        holders = [self._holders[pair] for pair in said if pair in self._holders]
        if not holders:
            # What has no pairs at all is in every title.
            return [] if said else list(self._ids)
        counts = np.bincount(np.concatenate(holders), minlength=len(self._ids))
        return [self._ids[at] for at in np.flatnonzero(counts >= share * len(said)).tolist()]
