"""Two runs over the same questions, side by side: wins, ties, losses and a paired test.

In: two Evaluations. Out: a Comparison. May import: the other modules of this package that
calculate.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.diagnosis import Verdict
from assistant.evaluation.metrics import METRICS, Metric
from assistant.evaluation.report import Evaluation, QuestionResult
from assistant.evaluation.statistics import paired_p_value


@dataclass(frozen=True)
class MetricComparison:
    """A measure on the `n` questions that both runs scored.

    A win is a question on which ours is better; `difference` is the mean of ours minus theirs.
    """

    name: str
    n: int
    wins: int
    ties: int
    losses: int
    difference: float | None
    p_value: float | None


@dataclass(frozen=True)
class Flip:
    """A question that is right in one run and wrong in the other."""

    id: str
    type: str
    question: str
    theirs: Verdict
    ours: Verdict

    @property
    def gained(self) -> bool:
        return self.ours is Verdict.RIGHT


@dataclass(frozen=True)
class Comparison:
    """Our run against another one, over the questions that both answered."""

    ours: str
    theirs: str
    n: int
    metrics: tuple[MetricComparison, ...]
    flips: tuple[Flip, ...]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain JSON-ready dicts and lists."""
        return asdict(self)


def compare(ours: Evaluation, theirs: Evaluation) -> Comparison:
    """Pair the two by question id; measures with no better direction are left out."""
    others = {result.gold.id: result for result in theirs.results}
    pairs = [(one, others[one.gold.id]) for one in ours.results if one.gold.id in others]
    scores = {metric.score_name: metric for metric in METRICS if metric.better}
    metrics = tuple(_compare_metric(name, metric, pairs) for name, metric in scores.items())
    flips = tuple(
        Flip(one.gold.id, one.gold.type, one.gold.question, other.verdict, one.verdict)
        for one, other in pairs
        if (one.verdict is Verdict.RIGHT) != (other.verdict is Verdict.RIGHT)
    )
    return Comparison(ours.name, theirs.name, len(pairs), metrics, flips)


def _compare_metric(
    name: str, metric: Metric, pairs: list[tuple[QuestionResult, QuestionResult]]
) -> MetricComparison:
    values = [
        (mine.value, other.value)
        for one, two in pairs
        if (mine := one.scores.get(name)) and (other := two.scores.get(name))
    ]
    if not values:
        return MetricComparison(name, 0, 0, 0, 0, None, None)
    sign = 1 if metric.better == "higher" else -1
    wins = sum(sign * (mine - other) > 0 for mine, other in values)
    losses = sum(sign * (mine - other) < 0 for mine, other in values)
    mine, other = zip(*values, strict=True)
    difference = (sum(mine) - sum(other)) / len(values)
    return MetricComparison(
        name=name,
        n=len(values),
        wins=wins,
        ties=len(values) - wins - losses,
        losses=losses,
        difference=difference,
        p_value=paired_p_value(mine, other),
    )
