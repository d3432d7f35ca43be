"""What a question asks for that its evidence lacks, and what that tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant import unmet_fitting
from assistant.answerability import lacking, without_answered
from assistant.evidence import Sentence
from assistant.questions import read_question
from assistant.unmet import Weights, load_weights, save_weights, unmet
from tests.assistant.test_selection import passage_of, sentences_of

SAID = ["社区书屋由街道办事处管理，每日开放八个小时。", "读者凭证借书。"]


@pytest.fixture
def found() -> Sentence:
    """The first of two sentences of one passage."""
    return sentences_of(passage_of(SAID), [0.8, 0.2])[0]


def test_what_the_evidence_says_is_not_lacking(found: Sentence) -> None:
    """Words of the best sentence and of the title are met, whatever stands between them; the other
    words, their characters and pairs, are not, and those of another sentence either."""
    lacking = unmet(["书屋规定：每日开放，借书座机？"], found)
    assert lacking >= {"座", "机", "座机", "借"}
    assert not lacking & {"书屋", "规定", "每日", "开放"}
    assert unmet(["书屋由街道办事处管理"], found) == frozenset()


def test_marks_figures_and_pronouns_are_no_words(found: Sentence) -> None:
    """Who asks, and with what marks, tells nothing."""
    assert unmet(["我们社区24小时书屋？？"], found) == unmet(["俺社区小时书屋"], found)


def test_an_interrogative_is_met_where_its_kind_of_thing_is_held(found: Sentence) -> None:
    """七米 answers 多远, and nothing forms across the gap; without an answer 多远 is lacking."""
    asked = "充电桩离住宅要多远才行"
    assert without_answered(asked, answered=False) == [asked]
    assert without_answered(asked, answered=True) == ["充电桩离住宅要", "才行"]
    question = read_question("书屋每日开放多久？")
    assert "久" in lacking(question, found)
    assert lacking(question, replace(found, fits=True)) == {"屋每"}


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    """The written file gives the same log-odds; an unknown n-gram tells nothing."""
    weights = Weights({"座机": (3.0, -2.0), "家": (2.0, 0.5)}, 0.25)
    save_weights(weights, tmp_path / "kept.json")
    again = load_weights(tmp_path / "kept.json")
    lacking = frozenset({"座机", "家", "无关"})
    assert again.odds(lacking) == pytest.approx(weights.odds(lacking))
    assert again.odds(lacking) == pytest.approx(again.odds(frozenset({"座机", "家"})))
    assert again.odds(frozenset()) == 0.25


def test_words_that_only_the_unanswerable_lack_speak_against_an_answer() -> None:
    """What both kinds of question lack tells little."""
    answerable = [frozenset(("家", *each)) for each in ("甲乙", "丙丁", "戊己", "庚辛") * 5]
    unanswerable = [frozenset(("家", "座机", each)) for each in "子丑寅卯" * 5]
    labels = np.array([1] * 20 + [0] * 20)
    weights = unmet_fitting.fit([*answerable, *unanswerable], labels, np.ones(40))
    assert weights.grams["座机"][1] < 0 < weights.grams["甲"][1]
    odds = [weights.odds(frozenset(each)) for each in (("座机",), ("家",), ("甲", "乙"))]
    assert odds == sorted(odds)


def test_a_question_is_judged_by_weights_that_have_not_seen_it() -> None:
    """However often it occurs under its name, a question's own word tells nothing about it."""
    owners = [f"q{at}" for at in range(10) for _ in range(4)]
    found = [frozenset({f"独{owner}", "常"}) for owner in owners]
    labels = np.array([1, 1, 1, 1, 0, 0, 0, 0] * 5)
    odds = unmet_fitting.held_out(found, labels, np.ones(40), np.ones(40, bool), owners)
    assert odds.shape == (40,)
    seen = unmet_fitting.fit(found, labels, np.ones(40))
    assert seen.odds(found[0]) - seen.odds(found[4]) > 0.5
    # All it is judged by is how many of the others are answerable, which are the fewer if it is.
    for at in range(0, 40, 4):
        assert len({round(each, 9) for each in odds[at : at + 4]}) == 1
    assert odds[labels == 1].mean() <= odds[labels == 0].mean()


def test_the_shipped_weights() -> None:
    """Thousands of n-grams; a list of names that is lacking speaks against an answer."""
    weights = load_weights()
    assert len(weights.grams) > 2000
    assert weights.odds(frozenset({"名", "单", "名单"})) < weights.odds(frozenset())
