"""Diagnoses, sums over all and by type, comparisons, floors."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation import check_floors, compare, evaluate, read_floors
from assistant.evaluation.diagnosis import Verdict, diagnose
from assistant.evaluation.metrics import score

from .examples import HEATING, MARKET, TEXTS, answer, citation, gold, passage, record, unanswerable

PROOF = passage("供热期为每年十一月一日至次年三月三十一日。")
RIGHT = answer(citations=(citation(),), passages=(PROOF,))
WRONG = answer("12月1日。", citations=(citation(),), passages=(PROOF,))
REFUSED = answer("没有找到依据。", answered=False, passages=(PROOF,))


@pytest.mark.parametrize(
    ("one", "reply", "verdict"),
    [
        (gold(), RIGHT, Verdict.RIGHT),
        (gold(), WRONG, Verdict.EVIDENCE_NOT_USED),
        (gold(), answer("12月1日。", passages=(passage(),)), Verdict.EVIDENCE_NOT_FOUND),
        (gold(), answer("12月1日。", passages=(passage(), PROOF)), Verdict.EVIDENCE_NOT_FOUND),
        (gold(), answer(citations=(citation(number=MARKET),)), Verdict.WRONGLY_CITED),
        (gold(documents=(HEATING, MARKET)), RIGHT, Verdict.WRONGLY_CITED),
        (gold(), REFUSED, Verdict.WRONGLY_REFUSED),
        (gold(facts=()), RIGHT, Verdict.UNDETERMINED),
        (unanswerable(), RIGHT, Verdict.SHOULD_HAVE_REFUSED),
        (unanswerable(), REFUSED, Verdict.RIGHT),
    ],
)
def test_diagnosis(one, reply, verdict):
    """Each way to go wrong has its name; evidence below rank k = 1 counts as not found."""
    scores = score(one, record(reply), TEXTS.get)
    assert diagnose(one, reply, scores, k=1) is verdict


def small_set():
    """Four questions: right, wrong facts, without facts (not scorable), and unanswerable."""
    golds = [gold(), gold(id="q2"), gold(id="q3", facts=(), type="list"), unanswerable(id="q4")]
    replies = [RIGHT, WRONG, RIGHT, REFUSED]
    times = [10.0, 20.0, 30.0, None]
    records = {
        one.id: record(reply, one.id, time)
        for one, reply, time in zip(golds, replies, times, strict=True)
    }
    return golds, records


def test_figures_over_all_and_by_type():
    """Facts: 1 of 2 scorable, 1 not scorable; refusal: 1 of 1; latency: 20 ms over 3 of 4."""
    report = evaluate(*small_set(), TEXTS.get)
    facts = report.overall["fact_accuracy"]
    assert (facts.value, facts.n, facts.unscorable) == (0.5, 2, 1)
    assert (report.overall["refusal_recall"].value, report.overall["refusal_recall"].n) == (1.0, 1)
    assert report.overall["false_refusal_rate"].value == 0.0
    assert report.overall["false_refusal_rate"].n == 3
    p50, p95 = report.overall["latency_p50_ms"], report.overall["latency_p95_ms"]
    assert (p50.value, p50.n, p50.unscorable) == (20.0, 3, 1)
    assert p95.value == pytest.approx(29.0)
    assert report.overall["answer_length_median"].value == 13.0
    assert list(report.by_type) == ["date", "list", "unanswerable"]
    listed = report.by_type["list"]["fact_accuracy"]
    assert (listed.value, listed.n, listed.unscorable) == (None, 0, 1)


def test_a_question_without_an_answer_is_counted_but_not_scored():
    """It is neither right nor wrong."""
    golds, records = small_set()
    del records["q2"]
    report = evaluate(golds, records, TEXTS.get)
    assert (report.asked, len(report.results)) == (4, 3)
    assert report.overall["fact_accuracy"].value == 1.0


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_questions_does_not_change_figures(order):
    """Figures, intervals and diagnoses are those of the set."""
    golds, records = small_set()
    shuffled = [golds[index] for index in order]
    one, other = evaluate(golds, records, TEXTS.get), evaluate(shuffled, records, TEXTS.get)
    assert one.overall == other.overall
    assert one.by_type == other.by_type
    assert one.verdicts == other.verdicts


def test_the_report_is_json():
    """Without NaN, with every question's verdict."""
    data = evaluate(*small_set(), TEXTS.get).to_dict()
    text = json.dumps(data, allow_nan=False)
    assert [one["verdict"] for one in json.loads(text)["questions"]] == [
        "right",
        "evidence_not_used",
        "undetermined",
        "right",
    ]


def test_comparison():
    """Ours gets q2 right and q4 wrong: one win in facts, one loss in refusing, two flips."""
    golds, theirs = small_set()
    ours = theirs | {"q2": record(RIGHT, "q2", 10.0), "q4": record(RIGHT, "q4")}
    result = compare(evaluate(golds, ours, TEXTS.get), evaluate(golds, theirs, TEXTS.get))
    by_name = {one.name: one for one in result.metrics}
    facts, refusal = by_name["fact_accuracy"], by_name["refusal_recall"]
    assert (facts.n, facts.wins, facts.ties, facts.losses) == (2, 1, 1, 0)
    assert (facts.difference, facts.p_value) == (0.5, 1.0)
    assert (refusal.wins, refusal.losses, refusal.difference) == (0, 1, -1.0)
    latency = by_name["latency_ms"]
    assert (latency.n, latency.wins, latency.difference) == (3, 1, pytest.approx(-10 / 3))
    assert [(flip.id, flip.gained) for flip in result.flips] == [("q2", True), ("q4", False)]


def test_comparison_uses_the_questions_that_both_answered():
    """A question missing in one run is no loss."""
    golds, records = small_set()
    part = {"q1": records["q1"]}
    result = compare(evaluate(golds, records, TEXTS.get), evaluate(golds, part, TEXTS.get))
    assert result.n == 1
    assert result.flips == ()


def test_floors(tmp_path):
    """Too low, too high, unknown, and not scored are each reported; a floor that holds is not."""
    report = evaluate(*small_set(), TEXTS.get)
    path = tmp_path / "floors.json"
    floors = {"fact_accuracy": 0.6, "false_refusal_rate": 0.0, "latency_p50_ms": 15, "beauty": 1}
    path.write_text(json.dumps({"gold.jsonl": floors}))
    broken = check_floors(report, read_floors(path)["gold.jsonl"])
    assert [line.split()[0] for line in broken] == ["fact_accuracy", "latency_p50_ms", "beauty"]
    assert "0.5, below 0.6 (n=2)" in broken[0]
    empty = evaluate(*([], {}), TEXTS.get)
    assert check_floors(empty, {"fact_accuracy": 0.0}) == [
        "fact_accuracy could not be scored on any question"
    ]
