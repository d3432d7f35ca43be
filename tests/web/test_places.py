"""Places in a document: its outline, and what the name of an article means."""

from __future__ import annotations

import pytest

from tests.web.holdings import written
from views.places import LONGEST_OUTLINE, find_article, locator_address, outline

RULES = written(
    ("", "云江市渡船管理办法", ()),
    ("", "第一章 总则", ()),
    ("第一条", "第一条 为了加强管理，制定本办法。", ("第一章 总则",)),
    ("", "第二章 航行", ()),
    ("第二条", "第二条 渡船应当配灯。\n夜间逐盏试亮。", ("第二章 航行",)),
    ("", "附件1", ()),
    ("", "检查制度", ()),
    ("附件1/第一条", "第一条 每月检查一次。", ("检查制度",)),
    ("附件1/第三条", "第三条 检查应当记录。", ("检查制度",)),
    ("", "附件2", ()),
    ("", "登记制度", ()),
    ("附件2/第三条", "第三条 登记应当公开。", ("登记制度",)),
)
PLAN = written(
    ("一、总体要求", "一、总体要求\n按照要求推进。", ()),
    ("", "二、主要任务", ()),
    ("二、主要任务/（一）", "（一）摸底登记。\n九月底以前完成。", ("二、主要任务",)),
    ("二、主要任务/（二）", "（二）分类整改。逐项销号。", ("二、主要任务",)),
)


def words(document, place) -> str:
    return document.text[place.start : place.end]


def test_outline_holds_headings_and_articles_where_they_stand():
    """Each entry begins at its own line; an annex is named with its heading."""
    entries = [(each.depth, each.label) for each in outline(RULES)]
    assert entries[:4] == [
        (0, "第一章 总则"),
        (1, "第一条 为了加强管理，制定本办法"),
        (0, "第二章 航行"),
        (1, "第二条 渡船应当配灯"),
    ]
    assert (0, "附件1 检查制度") in entries
    for each in outline(RULES):
        assert RULES.text[each.start :].startswith(each.label.split()[-1][:3]) or (
            each.label.split()[0] in RULES.text[each.start : each.start + 6]
        )


def test_headings_on_their_own_line_are_told_from_those_within_one():
    """（一）摸底登记。 has its line; （二）分类整改。 goes on in the same one."""
    alone = {each.label: each.alone for each in outline(PLAN)}
    assert alone == {
        "一、总体要求": True,
        "二、主要任务": True,
        "（一）摸底登记": True,
        "（二）分类整改": False,
    }


@pytest.mark.parametrize("name", ["第二条", "第2条", "第２条", " 第 二 条 "])
def test_an_article_is_found_however_its_number_is_written(name: str):
    """Digits, full width and spaces make no difference; the article comes whole."""
    (place,) = find_article(RULES, name)
    assert words(RULES, place) == "第二条 渡船应当配灯。\n夜间逐盏试亮。"


def test_the_main_text_comes_before_its_annexes():
    """第一条 is the document's own, though an annex has one too; 附件1/第一条 is the annex's."""
    (own,) = find_article(RULES, "第一条")
    assert "制定本办法" in words(RULES, own)
    (annexed,) = find_article(RULES, "附件1/第一条")
    assert "每月检查" in words(RULES, annexed)


def test_a_name_that_means_two_places_gives_both():
    """第三条 stands in two annexes only: the reader has to choose."""
    places = find_article(RULES, "第三条")
    assert [place.locator for place in places] == ["附件1/第三条", "附件2/第三条"]


def test_a_heading_means_all_that_stands_under_it():
    """二、主要任务 is everything from its first passage to its last, and 二、 is enough."""
    for name in ("二、主要任务", "二、"):
        (place,) = find_article(PLAN, name)
        assert words(PLAN, place).startswith("（一）")
        assert words(PLAN, place).endswith("销号。")


@pytest.mark.parametrize("name", ["第九十九条", "", "/", "<script>", "（" * 10_000])
def test_a_name_that_means_nothing_gives_nothing(name: str):
    """No place is better than a wrong one."""
    assert find_article(RULES, name) == ()


def test_only_a_locator_of_one_place_becomes_an_address():
    """A locator that stands for two stretches would lead to the wrong one."""
    document = written(
        ("第一条", "第一条 甲。", ()),
        ("第二条", "第二条 乙。", ()),
        ("第一条", "第一条 丙。", ()),
        ("第三条", "第三条 丁。", ()),
        ("第三条", "续丁。", ()),
    )
    assert sorted(locator_address(document).values()) == ["第三条", "第二条"]


def test_a_huge_outline_is_cut_to_its_upper_levels():
    """A document of a thousand articles is found by its chapters."""
    passages = []
    for chapter in range(20):
        passages.append(("", f"第{chapter + 1}章 航行", ()))
        for number in range(50):
            name = f"第{chapter * 50 + number + 1}条"
            passages.append((name, f"{name} 配灯。", (f"第{chapter + 1}章 航行",)))
    assert [each.depth for each in outline(written(*passages))] == [0] * 20
    flat = [(f"第{number}条", f"第{number}条 配灯。", ()) for number in range(1, 900)]
    assert len(outline(written(*flat))) == LONGEST_OUTLINE
