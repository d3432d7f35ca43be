"""What a figure measures, in which direction it is a bound, and who is named in a rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.actors import OFFICE, actors
from assistant.measures import AT_LEAST, AT_MOST, measures
from vectorstore.terms import fold


@pytest.mark.parametrize(
    ("text", "kind", "value", "bound"),
    [
        ("最高不超过三十万元", "money", "300000", AT_MOST),
        ("每平方米25元", "money", "25", ""),
        ("不低于20%", "share", "20", AT_LEAST),
        ("百分之五以下", "share", "5", AT_MOST),
        ("二十个工作日内", "workday", "20", AT_MOST),
        ("15天", "day", "15", ""),
        ("提前七日", "day", "7", ""),
        ("三个月以上", "month", "3", AT_LEAST),
        ("年满70周岁", "age", "70", AT_LEAST),
        ("不满七十周岁", "age", "70", AT_MOST),
        ("一米二以下", "length", "1.2", AT_MOST),
        ("至少保存三年", "year", "3", AT_LEAST),
        ("最长三年", "year", "3", AT_MOST),
        ("超过24小时", "hour", "24", AT_LEAST),
        ("1500万元（含1500万元）以上", "money", "15000000", AT_LEAST),
        ("内容3项", "count", "3", ""),
    ],
)
def test_a_measure(text: str, kind: str, value: str, bound: str) -> None:
    """Its kind, its value in one spelling, and its direction."""
    found = measures(fold(text))[0]
    assert (found.kind, found.value, found.bound) == (kind, (value,), bound)


@pytest.mark.parametrize(
    ("text", "values", "bounds"),
    [
        ("2023年10月底前", [("2023", "10", "")], [AT_MOST]),
        ("二〇二一年九月六日起", [("2021", "9", "6")], [AT_LEAST]),
        ("2022年4月至9月", [("2022", "4", ""), ("", "9", "")], [AT_LEAST, AT_MOST]),
        ("2021-09-06", [("2021", "9", "6")], [""]),
        ("一月一日", [("", "1", "1")], [""]),
        ("2020年", [("2020", "", "")], [""]),
    ],
)
def test_a_date_is_one_value(text: str, values: list, bounds: list) -> None:
    """With the parts that it states; a range has a beginning and an end."""
    found = measures(fold(text))
    assert [each.value for each in found] == values
    assert [each.bound for each in found] == bounds


def test_dates_that_may_be_one() -> None:
    """What both state must be the same."""
    (full, month, other) = (measures(each)[0] for each in ("2023年10月5日", "10月", "2023年12月"))
    assert full.same_value(month)
    assert not full.same_value(other)
    assert not month.same_value(measures("2023年")[0])


@pytest.mark.parametrize(
    ("text", "offices"),
    [
        ("由市住房和城乡建设局牵头", ["市住房和城乡建设局"]),
        ("县（市）区城管局、市财政局负责", ["县(市)区城管局", "市财政局"]),
        ("市住建局会同市财政局审查", ["市住建局", "市财政局"]),
        ("街道办事处初审，区民政局审批", ["街道办事处", "区民政局"]),
        ("牵头单位：教育局、市场监管局", ["教育局", "市场监管局"]),
        ("合理规划布局，市属企业和各有关部门", []),
    ],
)
def test_the_offices_of_a_text(text: str, offices: list[str]) -> None:
    """By how such names begin and end."""
    assert [each.value for each in actors(fold(text)) if each.kind == OFFICE] == offices


def test_an_office_by_its_short_name() -> None:
    """市住建局 is 市住房和城乡建设局, and no other."""
    short, long, other = (
        actors(each)[0] for each in ("市住建局", "市住房和城乡建设局", "市民政局")
    )
    assert short.same_value(long)
    assert long.same_value(short)
    assert not short.same_value(other)


def test_to_whom_something_is_done() -> None:
    """向 and 告知 stand in front of whom it is done to."""
    found = actors("供暖企业应当向用户退还费用,并告知申请人")
    assert [(each.value, each.goal) for each in found] == [
        ("企业", False),
        ("用户", True),
        ("申请人", True),
    ]


@given(st.text(max_size=80))
def test_any_text_is_measured(text: str) -> None:
    """Whatever Unicode holds: in order, within the text, no two on one place."""
    folded = fold(text)
    found = measures(folded)
    assert all(0 <= each.start < each.end <= len(folded) for each in found)
    assert actors(folded) == sorted(actors(folded), key=lambda each: each.start)
