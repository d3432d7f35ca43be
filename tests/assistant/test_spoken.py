"""Dialect and misspelt question words are read as common ones; common words stay as they are."""

from __future__ import annotations

import pytest

from assistant.answer_types import expected_type
from assistant.spoken import in_common_words

SAID = [
    ("养犬登记费多哨", "养犬登记费多少"),
    ("狗证一年得多钱？", "狗证一年得多少钱？"),
    ("罚养狗的多少前", "罚养狗的多少钱"),
    ("啥时侯开始供暖", "啥时候开始供暖"),
    ("供暖多咱停", "供暖啥时候停"),
    ("停车点设在哪嘎达？", "停车点设在哪里？"),
    ("上哪疙瘩办狗证", "上哪里办狗证"),
    ("没登记会咋滴", "没登记会咋样"),
    ("狗证昨办", "狗证咋办"),
    ("代办中不中", "代办行不行"),
    ("让别人代办中不？", "让别人代办行不？"),
    ("导盲犬登记係咪免費", "导盲犬登记是不是免費"),
    ("使唔使交登记費", "用不用交登记費"),
    ("会唔会罚款", "会不会罚款"),
    ("单车归边个局管", "单车归哪个局管"),
    ("补助占百分几", "补助占百分之几"),
    ("登记要几填", "登记要几天"),
    ("要带哪三羊", "要带哪三样"),
    ("书屋在那条街", "书屋在哪条街"),
    ("哪些银能领补助", "哪些人能领补助"),
    ("整明白滴人", "整明白的人"),
]
COMMON = [
    "养犬登记费每年多少钱？",
    "拿了一万多钱的补助，还能再领吗？",
    "合同中不得写哪些条款？",
    "施工途中不停水行不行？",
    "在那个小区养狗要登记吗？",
    "城西那条街归谁管？",
    "家庭农场滴灌补贴给几成？",
    "口罩用什么材料？",
    "几时间隔、几乎没有、几何图形？",
    "十几户以上才给装路灯？",
    "滞纳金按几个点算？",
    "哪银行能贷款？",
    "欠款咋个还法？",
    "工程建设多长时间？",
    "《中不中》还有效吗？",
]


@pytest.mark.parametrize(("said", "common"), SAID)
def test_dialect_and_haste(said: str, common: str) -> None:
    """What is said or misspelt in a question is the common word for it."""
    assert in_common_words(said) == common


@pytest.mark.parametrize("question", COMMON)
def test_common_words_stay(question: str) -> None:
    """The same characters within other words, and in titles, are left alone."""
    assert in_common_words(question) == question


def test_traditional_characters_stay() -> None:
    """Only the words of dialect change in a question in traditional characters."""
    assert in_common_words("養犬登記費幾多錢") == "養犬登記費多少錢"


@pytest.mark.parametrize(
    ("said", "kind"),
    [("狗证啥前儿到期", "date"), ("狗证交多前", "money"), ("上大厅中不中", "yes_no")],
)
def test_the_answer_that_is_expected(said: str, kind: str) -> None:
    """With the common word the question tells what kind of answer it wants."""
    assert expected_type(said).name != kind
    assert expected_type(in_common_words(said)).name == kind
