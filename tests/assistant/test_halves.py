"""Several things asked of one matter: how they are told apart, and which sentence says one."""

from __future__ import annotations

import pytest

from assistant.halves import halves_in, said_of_half
from assistant.questions import read_question
from tests.assistant.test_rosters import scored_in

TOLD_APART = [
    (
        "学徒培训，每个学徒一年的补贴不低于多少？能预支多少？",
        ["学徒培训，每个学徒一年的补贴不低于多少？", "学徒培训，能预支多少？"],
    ),
    (
        "育苗基金是什么组织类型、期限几年？",
        ["育苗基金是什么组织类型？", "育苗基金，期限几年？"],
    ),
]
GRANTS = [
    "每个学徒每年补贴不低于4000元。", "市财政可以预支30%的补贴。", "培训期为一年。",
]  # fmt: skip


@pytest.mark.parametrize(("text", "apart"), TOLD_APART)
def test_halves_are_told_apart(text: str, apart: list[str]) -> None:
    """Each thing asked is a question with the matter in front."""
    assert [each.text for each in halves_in(text)] == apart


@pytest.mark.parametrize(
    "text", ["养犬登记费多少钱？", "多少钱？几年？", "甲多少、乙多少、丙多少、丁多少、戊多少？"]
)
def test_one_thing_or_no_matter(text: str) -> None:
    """A single question, one without a matter and one of very many are left alone."""
    assert halves_in(text) == ()


def test_the_silent_half_is_found() -> None:
    """Not the likelier sentence again, but the one with the half's own word and what it wants."""
    half = halves_in("学徒培训，每个学徒一年的补贴不低于多少？能预支多少？")[1]
    found = scored_in(GRANTS, [0.9, 0.05, 0.05])
    said = said_of_half(half, read_question(half.text), found, found[0])
    assert said is not None
    assert said.text == GRANTS[1]


def test_what_nothing_says_is_left_out() -> None:
    """A half whose words no sentence of the item has gets none."""
    half = halves_in("学徒培训，每个学徒一年的补贴不低于多少？能报销多少？")[1]
    found = scored_in(GRANTS, [0.9, 0.05, 0.05])
    assert said_of_half(half, read_question(half.text), found, found[0]) is None
