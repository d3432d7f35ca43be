"""A question with slips is answered as it was meant, and the user sees how it was understood."""

from __future__ import annotations

import pytest

from assistant import PolicyAssistant
from assistant.questions import Question
from assistant.wording import said_of, understood
from tests.library import DOGS_NUMBER
from vectorstore.errors import BadQuestion

SLIP, PLAIN = "养犬灯记费每年多少钱？", "养犬登记费每年多少钱？"
SAID = "已按“养犬登记费每年多少钱”理解。"


def read(assistant: PolicyAssistant, text: str, history: list[dict[str, str]] | None = None):
    """The question as it is understood with the store of the tests."""
    return understood(text, history or [], (), assistant.store)


def test_a_slip_is_answered_as_it_was_meant(assistant: PolicyAssistant) -> None:
    """The question stays as typed, what was searched for is shown, and so is a sentence."""
    answer, plain = assistant.ask(SLIP), assistant.ask(PLAIN)
    assert answer.question == SLIP
    assert answer.standalone_question == PLAIN
    assert answer.answered
    assert (answer.text, answer.citations) == (plain.text, plain.citations)
    assert answer.warnings[0] == SAID
    assert SAID not in plain.warnings


def test_a_stream_says_the_same(assistant: PolicyAssistant) -> None:
    """Streamed, the answer is the same as asked at once."""
    assert list(assistant.stream(SLIP))[-1].answer == assistant.ask(SLIP)


def test_a_refusal_says_how_it_was_understood(assistant: PolicyAssistant) -> None:
    """Whoever is refused must see whether he was understood."""
    answer = assistant.ask("大连市的养犬灯记费多少钱？")
    assert not answer.answered
    assert answer.warnings == ("已按“大连市的养犬登记费多少钱”理解。",)


def test_a_follow_up_of_a_slip(assistant: PolicyAssistant) -> None:
    """What was asked before counts as it was meant; only this turn's slips are told."""
    history = [
        {"role": "user", "content": SLIP},
        {"role": "assistant", "content": f"（{DOGS_NUMBER}）第三条：一百元。[1]"},
    ]
    question = read(assistant, "导盲犬呢？", history)
    assert question.standalone == "养犬登记费每年多少钱：导盲犬？"
    assert said_of(question) == []


def test_a_follow_up_with_a_slip(assistant: PolicyAssistant) -> None:
    """Both readings of a follow-up are of what was meant."""
    history = [{"role": "user", "content": PLAIN}, {"role": "assistant", "content": "一百元。"}]
    question = read(assistant, "那公安机官管不管？", history)
    assert question.text == "那公安机官管不管？"
    assert question.meant == question.wording == "那公安机关管不管？"
    assert "机关" in question.standalone
    assert question.other is None or question.other.meant == question.meant


@pytest.mark.parametrize("text", [PLAIN, "张伟局长的电话是多少？", "What is the dog licence fee?"])
def test_nothing_is_said_where_nothing_was_read_differently(
    assistant: PolicyAssistant, text: str
) -> None:
    """A plain question, a name and another language stay as they are."""
    question = read(assistant, text)
    assert (question.text, question.meant) == (text, "")
    assert said_of(question) == []


def test_bad_questions_are_still_named(assistant: PolicyAssistant) -> None:
    """Checking comes first."""
    with pytest.raises(BadQuestion):
        read(assistant, "  ")
    with pytest.raises(BadQuestion):
        read(assistant, SLIP, "no list")


def test_half_a_character_in_the_history(assistant: PolicyAssistant) -> None:
    """What broken JSON leaves of a character is cleaned before slips are looked for."""
    history = [{"role": "user", "content": f"{SLIP}\ud83d"}]
    assert read(assistant, "导盲犬呢？", history).standalone.endswith("：导盲犬？")


def test_what_was_meant_is_empty_unless_said() -> None:
    """A question made without a store, as tests make it, was meant as it stands."""
    question = Question(PLAIN, PLAIN, None)
    assert question.wording == PLAIN
