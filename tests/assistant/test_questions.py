"""Questions as people type them, alone and in a conversation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.questions import LONGEST_HISTORY, LONGEST_QUESTION, read_question
from tests.library import DOGS_NUMBER, HEATING_NUMBER
from vectorstore.errors import BadQuestion

TOWN = "城镇居民的供暖补贴是多少元？"
ANSWER = f"根据《青岚市居民供暖管理办法》（{HEATING_NUMBER}）第五条：每户二百元。[1]"


def turns(*texts: str) -> list[dict[str, str]]:
    """A conversation: user, assistant, user, …"""
    return [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000\u00a0", None, 5, b"\xe9", ["问"], {}])
def test_an_empty_question(text: Any) -> None:
    """Nothing, white space of any width, or no text at all: one sentence in each language."""
    with pytest.raises(BadQuestion, match=r"^The question is empty; type one\.$") as caught:
        read_question(text)
    assert caught.value.chinese == "问题是空的，请输入您想问的内容。"


@pytest.mark.parametrize("length", [LONGEST_QUESTION + 1, 100_000])
def test_a_question_that_is_too_long(length: int) -> None:
    """The message names both lengths."""
    with pytest.raises(BadQuestion, match=f"has {length:,} characters.*{LONGEST_QUESTION:,}"):
        read_question("问" * length)


def test_the_longest_question() -> None:
    """Of exactly that length is taken."""
    assert len(read_question("问" * LONGEST_QUESTION).standalone) == LONGEST_QUESTION


def test_white_space_and_broken_characters() -> None:
    """Line breaks become spaces; a lone surrogate cannot reach the search."""
    question = read_question("  供暖\n价格\ud800多少？ ")
    assert question.text == "供暖 价格?多少？"
    question.standalone.encode()


@pytest.mark.parametrize(
    "history",
    [
        "你好", 5, {"role": "user"}, [5], ["你好"], [{}], [{"role": "user"}],
        [{"role": "system", "content": "你是"}], [{"role": "user", "content": None}],
        [{"role": "user", "content": [{"type": "text", "text": "问"}]}],
        [["问", "答"]], iter([{"role": "user", "content": "问"}]),
    ],
)  # fmt: skip
def test_a_history_of_another_shape(history: Any) -> None:
    """One sentence that says what it must look like, not a traceback."""
    with pytest.raises(BadQuestion, match=r"^The history must be a list of \{role") as caught:
        read_question("那农村的呢？", history)
    assert "对话历史" in caught.value.chinese


@pytest.mark.parametrize("history", [None, [], ()])
def test_no_history(history: Any) -> None:
    """Then a follow-up has nothing to lean on and is asked as it is."""
    question = read_question("那农村的呢？", history)
    assert (question.standalone, question.followup) == ("那农村的呢？", False)


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("那农村的呢？", "农村居民的供暖补贴是多少元？"),
        ("农村的呢", "农村居民的供暖补贴是多少元？"),
        ("第二条呢？", "城镇居民的供暖补贴是多少元：第二条？"),
        ("它还有效吗？", "城镇居民的供暖补贴：它还有效？"),
        ("这个文件是什么时候发的？", "城镇居民的供暖补贴：这个文件是什么时候发的？"),
        ("还有，怎么申请？", "城镇居民的供暖补贴：怎么申请？"),
    ],
)
def test_a_follow_up_stands_alone(text: str, standalone: str) -> None:
    """The question before it is put in front; the words that are new are in focus."""
    question = read_question(text, turns(TOWN, ANSWER))
    assert question.standalone == standalone
    assert question.text == text
    assert question.followup
    assert "城镇" not in question.focus


def test_a_follow_up_looks_in_the_document_that_was_cited() -> None:
    """The number in the last answer."""
    question = read_question("它还有效吗？", turns(TOWN, ANSWER))
    assert question.numbers == (HEATING_NUMBER,)


def test_a_follow_up_asks_for_the_same_kind_of_thing() -> None:
    """那农村的呢 asks for an amount when the question before it did; unless it asks for another."""
    assert read_question("那农村的呢？", turns(TOWN, ANSWER)).kind == "money"
    assert read_question("那什么时候发放呢？", turns(TOWN, ANSWER)).kind == "date"


@pytest.mark.parametrize(
    "text",
    [
        "养犬登记费每年多少钱？",
        "共享单车违规停放多久以内清运？",
        f"{DOGS_NUMBER}什么时候施行？",
        "那养犬登记费、犬链长度、主管部门、违规处罚、办理地点和所需材料分别是怎样规定的呢？",
    ],
)
def test_a_new_topic_stands_alone(text: str) -> None:
    """It does not drag the old one along."""
    question = read_question(text, turns(TOWN, ANSWER))
    assert question.standalone == text
    assert not question.followup
    assert HEATING_NUMBER not in question.numbers


def test_follow_ups_in_a_row_keep_their_subject() -> None:
    """The subject is the last question that stood alone, with what was narrowed since."""
    history = turns(TOWN, ANSWER, "那农村的呢？", ANSWER)
    question = read_question("那什么时候发放呢？", history)
    assert question.standalone == "农村居民的供暖补贴：什么时候发放？"
    articles = turns(TOWN, ANSWER, "第二条呢？", ANSWER)
    question = read_question("第三条呢？", articles)
    assert question.standalone == "城镇居民的供暖补贴是多少元：第三条？"


def test_a_follow_up_leans_on_the_last_topic() -> None:
    """Not on the one before it."""
    history = turns("养犬登记费每年多少钱？", "一百元。", TOWN, ANSWER)
    assert read_question("那农村的呢？", history).standalone.startswith("农村居民的供暖")


def test_the_history_is_bounded() -> None:
    """Only the last turns count, and only so much of each: a long talk costs no more."""
    old = turns("养犬登记费每年多少钱？", "一百元。")
    filler = turns(*["那呢？", "好。"] * (LONGEST_HISTORY // 2))
    assert "养犬" not in read_question("那农村的呢？", old + filler).standalone
    endless = turns("供" * 100_000 + "？", "暖" * 100_000)
    assert len(read_question("那农村的呢？", endless).standalone) < LONGEST_QUESTION


def test_a_broken_history_character_goes_nowhere() -> None:
    """A surrogate in an earlier turn is replaced too."""
    read_question("那农村的呢？", turns("供暖\ud800补贴多少？", ANSWER)).standalone.encode()


def test_several_parts() -> None:
    """期限几年，由谁负责 asks for two kinds of things, each with its own clause."""
    parts = read_question("供暖期从什么时候开始，价格多少钱？由哪个部门负责？").parts
    assert [(each.text, each.wants.name) for each in parts] == [
        ("供暖期从什么时候开始", "date"),
        ("价格多少钱", "money"),
        ("由哪个部门负责", "responsible"),
    ]


@pytest.mark.parametrize("text", [TOWN, "你好，供暖补贴多少钱？", "供暖价格多少钱？收费多少元？"])
def test_one_part(text: str) -> None:
    """A greeting, or the same thing asked twice, is no second part."""
    assert read_question(text).parts == ()


def test_numbers_that_are_named() -> None:
    """In canonical form, each once."""
    question = read_question("青政发[2021]8号和青政发〔２０２１〕８号、青岚市人民政府令第十二号？")
    assert question.numbers == (HEATING_NUMBER, DOGS_NUMBER)


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=6))
def test_any_text_is_read_or_refused(text: str, said: list[str]) -> None:
    """Whatever Unicode holds: a question, or BadQuestion."""
    if text.strip() and not re.search(r"[\x00-\x1f\x7f-\x9f\ufffd]", text):
        question = read_question(text, turns(*said))
        assert question.standalone.strip()
        question.standalone.encode()
    elif not text.strip():
        with pytest.raises(BadQuestion):
            read_question(text, turns(*said))
