"""Attempts to get a wrong quote or figure past the checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts import Evidence, Statement, compose, evidence_in
from assistant.figures import figures
from assistant.language import ENGLISH, SIMPLIFIED
from assistant.verification import shared_words, unsupported_figures, verify
from tests.assistant.documents import FEES_NUMBER, SNOW_NUMBER, WATER_NUMBER
from tests.library import DOGS_NUMBER, HEATING_NUMBER

PRICE = "居民供暖价格为每平方米二十五元"
Finding = Callable[[str, str], object]


@pytest.fixture
def price(passage: Finding) -> Evidence:
    """The article on the price, whole."""
    found = passage(HEATING_NUMBER, PRICE)
    return evidence_in(found, found.start, found.end)


@pytest.fixture
def check(assistant) -> Callable[..., bool]:
    """Whether a statement with some evidence holds."""

    def holds(
        text: str,
        *evidence: Evidence,
        particulars: tuple[str, ...] = (),
        language: str = SIMPLIFIED,
    ) -> bool:
        kept, problems = verify(
            [Statement(text, evidence, particulars)], assistant.store.text, language=language
        )
        assert len(kept) + len(problems) == 1
        return bool(kept)

    return holds


def test_a_true_statement_holds(check, price: Evidence) -> None:
    """With its article, number and date, which the record holds."""
    assert check(f"{PRICE}。", price)
    assert check(f"根据{HEATING_NUMBER}第五条（2021年9月6日印发）：{PRICE}。", price)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: replace(e, start=e.start + 1),
        lambda e: replace(e, end=e.end - 1),
        lambda e: replace(e, start=e.start + 1, end=e.end + 1),
        lambda e: replace(e, start=0, end=len(e.text)),
        lambda e: replace(e, start=e.start - 10**6),
        lambda e: replace(e, start=-len(e.text), end=None),
        lambda e: replace(e, start=e.end, end=e.start),
        lambda e: replace(e, text=""),
        lambda e: replace(e, text="", end=e.start),
        lambda e: replace(e, text=e.text.replace("二十五", "三十五")),
        lambda e: replace(e, text=e.text + "免费。", end=e.end + 3),
        lambda e: replace(e, text=" " + e.text),
        lambda e: replace(e, text=e.text.replace("，", ",")),
        lambda e: replace(e, passage=replace(e.passage, document_id="none")),
    ],
)
def test_a_quote_that_differs_is_no_evidence(check, price: Evidence, change) -> None:
    """Shifted, cut, changed by a digit or a comma's width, empty, of no document."""
    assert not check("居民供暖按照套内面积计算。", change(price))


def test_a_quote_from_another_document_is_no_evidence(check, passage, price: Evidence) -> None:
    """The right words at the right offsets of the wrong document."""
    other = passage(DOGS_NUMBER, "登记费")
    assert not check(f"{PRICE}。", replace(price, passage=other))


def test_the_last_words_of_a_document_cannot_be_reached_from_behind(
    check, assistant, price: Evidence
) -> None:
    """A negative offset counts from the end in Python, and nowhere else."""
    text = assistant.store.text(price.passage.document_id)
    assert text[-5:-1]
    assert not check("施行。", replace(price, text=text[-5:-1], start=-5, end=-1))


@pytest.mark.parametrize(
    "text",
    [
        "居民供暖价格为每平方米二十六元。",
        "居民供暖价格为每平方米26元。",
        "居民供暖价格为每平方米２６元。",
        "居民供暖价格为每平方米2.5元。",
        "居民供暖价格为每平方米二十五元，学生每平方米十元。",
        "居民供暖价格为每平方米二十五万元。",
        "居民供暖价格为每平方米25万元。",
        "居民供暖价格为每平方米[26]元。",
        "居民供暖价格为百分之二十六。",
        "居民供暖价格为每平方米25,000元。",
        "根据第九条，居民供暖价格为每平方米二十五元。",
        "根据青政发〔2021〕88号，居民供暖价格为每平方米二十五元。",
        "居民供暖价格自二〇二二年起为每平方米二十五元。",
        "居民供暖价格为每平方米二十五元，电话0999-5550188。",
    ],
)
def test_a_figure_that_the_evidence_lacks(check, price: Evidence, text: str) -> None:
    """Changed, added, multiplied; in Chinese, full-width or bracketed digits."""
    assert not check(text, price)


@pytest.mark.parametrize(
    "text", ["每平方米25元。", "每平方米２５元。", "每平方米二五元。", "每平方米25.元。"]
)
def test_the_same_figure_in_other_digits(check, price: Evidence, text: str) -> None:
    """A figure is its value, not its spelling."""
    assert check(f"居民供暖价格为{text}", price)


def test_thousands_separators(check, passage) -> None:
    """12,500 is 12500 and 1.25万, not 12 and not 500."""
    found = passage(SNOW_NUMBER, "12,500元")
    evidence = evidence_in(found, found.start, found.end)
    for same in ("12,500元", "12500元", "１２，５００元", "1.25万元", "一万二千五百元"):
        assert check(f"清雪补助每个街道{same}。", evidence), same
    for other in ("12元", "500元", "125,00元", "12.500元", "1,2500元", "12,5000元"):
        assert not check(f"清雪补助每个街道{other}。", evidence), other


def test_a_figure_of_another_document(check, passage, price: Evidence) -> None:
    """It holds only when that document is cited too."""
    text = "居民供暖价格为每平方米二十五元，管网漏损率控制在8.5%以下。"
    found = passage(WATER_NUMBER, "8.5%")
    assert not check(text, price)
    assert check(text, price, evidence_in(found, found.start, found.end))


