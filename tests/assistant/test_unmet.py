"""What a question asks for that its evidence lacks, and what that tells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import unmet_fitting
from assistant.evidence import Sentence
from assistant.unmet import Unmet, Weights, load_weights, save_weights, unmet
from tests.assistant.test_selection import passage_of, sentences_of
from vectorstore.embedding import PolicyEmbeddings

SAID = ["社区书屋由街道办事处管理，每日开放八个小时。", "读者凭证借书。"]


@pytest.fixture
def found() -> Sentence:
    """The first of two sentences of one passage."""
    return sentences_of(passage_of(SAID), [0.8, 0.2])[0]


def made(*grams: str) -> Unmet:
    """An `Unmet` of these n-grams, with a meaning that says nothing."""
    return Unmet(frozenset(grams), np.zeros(4, np.float32))


def test_what_the_evidence_says_is_not_lacking(found: Sentence) -> None:
    """Words of the best sentence and of the title are met, whatever stands between them; the other
    words, their characters and pairs, are not, and those of another sentence either; marks and
    figures are no words."""
    lacking = unmet("书屋规定：每日开放24小时，借书座机？", found).grams
    assert lacking >= {"座", "机", "座机", "借"}
    assert not lacking & {"书屋", "规定", "每日", "开放", "小时", "2", "：", "？"}
    assert unmet("书屋由街道办事处管理", found).grams == frozenset()


def test_meaning_counts_what_is_far(found: Sentence, embeddings: PolicyEmbeddings) -> None:
    """A question that the evidence says word for word lacks no meaning; without vectors there is
    none."""
    near = unmet("书屋由街道办事处管理", found, embeddings).meaning
    far = unmet("养犬登记费每年多少钱", found, embeddings).meaning
    assert np.linalg.norm(near) < 1e-3 < np.linalg.norm(far)
    assert unmet("座机", found).meaning is None


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    """The written file gives the same log-odds."""
    weights = Weights({"座机": (3.0, -2.0), "俺": (2.0, 0.5)}, 0.25, np.array([0.5, -1.0]), 0.125)
    save_weights(weights, tmp_path / "kept.json")
    again = load_weights(tmp_path / "kept.json")
    lacking = Unmet(frozenset({"座机", "俺", "无关"}), np.array([1.0, 0.5], np.float32))
    assert again.of_grams(lacking) == pytest.approx(weights.of_grams(lacking))
    assert again.of_meaning(lacking) == pytest.approx(weights.of_meaning(lacking)) == 0.125
    assert again.of_meaning(Unmet(frozenset(), np.ones(3))) == 0.0
    assert again.of_meaning(Unmet(frozenset())) == 0.0


def test_words_that_only_the_unanswerable_lack_speak_against_an_answer() -> None:
    """What both kinds of question lack tells little."""
    answerable = [made("俺", *each) for each in ("甲乙", "丙丁", "戊己", "庚辛") * 5]
    unanswerable = [made("俺", "座机", each) for each in "子丑寅卯" * 5]
    labels = np.array([1] * 20 + [0] * 20)
    weights = unmet_fitting.fit([*answerable, *unanswerable], labels)
    assert weights.grams["座机"][1] < 0 < weights.grams["甲"][1]
    assert (
        weights.of_grams(made("座机"))
        < weights.of_grams(made("俺"))
        < weights.of_grams(made("甲", "乙"))
    )


def test_a_question_is_judged_by_weights_that_have_not_seen_it() -> None:
    """However often it occurs under its name, a question's own word tells nothing about it."""
    owners = [f"q{at}" for at in range(10) for _ in range(4)]
    found = [made(f"独{owner}", "常") for owner in owners]
    labels = np.array([1, 1, 1, 1, 0, 0, 0, 0] * 5)
    learned = np.ones(len(found), bool)
    odds = unmet_fitting.held_out(found, labels, learned, owners)
    assert odds.shape == (40, 2)
    seen = unmet_fitting.fit(found, labels)
    assert seen.of_grams(found[0]) - seen.of_grams(found[4]) > 0.5
    # All it is judged by is how many of the others are answerable, which are the fewer if it is.
    for at in range(0, 40, 4):
        assert len({round(each, 9) for each in odds[at : at + 4, 0]}) == 1
    assert odds[labels == 1, 0].mean() <= odds[labels == 0, 0].mean()


def test_the_shipped_weights() -> None:
    """Thousands of n-grams, and one weight for each dimension of the shipped model."""
    weights = load_weights()
    assert len(weights.grams) > 2000
    assert weights.meaning.shape == (256,)
    assert weights.of_grams(made("名", "单", "名单")) < weights.of_grams(made())
