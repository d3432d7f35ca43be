"""Summing up scores: estimates with a bootstrap interval, and a paired test.

In: numbers. Out: numbers; the same ones for the same scores in any order. May import numpy
and scipy, nothing of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

RESAMPLES = 2000
SEED = 20180917

Summary = Literal["mean", "median", "p50", "p95"]


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval, the `n` questions it rests on, and those left out.

    `value`, `low` and `high` are None where no question could be scored; `unscorable` counts
    the questions that the measure applies to but that could not be scored.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    unscorable: int = 0


def estimate(
    values: Sequence[float], weights: Sequence[float], summary: Summary, unscorable: int = 0
) -> Estimate:
    """Sum up scores; the interval is the percentile bootstrap over questions."""
    if not values:
        return Estimate(None, None, None, 0, unscorable)
    # Sorted, so that the seeded resampling does not depend on the order of the questions.
    pairs = np.array(sorted(zip(values, weights, strict=True)), dtype=float)
    picks = np.random.default_rng(SEED).integers(len(pairs), size=(RESAMPLES, len(pairs)))
    sample = _summarise(pairs[picks, 0], pairs[picks, 1], summary)
    low, high = np.percentile(sample, [2.5, 97.5])
    value = _summarise(pairs[None, :, 0], pairs[None, :, 1], summary)[0]
    return Estimate(float(value), float(low), float(high), len(pairs), unscorable)


def _summarise(values: np.ndarray, weights: np.ndarray, summary: Summary) -> np.ndarray:
    """One figure per row; only the mean is weighted."""
    if summary == "mean":
        return (values * weights).sum(axis=1) / weights.sum(axis=1)
    return np.percentile(values, 95 if summary == "p95" else 50, axis=1)


def paired_p_value(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Two-sided paired permutation test on the mean difference; 1.0 where all pairs tie.

    Exact where all swaps can be tried, otherwise over 9,999 random ones with a fixed seed.
    """
    from scipy.stats import permutation_test

    # Swapping the halves of a tie changes nothing, so ties only cost time.
    differing = sorted(
        (one, other) for one, other in zip(ours, theirs, strict=True) if one != other
    )
    if not differing:
        return 1.0
    if len(differing) == 1:
        return 1.0  # scipy asks for two pairs; a single one can never be significant
    first, second = np.array(differing).T
    result = permutation_test(
        (first, second),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=9999,
        batch=1000,
        rng=np.random.default_rng(SEED),
    )
    return float(result.pvalue)
