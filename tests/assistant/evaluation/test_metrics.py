"""Every measure, with values worked out by hand."""

import pytest

from assistant.evaluation.metrics import Score, evidence_ranks, score

from .examples import (
    HEATING,
    MARKET,
    TEXTS,
    answer,
    citation,
    gold,
    passage,
    record,
    unanswerable,
)

PROOF = passage("第二条 供热期为每年十一月一日至次年三月三十一日。")
OTHER = passage("与供热无关。", number=MARKET)


def scores_of(one=None, reply=None, **changes):
    """The values of all scores; None where one cannot be computed."""
    scored = score(one or gold(), record(reply or answer(**changes)), TEXTS.get)
    return {name: value and value.value for name, value in scored.items()}


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (1, (1, 1, 1, 1, 1.0)),
        (3, (0, 1, 1, 1, 1 / 3)),
        (10, (0, 0, 1, 1, 0.1)),
        (11, (0, 0, 0, 1, 0.0)),
        (20, (0, 0, 0, 1, 0.0)),
        (21, (0, 0, 0, 0, 0.0)),
    ],
)
def test_evidence_recall_and_reciprocal_rank(rank, expected):
    """Recall at 1, 5, 10, 20 and MRR at 10 follow from the rank of the proof alone."""
    scores = scores_of(passages=(OTHER,) * (rank - 1) + (PROOF,))
    names = [f"evidence_recall_at_{k}" for k in (1, 5, 10, 20)]
    assert [scores[name] for name in [*names, "mrr_at_10"]] == list(expected)


def test_the_first_proof_counts():
    """A second proof further down changes nothing."""
    one = answer(passages=(OTHER, PROOF, OTHER, PROOF))
    assert evidence_ranks(gold(), one) == (2, 4)
    assert scores_of(reply=one)["mrr_at_10"] == 0.5


def test_no_passages_is_a_miss_not_a_gap():
    """An answerable question for which nothing was retrieved scores 0."""
    scores = scores_of(passages=())
    assert scores["evidence_recall_at_20"] == scores["mrr_at_10"] == 0.0
    assert scores["document_hit_at_1"] == 0.0


def test_document_hit_looks_at_the_best_passage_only():
    """The right document in second place is no hit."""
    assert scores_of(passages=(PROOF, OTHER))["document_hit_at_1"] == 1.0
    assert scores_of(passages=(OTHER, PROOF))["document_hit_at_1"] == 0.0


def test_retrieval_that_cannot_be_judged_is_none():
    """Without evidence and documents nobody can say which passage proves the answer."""
    scores = scores_of(gold(evidence="", documents=()), passages=(PROOF,))
    assert scores["evidence_recall_at_5"] is None
    assert scores["mrr_at_10"] is None
    assert scores["document_hit_at_1"] is None


def test_facts_and_length():
    """Right facts count in any accepted spelling; the length is that of the text."""
    assert scores_of(text="11月1日")["fact_accuracy"] == 1.0
    assert scores_of(text="12月1日")["fact_accuracy"] == 0.0
    assert scores_of(text="11月1日")["answer_length"] == 5.0
    assert scores_of(gold(facts=()))["fact_accuracy"] is None


def test_a_refusal_states_no_facts():
    """A refused answerable question is wrong even if its words hold the fact; it has no length."""
    scores = scores_of(text="是否指11月1日？", answered=False)
    assert scores["fact_accuracy"] == 0.0
    assert scores["false_refusal_rate"] == 1.0
    assert {"answer_length", "citation_precision", "citation_recall"}.isdisjoint(scores)


def test_citation_precision_and_recall_count_documents_once():
    """Cited: heating (twice) and an unknown one; right: heating and market; so 1/2 and 1/2."""
    two = gold(documents=(HEATING, MARKET))
    cited = (citation(), citation("办法"), citation(number="云政发[2020]1号"))
    scores = scores_of(two, citations=cited)
    assert scores["citation_precision"] == 0.5
    assert scores["citation_recall"] == 0.5


def test_an_answer_that_cites_nothing_scores_zero_on_citations():
    """There is no quote whose fidelity could be judged, though."""
    scores = scores_of(citations=())
    assert scores["citation_precision"] == scores["citation_recall"] == 0.0
    assert "quote_fidelity" not in scores


def test_quote_fidelity_weighs_quotes_and_skips_texts_that_are_not_there():
    """Of three quotes one has no stored text; of the other two one stands: 1/2, weight 2."""
    cited = (citation(), citation("供暖期", start=22), citation(document_id="gone"))
    scores = score(gold(), record(answer(citations=cited)), TEXTS.get)
    assert scores["quote_fidelity"] == Score(0.5, 2.0)
    nowhere = score(gold(), record(answer(citations=cited)), lambda _: None)
    assert nowhere["quote_fidelity"] is None


def test_an_unanswerable_question_is_scored_on_refusal_alone():
    """Retrieval, facts and citations do not apply to it."""
    refused = scores_of(unanswerable(), answered=False)
    assert refused == {"latency_ms": 10.0, "refusal_recall": 1.0}
    assert scores_of(unanswerable())["refusal_recall"] == 0.0


def test_latency_that_was_not_measured_is_none():
    """A run need not say how long it took."""
    assert score(gold(), record(latency_ms=None), TEXTS.get)["latency_ms"] is None
