"""Geometry of the charts in the page: figures in, positions in SVG units out.

In: Evaluations, an operating Curve. Out: frozen dataclasses that the template draws. The drawings
are 340 units wide, so that their text keeps its size on a phone. May import: the measures, the
operating curve and the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.metrics import RECALL_CUTOFFS
from assistant.evaluation.operating import Curve, Point
from assistant.evaluation.records import TYPES, UNANSWERABLE
from assistant.evaluation.report import Evaluation

WIDTH = 340
LABELS, VALUES = 78, 44  # width of the columns left and right of the bars
PLOT_HEIGHT, PLOT_LEFT, PLOT_TOP, PLOT_BOTTOM = 190, 34, 10, 26
BINS = 18


@dataclass(frozen=True)
class Bar:
    """A rectangle; `system` numbers its colour, `title` is its tooltip."""

    x: float
    y: float
    width: float
    height: float
    system: int
    title: str


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Line:
    """A curve through points, with a tooltip per point."""

    system: int
    points: tuple[Label, ...]

    @property
    def path(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True)
class Chart:
    """One drawing."""

    height: float
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    marks: tuple[Label, ...] = ()


def bars_by_type(evaluations: Sequence[Evaluation]) -> Chart:
    """Right facts by type; for unanswerable questions, the share refused."""
    bars, labels, y = [], [], 4.0
    thickness = 12.0 if len(evaluations) == 1 else 7.0
    for kind, name in TYPES.items():
        metric = "refusal_recall" if kind == UNANSWERABLE else "fact_accuracy"
        found = [one.by_type[kind][metric] for one in evaluations if kind in one.by_type]
        if not found:
            continue
        top = y
        for system, one in enumerate(evaluations):
            share = one.by_type[kind][metric] if kind in one.by_type else None
            value = share.value if share else None
            title = f"{one.name} {name}: " + (
                "–" if value is None else f"{value:.3f} (n={share.n})"
            )
            width = (value or 0.0) * (WIDTH - LABELS - VALUES)
            bars.append(Bar(LABELS, y, width, thickness, system, title))
            y += thickness + 1
        middle = (top + y) / 2 + 3
        labels.append(Label(LABELS - 6, middle, name))
        # In a column of their own, where no longer bar of another system runs over them.
        labels.append(
            Label(WIDTH - 6, middle, "–" if found[0].value is None else f"{found[0].value:.2f}")
        )
        y += 7
    return Chart(y, tuple(bars), labels=tuple(labels))


def recall_curve(evaluations: Sequence[Evaluation]) -> Chart:
    """Share of questions whose evidence is among the best k passages."""
    across = (WIDTH - PLOT_LEFT - 16) / (len(RECALL_CUTOFFS) - 1)
    xs = [PLOT_LEFT + 4 + index * across for index in range(len(RECALL_CUTOFFS))]
    lines = []
    for system, one in enumerate(evaluations):
        figures = [one.overall[f"evidence_recall_at_{k}"].value for k in RECALL_CUTOFFS]
        points = tuple(
            Label(x, _height_of(value), f"{one.name} @{k}: {value:.3f}")
            for x, k, value in zip(xs, RECALL_CUTOFFS, figures, strict=True)
            if value is not None
        )
        lines.append(Line(system, points))
    labels = [Label(x, PLOT_HEIGHT - 8, f"k={k}") for x, k in zip(xs, RECALL_CUTOFFS, strict=True)]
    marks = [Label(PLOT_LEFT, _height_of(one), f"{one:.2f}") for one in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return Chart(PLOT_HEIGHT, lines=tuple(lines), labels=tuple(labels), marks=tuple(marks))


def _height_of(share: float) -> float:
    return PLOT_TOP + (1 - share) * (PLOT_HEIGHT - PLOT_TOP - PLOT_BOTTOM)


def operating_points(curve: Curve) -> Chart:
    """Rightly refused (upwards) over wrongly refused (to the right), with the point that is set."""
    across = WIDTH - PLOT_LEFT - 16
    most = max(0.2, curve.current.refused_answerable * 1.5)
    shown = [each for each in curve.points if each.refused_answerable <= most]

    def place(point: Point) -> Label:
        text = (
            f"阈值 {point.threshold:.2f}：应拒答的拒答 {point.refused_unanswerable:.3f}，"
            f"误拒答 {point.refused_answerable:.3f}"
        )
        x = PLOT_LEFT + 4 + across * point.refused_answerable / most
        return Label(round(x, 1), _height_of(point.refused_unanswerable), text)

    lines = (
        Line(0, tuple(place(each) for each in shown)),
        Line(1, (place(curve.current),)),
    )
    labels = tuple(
        Label(PLOT_LEFT + 4 + across * part, PLOT_HEIGHT - 8, f"{part * most:.2f}")
        for part in (0.0, 0.5, 1.0)
    )
    marks = tuple(
        Label(PLOT_LEFT, _height_of(one), f"{one:.2f}") for one in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    return Chart(PLOT_HEIGHT, lines=lines, labels=labels, marks=marks)


def latency_histogram(evaluation: Evaluation) -> Chart | None:
    """How many questions took how long; the slowest hundredth is in the last bar."""
    scores = [result.scores.get("latency_ms") for result in evaluation.results]
    values = np.array([one.value for one in scores if one])
    if not len(values):
        return None
    longest = max(float(np.percentile(values, 99)), 1.0)
    counts, edges = np.histogram(values.clip(max=longest), bins=BINS, range=(0.0, longest))
    step = (WIDTH - PLOT_LEFT - 12) / BINS
    bars = []
    for index, count in enumerate(counts):
        share = float(count / counts.max())
        title = f"{edges[index]:.0f}–{edges[index + 1]:.0f} ms: {count}"
        top = _height_of(share)
        height = _height_of(0.0) - top
        bars.append(Bar(PLOT_LEFT + index * step, top, step - 1.5, height, 0, title))
    labels = tuple(
        Label(PLOT_LEFT + part * BINS * step, PLOT_HEIGHT - 8, f"{part * longest:.0f} ms")
        for part in (0.0, 0.5, 1.0)
    )
    marks = (
        Label(PLOT_LEFT, _height_of(0), "0"),
        Label(PLOT_LEFT, _height_of(1), f"{counts.max()}"),
    )
    return Chart(PLOT_HEIGHT, tuple(bars), labels=labels, marks=marks)
