"""Whether a document holds: said with the answer, on request, and for the date asked about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant import Answer, PolicyAssistant
from assistant.asked_date import asked_date, without_date
from ingest.pipeline import ingest
from tests.assistant.lifecycle import LIFECYCLE
from tests.conftest import write_library
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings

TODAY = date(2026, 5, 20)


@pytest.fixture(scope="module")
def lifecycle(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings):
    """An assistant on documents that begin, end, change and follow each other."""
    folder: Path = tmp_path_factory.mktemp("lifecycle")
    report = ingest(
        [write_library(folder / "files", LIFECYCLE)], folder / "store", embeddings=shipped
    )
    assert not report.failures
    made = PolicyAssistant(folder / "store", settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


def statuses(answer: Answer) -> dict[str | None, str]:
    """The status shown with each cited document."""
    return {each.number: each.status for each in answer.citations}


def check_quotes(answer: Answer, assistant: PolicyAssistant) -> None:
    """What a status rests on is verbatim, like any other quote."""
    for each in answer.citations:
        assert assistant.store.text(each.document_id)[each.start : each.end] == each.quote


@pytest.mark.parametrize(
    ("question", "said", "number", "status", "by"),
    [
        (
            "早市摊位每月收费多少元？",
            "废止",
            "青政办发〔2019〕6号",
            "已废止",
            "青政办发〔2021〕30号",
        ),
        ("街道树木每年修剪几次？", "修改", "青政办发〔2021〕17号", "已修改", "青政办发〔2022〕9号"),
        ("渔船夜航许可证收费多少元？", "已过有效期", "青政办发〔2020〕21号", "已过有效期", None),
        ("渡船每次最多载客多少人？", "尚未施行", "青岚市人民政府令第31号", "尚未施行", None),
    ],
)
def test_an_answer_from_a_document_that_does_not_hold(
    lifecycle: PolicyAssistant, question: str, said: str, number: str, status: str, by: str | None
) -> None:
    """The status in the citation, a sentence in the answer, the deciding document cited too."""
    answer = lifecycle.ask(question)
    assert statuses(answer)[number] == status
    assert said in answer.text
    if by:
        (deciding,) = (each for each in answer.citations if each.number == by)
        assert number in deciding.quote
        assert said in deciding.quote
    check_quotes(answer, lifecycle)


@pytest.mark.parametrize(
    ("question", "said", "by"),
    [
        ("早市摊位管理的通知还有效吗？", "已于2021年6月6日废止", "青政办发〔2021〕30号"),
        ("青政办发〔2019〕6号还有效吗？", "已于2021年6月6日废止", "青政办发〔2021〕30号"),
        ("青政办发〔2019〕6号被哪个文件废止？", "废止", "青政办发〔2021〕30号"),
        ("《青岚市夜市灯光管理办法》还有效吗？", "已于2021年6月6日废止", "青政办发〔2021〕30号"),
        ("青政办发〔2015〕8号是否废止？", "《青岚市夜市灯光管理办法》", "青政办发〔2021〕30号"),
        ("夜市灯光管理办法作废了吗", "废止", "青政办发〔2021〕30号"),
        ("夜市灯光管理办法什么时候废止的？", "2021年6月6日", "青政办发〔2021〕30号"),
        ("街道树木修剪的通知是否有效？", "已于2022年2月11日修改", "青政办发〔2022〕9号"),
        ("渔船夜航许可的通知过期了吗？", "2023年7月31日", "青政办发〔2020〕21号"),
        ("渡船管理规定生效了吗？", "尚未施行", "青岚市人民政府令第31号"),
        ("规范早市经营的通知现在还有效吗？", "没有将其废止或修改的记载", "青政办发〔2021〕30号"),
        ("2020年时青政办发〔2019〕6号还有效吗？", "在2020年时尚未废止", "青政办发〔2021〕30号"),
        ("2018年时青政办发〔2015〕8号还有效吗？", "在2018年时尚未废止", "青政办发〔2021〕30号"),
        ("2022年时渔船夜航许可的通知还有效吗？", "没有将其废止", "青政办发〔2020〕21号"),
    ],
)
def test_is_it_still_in_force(
    lifecycle: PolicyAssistant, question: str, said: str, by: str
) -> None:
    """By number or title, stored or only named in another's list, today or then."""
    answer = lifecycle.ask(question)
    assert answer.answered
    assert said in answer.text
    assert by in {each.number for each in answer.citations}
    check_quotes(answer, lifecycle)


