"""A document number said by year and serial is the one stored number that fits what is said."""

from __future__ import annotations

import pytest

from assistant import PolicyAssistant
from assistant.said_numbers import with_numbers_written
from tests.assistant.documents import TRAP_NUMBER, WATER_NUMBER
from tests.library import HEATING_NUMBER


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("2022年31号那个办公室文，主题是什么？", f"{WATER_NUMBER}，主题是什么？"),
        ("市政府办公室2022年第31号文件讲什么", f"{WATER_NUMBER}讲什么"),
        ("请问2021年8号市政府文件是管什么的？", f"请问{HEATING_NUMBER}是管什么的？"),
        ("2023年19号（青政发）是管什么的？", f"{TRAP_NUMBER}是管什么的？"),
        ("（青政发）2023年19号是管什么的？", f"{TRAP_NUMBER}是管什么的？"),
    ],
)
def test_what_is_said_beside_it_tells_the_issuer(
    assistant: PolicyAssistant, said: str, written: str
) -> None:
    """The code, the office or the government, before or behind the number."""
    assert with_numbers_written(said, assistant.store) == written


@pytest.mark.parametrize(
    "said",
    [
        "2022年31号文主题是什么？",
        "2022年31号市政府文件主题是什么？",
        "县政府办公室2022年31号文件主题是什么？",
        "省政府办公室2022年31号文件主题是什么？",
        "2022年31号（白政办发）主题是什么？",
        "2022年99号那个办公室文，主题是什么？",
        "2022年31号通告是管什么的？",
        "2022年31号楼的办公室在哪里？",
        f"{WATER_NUMBER}，办公室文，主题是什么？",
    ],
)
def test_a_number_that_may_be_another_stays_as_it_was_said(
    assistant: PolicyAssistant, said: str
) -> None:
    """Nobody's number, another issuer's, one that is not held, or one that is written out."""
    assert with_numbers_written(said, assistant.store) == said


def test_the_document_answers_and_the_user_sees_which(assistant: PolicyAssistant) -> None:
    """What was understood is told above an answer from that document alone."""
    answer = assistant.ask("2022年31号那个办公室文，主题是什么？")
    assert "关于印发青岚市供水应急工作方案的通知" in answer.text
    assert {each.number for each in answer.citations} == {WATER_NUMBER}
    assert answer.warnings[0] == f"已按“{WATER_NUMBER}，主题是什么”理解。"
