"""Fits what unmet words tell; a part of `python -m assistant.calibration`.

In: `Unmet`s of answerable and unanswerable gold questions. Out: `Weights`, and for each question
the log-odds by weights that were fitted without it. scikit-learn's logistic regression.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from assistant.unmet import Unmet, Weights

# An n-gram that fewer questions lack is left out.
_LEAST = 3
_REGULARISATION = {"grams": 5.0, "meaning": 0.0225}
_FOLDS = 5


def fit(found: Sequence[Unmet], labels: np.ndarray) -> Weights:
    """The weights for `found`, labels (n,) 1 where the question is answerable."""
    counts = Counter(gram for each in found for gram in each.grams)
    rarity = {
        gram: math.log(len(found) / count)
        for gram, count in sorted(counts.items())
        if count >= _LEAST
    }
    grams, grams_bias = _of_grams(found, labels, rarity)
    meaning, meaning_bias = _of_meaning(found, labels)
    return Weights(
        {gram: (rarity[gram], weight) for gram, weight in grams.items()},
        grams_bias,
        meaning,
        meaning_bias,
    )


def held_out(
    found: Sequence[Unmet], labels: np.ndarray, learned: np.ndarray, owners: Sequence[str]
) -> np.ndarray:
    """The two log-odds of each of `found` (n, 2); `learned` (n,) says which are learned from, and
    `owners` whose question each is, which no weights that judge it have seen."""
    folds = {name: at % _FOLDS for at, name in enumerate(_shuffled(sorted(set(owners))))}
    fold = np.array([folds[name] for name in owners])
    odds = np.zeros((len(found), 2))
    for each in range(_FOLDS):
        seen = np.flatnonzero((fold != each) & learned)
        weights = fit([found[at] for at in seen], labels[seen])
        for at in np.flatnonzero(fold == each):
            odds[at] = weights.of_grams(found[at]), weights.of_meaning(found[at])
    return odds


def _shuffled(names: list[str]) -> list[str]:
    return [names[at] for at in np.random.default_rng(2).permutation(len(names))]


def _of_grams(
    found: Sequence[Unmet], labels: np.ndarray, rarity: dict[str, float]
) -> tuple[dict[str, float], float]:
    from scipy.sparse import csr_matrix

    columns = {gram: at for at, gram in enumerate(rarity)}
    values, at, starts = [], [], [0]
    for each in found:
        known = sorted(gram for gram in each.grams if gram in columns)
        length = math.sqrt(sum(rarity[gram] ** 2 for gram in known)) or 1.0
        values += [rarity[gram] / length for gram in known]
        at += [columns[gram] for gram in known]
        starts.append(len(at))
    rows = csr_matrix((values, at, starts), shape=(len(found), len(columns)))
    weights, bias = _regression(rows, labels, _REGULARISATION["grams"])
    return dict(zip(columns, weights.tolist(), strict=True)), bias


def _of_meaning(found: Sequence[Unmet], labels: np.ndarray) -> tuple[np.ndarray, float]:
    rows = np.array([each.meaning for each in found])
    return _regression(rows, labels, _REGULARISATION["meaning"])


def _regression(rows, labels: np.ndarray, regularisation: float) -> tuple[np.ndarray, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=regularisation, max_iter=1000, solver="liblinear", random_state=0)
    model.fit(rows, labels)
    return model.coef_[0], float(model.intercept_[0])
