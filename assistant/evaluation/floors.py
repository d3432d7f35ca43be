"""Floors that continuous integration holds the figures to.

In: an Evaluation and the floors of its gold file. Out: one sentence per broken floor. A floors
file is a JSON object: gold file name -> measure -> worst value allowed (for measures where
lower is better, and for the length, the highest one). May import: the measures and the report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from assistant.evaluation.metrics import METRICS
from assistant.evaluation.report import Evaluation

Floors = Mapping[str, float]


def read_floors(path: Path) -> dict[str, Floors]:
    """The floors by gold file name."""
    return json.loads(path.read_text(encoding="utf-8"))


def check_floors(report: Evaluation, floors: Floors) -> list[str]:
    """What falls short, in words; empty when every floor holds.

    A floor on a measure that is unknown, or that no question could be scored on, is broken:
    a check that checks nothing must not pass.
    """
    known = {metric.name: metric for metric in METRICS}
    broken = []
    for name, bound in floors.items():
        if name not in known:
            broken.append(f"{name} is no measure (known: {', '.join(known)})")
            continue
        figure = report.overall[name]
        if figure.value is None:
            broken.append(f"{name} could not be scored on any question")
        elif known[name].better != "higher" and figure.value > bound:
            broken.append(f"{name} is {figure.value:.4g}, above {bound:.4g} (n={figure.n})")
        elif known[name].better == "higher" and figure.value < bound:
            broken.append(f"{name} is {figure.value:.4g}, below {bound:.4g} (n={figure.n})")
    return broken
