"""A table of conversations: what the last question asks on its own, and in which document."""

from __future__ import annotations

import pytest

from assistant.conversation import settled
from assistant.questions import read_question
from assistant.refusal import refusal_text
from tests.library import DOGS_NUMBER, HEATING_NUMBER

TOWN = "城镇居民的供暖补贴是多少元？"
TOWN_ANSWER = f"根据《青岚市居民供暖管理办法》（{HEATING_NUMBER}）第五条：每户二百元。[1]"
DOGS = "养犬登记费每年多少钱？"
DOGS_ANSWER = f"根据《青岚市城市养犬管理规定》（{DOGS_NUMBER}）第三条：每年一百元。[1]"
SUBJECT = "城镇居民的供暖补贴是多少元"
MATTER = "城镇居民的供暖补贴"
REFUSED = refusal_text()

# What is asked after TOWN and its answer, and what that means on its own.
LEANING = [
    ("那农村的呢？", "农村居民的供暖补贴是多少元？"),
    ("农村呢", "农村居民的供暖补贴是多少元？"),
    ("农村居民呢？", "农村居民的供暖补贴是多少元？"),
    ("農村居民的又是多少？", "农村居民的供暖补贴是多少元？"),
    ("要交哪些材料？", f"{MATTER}：要交哪些材料？"),
    ("能领几年？", f"{MATTER}：能领几年？"),
    ("我想当面办，地址在哪", f"{MATTER}：我想当面办，地址在哪？"),
    ("那企业呢？", f"{SUBJECT}：企业？"),
    ("第二条呢？", f"{SUBJECT}：第二条？"),
    ("县级的呢，什么时候发？", f"{MATTER}：县级的呢，什么时候发？"),
    ("第六条规定了什么？", f"{MATTER}：第六条规定了什么？"),
    ("附件2呢？", f"{SUBJECT}：附件2？"),
    ("它还有效吗？", f"{MATTER}：它还有效？"),
    ("它是什么时候印发的？", f"{MATTER}：它是什么时候印发的？"),
    ("这个文件是什么时候发的？", f"{MATTER}：这个文件是什么时候发的？"),
    ("该办法从什么时候起施行？", f"{MATTER}：该办法从什么时候起施行？"),
    ("上述补贴由谁发放？", f"{MATTER}：上述补贴由谁发放？"),
    ("這個辦法還有效嗎？", f"{MATTER}：這個辦法還有效嗎？"),
    ("怎么申请？", f"{MATTER}：怎么申请？"),
    ("需要哪些材料？", f"{MATTER}：需要哪些材料？"),
    ("什么时候发放？", f"{MATTER}：什么时候发放？"),
    ("由哪个部门负责？", f"{MATTER}：由哪个部门负责？"),
    ("电话是多少？", f"{MATTER}：电话是多少？"),
    ("条件是什么？", f"{MATTER}：条件是什么？"),
    ("还有，怎么申请？", f"{MATTER}：怎么申请？"),
    ("那补贴什么时候发呢？", f"{MATTER}：补贴什么时候发？"),
    ("那供暖期从哪天开始？", f"{MATTER}：供暖期从哪天开始？"),
    ("能不能再延", f"{MATTER}：能不能再延？"),
    ("到期能延吗？", f"{SUBJECT}：到期能延？"),
    ("几号之前", f"{MATTER}：几号之前？"),
    ("审过了多久到账", f"{MATTER}：审过了多久到账？"),
    ("要是办不成呢？", f"{SUBJECT}：要是办不成？"),
    ("其他家庭给多少钱？", f"{MATTER}：其他家庭给多少钱？"),
]
NEW = [
    "养犬登记费每年多少钱？",
    "那养犬登记费每年多少钱？",
    "还有，共享单车违规停放多久以内清运？",
    "另外，社区书屋每周开放多少小时？",
    "养犬这个登记手续去派出所办吗？",
    "共享单车投放总量是多少？",
    "停车场投诉电话是多少？",
    "夜钓需要申请吗，罚款多少钱？",
    f"{DOGS_NUMBER}什么时候施行？",
    f"那{DOGS_NUMBER}呢？",
    "《青岚市城市养犬管理规定》还有效吗？",
    "社区书屋建设由哪个部门验收？",
    "清雪补助每个街道多少元？",
]


def turns(*texts: str) -> list[dict[str, str]]:
    """A conversation: user, assistant, user, …"""
    return [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]


@pytest.mark.parametrize(("text", "standalone"), LEANING)
def test_a_question_that_leans_on_the_one_before(text: str, standalone: str) -> None:
    """Gets its subject, and is looked for in the document that was cited."""
    question = read_question(text, turns(TOWN, TOWN_ANSWER))
    assert question.standalone == standalone
    assert question.followup
    assert question.numbers == (HEATING_NUMBER,)


