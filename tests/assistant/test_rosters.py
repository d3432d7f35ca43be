"""Lists of members: the role that a row has from one above it, and whom an office has sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.drafts import Evidence, evidence_in
from assistant.evidence import Sentence
from assistant.questions import read_question
from assistant.rosters import is_member, role_of, sent_by_office
from assistant.selection import widen
from assistant.succession import same_matter
from assistant.writer import write
from tests.assistant.test_selection import passage_of

GROUP = [
    "组 长：林远山 市 长\n", "副组长：沈若溪 副市长\n", "温如故 市教育局局长\n",
    "成员：顾青禾 市水务局副局长\n", "陆白石 市应急局副局长\n", "纪长亭 市工业和信息化局总工程师\n",
    "小组办公室设在市水务局。",
]  # fmt: skip


def row(which: int, pieces: Sequence[str] = GROUP) -> Evidence:
    """One row of the list as an answer would show it."""
    start = sum(map(len, pieces[:which]))
    return evidence_in(passage_of(list(pieces)), start, start + len(pieces[which].rstrip()))


def scored_in(pieces: Sequence[str], likely: Sequence[float]) -> list[Sentence]:
    """The pieces of a passage as scored sentences, likeliest first."""
    found = [
        Sentence(
            each.passage, 0, each.start, each.end, each.text,
            coverage=0.5, context=0.0, similarity=0.5, fits=True, score=1.0, likelihood=share,
        )
        for each, share in zip(
            (row(at, pieces) for at in range(len(pieces))), likely, strict=True
        )
    ]  # fmt: skip
    return sorted(found, key=lambda each: -each.likelihood)


def sentences(likely: Sequence[float]) -> list[Sentence]:
    """The rows of the list as scored sentences."""
    return scored_in(GROUP, likely)


@pytest.mark.parametrize(
    ("text", "member"),
    [
        ("副组长：沈若溪 副市长", True),
        ("温如故 市教育局局长", True),
        ("组 长：林远山 市 长", True),
        ("小组办公室设在市水务局。", False),
        ("市水务局负责送水。", False),
        ("联系人：温如故 电话0999-5550188", False),
    ],
)
def test_what_a_row_is(text: str, member: bool) -> None:
    """A name and a post make a row, with or without a role."""
    assert is_member(text) is member


@pytest.mark.parametrize(
    ("which", "role"),
    [(0, None), (1, None), (2, "副组长："), (4, "成员："), (5, "成员："), (6, None)],
)
def test_the_role_stands_in_a_row_before(which: int, role: str | None) -> None:
    """A row has the role of the nearest row above that names one."""
    found = role_of(row(which))
    assert (found and found.text) == role


def test_a_row_without_any_role() -> None:
    """A list that names no roles gives none, and a heading is no row to look past."""
    assert role_of(row(1, ["领导小组：\n", "温如故 市教育局局长\n"])) is None
    assert role_of(row(1, ["沈若溪 副市长\n", "温如故 市教育局局长\n"])) is None


def test_an_answer_says_the_role() -> None:
    """What somebody is in a group is shown with the row, both quoted, and no other row with it."""
    best = [replace(each, likelihood=float("温如故" in each.text)) for each in sentences([0.1] * 7)]
    best.sort(key=lambda each: -each.likelihood)
    (said,) = write(read_question("温如故在小组里是什么职务？"), best).statements
    assert said.text.endswith("副组长：温如故 市教育局局长")
    assert [each.text for each in said.evidence] == ["副组长：", "温如故 市教育局局长"]


def test_a_short_row_stands_alone() -> None:
    """A row is short and says all the same: the next one is somebody else."""
    (best, *_) = sentences([0, 0, 1, 0, 0, 0, 0])
    assert widen(read_question("教育局局长是谁？"), best).text == "温如故 市教育局局长"


def test_two_lists_are_of_two_bodies() -> None:
    """Who sits in two bodies is on two lists: neither row is what was the rule before."""
    one = sentences([0, 0, 1, 0, 0, 0, 0])[0]
    other = replace(one, passage=replace(one.passage, title="关于清雪工作的通知"))
    assert not same_matter(one, other)
    rule = replace(one, text="停水超过三小时的小区由水车送水。")
    assert same_matter(rule, replace(rule, passage=other.passage))


def test_whom_an_office_has_sent() -> None:
    """The row of the office that is named comes first, also under its short name, and rows of
    other offices are no longer likely."""
    asked = read_question("工信局派到供水小组的是谁？")
    best, *rest = sent_by_office(asked, sentences([0.1, 0.1, 0.1, 0.3, 0.2, 0.1, 0.1]))
    assert best.text.startswith("纪长亭")
    assert best.likelihood == pytest.approx(1.0)
    assert not any(each.likelihood for each in rest)


@pytest.mark.parametrize(
    "text", ["供水小组的组长是谁？", "财政局派到供水小组的是谁？", "工信局负责什么？"]
)
def test_other_questions_keep_their_order(text: str) -> None:
    """Where no office is named, none of its people is listed, or nobody is asked for."""
    scored = sentences([0.1, 0.1, 0.1, 0.3, 0.2, 0.1, 0.1])
    assert sent_by_office(read_question(text), scored) == scored
