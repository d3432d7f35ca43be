"""Calculation of a whole report: every question scored, summed up over all and by type.

In: gold questions, run records, a way to look up stored texts. Out: frozen dataclasses that
become JSON; printing is elsewhere. May import: the other modules of this package that
calculate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.batch import RunRecord
from assistant.evaluation.diagnosis import Verdict, diagnose
from assistant.evaluation.metrics import METRICS, DocumentText, Metric, Scores, score
from assistant.evaluation.records import TYPES, Gold, split_of
from assistant.evaluation.statistics import Estimate, estimate

Estimates = dict[str, Estimate]


@dataclass(frozen=True)
class QuestionResult:
    """One question, what was answered, and what that is worth."""

    gold: Gold
    record: RunRecord
    scores: Scores
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """The scores by measure; None stands for one that could not be computed."""
        values = {name: one and one.value for name, one in self.scores.items()}
        return {
            "id": self.gold.id,
            "type": self.gold.type,
            "split": split_of(self.gold.id),
            "verdict": self.verdict.value,
            "scores": values,
        }


@dataclass(frozen=True)
class Evaluation:
    """One system's results on a set of gold questions; `asked` counts unanswered ones too."""

    name: str
    asked: int
    results: tuple[QuestionResult, ...]
    overall: Estimates
    by_type: dict[str, Estimates]

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many questions got each verdict, in the order of Verdict."""
        counts = Counter(result.verdict for result in self.results)
        return {verdict: counts[verdict] for verdict in Verdict}

    def to_dict(self) -> dict[str, Any]:
        """The whole evaluation as plain JSON-ready dicts and lists."""
        return {
            "name": self.name,
            "asked": self.asked,
            "scored": len(self.results),
            "overall": {name: asdict(one) for name, one in self.overall.items()},
            "by_type": {
                kind: {name: asdict(one) for name, one in estimates.items()}
                for kind, estimates in self.by_type.items()
            },
            "verdicts": {verdict.value: count for verdict, count in self.verdicts.items()},
            "questions": [result.to_dict() for result in self.results],
        }


def evaluate(
    golds: Sequence[Gold],
    records: Mapping[str, RunRecord],
    document_text: DocumentText,
    *,
    k: int = 20,
    name: str = "assistant",
) -> Evaluation:
    """Score every question that has an answer, and sum up."""
    results = []
    for gold in golds:
        record = records.get(gold.id)
        if record is None:
            continue
        scores = score(gold, record, document_text)
        verdict = diagnose(gold, record.answer, scores, k)
        results.append(QuestionResult(gold, record, scores, verdict))
    present = {result.gold.type for result in results}
    by_type = {
        kind: summarise(result.scores for result in results if result.gold.type == kind)
        for kind in TYPES
        if kind in present
    }
    overall = summarise(result.scores for result in results)
    return Evaluation(name, len(golds), tuple(results), overall, by_type)


def summarise(scores: Iterable[Scores]) -> Estimates:
    """Every measure over these questions."""
    all_scores = list(scores)
    return {metric.name: _estimate(metric, all_scores) for metric in METRICS}


def _estimate(metric: Metric, all_scores: Sequence[Scores]) -> Estimate:
    applying = [scores[metric.score_name] for scores in all_scores if metric.score_name in scores]
    scored = [one for one in applying if one is not None]
    values, weights = [one.value for one in scored], [one.weight for one in scored]
    return estimate(values, weights, metric.summary, len(applying) - len(scored))