@pytest.mark.parametrize(("text", "standalone"), LEANING)
def test_what_the_documents_say_of_a_leaning_question(
    assistant, text: str, standalone: str
) -> None:
    """They do not take it for a new topic."""
    question = settled(read_question(text, turns(TOWN, TOWN_ANSWER)), assistant.retriever)
    assert question.standalone == standalone
    assert question.other is None


@pytest.mark.parametrize("text", NEW)
def test_a_new_topic_leaves_the_old_one_behind(assistant, text: str) -> None:
    """Whatever word it opens with: its own words stand in another document."""
    question = settled(read_question(text, turns(TOWN, TOWN_ANSWER)), assistant.retriever)
    assert "供暖" not in question.standalone
    assert not question.followup
    assert HEATING_NUMBER not in question.numbers


def test_another_subject_of_the_same_question(assistant) -> None:
    """养犬登记费呢 asks how much, but of dogs."""
    question = read_question("养犬登记费呢？", turns(TOWN, TOWN_ANSWER))
    question = settled(question, assistant.retriever)
    assert question.standalone == "养犬登记费？"
    assert question.kind == "money"


def test_an_unmarked_question_goes_on_where_the_document_answers_it(assistant) -> None:
    """温度不达标怎么退费 says nothing of what was said before, but stands in the same document."""
    question = read_question("温度连续两日达不到标准怎么办？", turns(TOWN, TOWN_ANSWER))
    assert not question.followup
    assert settled(question, assistant.retriever).numbers == (HEATING_NUMBER,)


def test_a_document_that_is_named_before_that() -> None:
    """那个规定 points back, but 养犬那个规定 may be another."""
    pointing = read_question("那个规定什么时候施行？", turns(TOWN, TOWN_ANSWER))
    assert pointing.followup
    assert pointing.other is None
    naming = read_question("养犬那个规定什么时候施行？", turns(TOWN, TOWN_ANSWER))
    assert naming.other.standalone == "养犬那个规定什么时候施行？"


BICYCLES = "共享单车多久清运？"


@pytest.mark.parametrize(
    ("text", "alone", "here", "leaning", "goes_on"),
    [
        (BICYCLES, 0.3, 0.6, 0.9, True),
        (BICYCLES, 0.6, 0.7, 0.9, False),
        (BICYCLES, 0.05, 0.6, 0.9, False),
        (BICYCLES, 0.3, 0.2, 0.9, False),
        (BICYCLES, 0.3, 0.6, 0.7, False),
        ("共享单车违规停放的多久以内清运？", 0.3, 0.6, 0.9, False),
    ],
)
def test_a_short_question_goes_on_where_it_is_answered_better(
    assistant, monkeypatch, text: str, alone: float, here: float, leaning: float, goes_on: bool
) -> None:
    """It is weakly answered alone, better where the conversation is, and clearly as a follow-up;
    else it is a new topic."""

    def confidence(found) -> float:
        question = found.question
        return leaning if question.followup else here if question.documents else alone

    monkeypatch.setattr(assistant.finder, "confidence", confidence)
    found = assistant.finder.find(read_question(text, turns(TOWN, TOWN_ANSWER)))
    assert found.question.followup == goes_on


def test_after_a_refusal_the_question_before_counts(assistant) -> None:
    """No document was cited: the one that fits the question before is looked at."""
    question = read_question("那农村的呢？", turns(TOWN, REFUSED))
    assert settled(question, assistant.retriever).standalone == "农村居民的供暖补贴是多少元？"


def test_a_refusals_closest_document_is_not_meant(passage) -> None:
    """It was named, not cited."""
    closest = passage(HEATING_NUMBER, "二十五元")
    for language in ("zh-Hans", "zh-Hant", "en"):
        refused = refusal_text(closest, language)
        assert HEATING_NUMBER in refused
        assert read_question("那农村的呢？", turns(TOWN, refused)).numbers == ()


def test_the_last_topic_counts() -> None:
    """After two topics a follow-up is about the second."""
    question = read_question("它还有效吗？", turns(TOWN, TOWN_ANSWER, DOGS, DOGS_ANSWER))
    assert question.numbers == (DOGS_NUMBER,)
    assert question.standalone.startswith("养犬登记费")


def test_an_english_follow_up() -> None:
    """It is about what was cited before."""
    question = read_question("Is it still valid?", turns(DOGS, DOGS_ANSWER))
    assert question.numbers == (DOGS_NUMBER,)
    assert question.followup
    assert question.text == "Is it still valid?"


def test_there_are_enough_cases() -> None:
    """Of both kinds."""
    assert len(LEANING) + len(NEW) >= 30
