"""The operating curve: what each refusal threshold would refuse, rightly and wrongly.

In: how sure the assistant is of each gold question, and whether it can be answered at all. Out:
frozen points of the curve, one per threshold that changes something. May import: nothing of the
project.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Point:
    """With this threshold: the share of unanswerable questions refused, which is right, and of
    answerable ones, which is wrong."""

    threshold: float
    refused_unanswerable: float
    refused_answerable: float


@dataclass(frozen=True)
class Curve:
    """All points by threshold, the one that is set, and what is refused or, below `cautioned`,
    answered with the remark that it may be beside the point."""

    points: tuple[Point, ...]
    current: Point
    unanswerable: int
    answerable: int
    cautioned: Point | None = None

    def to_dict(self) -> dict[str, Any]:
        """The curve as plain JSON-ready dicts and lists."""
        return asdict(self)

    def best_within(self, false_refusals: float) -> Point:
        """The point that refuses most rightly with at most that share wrongly refused."""
        within = [each for each in self.points if each.refused_answerable <= false_refusals]
        return max(within or self.points[:1], key=lambda each: each.refused_unanswerable)


def operating_curve(
    confidences: Iterable[tuple[bool, float]], threshold: float, caution: float = 0.0
) -> Curve | None:
    """The curve of (answerable, confidence) pairs; None where one of the kinds is missing."""
    pairs = list(confidences)
    unanswerable = sorted(sure for answerable, sure in pairs if not answerable)
    answerable = sorted(sure for able, sure in pairs if able)
    if not unanswerable or not answerable:
        return None

    def at(value: float) -> Point:
        return Point(value, _below(unanswerable, value), _below(answerable, value))

    # Confidence 0 is refused with any threshold.
    least = 1e-6
    values = sorted({least, *(sure for _, sure in pairs if sure > least), 1.0})
    points = tuple(at(value) for value in values)
    return Curve(
        points,
        at(max(threshold, least)),
        len(unanswerable),
        len(answerable),
        at(caution) if caution > threshold else None,
    )


def _below(values: list[float], threshold: float) -> float:
    return sum(value < threshold for value in values) / len(values)
