"""Figures, intervals and the paired test."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.statistics import Estimate, estimate, paired_p_value


def test_weighted_mean():
    """(1.0 x 3 + 0.5 x 1) / 4 = 0.875."""
    assert estimate([1.0, 0.5], [3, 1], "mean").value == 0.875


@pytest.mark.parametrize(("summary", "expected"), [("median", 3.0), ("p50", 3.0), ("p95", 4.8)])
def test_percentiles(summary, expected):
    """Interpolated between neighbours: the 95th percentile of 1 to 5 is 4.8."""
    assert estimate([5, 1, 4, 2, 3], [1] * 5, summary).value == pytest.approx(expected)


def test_nothing_to_score():
    """No figure is not the figure zero."""
    assert estimate([], [], "mean", unscorable=4) == Estimate(None, None, None, 0, 4)


def test_interval_holds_the_figure_and_narrows_with_more_questions():
    """Fifty-fifty over 20 questions is less certain than over 200; about ±0.22 and ±0.07."""
    few = estimate([0.0, 1.0] * 10, [1] * 20, "mean")
    many = estimate([0.0, 1.0] * 100, [1] * 200, "mean")
    assert few.low == pytest.approx(0.28, abs=0.03)
    assert few.high == pytest.approx(0.72, abs=0.03)
    assert many.low == pytest.approx(0.43, abs=0.02)
    assert many.high == pytest.approx(0.57, abs=0.02)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 4)), min_size=1), st.randoms())
def test_order_does_not_matter(pairs, random):
    """The same questions in any order give the same figure and the same interval."""
    shuffled = random.sample(pairs, len(pairs))
    assert estimate(*zip(*pairs, strict=True), "mean") == estimate(
        *zip(*shuffled, strict=True), "mean"
    )


def test_paired_p_value_is_exact_for_few_pairs():
    """Five wins and no loss: 2 of the 32 sign patterns are as extreme, p = 1/16; ties drop out."""
    assert paired_p_value([1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0]) == pytest.approx(2 / 32)
    assert paired_p_value([1, 0], [1, 0]) == 1.0
    assert paired_p_value([1, 0], [0, 0]) == 1.0


def test_paired_p_value_of_many_pairs():
    """Twenty wins and no loss cannot be chance; ten against ten is."""
    assert paired_p_value([1.0] * 20, [0.0] * 20) < 0.001
    assert paired_p_value([1.0, 0.0] * 10, [0.0, 1.0] * 10) == 1.0
