"""Lay questions get the terms of official documents; bad lines of the thesaurus are named."""

from __future__ import annotations

import re
import time
from itertools import groupby
from pathlib import Path

import pytest

from vectorstore import thesaurus
from vectorstore.terms import fold

LEAST_ENTRIES = 3_500
LEAST_PER_FIELD = 15


def written(folder: Path, text: str) -> thesaurus.Thesaurus:
    """The thesaurus made of `text`."""
    path = folder / "some.tsv"
    path.write_text(text, "utf-8")
    return thesaurus.load(path)


def entries() -> list[str]:
    """The entry lines of the project's own file."""
    lines = thesaurus.FILE.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_file_has_enough_entries() -> None:
    """A thesaurus this size covers a city's administration; loading it checks every line."""
    assert len(entries()) >= LEAST_ENTRIES
    assert len(thesaurus.load()) > len(entries())


def test_every_field_is_covered() -> None:
    """No field of the administration is a heading with a handful of entries."""
    lines = [line for line in thesaurus.FILE.read_text("utf-8").splitlines() if line]
    groups = [list(group) for _, group in groupby(lines, lambda line: line.startswith("#"))]
    fields = {
        headings[-1]: len(group) for headings, group in zip(groups[::2], groups[1::2], strict=True)
    }
    assert len(fields) > 35
    assert {name: size for name, size in fields.items() if size < LEAST_PER_FIELD} == {}


def test_no_two_lines_are_the_same_pair() -> None:
    """A lay expression may stand once only, so a line cannot be a copy of another."""
    lay = [fold(each) for line in entries() for each in line.split("\t")[0].split("|")]
    assert len(lay) == len(set(lay))


def test_both_sides_are_plain_words() -> None:
    """No punctuation, no spaces: either side is a word or a term, not a sentence."""
    plain = re.compile(r"[一-龥〇A-Za-z0-9%+.（）]+")
    sides = [each for line in entries() for each in re.split(r"[\t|、]", line)]
    assert [each for each in sides if not plain.fullmatch(each)] == []


def test_every_expression_says_something_new() -> None:
    """Asked alone, each lay expression yields a term that it does not contain already."""
    assert [lay for lay in thesaurus.load() if not thesaurus.expand(lay)] == []


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("我想在道边摆个小摊，归谁管？", "占道经营"),
        ("我想在道边摆个小摊，归谁管？", "牵头部门"),
        ("房本丢了上哪补？", "不动产权证书"),
        ("老板不给钱咋整", "拖欠农民工工资"),
        ("五保老人一个月给多少钱", "特困人员"),
        ("五保老人一个月给多少钱", "每人每月"),
        ("啥时候开海？", "休渔期结束"),
        ("孩子上幼儿园得交多少钱", "学前教育"),
        ("看病报销咋算的", "基本医疗保险"),
        ("工商局现在归哪了", "市场监督管理局"),
        ("以前的卫计委叫啥名了", "卫生健康委员会"),
        ("五险一金单位不给上", "住房公积金"),
        ("办事跑断腿", "最多跑一次"),
        ("对处罚不服找谁", "行政复议"),
        ("退伍兵有没有补贴", "退役军人"),
        ("屯里烧秸秆罚不罚", "秸秆焚烧"),
    ],
)
def test_lay_questions_get_official_terms(question: str, term: str) -> None:
    """What people say leads to what documents say."""
    assert term in thesaurus.expand(question)


def test_other_writings_of_a_question_are_the_same_question() -> None:
    """Traditional characters, full width and capitals make no difference."""
    assert thesaurus.expand("垃圾桶分類") == thesaurus.expand("垃圾桶分类") != []
    assert thesaurus.expand("ＥＴＣ") == thesaurus.expand("etc") != []


def test_a_question_without_lay_words_stays_as_it_is() -> None:
    """Nothing is added where nothing is known, nor to an empty question."""
    assert thesaurus.expand("") == []
    assert thesaurus.expand("量子纠缠") == []


def test_the_longest_of_overlapping_expressions_counts(tmp_path: Path) -> None:
    """Also when the shorter one begins earlier; what is left beside it may still match."""
    some = written(tmp_path, "小饭\t甲甲\n饭店开业\t乙乙\n开业\t丙丙\n小饭店\t丁丁\n")
    assert thesaurus.expand("小饭店开业", some) == ["乙乙"]
    assert thesaurus.expand("小饭店，开业", some) == ["丁丁", "丙丙"]


def test_terms_come_in_the_order_of_the_question_each_once(tmp_path: Path) -> None:
    """An expression that is said twice, or two that share a term, add it once."""
    some = written(tmp_path, "# 标题\n\n渔船|打鱼船\t渔业船舶、捕捞\n打鱼\t捕捞\n工钱\t劳动报酬\n")
    assert thesaurus.expand("工钱和打鱼和渔船和工钱", some) == ["劳动报酬", "捕捞", "渔业船舶"]


def test_terms_of_the_question_are_not_repeated(tmp_path: Path) -> None:
    """The question's own words are searched for anyway."""
    some = written(tmp_path, "渔船\t渔业船舶、捕捞\n")
    assert thesaurus.expand("渔船捕捞", some) == ["渔业船舶"]


@pytest.mark.parametrize("question", ["集中考核", "提高考核要求", "人民政府", "15a级", "120平米"])
def test_accidental_matches_are_ignored(question: str, tmp_path: Path) -> None:
    """An expression across or inside other words or numbers is not what was said."""
    some = written(tmp_path, "中考\t甲甲\n高考\t乙乙\n民政\t丙丙\n5a\t丁丁\n12\t戊戊\n")
    assert thesaurus.expand(question, some) == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("摆摊 占道经营", "one tab"),
        ("摆摊\t占道经营\t市容", "one tab"),
        ("摊\t占道经营", "'摊' must have 2 to 12"),
        ("摆摊\t占", "'占' must have 2 to 12"),
        ("摆摊|\t占道经营", "'' must have 2 to 12"),
        ("摆摊 \t占道经营", "no space around"),
        ("摆摊\t占道经营、占道经营", "repeated"),
        ("怎么办\t占道经营", "stop word"),
        ("打工|打工\t务工", "'打工' stands in the thesaurus twice"),
        ("上學|上学\t教育", "'上学' stands in the thesaurus twice"),
    ],
)
def test_a_bad_line_is_named(line: str, complaint: str, tmp_path: Path) -> None:
    """The error says which line of which file is wrong, and what about it."""
    with pytest.raises(ValueError, match=r"^some\.tsv, line 2: ") as raised:
        written(tmp_path, f"好话\t好的话\n{line}\n")
    assert complaint in str(raised.value)


def test_it_is_fast() -> None:
    """About a hundredth of a search; the bound is loose, for busy machines."""
    question = "我想在道边摆个小摊卖烤地瓜，城管让不让，归谁管，要交多少钱？"
    thesaurus.expand(question)
    start = time.perf_counter()
    for _ in range(100):
        thesaurus.expand(question)
    assert (time.perf_counter() - start) / 100 < 0.02
