"""The report as one HTML page that needs no network: figures, charts, and every question.

In: Evaluations, a Comparison, the problems found. Out: the page's text, with everything that
came from outside escaped by the template engine. May import: the modules of this package that
calculate, charts, and jinja2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.datamodels import Citation, RankedPassage
from assistant.evaluation import charts, matching
from assistant.evaluation.comparison import Comparison
from assistant.evaluation.console import BY_TYPE, UNITS, figure, interval, p_figure
from assistant.evaluation.diagnosis import Verdict
from assistant.evaluation.metrics import METRICS
from assistant.evaluation.operating import Curve
from assistant.evaluation.records import TYPES, Problem
from assistant.evaluation.report import Evaluation, QuestionResult

FOLDER = Path(__file__).resolve().parent
SHOWN_PASSAGES = 5
LABELS = {metric.score_name: metric.label for metric in METRICS} | {
    metric.name: metric.label for metric in METRICS
}
HEADLINES = (
    "fact_accuracy",
    "evidence_recall_at_5",
    "citation_recall",
    "refusal_recall",
    "false_refusal_rate",
    "latency_p50_ms",
)


@dataclass(frozen=True)
class ShownCitation:
    """A citation and whether its document is a right one."""

    citation: Citation
    right: bool


@dataclass(frozen=True)
class ShownPassage:
    """A passage with its rank, and whether it is from a right document and proves the answer."""

    rank: int
    passage: RankedPassage
    right: bool
    evidence: bool


@dataclass(frozen=True)
class ShownQuestion:
    """What the page says of one question."""

    result: QuestionResult
    citations: tuple[ShownCitation, ...]
    passages: tuple[ShownPassage, ...]
    others: tuple[tuple[str, Verdict], ...]

    @property
    def wrong(self) -> bool:
        return self.result.verdict is not Verdict.RIGHT


def render(
    gold_files: Sequence[str],
    evaluations: Sequence[Evaluation],
    comparison: Comparison | None,
    problems: Sequence[Problem],
    k: int,
    curve: Curve | None = None,
) -> str:
    """The whole page; questions are the first evaluation's, wrong ones first."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        figure=figure, p_figure=p_figure, interval=interval, units=UNITS, labels=LABELS
    )
    first = evaluations[0]
    return environment.get_template("report.html").render(
        # The project's own files, not input: they must not be escaped.
        style=Markup((FOLDER / "report.css").read_text(encoding="utf-8")),
        script=Markup((FOLDER / "report.js").read_text(encoding="utf-8")),
        day=date.today().isoformat(),
        gold_files=gold_files,
        evaluations=evaluations,
        metrics=METRICS,
        headlines=HEADLINES,
        by_type=BY_TYPE,
        types=TYPES,
        verdicts=list(Verdict),
        comparison=comparison,
        problems=problems,
        k=k,
        bars=charts.bars_by_type(evaluations),
        recall=charts.recall_curve(evaluations),
        latency=charts.latency_histogram(first),
        curve=curve,
        operating=charts.operating_points(curve) if curve else None,
        questions=_questions(evaluations, k),
    )


def _questions(evaluations: Sequence[Evaluation], k: int) -> list[ShownQuestion]:
    verdicts = [
        (one.name, {result.gold.id: result.verdict for result in one.results})
        for one in evaluations[1:]
    ]
    shown = []
    for result in evaluations[0].results:
        key = result.gold.id
        others = tuple((name, found[key]) for name, found in verdicts if key in found)
        shown.append(_question(result, others, k))
    order = list(Verdict)
    return sorted(shown, key=lambda one: order.index(one.result.verdict))


def _question(
    result: QuestionResult, others: tuple[tuple[str, Verdict], ...], k: int
) -> ShownQuestion:
    """With the best passages, and any further one among the best `k` that proves the answer."""
    gold, answer = result.gold, result.record.answer
    keys = matching.document_keys(gold)
    citations = tuple(
        ShownCitation(one, matching.from_documents(one, keys)) for one in answer.citations
    )
    known = matching.can_tell_evidence(gold)
    passages = []
    for rank, passage in enumerate(answer.passages[:k], start=1):
        evidence = known and matching.is_evidence(passage, gold)
        if rank <= SHOWN_PASSAGES or evidence:
            right = matching.from_documents(passage, keys)
            passages.append(ShownPassage(rank, passage, right, evidence))
    return ShownQuestion(result, citations, tuple(passages), others)
