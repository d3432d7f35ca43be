"""What a document is: number, title, date, issuer, signer, asked alone or several at once."""

from __future__ import annotations

import pytest

from assistant import PolicyAssistant
from assistant.particulars import told_of_documents
from assistant.particulars_asked import particulars_asked
from assistant.questions import read_question
from tests.assistant.documents import FEES_NUMBER, SNOW_NUMBER, WATER_NUMBER
from tests.library import DOGS_NUMBER, HEATING_NUMBER

OFFICE = "青岚市人民政府办公室"
WATER_SAYS = f"《青岚市供水应急工作方案》（{WATER_NUMBER}）由{OFFICE}于2022年7月8日印发。"
WATER_IN_FULL = WATER_SAYS.replace(
    "《青岚市供水应急工作方案》", f"《{OFFICE}关于印发青岚市供水应急工作方案的通知》"
)
FEES_SAYS = (
    f"《{OFFICE}关于公布停车场收费标准的通知》（{FEES_NUMBER}）由{OFFICE}于2023年4月12日印发。"
)
HEATING_SAYS = f"《青岚市居民供暖管理办法》（{HEATING_NUMBER}）由青岚市人民政府于2021年9月6日印发。"
DOGS_SAYS = f"《青岚市城市养犬管理规定》（{DOGS_NUMBER}）由青岚市人民政府于2020年3月10日公布。"
DOGS_SIGNED = f"《青岚市城市养犬管理规定》（{DOGS_NUMBER}）于2020年3月10日由市长林远山签发。"


@pytest.mark.parametrize(
    ("question", "wants", "subject"),
    [
        ("《供水应急方案》的发文字号是多少？", {"number"}, "《供水应急方案》"),
        ("供水应急那份方案，给个文号", {"number"}, "供水应急方案"),
        ("停车场收费那张通知编的什么号？", {"number"}, "停车场收费通知"),
        ("养犬管理规定是第几号令", {"number"}, "养犬管理规定"),
        (f"查一下{WATER_NUMBER}，标题是什么，哪天印发的", {"title", "date"}, ""),
        (f"{WATER_NUMBER}文件名叫啥", {"title"}, ""),
        ("供水应急方案，文号和成文日期请提供", {"number", "date"}, "供水应急方案"),
        ("供水应急方案是哪天印发的，是谁发的？", {"date", "issuer"}, "供水应急方案"),
        ("供水应急方案是哪个单位印发的？什么时候？", {"date", "issuer"}, "供水应急方案"),
        ("签发第12号市政府令的市长叫什么名字？", {"signer"}, ""),
        ("第12号令，市长是哪天签发的？", {"date", "signer"}, ""),
        ("市政府令第12号公布的是什么规定，哪次会议通过的？", {"title", "session"}, ""),
    ],
)
def test_what_asks_for_particulars(question: str, wants: set[str], subject: str) -> None:
    """All that asks, and what is said politely around it, is told from what names the document."""
    asked = particulars_asked(question)
    assert asked is not None
    assert (asked.wants, asked.subject) == (wants, subject)


@pytest.mark.parametrize(
    "question",
    [
        "供水应急方案讲的是什么，哪天印发的？",
        "供水应急方案什么时候施行？",
        "供水应急方案依据的是哪个文号？",
        "供水应急方案第二条的标题是什么？",
        "供水应急方案和停车收费通知哪个先印发？",
        "供水应急方案附件的名称是什么？",
    ],
)
def test_what_asks_for_more_than_particulars(question: str) -> None:
    """What a document says, rests on, or consists of does not stand in its record."""
    assert particulars_asked(question) is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("《青岚市供水应急工作方案》的发文字号是多少？", WATER_SAYS),
        ("供水应急那份方案，2022年的，文号和日期", WATER_SAYS),
        ("供水应急工作方案是哪天印发的，是谁发的？", WATER_SAYS),
        (f"查一下{WATER_NUMBER}，标题是什么，哪天印发的", WATER_IN_FULL),
        (f"{WATER_NUMBER}的题目是什么？", WATER_IN_FULL),
        (f"{WATER_NUMBER}是什么文件，哪天发的？", WATER_IN_FULL),
        ("公布停车场收费标准的那份通知，文号和成文日期请提供", FEES_SAYS),
        ("养犬管理规定是第几号令？", DOGS_SAYS),
        ("签发第12号市政府令的市长叫什么名字？", DOGS_SIGNED),
        ("养犬管理规定是哪位市长签发的？", DOGS_SIGNED),
    ],
)
def test_the_record_answers_in_one_sentence(
    assistant: PolicyAssistant, question: str, answer: str
) -> None:
    """Title, number, issuer and date, surely and alone, with the signature's line cited."""
    said = assistant.ask(question)
    assert said.text == f"{answer}[1]"
    assert assistant.confidence(question) == 1.0
    assert said.citations[0].quote.endswith("日")


