"""The lexical index: spellings, restrictions, and questions that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from vectorstore.errors import NotAStore
from vectorstore.lexical import LexicalIndex
from vectorstore.numbers import canonical_number
from vectorstore.terms import fold, numerals, terms

ROWS = [
    ("a1", "d1", "青政发〔2021〕8号 供暖管理办法 第四条", "卧室的温度不得低于19摄氏度。"),
    (
        "a2",
        "d1",
        "青政发〔2021〕8号 供暖管理办法 第五条",
        "供暖价格为每平方米25元，见青政发〔2019〕3号。",
    ),
    ("a3", "d2", "青政办发〔2022〕15号 共享单车", "单车总量不超过三万辆，停放点由城管部门划定。"),
    ("a4", "d3", "社区书屋", "藏书不少于三千册，由文化部门验收。"),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """Four passages of three documents."""
    made = LexicalIndex(tmp_path / "lexical", create=True)
    made.change(add=ROWS)
    return made


def best(index: LexicalIndex, question: str, **options) -> str | None:
    """The id of the best passage."""
    found = index.search(question, 4, **options)
    return found[0][0] if found else None


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("供暖价格是多少", "a2"),
        ("供暖價格是多少", "a2"),
        ("溫度不得低於多少攝氏度", "a1"),
        ("共享單車總量", "a3"),
        ("藏書不少於多少冊", "a4"),
        ("温度不得低于１９度", "a1"),
        ("每平方米２５元", "a2"),
    ],
)
def test_spellings(index: LexicalIndex, question: str, passage: str) -> None:
    """Traditional characters and full-width digits find what is written otherwise."""
    assert best(index, question) == passage


@pytest.mark.parametrize(
    "number",
    ["青政发〔2019〕3号", "青政发[2019]3号", "青政发（２０１９）第3号", "青政发【2019】3"],
)
def test_numbers_in_any_spelling(index: LexicalIndex, number: str) -> None:
    """A number that a passage cites is a term of its own."""
    assert canonical_number(number) == "青政发〔2019〕3号"
    assert best(index, number) == "a2"


def test_restriction_to_documents(index: LexicalIndex) -> None:
    """Only passages of those documents, however well others match; scores stay the same."""
    everywhere = dict(index.search("供暖价格 单车总量", 4))
    within = dict(index.search("供暖价格 单车总量", 4, documents=["d2", "d3"]))
    assert set(within) == {"a3"}
    assert within["a3"] == pytest.approx(everywhere["a3"])


def test_restriction_to_passages(index: LexicalIndex) -> None:
    """Ids that the index lacks are passed over."""
    assert {each for each, _ in index.search("供暖", 4, ids=["a2", "a9"])} == {"a2"}
    assert index.search("供暖", 4, ids=["a9"]) == []


@pytest.mark.parametrize(
    "question", ["", "   ", "？！。，", "😀🎉", "\u200b\ufeff", "()[]\"'*?~^:\\/+-"]
)
def test_questions_without_terms(index: LexicalIndex, question: str) -> None:
    """Nothing is found, and nothing is taken for query syntax."""
    assert index.search(question, 4) == []


@pytest.mark.parametrize(
    "question", ["供暖 AND (", "body:供暖", "供暖*", '"供暖', "供暖\0", "供暖" * 50_000]
)
def test_questions_that_look_like_something_else(index: LexicalIndex, question: str) -> None:
    """Syntax, a null and 100,000 characters are only text."""
    assert best(index, question) in {"a1", "a2"}


def test_no_results_wanted(index: LexicalIndex) -> None:
    """tantivy itself would panic."""
    assert index.search("供暖", 0) == []


def test_coverage_grows_with_what_is_covered(index: LexicalIndex) -> None:
    """A share: more when more of the question is there, never much above one."""
    little = dict(index.search("供暖价格 以及 火星殖民地 土豆", 4))["a2"]
    much = dict(index.search("供暖价格", 4))["a2"]
    assert 0 < little < much < 1.2


def test_changes(index: LexicalIndex, tmp_path: Path) -> None:
    """Removed passages are gone, added ones are there, also when opened again."""
    index.change(add=[("a5", "d4", "养犬", "犬链不得超过一点五米。")], remove=["a1", "a9"])
    again = LexicalIndex(tmp_path / "lexical")
    assert again.ids() == {"a2", "a3", "a4", "a5"}
    assert again.count() == 4
    assert best(again, "犬链多长") == "a5"


def test_opening_does_not_make(tmp_path: Path) -> None:
    """A missing index is damage, not an empty one."""
    with pytest.raises(NotAStore, match="damaged"):
        LexicalIndex(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_folding() -> None:
    """Width, case and script."""
    assert fold("ＡＢＣ１２３（溫度）") == "abc123(温度)"


def test_terms_hold_words_pairs_and_numbers() -> None:
    """A document number stays whole; pairs bridge what segmentation misses."""
    found = terms("按照青政发[2021]8号供暖价格")
    assert "青政发〔2021〕8号" in found
    assert {"供暖", "价格", "暖价"} <= set(found)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("第十二条", ["12"]),
        ("壹拾贰条", ["12"]),
        ("十日内缴纳二十五元", ["10", "25"]),
        ("四百零五人", ["405"]),
        ("二〇二一年", ["2021"]),
        ("两年", ["2"]),
        ("三万元", ["3"]),
        ("一般由市统一办理，五险一金、三农、一带一路、一一对应", []),
        ("十分重要，千方百计，万一，百姓，第一，十分之一", []),
    ],
)
def test_numerals(text: str, numbers: list[str]) -> None:
    """Numbers written in Chinese are told from words that only contain such characters."""
    assert numerals(fold(text)) == numbers


@pytest.mark.parametrize("question", ["缴纳25元", "缴纳２５元", "缴纳二十五元", "缴纳贰拾伍元"])
def test_numbers_meet_in_any_script(question: str, tmp_path: Path) -> None:
    """Whatever the passage has, 25 or 二十五."""
    index = LexicalIndex(tmp_path, create=True)
    index.change(
        add=[("a1", "d1", "", "二十五元"), ("a2", "d1", "", "25元"), ("a3", "d1", "", "十八元")]
    )
    assert {each for each, _ in index.search(question, 2)} == {"a1", "a2"}
