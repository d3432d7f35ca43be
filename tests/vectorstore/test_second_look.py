"""The second look: what a candidate's text adds to its score."""

from __future__ import annotations

import json
import re

import pytest

from vectorstore.datamodels import FoundPassage
from vectorstore.second_look import FEATURES, FILE, Wanted, features, load_weights


def passage(
    text: str, *, title: str = "关于供暖的通知", headings: tuple[str, ...] = ()
) -> FoundPassage:
    """A found passage that holds `text`."""
    return FoundPassage(
        id="1", document_id="d", number=None, title=title, source="", locator="第一条",
        headings=headings, start=0, end=len(text), text=text, status="", digest=False,
        issued=None, score=0.0, similarity=0.2, lexical=0.1,
    )  # fmt: skip


WEIGHTS = {"供暖": 0.5, "价格": 0.3, "多少": 0.2}


def test_body_and_context_share_the_questions_weight() -> None:
    """What the body says counts once, as body; title and headings add only what it leaves out."""
    found = features(passage("价格另行公布。"), 0.4, WEIGHTS)
    assert found["body"] == pytest.approx(0.3)
    assert found["context"] == pytest.approx(0.5)
    both = features(passage("供暖价格另行公布。", headings=("供暖", "价格")), 0.4, WEIGHTS)
    assert (both["body"], both["context"]) == (pytest.approx(0.8), 0.0)
    assert (both["lexical"], both["similarity"], both["support"]) == (0.1, 0.2, 0.4)


def test_traditional_characters_and_full_width_match() -> None:
    """The text is folded as the question's terms are."""
    found = features(passage("價格１２元。"), 0.0, {"价格": 0.6, "12": 0.4})
    assert found["body"] == pytest.approx(1.0)


@pytest.mark.parametrize("strict", [True, False])
def test_the_kind_of_thing_that_is_asked_for(strict: bool) -> None:
    """Whether it stands there counts, and more where an answer without it is none."""
    wanted = Wanted(lambda text: bool(re.search(r"\d元", text)), strict)
    held = features(passage("每平方米25元。"), 0.0, {}, wanted)
    missing = features(passage("价格另行公布。"), 0.0, {}, wanted)
    assert (held["holds"], held["holds_strictly"]) == (1.0, float(strict))
    assert (missing["holds"], missing["holds_strictly"]) == (0.0, 0.0)


def test_the_weights_are_fitted_ones() -> None:
    """Every feature has a positive weight, the lexical one sets the scale, figures stand beside."""
    weights = load_weights()
    assert set(weights) == set(FEATURES) == set(features(passage("文"), 0.0, {}))
    assert weights["lexical"] == 1.0
    assert min(weights.values()) > 0
    kept = json.loads(FILE.read_text("utf-8"))
    assert kept["examples"] >= 100
    assert kept["held_out"]["evidence@5"] > kept["held_out"]["evidence@1"] > 0.5