def test_the_meeting_stands_in_the_sentence_that_names_it(assistant: PolicyAssistant) -> None:
    """What the record lacks is quoted from the document's opening."""
    said = assistant.ask("市政府令第12号公布的是什么规定，哪次会议通过的？")
    first, second = said.text.splitlines()
    assert first == f"{DOGS_SAYS}[1]"
    assert "市政府第5次常务会议讨论通过" in second


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("供水应急工作方案和居民供暖管理办法分别是几月几号发的？", [WATER_SAYS, HEATING_SAYS]),
        ("供水应急工作方案和居民供暖管理办法的文号各是多少？", [WATER_SAYS, HEATING_SAYS]),
        ("2022年供水应急方案、2021年供暖管理办法的文号", [WATER_SAYS, HEATING_SAYS]),
        ("供水应急工作和停车场收费标准两个通知是谁印发的？", [WATER_SAYS, FEES_SAYS]),
        (f"{WATER_NUMBER}和{HEATING_NUMBER}分别是哪天印发的？", [WATER_SAYS, HEATING_SAYS]),
    ],
)
def test_two_documents_are_told_one_after_the_other(
    assistant: PolicyAssistant, question: str, answers: list[str]
) -> None:
    """Each of those that are named is told, in the order of the question."""
    said = assistant.ask(question)
    assert said.text.splitlines() == [f"{each}[{at}]" for at, each in enumerate(answers, 1)]
    assert all(each.number in answers[at] for at, each in enumerate(said.citations))


def test_a_follow_up_asks_of_the_document_cited_before(assistant: PolicyAssistant) -> None:
    """它 is what the last answer was taken from."""
    question = "居民供暖价格为每平方米多少元？"
    history = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": assistant.ask(question).text},
    ]
    assert assistant.ask("它的文号是多少，谁印发的？", history).text == f"{HEATING_SAYS}[1]"


def test_that_a_document_is_repealed_is_still_said(assistant: PolicyAssistant) -> None:
    """Who asks for its number is not left with a document that no longer holds."""
    said = assistant.ask("建设社区书屋的意见文号是多少？")
    assert "（青政发〔2019〕3号）由青岚市人民政府于2019年2月18日印发。[1]" in said.text
    assert "废止" in said.text


@pytest.mark.parametrize(
    "question",
    [
        "青岚市城市供水条例的文号是多少？",
        "白河省供水应急工作方案的文号是多少？",
        "2019年供水应急工作方案的文号和日期",
        "青政办发〔2022〕99号的标题是什么，哪天印发的？",
        f"{WATER_NUMBER}和青政办发〔2022〕99号的标题是什么？",
        "供水应急工作方案和青岚市城市供水条例的文号各是多少？",
        "供水应急方案、养老方案的文号",
        "供水应急工作方案物资清单的文号",
        "停水补贴是哪个部门发的？",
        "供水应急工作方案是哪位市长签发的？",
        f"{WATER_NUMBER}领导小组名称是什么？",
        "供水应急工作方案是哪天印发的？",
    ],
)
def test_nothing_is_said_where_it_is_not_sure(assistant: PolicyAssistant, question: str) -> None:
    """Another document, one that is not held, an unnamed part, nobody's signature: the record is
    left out of it, and for a single date the sentence that always said it stays."""
    assert not told_of_documents(read_question(question), assistant.store).statements


def test_a_record_without_what_is_asked_says_nothing(assistant: PolicyAssistant) -> None:
    """Who signed stands in no digest."""
    question = read_question(f"{SNOW_NUMBER}是哪位市长签发的？")
    assert not told_of_documents(question, assistant.store).statements
