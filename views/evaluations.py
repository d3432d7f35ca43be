"""The last evaluation report that lies in a folder: its figures and its page.

In: the folder that `python -m assistant.evaluation --json --html` wrote to. Out: a frozen record,
or None; a file that is no report is passed over. Imports nothing of the project.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIGURES = (
    "document_hit_at_1",
    "fact_accuracy",
    "citation_precision",
    "citation_recall",
    "quote_fidelity",
    "refusal_recall",
    "false_refusal_rate",
)


@dataclass(frozen=True)
class LastEvaluation:
    """`time` is when it was written (seconds, Unix); `page` is the name of its HTML file."""

    name: str
    time: float
    questions: int
    figures: tuple[tuple[str, float], ...]
    page: str | None


def last_evaluation(folder: Path) -> LastEvaluation | None:
    """The newest report in `folder`."""
    files = sorted((file.stat().st_mtime, file) for file in folder.glob("*.json") if file.is_file())
    for time, file in reversed(files):
        try:
            report = json.loads(file.read_text("utf-8"))
            system = report["systems"][0]
            overall = {name: _value(system["overall"], name) for name in FIGURES}
            questions = int(system["scored"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
        figures = tuple((name, value) for name, value in overall.items() if value is not None)
        page = report_page(folder, f"{file.stem}.html")
        return LastEvaluation(file.stem, time, questions, figures, page.name if page else None)
    return None


def _value(overall: dict[str, Any], name: str) -> float | None:
    value = overall.get(name, {}).get("value")
    return value if isinstance(value, int | float) else None


def report_page(folder: Path, name: str) -> Path | None:
    """The page of that name right in `folder`; None for anything else, whatever the name says."""
    return next((file for file in folder.glob("*.html") if file.name == name), None)
