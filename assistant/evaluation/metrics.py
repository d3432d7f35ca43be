"""The measures: from one gold question and one answer to scores, without any I/O.

In: a Gold, a RunRecord and a way to look up stored texts. Out: a score per measure. A measure
that does not apply to a question (refusal recall of an answerable one) is absent from its
scores; one that applies but cannot be computed (no stored text) is None. May import:
assistant.datamodels, the gold records, ir_measures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.batch import RunRecord
from assistant.datamodels import Answer
from assistant.evaluation import matching
from assistant.evaluation.records import Gold

DocumentText = Callable[[str], str | None]


@dataclass(frozen=True)
class Metric:
    """A measure: its name, its label, how questions are summed up, and which way is better."""

    name: str
    label: str
    summary: Literal["mean", "median", "p50", "p95"] = "mean"
    unit: Literal["share", "characters", "ms"] = "share"
    better: Literal["higher", "lower"] | None = "higher"
    scored_as: str = ""

    @property
    def score_name(self) -> str:
        """The name of the per-question score that it sums up."""
        return self.scored_as or self.name


RECALL_CUTOFFS = (1, 5, 10, 20)
METRICS = (
    Metric("document_hit_at_1", "首位文件命中率"),
    *(Metric(f"evidence_recall_at_{k}", f"证据召回率@{k}") for k in RECALL_CUTOFFS),
    Metric("mrr_at_10", "证据MRR@10"),
    Metric("fact_accuracy", "事实准确率"),
    Metric(
        "answer_length_median",
        "答案长度中位数（字）",
        "median",
        "characters",
        None,
        "answer_length",
    ),
    Metric("citation_precision", "引用精确率"),
    Metric("citation_recall", "引用召回率"),
    Metric("quote_fidelity", "引文逐字一致率"),
    Metric("refusal_recall", "应拒答的拒答率"),
    Metric("false_refusal_rate", "误拒答率", better="lower"),
    Metric("latency_p50_ms", "用时中位数（毫秒）", "p50", "ms", "lower", "latency_ms"),
    Metric("latency_p95_ms", "用时95分位（毫秒）", "p95", "ms", "lower", "latency_ms"),
)


@dataclass(frozen=True)
class Score:
    """A question's score, and what it weighs among the others (quotes: how many there are)."""

    value: float
    weight: float = 1.0


Scores = dict[str, Score | None]


def score(gold: Gold, record: RunRecord, document_text: DocumentText) -> Scores:
    """Every score of one answered question."""
    answer = record.answer
    scores: Scores = {"latency_ms": _score(record.latency_ms)}
    scores |= _retrieval(gold, answer) | _facts(gold, answer) | _citations(gold, answer)
    if answer.citations:
        scores["quote_fidelity"] = _quotes(answer, document_text)
    refused = "false_refusal_rate" if gold.answerable else "refusal_recall"
    scores[refused] = Score(float(not answer.answered))
    return scores


def _score(value: float | None) -> Score | None:
    return None if value is None else Score(float(value))


def evidence_ranks(gold: Gold, answer: Answer) -> tuple[int, ...] | None:
    """The ranks, from 1, of the passages that prove the answer; None if it cannot be told."""
    if not matching.can_tell_evidence(gold):
        return None
    ranked = enumerate(answer.passages, start=1)
    return tuple(rank for rank, passage in ranked if matching.is_evidence(passage, gold))


def _retrieval(gold: Gold, answer: Answer) -> Scores:
    if not gold.answerable:
        return {}
    scores: Scores = {"document_hit_at_1": None}
    if gold.documents:
        keys = matching.document_keys(gold)
        hit = any(matching.from_documents(passage, keys) for passage in answer.passages[:1])
        scores["document_hit_at_1"] = Score(float(hit))
    return scores | _ranking(evidence_ranks(gold, answer), len(answer.passages))


def _ranking(ranks: tuple[int, ...] | None, depth: int) -> Scores:
    import ir_measures

    names = {ir_measures.Success @ k: f"evidence_recall_at_{k}" for k in RECALL_CUTOFFS}
    names[ir_measures.RR @ 10] = "mrr_at_10"
    if ranks is None:
        return dict.fromkeys(names.values())
    # One relevant passage that was not retrieved: a question without any is left out otherwise.
    relevant = {"not retrieved": 1} | {str(rank): 1 for rank in ranks}
    retrieved = {str(rank): 1.0 - rank for rank in range(1, depth + 1)}
    if not retrieved:
        return {name: Score(0.0) for name in names.values()}
    values = ir_measures.iter_calc(list(names), {"q": relevant}, {"q": retrieved})
    return {names[value.measure]: Score(float(value.value)) for value in values}


def _facts(gold: Gold, answer: Answer) -> Scores:
    """A refusal states nothing: it is wrong, and its length says nothing about answers."""
    if not gold.answerable:
        return {}
    scores: Scores = {"fact_accuracy": None}
    if gold.facts:
        right = answer.answered and matching.holds_facts(matching.plain_text(answer), gold)
        scores["fact_accuracy"] = Score(float(right))
    if answer.answered:
        scores["answer_length"] = Score(float(len(answer.text.strip())))
    return scores


def _citations(gold: Gold, answer: Answer) -> Scores:
    """Documents cited against documents that answer; an answer that cites nothing scores 0.

    Does not apply to refusals and to unanswerable questions: the refusal measures count those.
    """
    if not gold.answerable or not answer.answered:
        return {}
    right = matching.document_keys(gold)
    if not right:
        return {"citation_precision": None, "citation_recall": None}
    cited = {matching.document_key(one.number, one.title) for one in answer.citations}
    both = len(cited & right)
    return {
        "citation_precision": Score(both / len(cited) if cited else 0.0),
        "citation_recall": Score(both / len(right)),
    }


def _quotes(answer: Answer, document_text: DocumentText) -> Score | None:
    texts = [(one, document_text(one.document_id)) for one in answer.citations]
    stands = [matching.quote_stands(one, text) for one, text in texts if text is not None]
    return Score(sum(stands) / len(stands), float(len(stands))) if stands else None


def passed(scores: Mapping[str, Score | None], name: str) -> bool | None:
    """Whether a score is full; None where it does not apply or cannot be computed."""
    one = scores.get(name)
    return None if one is None else one.value >= 1.0
