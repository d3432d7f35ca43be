"""Sentences that turn their source round, and faithful ones in other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.claims import reversed_clause, unknown_name

SOURCE = (
    "第四条 供暖期内，居民卧室和客厅的温度不得低于十九摄氏度。"
    "温度连续两日达不到标准的，供暖企业应当按日退还供暖费。"
    "第五条 用户可以向市住房和城乡建设局申请延期，经批准后三十日内缴清。"
    "未经批准，任何单位不得拆改供热管道。"
    "低保户免收供暖费，新建小区的供暖面积不超过三万平方米。"
    "供暖补贴标准提高到每户二百元，由市财政局负责拨付。"
    "鼓励企业使用清洁能源，禁止焚烧垃圾取暖。"
    "从事供暖五年以上的企业可以申报。"
    "停暖信息应当在十二小时以前公布。"
)
REVERSED = [
    "供暖期内，居民卧室和客厅的温度不得高于十九摄氏度。",
    "供暖期内，居民卧室和客厅的温度可以低于十九摄氏度。",
    "居民卧室和客厅的温度最多十九摄氏度。",
    "居民卧室和客厅的温度应在十九摄氏度以下。",
    "温度连续两日达不到标准的，供暖企业不得按日退还供暖费。",
    "温度连续两日达不到标准的，供暖企业可以按日退还供暖费。",
    "温度连续两日达不到标准的，供暖企业不应当按日退还供暖费。",
    "温度连续两日达不到标准的，供暖企业无须按日退还供暖费。",
    "温度连续两日达不到标准的，供暖企业不退还供暖费。",
    "温度连续两日达到标准的，供暖企业应当按日退还供暖费。",
    "用户不得向市住房和城乡建设局申请延期。",
    "用户应当向市住房和城乡建设局申请延期。",
    "用户不能向市住建局申请延期。",
    "任何单位可以拆改供热管道。",
    "未经批准，任何单位可以拆改供热管道。",
    "低保户收取供暖费。",
    "低保户不免收供暖费。",
    "新建小区的供暖面积至少三万平方米。",
    "新建小区的供暖面积不少于三万平方米。",
    "供暖补贴标准降低到每户二百元。",
    "供暖补贴标准下调到每户二百元。",
    "供暖补贴由市财政局不负责拨付。",
    "禁止企业使用清洁能源。",
    "限制企业使用清洁能源。",
    "可以焚烧垃圾取暖。",
    "允许焚烧垃圾取暖。",
    "鼓励焚烧垃圾取暖。",
    "从事供暖五年以下的企业可以申报。",
    "从事供暖五年以上的企业不可以申报。",
    "停暖信息应当在十二小时以后公布。",
    "停暖信息不应当公布。",
    "停暖信息应当在十二小时以前保密。",
]
FAITHFUL = [
    "供暖期内，卧室和客厅至少十九摄氏度。",
    "居民卧室和客厅的温度最低为十九摄氏度。",
    "居民卧室和客厅的温度应在十九摄氏度以上。",
    "居民卧室和客厅温度不应低于十九摄氏度。",
    "供暖期内居民卧室、客厅不能低于十九摄氏度。",
    "温度连续两日不达标的，供暖企业必须按日退还供暖费。",
    "温度连续两日达不到标准，供暖企业要按日退费。",
    "连续两日没有达到标准的，企业须按日退还供暖费。",
    "供暖企业应当按日退还供暖费。",
    "用户可向市住房和城乡建设局申请延期。",
    "用户能够向市住建局申请延期，批准后三十日内缴清。",
    "用户可以申请延期。",
    "经批准后三十日内缴清。",
    "没有经过批准，任何单位都不能拆改供热管道。",
    "未经批准不得拆改供热管道。",
    "任何单位未经批准，禁止拆改供热管道。",
    "低保户不收供暖费。",
    "低保户不用缴供暖费。",
    "低保户供暖费免收。",
    "新建小区的供暖面积最多三万平方米。",
    "新建小区供暖面积不得超过三万平方米。",
    "新建小区的供暖面积在三万平方米以内。",
    "供暖补贴标准上调到每户二百元。",
    "供暖补贴每户二百元，由市财政局拨付。",
    "市财政局负责拨付供暖补贴。",
    "支持企业使用清洁能源。",
    "不得焚烧垃圾取暖。",
    "严禁焚烧垃圾取暖。",
    "不允许焚烧垃圾取暖。",
    "从事供暖至少五年的企业可以申报。",
    "从事供暖五年以上的企业能申报。",
    "停暖信息要提前十二小时公布。",
    "停暖信息须在十二小时之前公布。",
    "停暖信息应在十二小时以前公示。",
]


@pytest.mark.parametrize("text", REVERSED)
def test_a_sentence_that_turns_its_source_round(text: str) -> None:
    """May for must, at most for at least, 不 put in or left out, the opposite word."""
    assert reversed_clause(text, [SOURCE])


@pytest.mark.parametrize("text", FAITHFUL)
def test_other_words_for_the_same(text: str) -> None:
    """Are taken."""
    assert reversed_clause(text, [SOURCE]) == ""
    assert unknown_name(text, [SOURCE]) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("供暖补贴由市教育局拨付。", "教育局"),
        ("用户向市气象局申请延期。", "气象局"),
        ("供暖企业的组长是林远水，供暖补贴由市财政局拨付。", "林远水"),
        ("供暖期内，大连市居民卧室不得低于十九摄氏度。", "大连"),
        ("供暖补贴由市住建局拨付。", ""),
        ("供暖补贴由财政局拨付。", ""),
    ],
)
def test_a_name_that_the_source_lacks(text: str, name: str) -> None:
    """An office, a place or a person; a short form of an office is none."""
    found = unknown_name(text, [SOURCE])
    assert bool(found) == bool(name)
    assert name in found


@given(st.text(max_size=60))
def test_any_text_agrees_with_itself(text: str) -> None:
    """Whatever Unicode holds."""
    assert reversed_clause(text, [text]) == ""
    assert unknown_name(text, [text]) == ""
