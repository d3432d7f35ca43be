"""Values with the words around them: what is compared, and that what is honest passes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bindings import misplaced
from assistant.contexts import bound_values
from vectorstore.terms import fold


def contexts(text: str) -> dict[str, str]:
    """The context of every value, by the value as it is written."""
    folded = fold(text)
    return {
        folded[each.value.start : each.value.end]: each.context for each in bound_values(folded)
    }


def test_a_values_words_reach_back_to_the_value_before() -> None:
    """In the same sentence."""
    found = contexts("首次购房的，首付不低于20%；第二套的，首付不低于40%。")
    assert "首次" in found["20%"]
    assert "首次" not in found["40%"]
    assert "第二套" in found["40%"]


def test_enumerated_values_share_their_words() -> None:
    """城市、农村分别为600元和400元: either may be meant by either."""
    found = contexts("城市、农村低保标准分别为600元和400元。")
    assert found["600元"] == found["400元"]


def test_what_follows_a_date_belongs_to_it() -> None:
    """Where nothing is said in front of it."""
    found = contexts("11月15日前，完成验收，结果于12月20日前公布。")
    assert "验收" in found["11月15日"]
    assert "验收" not in found["12月20日"]


def test_a_year_behind_a_comma_is_no_thousand() -> None:
    """前，2022年 are two clauses, 1,500元 is one figure."""
    found = contexts("完成摸底，2022年11月5日前，补助1,500元。")
    assert "补助" not in found["2022年11月5日"] or "摸底" in found["2022年11月5日"]
    assert "1,500元" in found


def test_a_bracket_of_duties_speaks_of_the_item_before_it() -> None:
    """And not of the one before that."""
    found = contexts("修缮危房。（市住建局牵头，2023年底前完成）改造旱厕。（市农业农村局牵头）")
    assert "危房" in found["市住建局"]
    assert "旱厕" in found["市农业农村局"]
    assert "危房" not in found["市农业农村局"]


def test_a_cell_belongs_to_its_row_and_column() -> None:
    """The other columns' figures have heads of their own."""
    found = contexts("车型｜每小时｜封顶\n客车｜5元｜40元\n货车｜12元｜90元")
    assert "客车" in found["40元"]
    assert "封顶" in found["40元"]
    assert "每小时" not in found["40元"]
    assert "货车" not in found["40元"]


def test_what_leans_back_keeps_what_it_leans_on() -> None:
    """情节严重的, … is still about the same enterprise."""
    source = "生产企业违反规定的，处一万元罚款；情节严重的，处三万元罚款。"
    assert misplaced("生产企业最高罚款三万元。", [source]) == ""
    assert misplaced("生产企业情节严重的罚三万元。", [source]) == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("甲类补贴500元。", ""),
        ("乙类补贴500元。", "500元"),
        ("甲类补贴300元。", "300元"),
        ("补贴500元。", ""),
        ("补贴700元。", ""),
        ("甲类、乙类分别补贴500元、300元。", ""),
    ],
)
def test_values_of_two_items(text: str, value: str) -> None:
    """A value that no source states is another check's concern."""
    assert misplaced(text, ["甲类补贴500元，乙类补贴300元。"]) == value


def test_a_second_source_vouches_too() -> None:
    """What one passage says otherwise may be right by the other."""
    first, second = "甲类补贴500元，乙类补贴300元。", "乙类补贴500元。"
    assert misplaced("乙类补贴500元。", [first])
    assert misplaced("乙类补贴500元。", [first, second]) == ""


def test_year_of_one_date_and_month_of_another() -> None:
    """Is a date of its own, which nobody stated."""
    source = "2022年3月底前完成摸底，2023年10月底前完成改造。"
    assert misplaced("2023年3月底前完成摸底。", [source]) == "2023年3月"
    assert misplaced("3月底前完成摸底。", [source]) == ""


@given(st.text(max_size=80))
def test_any_text_agrees_with_itself(text: str) -> None:
    """Whatever Unicode holds."""
    assert misplaced(text, [text]) == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_compared(text: str, source: str) -> None:
    """Without failing."""
    assert isinstance(misplaced(text, [source]), str)


@pytest.mark.parametrize(
    "repeated", ["市财政局、", "市财政局牵头，", "2023年5月前，", "补贴500元；"]
)
def test_a_reply_that_goes_on_is_compared_in_time(repeated: str) -> None:
    """Four thousand signs of the same, against a passage as long."""
    source = "市财政局牵头，甲类补贴500元，2022年5月前完成。市住建局配合，乙类补贴300元。" * 40
    began = time.monotonic()
    misplaced(repeated * 700, [source])
    assert time.monotonic() - began < 5
