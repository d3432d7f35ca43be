"""Document numbers are found in every spelling and written in one form."""

import time

import pytest

from vectorstore.numbers import canonical_number, find_numbers, numeral_value, same_number


@pytest.mark.parametrize(
    "spelling",
    [
        "青政发〔2021〕7号",
        "青政发 〔2021〕 7 号",
        "青政发[2021]7号",
        "青政发［2021］第7号",
        "青政发﹝2021﹞7号",
        "青政发【2021】7号",
        "青政发(2021)7",
        "青政发（2021）7号",
        "青政发２０２１年７号",
        "青政发 2021 年 7 号",
        "青政发2021年第7号",
        "青政发2021-7",
        "青政发2021 7号",
        "青政发〔二〇二一〕七号",
        "青政发\n〔2021〕\n7号",
        "请问青政发〔2021〕7号的内容是什么？",
        "根据青政发[2021]7号文件",
    ],
)
def test_every_spelling_of_a_letter_number_has_one_form(spelling):
    """Brackets, spaces, digits and a missing 号 make no difference."""
    assert canonical_number(spelling) == "青政发〔2021〕7号"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("青岚市人民政府令\n第 41 号", "青岚市人民政府令第41号"),
        ("（市政府令第 41 号）", "市政府令第41号"),
        ("令41号说了什么", "令第41号"),
        ("市政府第41号令", "市政府令第41号"),
        ("签署41号令的市长是谁", "令第41号"),
        ("签发第41号市政府令的市长", "市政府令第41号"),
        ("查一下青政发(2021)7号", "青政发〔2021〕7号"),
        ("帮我找一下青政发〔2021〕7号", "青政发〔2021〕7号"),
        ("根据国务院令第四百九十二号", "国务院令第492号"),
        ("依据中华人民共和国农桑部令\n第 5 号", "中华人民共和国农桑部令第5号"),
        ("青岚市人民政府令（第41号）", "青岚市人民政府令第41号"),
        ("青岚市公安局公告2020年第3号", "青岚市公安局公告2020年第3号"),
        ("青政公领发〔2020〕1号", "青政公领发〔2020〕1号"),
        ("（国办发〔2019〕88号）", "国办发〔2019〕88号"),
        ("和政发〔2019〕8号", "和政发〔2019〕8号"),
    ],
)
def test_orders_and_other_codes(text, number):
    """Orders carry their issuer as written, in front or behind; any agency's code is taken, and
    nothing of what is said in front of it."""
    assert canonical_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "龙潭大街15号417室",
        "2018年第5期",
        "责令3号楼停工",
        "到2020年，达到 80%",
        "（2018）",
        "印发2018年5月10日的文件",
        "青政发2018年5月10日",
        "第12条",
        "电话：(0429) 3114944",
    ],
)
def test_other_figures_are_no_numbers(text):
    """House numbers, dates, issues of the gazette and articles are left alone."""
    assert find_numbers(text) == []


def test_offsets_cover_the_number_as_written():
    """The span holds exactly the spelling found, without the words before it."""
    text = "废止青政发[2017]3号和青政办发（2018）12号，见市政府令第9号。"
    found = find_numbers(text)
    assert [n for n, _, _ in found] == [
        "青政发〔2017〕3号",
        "青政办发〔2018〕12号",
        "市政府令第9号",
    ]
    assert [text[s:e] for _, s, e in found] == [
        "青政发[2017]3号",
        "青政办发（2018）12号",
        "市政府令第9号",
    ]


def test_short_issuers_of_orders_agree_with_full_ones():
    """市政府令第9号 is 青岚市人民政府令第9号, but not 省政府令第9号."""
    assert same_number("市政府令第9号", "青岚市人民政府令第9号")
    assert not same_number("市政府令第9号", "青岚市人民政府令第19号")
    assert not same_number("省政府令第9号", "青岚市人民政府令第9号")
    assert same_number("令第9号", "青岚市人民政府令第9号")
    assert not same_number("青政发〔2017〕3号", "青政办发〔2017〕3号")


def test_long_lines_take_linear_time():
    """A line of 200,000 characters without a number is searched at once."""
    started = time.perf_counter()
    assert find_numbers("青政发" * 70_000) == []
    find_numbers("〔2018" * 40_000)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十二", 12),
        ("一百〇三", 103),
        ("12", 12),
        ("１２", 12),
        ("一二", 12),
        ("十2", 12),
        ("二十", 20),
    ],
)
def test_numerals_have_one_value_in_every_script(numeral: str, value: int) -> None:
    """第12条, 第十二条 and what people mix of both name the same article."""
    assert numeral_value(numeral) == value
