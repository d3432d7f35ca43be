"""Each digest states its facts in the section in which the original states them.

In: the digests and, where `../shared/policies` is at hand, the gazettes. The comparison itself is
tested on a document of an invented city. Out: pass or fail.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.reader import read_documents
from tests.documents.items import PERSON, Item, any_of, counts_of_lists, find_items
from tests.documents.sections import Comparison, compare, compare_digest, related, section_of
from tests.documents.test_digests import each_digest, needs_gazettes

FRONT = """---
number: 云政发〔2021〕3号
title: 云溪市人民政府关于整治河岸的通知
issuer: 云溪市人民政府
kind: 通知
issued: 2021-03-04
source: {source}
---

# 云溪市人民政府关于整治河岸的通知

云溪市人民政府2021年3月4日发出。

"""
ORIGINAL = """## 一、工作目标

到2023年年底，三年内整治河岸一百二十亩，拨款2.5万元。（责任单位：市财政局、市发展和改革委员会）

## 二、查看现状

五个工作日内报送，电话3110001。（责任单位：市水利局）

## 三、动工

按云政发〔2020〕7号办理，完成率不低于百分之九十。（责任单位：市住房和城乡建设局）
"""


def compared(digest: str) -> Comparison:
    """The comparison of a digest's body with the invented original."""
    ours, theirs = (
        read_documents(FRONT.format(source=source) + body, source)[0]
        for source, body in (("digest", digest), ("original", ORIGINAL))
    )
    return compare(ours, theirs)


def test_restated_facts_agree() -> None:
    """Other words, numerals, units and short names of departments are the same facts."""
    digest = (
        ORIGINAL.replace("三年", "3年").replace("一百二十亩", "120亩").replace("2.5万元", "25000元")
    )
    digest = digest.replace("发展和改革委员会", "发展改革委").replace("五个工作日", "5个工作日")
    digest = digest.replace("百分之九十", "90%").replace("住房和城乡建设局", "住房城乡建设局")
    result = compared(digest)
    assert not result.misplaced
    assert not result.missing
    assert result.departments == 4
    assert result.numbers_kept == result.names_kept == 1.0


def test_a_fact_in_another_section_is_misplaced() -> None:
    """A department, a phone number and a share that stand under the wrong heading are told."""
    result = compared(
        ORIGINAL.replace("市水利局", "市财政局")
        .replace("电话3110001", "")
        .replace("不低于百分之九十", "不低于百分之九十，电话3110001")
    )
    told = {(section, str(item)) for section, item in result.misplaced}
    assert told == {("二、查看现状", "财政局"), ("三、动工", "3110001")}
    assert [str(item) for _, item in result.missing] == ["3110001"]
    assert [str(item) for _, item in result.unnamed] == ["水利局"]


def test_a_changed_figure_is_invented_and_missing() -> None:
    """A wrong amount is both: one that the original lacks and one that the digest lost."""
    result = compared(ORIGINAL.replace("2.5万元", "2.6万元"))
    assert [str(item) for _, item in result.misplaced] == ["26000元"]
    assert [str(item) for _, item in result.missing] == ["25000元"]


def test_a_section_may_hold_what_its_part_holds() -> None:
    """A list of short parts may be told as one; the lead-in of a document is no such part."""
    assert related(("一、目标",), ("一、目标", "（二）"))
    assert not related(("一、目标", "（一）"), ("一、目标", "（二）"))
    assert not related((), ("一、目标",))


def test_rows_count_as_sections_only_where_both_sides_have_them() -> None:
    """A table that only the digest has belongs to the section it stands in."""
    assert section_of("附件/表/第2行") == ("附件",)
    assert section_of("附件/表/第2行", frozenset({"附件/表/第2行"})) == ("附件", "第2行")


def test_persons_keep_their_posts() -> None:
    """A member list and a table of members name the same persons."""
    nobody = any_of(set())
    expected = Item(PERSON, "林石", "市水利局副局长")
    assert expected in find_items("成 员：林 石 市水利局副局长", nobody)
    assert expected in find_items("成员｜林石｜市水利局副局长", nobody)


def test_a_count_of_a_list_must_be_right() -> None:
    """三类 before three entries is derived from the list; before two it is not."""
    assert counts_of_lists("严格限制三类项目：甲、乙、丙。")
    assert not counts_of_lists("严格限制六类项目：甲、乙。")


@pytest.mark.gazettes
@needs_gazettes
@each_digest
def test_facts_stand_in_the_section_of_the_original(path: Path) -> None:
    """No number, date, document number, department or person has strayed into another section."""
    assert not [f"{section}: {item}" for section, item in compare_digest(path).misplaced]


@pytest.mark.gazettes
@needs_gazettes
@each_digest
def test_sections_keep_their_figures_and_names(path: Path) -> None:
    """Nearly all of a section's figures and departments are kept in it, and every person."""
    result = compare_digest(path)
    assert result.numbers_kept >= 0.95, result.missing
    assert result.names_kept >= 0.90, result.unnamed
    assert not [item for _, item in result.unnamed if item.kind == PERSON]
