"""A document's date of issue: asked in everyday words, answered from the line that holds it."""

from __future__ import annotations

import pytest

from assistant import PolicyAssistant
from assistant.answer_types import asks_issue, expected_type
from assistant.drafts import evidence_in
from assistant.issuance import of_unknown
from assistant.questions import read_question
from assistant.refusal import Library
from assistant.writer import in_force_once
from tests.assistant.documents import FEES_NUMBER, REPEAL_NUMBER, SNOW_NUMBER, WATER_NUMBER
from tests.assistant.test_selection import passage_of, sentences_of
from tests.library import HEATING_NUMBER
from vectorstore.terms import fold

WATER_SAYS = f"《青岚市供水应急工作方案》（{WATER_NUMBER}）于2022年7月8日印发。[1]"
FEES_SAYS = (
    f"《青岚市人民政府办公室关于公布停车场收费标准的通知》（{FEES_NUMBER}）于2023年4月12日印发。[1]"
)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("供水应急方案是哪天印发的？", "供水应急方案"),
        ("供水应急那个方案，啥时候印下来的？", "供水应急那个方案"),
        ("停车收费标准的通知是2023年几月几号发的", "停车收费标准的通知"),
        ("《青岚市供水应急工作方案》什么时候出台的？", "《青岚市供水应急工作方案》"),
        ("湖滨夜钓通知，落款是哪天？", "湖滨夜钓通知"),
        ("湖滨夜钓的通知，几月份出的来着？", "湖滨夜钓的通知"),
        ("供水应急方案是什么时候发的文", "供水应急方案"),
        ("供水应急方案的印发日期？", "供水应急方案"),
        ("哪天印发的供水应急方案？", "供水应急方案"),
        ("停车场收费标准公布是几月几号发的？", "停车场收费标准公布"),
    ],
)
def test_what_asks_for_a_date_of_issue(question: str, subject: str) -> None:
    """The document is called before or behind the date, in whatever words."""
    match = asks_issue(fold(question))
    assert match is not None
    assert match["subject"] == subject


@pytest.mark.parametrize(
    "question",
    [
        "补贴什么时候发？",
        "低保金几号发？",
        "停放点名单什么时候公布？",
        "供暖办法什么时候施行？",
        "供水应急方案什么时候开始执行？",
        "方案要求哪天公布停水信息？",
        "供水应急方案讲的是什么，哪天印发的？",
    ],
)
def test_what_asks_for_another_date(question: str) -> None:
    """Money is paid out, lists are published and rules begin on other days; who asks more than
    the date is told more."""
    assert asks_issue(fold(question)) is None


def test_a_number_takes_what_is_asked_of_it() -> None:
    """A date of issue of the document itself, and not of what it has others publish."""
    assert expected_type(f"{WATER_NUMBER}什么时候发的？", names_document=True).name == "issued"
    assert expected_type(f"{WATER_NUMBER}规定的名单什么时候公布？", True).name == "date"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (f"{WATER_NUMBER}是什么时候发的？", WATER_SAYS),
        ("供水应急工作方案是几月几号下发的？", WATER_SAYS),
        ("供水应急那个方案，啥时候印下来的？", WATER_SAYS),
        ("2022年的供水应急方案是哪天印的？", WATER_SAYS),
        ("停车场收费标准是2023年几月几号公布的？", FEES_SAYS),
        ("停车场收费的通知落款是哪天？", FEES_SAYS),
    ],
)
def test_the_date_stands_in_one_sentence(
    assistant: PolicyAssistant, question: str, answer: str
) -> None:
    """Title, number and date and nothing else, surely, with the line of the signature cited."""
    said = assistant.ask(question)
    assert said.text == answer
    assert assistant.confidence(question) == 1.0
    assert said.citations[0].quote.startswith("青岚市人民政府办公室\n")
    assert said.citations[0].quote.endswith("日")


def test_a_date_that_only_the_record_holds(assistant: PolicyAssistant) -> None:
    """Where the text does not say it, the document is still cited."""
    said = assistant.ask(f"{SNOW_NUMBER}是什么时候印发的？")
    assert "于2020年11月16日印发" in said.text
    assert said.citations[0].number == SNOW_NUMBER


def test_the_day_that_taking_effect_means(assistant: PolicyAssistant) -> None:
    """自公布之日起施行 is no date: the day of issue stands behind it, and nothing else."""
    said = assistant.ask(f"{REPEAL_NUMBER}什么时候生效？")
    first, second = said.text.splitlines()
    assert first.endswith("本决定自公布之日起施行。[1]")
    assert second.endswith(f"（{REPEAL_NUMBER}）于2024年1月18日印发。[2]")


def test_a_day_that_is_said_needs_no_other(assistant: PolicyAssistant) -> None:
    """Where the text says from which day, the day of issue would only confuse."""
    said = assistant.ask(f"{HEATING_NUMBER}从什么时候起施行？")
    assert "起施行" in said.text
    assert "印发。" not in said.text


def test_that_annexes_begin_when_issued_is_said_once() -> None:
    """Each annex of a document says it of itself."""
    pieces = ["本办法自公布之日起施行。", "本制度自公布之日起施行。", "由市教育局负责解释。"]
    found = sentences_of(passage_of(pieces), [0.5, 0.3, 0.1])
    spans = [evidence_in(each.passage, each.start, each.end) for each in found]
    assert [each.text for each in in_force_once(spans)] == [pieces[0], pieces[2]]


def test_a_follow_up_asks_of_the_document_cited_before(assistant: PolicyAssistant) -> None:
    """它 is what the last answer was taken from."""
    question = "居民供暖价格为每平方米多少元？"
    history = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": assistant.ask(question).text},
    ]
    said = assistant.ask("它是什么时候印发的？", history)
    assert said.text.startswith("《青岚市居民供暖管理办法》")
    assert "于2021年9月6日印发" in said.text
    assert said.citations[0].number == HEATING_NUMBER


@pytest.mark.parametrize(
    "question",
    [
        "城市供水条例是哪年公布的？",
        "白河省供水应急工作方案是哪天印发的？",
        "青岚市供热应急预案的通知是哪天印发的？",
        "2019年的供水应急方案是哪天印的？",
        "停车场建设规划是哪天印发的？",
        "青山市供水应急工作方案是哪天印发的？",
    ],
)
def test_a_document_that_the_library_does_not_hold(
    assistant: PolicyAssistant, question: str
) -> None:
    """Another place's, another year's, another kind or one that is only cited: no date is said
    of it, nor of the one that is called much like it."""
    said = assistant.ask(question)
    assert not said.answered or "印发。" not in said.text


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        ("对《书屋规定》（青政发〔2010〕3号）作出修改。", True),
        ("《书屋规定》于2010年3月1日印发。", True),
        ("书屋规定，青政发〔2010〕3号，2010年3月1日。", False),
    ],
)
def test_a_number_that_is_not_held_is_dated_where_both_stand_together(
    said: str, unknown: bool
) -> None:
    """A number that is only cited tells no date, whatever other dates were found."""
    question = read_question("青政发〔2010〕3号什么时候发的？")
    found = sentences_of(passage_of([said]), [1.0])
    library = Library([], lambda _: None, lambda _: None)
    assert of_unknown(question, found, library, ("青政发〔2010〕3号",)) is unknown
