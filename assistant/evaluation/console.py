"""The report in the terminal: tables, drawn with rich.

In: Evaluations and a Comparison. Out: text on a rich Console. May import: the modules of this
package that calculate, and rich.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from assistant.evaluation.comparison import Comparison
from assistant.evaluation.diagnosis import Verdict
from assistant.evaluation.metrics import METRICS, Metric
from assistant.evaluation.operating import Curve
from assistant.evaluation.report import Evaluation
from assistant.evaluation.statistics import Estimate

BY_TYPE = (
    "document_hit_at_1",
    "evidence_recall_at_5",
    "mrr_at_10",
    "fact_accuracy",
    "citation_recall",
    "refusal_recall",
    "false_refusal_rate",
)
WRONGLY = (0.01, 0.02, 0.03, 0.05, 0.1)
UNITS = {metric.score_name: metric.unit for metric in METRICS} | {
    metric.name: metric.unit for metric in METRICS
}


def figure(value: float | None, name: str) -> str:
    """A figure as a reader wants it: shares with three places, the rest whole."""
    if value is None:
        return "–"
    if UNITS[name] == "share":
        return f"{value:.3f}"
    return f"{value:.1f}" if UNITS[name] == "ms" and value < 100 else f"{value:.0f}"


def p_figure(p_value: float | None) -> str:
    """A p value with three places; never a zero, which no test with resampling can give."""
    if p_value is None:
        return "–"
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"


def interval(estimate: Estimate, name: str) -> str:
    """The 95 % interval of a figure, in brackets."""
    if estimate.low is None:
        return ""
    return f"[{figure(estimate.low, name)}–{figure(estimate.high, name)}]"


def show_curve(console: Console, curve: Curve) -> None:
    """What some thresholds would refuse, and the one that is set."""
    table = Table(title="Refusing more or less (POLICY_REFUSAL_THRESHOLD)", title_justify="left")
    for name in ("threshold", "unanswerable refused", "answerable refused", ""):
        table.add_column(name, justify="right" if name else "left")
    rows = [(curve.best_within(share), f"at most {share:.0%} wrongly") for share in WRONGLY]
    rows.append((curve.current, "as set"))
    if curve.cautioned:
        rows.append((curve.cautioned, "refused or answered with a caution"))
    for point, note in rows:
        table.add_row(
            f"{point.threshold:.3f}",
            f"{point.refused_unanswerable:.3f} ({curve.unanswerable})",
            f"{point.refused_answerable:.3f} ({curve.answerable})",
            note,
        )
    console.print(table)


def show(console: Console, evaluations: Sequence[Evaluation]) -> None:
    """All tables: figures of every system, then by type and diagnoses of the first."""
    console.print(_overall(evaluations))
    console.print(_by_type(evaluations[0]))
    console.print(_verdicts(evaluations))


def _overall(evaluations: Sequence[Evaluation]) -> Table:
    table = Table(title="All questions: figure [95 % interval] n (+unscorable)")
    table.add_column("measure", no_wrap=True)
    for evaluation in evaluations:
        scored = f"{len(evaluation.results)}/{evaluation.asked}"
        table.add_column(f"{evaluation.name} ({scored})", justify="right")
    for metric in METRICS:
        table.add_row(
            metric.name, *(_cell(one.overall[metric.name], metric) for one in evaluations)
        )
    return table


def _cell(estimate: Estimate, metric: Metric) -> str:
    left_out = f" (+{estimate.unscorable})" if estimate.unscorable else ""
    value = figure(estimate.value, metric.name)
    # Escaped, because rich reads square brackets as markup.
    bounds = interval(estimate, metric.name).replace("[", r"\[")
    return f"{value} {bounds} n={estimate.n}{left_out}"


def _by_type(evaluation: Evaluation) -> Table:
    table = Table(title=f"{evaluation.name} by type: figure (n)")
    table.add_column("type", no_wrap=True)
    for name in BY_TYPE:
        table.add_column(name, justify="right", overflow="fold")
    for kind, estimates in evaluation.by_type.items():
        cells = [estimates[name] for name in BY_TYPE]
        figures = [
            f"{figure(one.value, name)} ({one.n})" if one.n else "–"
            for one, name in zip(cells, BY_TYPE, strict=True)
        ]
        table.add_row(kind, *figures)
    return table


def _verdicts(evaluations: Sequence[Evaluation]) -> Table:
    table = Table(title="What became of the questions")
    table.add_column("verdict")
    for evaluation in evaluations:
        table.add_column(evaluation.name, justify="right")
    for verdict in Verdict:
        table.add_row(verdict.value, *(str(one.verdicts[verdict]) for one in evaluations))
    return table


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Wins, ties and losses by measure, then the questions that turned right or wrong."""
    title = f"{comparison.ours} against {comparison.theirs}: {comparison.n} questions in both"
    table = Table(title=title)
    table.add_column("measure", no_wrap=True)
    for heading in ("n", "win", "tie", "loss", "difference", "p"):
        table.add_column(heading, justify="right")
    for one in comparison.metrics:
        difference = "–" if one.difference is None else f"{one.difference:+.3f}"
        counts = map(str, (one.n, one.wins, one.ties, one.losses))
        table.add_row(one.name, *counts, difference, p_figure(one.p_value))
    console.print(table)
    for flip in comparison.flips:
        sign = "+" if flip.gained else "-"
        line = f"{sign} {flip.id} ({flip.type}): {flip.theirs} -> {flip.ours}: {flip.question}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
