"""What is asked of a matter is told from a question, and whether a text says it."""

from __future__ import annotations

import pytest

from assistant.attributes import asked_attributes, attributes, deeds, unsaid
from vectorstore.terms import fold


def test_every_line_asks_what_a_text_can_say() -> None:
    """No pattern is empty or holds of any text, and none is kept twice."""
    for each in attributes():
        assert not each.asks.search("")
        assert not each.says.search("")
    asks = [each.asks.pattern for each in attributes()]
    assert len(asks) == len(set(asks)) > 50


@pytest.mark.parametrize(
    ("question", "silent", "telling"),
    [
        ("租一个摊位月租多少", "摊位由街道统一编号。", "摊位租金每月三百元。"),
        ("垃圾桶是什么颜色的", "厨余垃圾单独投放。", "厨余垃圾投入绿色容器。"),
        ("图书馆周末开门吗", "图书馆藏书二十万册。", "图书馆每日九点至十七点开放。"),
        ("没拴狗绳罚多少", "携犬外出应当束犬链。", "未束犬链的，处五十元罚款。"),
        ("要传真号", "电话：1234567。", "传真：1234567。"),
    ],
)
def test_a_text_says_what_is_asked_or_not(question: str, silent: str, telling: str) -> None:
    """Of two texts on the matter only one says what is asked of it."""
    asked = asked_attributes(fold(question))
    assert asked
    assert unsaid(asked, fold(silent)) > 0
    assert unsaid(asked, fold(telling)) == 0


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("借一次收多少钱", ("收",)),
        ("得了第一名奖到几万", ("奖",)),
        ("一共有几个人", ()),
        ("什么时候开始", ()),
    ],
)
def test_what_is_done_with_an_amount(question: str, found: tuple[str, ...]) -> None:
    """The verb in front of 多少 or 几 says what the amount is of; 有 says nothing."""
    assert deeds(question) == found
