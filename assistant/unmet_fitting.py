"""Fits what unmet words tell; a part of `python -m assistant.calibration`.

In: the `Unmet` of answerable and unanswerable gold questions. Out: `Weights`, and for each
question the log-odds by weights that were fitted without it. scikit-learn's logistic regression.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from assistant.unmet import Unmet, Weights

# An n-gram that fewer questions lack is left out.
_LEAST = 3
_REGULARISATION = 5.0
_FOLDS = 5


def fit(found: Sequence[Unmet], labels: np.ndarray, counts_as: np.ndarray) -> Weights:
    """The weights for `found`, labels (n,) 1 where the question is answerable; `counts_as` (n,)
    is what each counts."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = Counter(gram for each in found for gram in each)
    rarity = {
        gram: math.log(len(found) / count)
        for gram, count in sorted(counts.items())
        if count >= _LEAST
    }
    columns = {gram: at for at, gram in enumerate(rarity)}
    values, at, starts = [], [], [0]
    for each in found:
        known = sorted(gram for gram in each if gram in columns)
        length = math.sqrt(sum(rarity[gram] ** 2 for gram in known)) or 1.0
        values += [rarity[gram] / length for gram in known]
        at += [columns[gram] for gram in known]
        starts.append(len(at))
    rows = csr_matrix((values, at, starts), shape=(len(found), len(columns)))
    model = LogisticRegression(C=_REGULARISATION, max_iter=1000, solver="liblinear", random_state=0)
    model.fit(rows, labels, counts_as)
    weights = zip(rarity.items(), model.coef_[0].tolist(), strict=True)
    return Weights(
        {gram: (rare, weight) for (gram, rare), weight in weights}, float(model.intercept_[0])
    )


def held_out(
    found: Sequence[Unmet],
    labels: np.ndarray,
    counts_as: np.ndarray,
    learned: np.ndarray,
    owners: Sequence[str],
) -> np.ndarray:
    """The log-odds of each of `found` (n,); `learned` (n,) says which are learned from, and
    `owners` whose question each is, which no weights that judge it have seen."""
    names = sorted(set(owners))
    order = np.random.default_rng(2).permutation(len(names))
    folds = {names[which]: at % _FOLDS for at, which in enumerate(order)}
    fold = np.array([folds[name] for name in owners])
    odds = np.zeros(len(found))
    for each in range(_FOLDS):
        seen = np.flatnonzero((fold != each) & learned)
        weights = fit([found[at] for at in seen], labels[seen], counts_as[seen])
        for at in np.flatnonzero(fold == each):
            odds[at] = weights.odds(found[at])
    return odds
