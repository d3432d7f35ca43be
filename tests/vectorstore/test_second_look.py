"""The second look: what a candidate's text adds to its score."""

from __future__ import annotations

import json
import random
import re

import numpy as np
import pytest

from vectorstore.compact import Texts
from vectorstore.datamodels import FoundPassage
from vectorstore.second_look import FEATURES, FILE, Wanted, held, load_weights, said
from vectorstore.terms import fold


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
CONTEXT = "关于供暖的通知"


def texts(*pairs: tuple[str, str]) -> Texts:
    """Bodies and contexts as the store keeps them."""
    folded = [fold(each).encode("utf-16-le") for pair in pairs for each in pair]
    edges = np.concatenate([[0], np.cumsum([len(each) // 2 for each in folded])])
    return Texts(np.frombuffer(b"".join(folded), "<u2"), edges)


def test_body_and_context_share_the_questions_weight() -> None:
    """What the body says counts once, as body; title and headings add only what it leaves out."""
    both = ("供暖价格另行公布。", CONTEXT + " 供暖 价格")
    body, context = said(texts(("价格另行公布。", CONTEXT), both), WEIGHTS)
    assert body.tolist() == pytest.approx([0.3, 0.8])
    assert context.tolist() == pytest.approx([0.5, 0.0])


def test_traditional_characters_and_full_width_match() -> None:
    """The text is folded as the question's terms are."""
    body, _ = said(texts(("價格１２元。", "")), {"价格": 0.6, "12": 0.4})
    assert body.tolist() == pytest.approx([1.0])


def test_terms_of_any_length() -> None:
    """A term counts where all of it stands in one text, of whatever characters it is made."""
    terms = {
        "市": 1.0,
        "停车": 2.0,
        "停车场": 4.0,
        "停车费": 8.0,
        "𠮷": 16.0,
        "a1": 32.0,
        "暖市": 64.0,
    }
    pairs = [("停车𠮷场a1", ""), ("停车场", "停车费"), ("供暖", "市容"), ("停", "车"), ("", "")]
    body, context = said(texts(*pairs), terms)
    assert body.tolist() == [50.0, 6.0, 0.0, 0.0, 0.0]
    assert context.tolist() == [0.0, 8.0, 1.0, 0.0, 0.0]


def test_said_is_what_a_search_for_each_term_finds() -> None:
    """On many random texts and terms, of which some run across the texts' ends."""
    chance = random.Random(2)

    def word(longest: int) -> str:
        return "".join(chance.choices("市区停车费1a𠮷", k=chance.randint(1, longest)))

    for _ in range(100):
        pairs = [(word(9), word(5)) for _ in range(chance.randint(0, 6))]
        terms = {word(4): chance.random() for _ in range(chance.randint(0, 8))}
        body, context = said(texts(*pairs), terms)
        for at, (first, second) in enumerate(pairs):
            here = sum(share for term, share in terms.items() if term in first)
            both = sum(share for term, share in terms.items() if term in first or term in second)
            assert body[at] == pytest.approx(here)
            assert body[at] + context[at] == pytest.approx(both)


@pytest.mark.parametrize("strict", [True, False])
def test_the_kind_of_thing_that_is_asked_for(strict: bool) -> None:
    """Whether it stands there counts, and more where an answer without it is none."""
    wanted = Wanted(lambda text: bool(re.search(r"\d元", text)), strict)
    holds, strictly = held(["每平方米25元。", "价格另行公布。"], wanted)
    assert holds.tolist() == [1.0, 0.0]
    assert strictly.tolist() == [float(strict), 0.0]


def test_the_weights_are_fitted_ones() -> None:
    """Every feature has a positive weight, the lexical one sets the scale, figures stand beside."""
    weights = load_weights()
    assert set(weights) == set(FEATURES)
    assert weights["lexical"] == 1.0
    assert min(weights.values()) > 0
    kept = json.loads(FILE.read_text("utf-8"))
    assert kept["examples"] >= 100
    assert kept["held_out"]["evidence@5"] > kept["held_out"]["evidence@1"] > 0.5
