"""What counts as the same text, the same document, a proof, a verbatim quote."""

import pytest

from assistant.evaluation import matching

from .examples import HEATING, HEATING_TEXT, answer, citation, gold, passage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１２ 万\u3000元\n", "12万元"),
        ("云政发[2021]7号", HEATING),
        ("云政发（2021）7 号", HEATING),
        ("云政发【2021】7号", HEATING),
        ("云政发﹝2021﹞7号", HEATING),
        ("（2021）年", "(2021)年"),
    ],
)
def test_normalise(text, expected):
    """Width, white space and the brackets of document numbers do not matter; others do."""
    assert matching.normalise(text) == expected


def test_document_key_folds_every_bracket_and_falls_back_on_the_title():
    """A document without a number is told apart by its title."""
    assert matching.document_key("云政发(2021) 7号") == matching.document_key(HEATING)
    assert matching.document_key(None, "供热 办法") == "供热办法"


def test_facts_need_one_spelling_of_every_group():
    """A group left out makes the answer wrong; either spelling will do."""
    two = gold(facts=(("十一月一日", "11月1日"), ("三月三十一日",)))
    assert matching.holds_facts("11 月 1 日至三月三十一日", two)
    assert not matching.holds_facts("11月1日起", two)


def test_evidence_is_its_first_thirty_characters_whatever_follows():
    """What comes after the thirtieth character (white space not counted) may differ."""
    thirty = "一二三四五六七八九十" * 3
    one = gold(evidence=f"{thirty[:10]} {thirty[10:]}甲乙丙")
    assert matching.is_evidence(passage(f"前{thirty}丁"), one)
    assert not matching.is_evidence(passage(thirty[:29]), one)


def test_without_evidence_a_right_document_with_every_fact_proves():
    """Both are needed: the document and the facts."""
    one = gold(evidence="")
    assert matching.is_evidence(passage("11月1日"), one)
    assert not matching.is_evidence(passage("11月1日", number="云政发〔2020〕1号"), one)
    assert not matching.is_evidence(passage("12月1日"), one)


def test_markers_are_no_facts():
    """The 1 of marker [1] must not pass for the fact 1."""
    one = answer("共三项。[1]", citations=(citation(),))
    assert not matching.holds_facts(matching.plain_text(one), gold(facts=(("1",),)))


def test_a_quote_stands_only_at_its_place():
    """White space aside, the stored text at start:end must be the quote, character by character."""
    assert matching.quote_stands(citation("本办法。\n第二条 供热期"), HEATING_TEXT)
    start = HEATING_TEXT.index("第二条")
    assert matching.quote_stands(citation("第二条供热期", start=start, end=start + 7), HEATING_TEXT)
    assert not matching.quote_stands(citation("供热期", start=0), HEATING_TEXT)
    assert not matching.quote_stands(citation("", start=3), HEATING_TEXT)
    assert not matching.quote_stands(citation("供热期", start=-9), HEATING_TEXT)
