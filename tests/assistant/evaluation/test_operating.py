"""The operating curve: what each refusal threshold would refuse."""

from __future__ import annotations

import pytest

from assistant.evaluation.charts import operating_points
from assistant.evaluation.operating import Point, operating_curve

# Two unanswerable questions, four that have an answer; one of each is refused in any case.
SURE = [(False, 0.0), (False, 0.4), (True, 0.0), (True, 0.3), (True, 0.8), (True, 0.9)]


def test_the_points_of_a_curve() -> None:
    """A threshold refuses what is below it; contradictions are refused with any."""
    curve = operating_curve(SURE, 0.5)
    assert curve.points[0] == Point(1e-6, 0.5, 0.25)
    assert curve.current == Point(0.5, 1.0, 0.5)
    assert [each.threshold for each in curve.points] == [1e-6, 0.3, 0.4, 0.8, 0.9, 1.0]
    assert curve.points[-1] == Point(1.0, 1.0, 1.0)


def test_more_is_refused_with_a_higher_threshold() -> None:
    """Of both kinds."""
    points = operating_curve(SURE, 0.5).points
    for name in ("refused_unanswerable", "refused_answerable"):
        values = [getattr(each, name) for each in points]
        assert values == sorted(values)


@pytest.mark.parametrize(("share", "right"), [(0.0, 0.5), (0.25, 0.5), (0.5, 1.0), (1.0, 1.0)])
def test_the_best_point_within_a_share_of_errors(share: float, right: float) -> None:
    """The first point where even that refuses too much."""
    assert operating_curve(SURE, 0.5).best_within(share).refused_unanswerable == right


def test_one_kind_of_question_has_no_curve() -> None:
    """There is nothing to weigh against."""
    assert operating_curve([(True, 0.5)], 0.5) is None
    assert operating_curve([], 0.5) is None


def test_the_chart_marks_the_point_that_is_set() -> None:
    """As a line of its own with one point, inside the drawing."""
    chart = operating_points(operating_curve(SURE, 0.5))
    (point,) = chart.lines[1].points
    assert "0.50" in point.text
    assert all(0 <= each.x <= 340 for line in chart.lines for each in line.points)


def test_what_is_answered_with_a_caution() -> None:
    """Counts with what is refused; where the operating point lies above it there is no such."""
    curve = operating_curve(SURE, 0.35, 0.5)
    assert curve.current == Point(0.35, 0.5, 0.5)
    assert curve.cautioned == Point(0.5, 1.0, 0.5)
    assert operating_curve(SURE, 0.5, 0.5).cautioned is None
