"""Which offices a question names, and whether a text speaks of them."""

from __future__ import annotations

import pytest

from assistant.offices import offices, speaks_of


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("市水务局的电话是多少？", ("水务局",)),
        ("青岚市卫健委在哪条街？", ("卫健委",)),
        ("我想去找住房公积金管理中心，几点开门", ("住房公积金管理中心",)),
        ("名单里市公安局派的是谁？", ("公安局",)),
        ("青山区教育局和市财政局的座机", ("青山区教育局", "财政局")),
        ("政务服务中心周六上班吗", ("政务服务中心",)),
        ("服务中心周六上班吗", ()),
        ("哪个局管这事，电话多少", ()),
        ("供暖价格多少钱？", ()),
        ("", ()),
    ],
)
def test_the_offices_of_a_question(question: str, named: tuple[str, ...]) -> None:
    """By their names without the city; a kind of office alone is none."""
    assert offices(question) == named


@pytest.mark.parametrize(
    ("office", "text", "speaks"),
    [
        ("水务局", "17｜青岚市水务局｜张三｜5550188", True),
        ("卫健委", "青岚市卫生健康委员会", True),
        ("工信局", "青岚市工业和信息化局", True),
        ("税务局", "国家税务总局青岚市税务局", True),
        ("青山区教育局", "青岚市教育局｜青岚市青山区大街3号", False),
        ("民政局", "青岚市财政局｜市政府路", False),
        ("民政局", "", False),
    ],
)
def test_a_text_that_speaks_of_an_office(office: str, text: str, speaks: bool) -> None:
    """In full or shortened; another office with like characters is not it."""
    assert speaks_of(text, office) is speaks
