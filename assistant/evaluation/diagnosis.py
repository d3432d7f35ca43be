"""What became of a question: right, or at which step it went wrong.

In: a gold question, an answer and its scores. Out: one Verdict. May import: the gold records
and the measures.
"""

from __future__ import annotations

from enum import StrEnum

from assistant.datamodels import Answer
from assistant.evaluation.metrics import Scores, evidence_ranks, passed
from assistant.evaluation.records import Gold


class Verdict(StrEnum):
    """The wrong ones first, in the order in which they deserve a look."""

    SHOULD_HAVE_REFUSED = "should_have_refused"
    EVIDENCE_NOT_USED = "evidence_not_used"
    EVIDENCE_NOT_FOUND = "evidence_not_found"
    WRONGLY_CITED = "wrongly_cited"
    WRONGLY_REFUSED = "wrongly_refused"
    UNDETERMINED = "undetermined"
    RIGHT = "right"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Verdict.SHOULD_HAVE_REFUSED: "应拒答而作答",
    Verdict.EVIDENCE_NOT_USED: "证据已找到，未用上",
    Verdict.EVIDENCE_NOT_FOUND: "证据未找到",
    Verdict.WRONGLY_CITED: "事实正确，引用有误",
    Verdict.WRONGLY_REFUSED: "不应拒答而拒答",
    Verdict.UNDETERMINED: "无法判定",
    Verdict.RIGHT: "正确",
}


def diagnose(gold: Gold, answer: Answer, scores: Scores, k: int) -> Verdict:
    """The verdict on an answer; evidence beyond the best `k` passages counts as not found.

    Wrongly cited: the facts are right, but a document they come from is not cited. Undetermined:
    the gold question gives too little to judge by.
    """
    if not gold.answerable:
        return Verdict.SHOULD_HAVE_REFUSED if answer.answered else Verdict.RIGHT
    if not answer.answered:
        return Verdict.WRONGLY_REFUSED
    right = passed(scores, "fact_accuracy")
    if right:
        cited = passed(scores, "citation_recall")
        return Verdict.WRONGLY_CITED if cited is False else Verdict.RIGHT
    ranks = evidence_ranks(gold, answer)
    if right is None or ranks is None:
        return Verdict.UNDETERMINED
    if any(rank <= k for rank in ranks):
        return Verdict.EVIDENCE_NOT_USED
    return Verdict.EVIDENCE_NOT_FOUND