@pytest.mark.parametrize("question", ["青政办发〔2015〕99号还有效吗？", "《夜钓办法》还有效吗？"])
def test_a_document_that_nobody_knows(lifecycle: PolicyAssistant, question: str) -> None:
    """Nothing is said of its validity."""
    assert not lifecycle.ask(question).answered


def test_what_a_document_repeals(lifecycle: PolicyAssistant) -> None:
    """Each of them by name and number, and what only amends is not among them."""
    answer = lifecycle.ask("青政办发〔2021〕30号废止了哪些文件？")
    assert "青政办发〔2019〕6号" in answer.text
    assert "青政办发〔2015〕8号" in answer.text
    assert not lifecycle.ask("青政办发〔2022〕9号废止了哪些文件？").text.count("17号）。")


def test_a_follow_up_about_validity(lifecycle: PolicyAssistant) -> None:
    """它还有效吗 is about the document that was cited before."""
    first = lifecycle.ask("早市摊位每月收费多少元？")
    history = [
        {"role": "user", "content": first.question},
        {"role": "assistant", "content": first.text},
    ]
    answer = lifecycle.ask("它还有效吗？", history)
    assert "已于2021年6月6日废止" in answer.text


def test_the_newer_of_two_years_counts(lifecycle: PolicyAssistant) -> None:
    """This year's standard first; last year's is mentioned."""
    answer = lifecycle.ask("残疾人护理补贴标准是多少元？")
    first, second = answer.text.splitlines()
    assert "九十五元" in first
    assert second.startswith("此前")
    assert "八十元" in second


def test_the_year_that_is_asked_for_counts(lifecycle: PolicyAssistant) -> None:
    """Though there is a newer one."""
    answer = lifecycle.ask("2022年残疾人护理补贴标准是多少元？")
    assert "八十元" in answer.text.splitlines()[0]


def test_years_that_are_compared(lifecycle: PolicyAssistant) -> None:
    """Both, each with its citation."""
    answer = lifecycle.ask("2022年和2023年残疾人护理补贴标准分别是多少元？")
    assert "八十元" in answer.text
    assert "九十五元" in answer.text
    assert len({each.number for each in answer.citations}) == 2


def test_what_was_the_case_then(lifecycle: PolicyAssistant) -> None:
    """Before it expired nothing warns; before it was repealed the answer says what came later."""
    assert "已过有效期" not in lifecycle.ask("渔船夜航许可2021年时收费多少元？").text
    assert "后来已于2021年6月6日废止" in lifecycle.ask("2020年时早市摊位每月收费多少元？").text


@pytest.mark.parametrize(
    ("text", "on", "words"),
    [
        ("低保标准是多少？", "2026-05-20", ""),
        ("2018年时低保标准是多少？", "2018-12-31", "2018年"),
        ("2018年低保标准", "2018-12-31", "2018年"),
        ("2018年度低保标准", "2018-12-31", "2018年"),
        ("２０１８年低保标准", "2018-12-31", "2018年"),
        ("2018年2月的低保标准", "2018-02-28", "2018年2月"),
        ("2018年7月1日那天还有效吗", "2018-07-01", "2018年7月1日"),
        ("2026年低保标准", "2026-05-20", "2026年"),
        ("2027年低保标准", "2027-12-31", "2027年"),
        ("到2020年底要建成多少家？", "2026-05-20", ""),
        ("2018年印发的办法还有效吗？", "2026-05-20", ""),
        ("2018年以来出台了什么？", "2026-05-20", ""),
        ("2018年7月1日起施行的规定还有效吗", "2026-05-20", ""),
        ("12018年", "2026-05-20", ""),
    ],
)
def test_the_date_asked_about(text: str, on: str, words: str) -> None:
    """A year or month counts with its last day; goals and issue dates are no date asked about."""
    found = asked_date(text, TODAY)
    assert (found.on, found.words) == (on, words)


def test_then_means_the_documents_own_time() -> None:
    """当时, where no year is said."""
    assert asked_date("当时的标准是多少？", TODAY, then="2019-02-03").on == "2019-02-03"
    assert asked_date("当时的标准是多少？", TODAY).on == "2026-05-20"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2020年时早市摊位每月收费多少元？", "早市摊位每月收费多少元？"),
        ("早市摊位2020年6月底每月收多少钱？", "早市摊位每月收多少钱？"),
        ("2020年的摊位费是多少？", "2020年的摊位费是多少？"),
        ("摊位费是多少？", "摊位费是多少？"),
    ],
)
def test_a_question_without_its_date(text: str, rest: str) -> None:
    """Only what says as of when is taken away."""
    assert without_date(text) == rest