def test_a_false_quote_does_not_vouch_for_a_figure(check, passage, price: Evidence) -> None:
    """Of two pieces of evidence the broken one counts for nothing."""
    text = "居民供暖价格为每平方米二十五元，管网漏损率控制在8.5%以下。"
    found = passage(WATER_NUMBER, "8.5%")
    broken = replace(evidence_in(found, found.start, found.end), start=found.start + 1)
    assert not check(text, price, broken)


def test_without_evidence_nothing_holds(check) -> None:
    """Not even a text without figures."""
    assert not check("居民供暖按照套内面积计算。")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("可以。", False),
        ("是的。", False),
        ("犬链长度由驾驶员自行决定。", False),
        ("市民可免费乘坐公共汽车。", False),
        ("供暖按套内面积收费。", True),
        ("Heating is billed by floor space.", False),
    ],
)
def test_words_that_the_source_lacks(check, price: Evidence, text: str, holds: bool) -> None:
    """Another matter, or a bare yes, is not what the source says; other words for it are."""
    assert check(text, price) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Heating is billed by floor space.", True),
        ("Heating costs 25 yuan per square metre.", True),
        ("Heating costs 26 yuan per square metre.", False),
        ("Yes.", False),
        ("You may do so.", False),
        ("Dogs need a vaccination and a licence.", False),
    ],
)
def test_an_english_sentence(check, price: Evidence, text: str, holds: bool) -> None:
    """Where English was asked for: compared by figures and the terms that the glossary has."""
    assert check(text, price, language=ENGLISH) is holds


@pytest.mark.parametrize(
    ("text", "holds"), [("0999-5550188", True), ("0999-5550188；", True), ("Call 0999.", False)]
)
def test_a_number_alone(check, passage, text: str, holds: bool) -> None:
    """One of a list of telephone numbers, as it stands there."""
    found = passage(FEES_NUMBER, "0999-5550188")
    assert check(text, evidence_in(found, found.start, found.end)) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("该办法于2021年9月6日印发。", True),
        ("该办法2021年9月印发。", True),
        ("该办法于2021年11月1日印发。", False),
        ("该办法自2021年11月1日起施行。", True),
    ],
)
def test_the_day_of_issue(check, passage, text: str, holds: bool) -> None:
    """Is the record's, not the day that it comes into force."""
    found = passage(HEATING_NUMBER, "施行")
    assert check(text, evidence_in(found, found.start, found.end)) is holds


def test_particulars_vouch_for_what_they_say(check, price: Evidence) -> None:
    """Values from the document's record that the writer hands over."""
    assert not check("供暖办法主要内容：第八章 罚则。", price)
    assert check("供暖办法主要内容：第八章 罚则。", price, particulars=("第八章 罚则",))


def test_the_name_of_a_place_states_nothing(check, price: Evidence) -> None:
    """A heading with a negation in it, named in front of what it holds, turns nothing round; what
    comes behind it is checked as ever."""
    heading = "不按照套内面积计算"
    place = f"根据《青岚市居民供暖管理办法》（{HEATING_NUMBER}）二、价格（一）“{heading}”："
    particulars = ("二、价格（一）", f"“{heading}”")
    assert check(f"{place}{PRICE}。", price, particulars=particulars)
    assert not check(f"{place}居民供暖不按照套内面积计算。", price)


def test_one_bad_statement_does_not_take_the_good_ones_along(assistant, price: Evidence) -> None:
    """They stay in order; each that goes is explained in Chinese."""
    texts = [f"{PRICE}。", "每平方米九十九元。", "居民供暖按照套内面积计算。"]
    kept, problems = verify([Statement(each, (price,)) for each in texts], assistant.store.text)
    assert [each.text for each in kept] == [texts[0], texts[2]]
    assert problems == ["有一句话中的“99”在所引原文中找不到，该句已删去。"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("统一标准，一律免费，一一列举，千万不要，十分重要，万一停水", []),
        ("第四条、百分之五、二级、两个部门、十日", ["第4条", "5", "2", "2", "10"]),
        ("二〇二一年 2021年09月06日", ["2021", "2021", "9", "6"]),
        ("三万二千辆 3.2万辆 32,000辆", ["32000"] * 3),
        ("一点五米 1.5米 十九点五", ["1.5", "1.5", "19.5"]),
        ("0999-5550188", ["0999", "5550188"]),
        ("一亿二千万 2.5亿", ["120000000", "250000000"]),
        ("3，4条", ["3", "4"]),
        ("第4条 第 四 条 第十二章 第二款", ["第4条", "第4条", "第12章", "第2款"]),
        ("①②", ["12"]),
    ],
)
def test_figures_by_value(text: str, values: list[str]) -> None:
    """What is a figure, and that its spelling makes no difference."""
    assert figures(text) == values


@given(st.integers(0, 10**12))
def test_every_spelling_of_a_number_has_its_value(number: int) -> None:
    """Plain, with separators, full-width."""
    wide = str(number).translate({ord(str(d)): ord("０") + d for d in range(10)})
    spellings = [str(number), f"{number:,}", wide]
    assert {tuple(figures(f"共{each}元")) for each in spellings} == {(str(number),)}


@given(st.text(max_size=60))
def test_any_text_has_figures_without_failing(text: str) -> None:
    """Whatever Unicode holds; a text supports itself."""
    assert unsupported_figures(text, (), (text,)) == []
    assert 0 <= shared_words(text, (), (text,)) <= 1


def test_a_documents_own_brackets_are_no_markers(price: Evidence) -> None:
    """[1] in the text would otherwise lead to the answer's first citation."""
    text, citations = compose([Statement("见表[1]和[23]。", (price,)), Statement("又。", (price,))])
    assert text == "见表［1］和［23］。[1]\n又。[1]"
    assert [each.marker for each in citations] == [1]
