"""The fit of the refusal's coefficients."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from assistant import PolicyAssistant
from assistant.answerability import CLOSE, COEFFICIENTS, PLAIN, Calibration
from assistant.attention import READ, Pair
from assistant.calibration import Examples, examples, fit, together, with_attention
from assistant.evaluation.records import Gold
from tests.library import HEATING_NUMBER

PAIR = Pair((1, 2), (1, 3), (1, 1), (0.0,) * (READ + 1))


@pytest.fixture(scope="module")
def synthetic() -> Examples:
    """Examples whose first feature tells the answerable ones apart; the others are noise."""
    random = np.random.default_rng(0)
    labels = np.array([1] * 120 + [0] * 80)
    kinds = ["answerable"] * 120 + ["left out"] * 50 + ["unanswerable"] * 30
    rows = random.normal(size=(200, len(PLAIN)))
    rows[:, 0] = labels * 2.0 + random.normal(scale=0.7, size=200)
    ids = [f"q{at}" for at in range(200)]
    lacking, pairs = [frozenset()] * 200, [PAIR] * 200
    return Examples(rows, labels, kinds, ids, lacking, pairs, np.zeros(200, bool))


def calibration_of(result: dict) -> Calibration:
    """What `refusal` would read from the written file."""
    again = json.loads(json.dumps(result))
    weights = tuple(again["weights"][name] for name in PLAIN)
    return Calibration(weights, again["bias"], again["threshold"])


def test_a_fit_finds_what_tells_them_apart(synthetic: Examples) -> None:
    """The telling feature weighs most, and the written coefficients decide as fitted."""
    rows, labels = synthetic.rows, synthetic.labels
    result = fit(PLAIN, synthetic, 0.05)
    weights = result["weights"]
    assert max(weights, key=lambda name: abs(weights[name])) == PLAIN[0]
    assert weights[PLAIN[0]] > 0
    calibration = calibration_of(result)
    answered = [calibration.answerable(row) >= calibration.threshold for row in rows]
    assert np.mean(np.array(answered)[labels == 1]) > 0.9
    assert np.mean(np.array(answered)[labels == 0]) < 0.5


@pytest.mark.parametrize("false_refusal", [0.02, 0.1, 0.3])
def test_the_threshold_is_the_operating_point(synthetic: Examples, false_refusal: float) -> None:
    """At most that share of the answerable is refused; more refused, less answered wrongly."""
    result = fit(PLAIN, synthetic, false_refusal)
    assert result["refused"]["answerable"] <= false_refusal + 0.01
    assert result["refused"]["unanswerable"] > result["refused"]["answerable"]
    with_caution = result["refused or cautioned"]
    assert with_caution["answerable"] == pytest.approx(0.1, abs=0.01)
    if false_refusal < 0.1:
        assert with_caution["unanswerable"] > result["refused"]["unanswerable"]
    assert result["examples"] == {"answerable": 120, "left out": 50, "unanswerable": 30}


def test_a_fit_can_be_repeated(synthetic: Examples) -> None:
    """The same examples give the same file."""
    assert fit(PLAIN, synthetic, 0.05) == fit(PLAIN, synthetic, 0.05)


def test_what_holds_only_at_home_counts_less(synthetic: Examples) -> None:
    """Where the telling feature tells nothing in other libraries, it weighs less; the operating
    point is that of the home library all the same."""
    random = np.random.default_rng(1)
    rows = random.normal(size=synthetic.rows.shape)
    other = replace(synthetic, rows=rows, elsewhere=np.ones(200, bool))
    home, both = fit(PLAIN, synthetic, 0.1), fit(PLAIN, together([synthetic, other]), 0.1)
    assert 0 < both["weights"][PLAIN[0]] < home["weights"][PLAIN[0]]
    assert both["refused"]["answerable"] <= 0.11
    assert both["examples"] == {kind: 2 * n for kind, n in home["examples"].items()}
    assert not home["refused elsewhere"]
    assert set(both["refused elsewhere"]) == set(both["refused"])


def test_examples_from_gold(assistant: PolicyAssistant) -> None:
    """An answerable question gives a positive example, and a negative one without its document;
    what a contradiction refuses anyway gives none."""
    golds = [
        Gold("a", "factoid", "居民供暖由谁负责？", documents=(HEATING_NUMBER,)),
        Gold("b", "unanswerable", "火星殖民地的土豆怎么种？"),
        Gold("c", "unanswerable", "青政发〔2030〕9号讲了什么？"),
    ]
    found = examples(assistant, golds)
    assert found.kinds == ["answerable", "left out", "unanswerable"]
    assert found.ids == ["a", "a", "b"]
    assert found.labels.tolist() == [1, 0, 0]
    assert found.rows.shape == (3, len(CLOSE))
    assert len(found.lacking) == 3


def test_an_author_is_judged_by_what_others_wrote(synthetic: Examples) -> None:
    """One asks only what is answered, the other only what is not, in the same words: the network
    that has seen the one thinks wrongly of the other."""
    rows = np.zeros((200, len(CLOSE)))
    ids = [f"{'a' if answered else 'b'}{at}" for at, answered in enumerate(synthetic.labels)]
    vectors = np.random.default_rng(0).normal(size=(4, 8)).astype(np.float32)
    found, network = with_attention(replace(synthetic, rows=rows, ids=ids), vectors, "of a model")
    said = found.rows[:, CLOSE.index("attention_odds")]
    assert said[synthetic.labels == 1].max() < said[synthetic.labels == 0].min()
    assert network.fingerprint == "of a model"


@pytest.mark.parametrize(("which", "names"), [("close", CLOSE), ("plain", PLAIN)])
def test_the_shipped_file(which: str, names: tuple[str, ...]) -> None:
    """Has a weight for every feature and no other, and says what it was fitted on."""
    shipped = json.loads(COEFFICIENTS.read_text("utf-8"))[which]
    assert list(shipped["weights"]) == list(names)
    assert 0 < shipped["threshold"] < 1
    assert set(shipped["examples"]) == {"answerable", "left out", "unanswerable"}
    for where in ("refused", "refused elsewhere"):
        assert all(0 <= share <= 1 for share in shipped[where].values())


def test_a_close_reading_refuses_more_at_the_same_cost() -> None:
    """In the shipped fit: as few answerable questions refused, more of the others."""
    shipped = json.loads(COEFFICIENTS.read_text("utf-8"))
    close, plain = (shipped[which]["refused"] for which in ("close", "plain"))
    assert close["answerable"] <= plain["answerable"] + 0.005
    assert close["unanswerable"] > plain["unanswerable"] + 0.05
