"""Questions in English and in traditional characters, answered in the language asked."""

from __future__ import annotations

import re

import pytest

from assistant import PolicyAssistant
from assistant.drafts import Statement
from assistant.english import GLOSSARY, in_chinese, load_glossary
from assistant.language import ENGLISH, SIMPLIFIED, TRADITIONAL, in_language, language_of
from assistant.refusal import refusal_text
from tests.assistant.documents import FEES_NUMBER
from tests.library import DOGS_NUMBER, HEATING_NUMBER, LIBRARIES_NUMBER

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("养犬登记费每年多少钱？", SIMPLIFIED),
        ("養犬登記費每年多少錢？", TRADITIONAL),
        ("這個辦法還有效嗎？", TRADITIONAL),
        ("低保", SIMPLIFIED),
        ("GDP是多少？", SIMPLIFIED),
        ("How much is the dog registration fee?", ENGLISH),
        (f"Is {DOGS_NUMBER} still in force?", ENGLISH),
        ("What does 《青岚市城市养犬管理规定》 say?", ENGLISH),
        (HEATING_NUMBER, SIMPLIFIED),
        ("《養犬管理規定》第三条是什么？", SIMPLIFIED),
        ("12345", SIMPLIFIED),
        ("", SIMPLIFIED),
    ],
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    """Names and numbers of documents say nothing of it."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("question", "fact", "number"),
    [
        ("How much is the dog registration fee per year?", "一百元", DOGS_NUMBER),
        ("What is the price of heating per square metre?", "二十五元", HEATING_NUMBER),
        ("What is the telephone number for parking complaints?", "0999-5550188", FEES_NUMBER),
        (f"When does {DOGS_NUMBER} take effect?", "2020年5月1日", DOGS_NUMBER),
        (f"What does Article 4 of {HEATING_NUMBER} say?", "十九摄氏度", HEATING_NUMBER),
    ],
)
def test_an_english_question(
    assistant: PolicyAssistant, question: str, fact: str, number: str
) -> None:
    """The frame is English, the quote as it stands in the source."""
    answer = assistant.ask(question)
    assert answer.question == question
    assert HAN.search(answer.standalone_question)
    assert answer.text.startswith("According to 《")
    assert fact in answer.text
    assert answer.citations[0].number == number
    assert list(assistant.stream(question))[-1].answer == answer


def test_english_validity(assistant: PolicyAssistant) -> None:
    """By number; the sentence itself is English, what it rests on is quoted."""
    answer = assistant.ask(f"Is {LIBRARIES_NUMBER} still valid?")
    assert "was repealed on 2024-1-18, by 《" in answer.text
    assert "Original text: " in answer.text
    assert "废止" in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "How do I grow potatoes on Mars?",
        "What is the price of heating in Chicago?",
        "Who won the football match yesterday?",
        "Write me a poem about spring.",
        "Hello there",
    ],
)
def test_an_english_refusal(assistant: PolicyAssistant, question: str) -> None:
    """In English, and naming no document that was found by accident."""
    answer = assistant.ask(question)
    assert not answer.answered
    assert answer.text.startswith("The policies at hand do not answer this question")
    assert "12345" in answer.text


def test_a_question_in_traditional_characters(assistant: PolicyAssistant) -> None:
    """The frame is traditional; title and quote stay as they are."""
    answer = assistant.ask("養犬登記費每年多少錢？")
    assert answer.text.startswith("根據《青岚市城市养犬管理规定》")
    assert "第三條：" in answer.text
    assert "养犬登记费为每年一百元" in answer.text


def test_refusals_in_three_languages(passage) -> None:
    """One text each; the title of the closest document stays as it is."""
    closest = passage(HEATING_NUMBER, "二十五元")
    for language, words in (
        (SIMPLIFIED, "没有找到"), (TRADITIONAL, "沒有找到"), (ENGLISH, "do not answer"),
    ):  # fmt: skip
        text = refusal_text(closest, language)
        assert words in text
        assert f"《{closest.title}》（{HEATING_NUMBER}）" in text
        assert "12345" in text
        assert "{" not in text
        assert "《" not in refusal_text(None, language)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("根据《规》（青政发〔2021〕8号）第四条：十九度。",
         "According to 《规》（青政发〔2021〕8号）, Article 4: 十九度。"),
        ("第五条：二十五元。", "Article 5: 二十五元。"),
        ("《规》已于2024年1月18日废止，依据是《定》附件2第四条。",
         "《规》 was repealed on 2024-1-18, by 《定》, Annex 2, Article 4."),
        ("《规》已于2024年1月18日修改，依据是《定》。",
         "《规》 was amended on 2024-1-18, by 《定》."),
        ("《规》在2020年时尚未废止，后来已于2024年1月18日废止，依据是《定》。",
         "《规》 was not yet repealed in 2020, but was on 2024-1-18, by 《定》."),
        ("《规》有效期至2023年7月31日，目前已过有效期。",
         "《规》, valid until 2023-7-31, has expired."),
        ("《规》自2099年1月1日起施行，目前尚未施行。",
         "《规》, in force from 2099-1-1, is not yet in force."),
        ("《规》已于2024年1月18日废止，依据是《定》附件2表第4行。",
         "《规》 was repealed on 2024-1-18, by 《定》, Annex 2, row 4."),
        ("《规》已于2024年1月18日废止，依据是《定》正文。",
         "《规》 was repealed on 2024-1-18, by 《定》, main text."),
        ("此前的规定见《规》：八十元。", "Earlier rule, 《规》: 八十元。"),
    ],
)  # fmt: skip
def test_every_frame_has_its_english(chinese: str, english: str) -> None:
    """What this project says itself; not one Chinese sign is left in it."""
    (statement,) = in_language([Statement(chinese)], ENGLISH)
    assert statement.text == english


def test_the_glossary() -> None:
    """English on the left, Chinese on the right, no expression twice, some hundred terms."""
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if not line.startswith("#")]
    expressions = [each for line in lines for each in line.split("\t")[0].split("|")]
    assert len(expressions) == len(set(expressions)) == len(load_glossary())
    assert len(lines) >= 300
    assert all(re.fullmatch(r"[a-z][a-z -]*", each) for each in expressions)
    assert all(HAN.search(each) for each in load_glossary().values())


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("How much are the housing provident fund contributions?", "住房公积金缴存是多少元？"),
        ("Is Order No. 141 still valid?", "令第141号还有效吗？"),
        ("Which department is responsible for waste sorting?", "部门垃圾分类由哪个部门负责？"),
        ("Is it still valid?", "它还有效吗？"),
        ("What is quantum entanglement?", None),
        ("", None),
    ],
)
def test_an_english_question_in_chinese(english: str, chinese: str | None) -> None:
    """As far as the glossary knows its words; not where a name is unknown."""
    assert in_chinese(english) == chinese
