"""Lists of members as a whole: all who have the posts that are asked for, or whom offices sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import PolicyAssistant
from assistant.rosters import rows_in
from ingest import ingest
from tests.conftest import write_library
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings

FLOOD = """青岚市人民政府办公室文件

青政办发〔2022〕31号

青岚市人民政府办公室关于印发青岚市老旧河闸除险改造工作方案的通知

各区人民政府，市政府各部门：

现将《青岚市老旧河闸除险改造工作方案》印发给你们，请认真贯彻执行。

青岚市人民政府办公室

2022年4月12日

青岚市老旧河闸除险改造工作方案

一、总体要求

成立青岚市老旧河闸除险改造工作小组，统筹全市老旧河闸的除险改造。

二、主要任务

各区逐座排查河闸，三年内完成除险改造。

附件：工作小组名单

附件

工作小组名单

组长：林远山 副市长

副组长：沈若溪 市政府副秘书长

温如故 市水务局局长

陶令仪 市住房城乡建设局局长

成员：顾青禾 市财政局副局长

陆白石 市总工会副主席

纪长亭 市工业和信息化局总工程师

工作小组办公室设在市水务局。
"""
PLACE = "根据《青岚市老旧河闸除险改造工作方案》（青政办发〔2022〕31号）附件："
DEPUTIES = "副组长：沈若溪 市政府副秘书长；温如故 市水务局局长；陶令仪 市住房城乡建设局局长。"


@pytest.fixture(scope="module")
def locks(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings) -> PolicyAssistant:
    """An assistant on one document with a list of members."""
    folder = tmp_path_factory.mktemp("locks")
    files = write_library(folder / "files", {"locks.txt": FLOOD})
    ingest([files], folder / "store", embeddings=shipped)
    made = PolicyAssistant(Path(folder / "store"), settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


def said(locks: PolicyAssistant, question: str) -> list[str]:
    """The lines that are told of a list as a whole; none where the search is left to answer."""
    told = locks.retrieve(locks._read(question, (), ())).tabled
    return [each.text.removeprefix(PLACE) for each in told]


@pytest.mark.parametrize(
    "question",
    [
        "老旧河闸改造工作小组组长和副组长都有谁？",
        "河闸除险改造工作小组组长和三位副组长名单",
        "请问2022年老旧河闸除险改造小组的组长、副组长分别是谁",
        "老旧河闸改造小组的正副组长是哪几位",
        "老旧河闸除险改造工作小组组长是谁、副组长是谁？",
    ],
)
def test_all_rows_of_each_post(locks: PolicyAssistant, question: str) -> None:
    """Everybody below a post has it, up to the next post; nobody else is told."""
    assert said(locks, question) == ["组长：林远山 副市长。", DEPUTIES]


def test_a_post_that_several_have(locks: PolicyAssistant) -> None:
    """Who asks for the 副组长 gets all three, cited as one stretch, in an answer without doubt."""
    answer = locks.ask("老旧河闸除险改造工作小组的副组长是谁？")
    assert answer.text == f"{PLACE}{DEPUTIES}[1]"
    assert answer.citations[0].quote.splitlines()[0] == "副组长：沈若溪 市政府副秘书长"
    assert answer.warnings == ()


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "老旧河闸改造小组里，市总工会和市财政局的成员分别是谁？",
            ["成员：陆白石 市总工会副主席；顾青禾 市财政局副局长。"],
        ),
        (
            "老旧河闸改造小组里总工会、财政局各派的哪位？",
            ["成员：陆白石 市总工会副主席；顾青禾 市财政局副局长。"],
        ),
        (
            "河闸除险改造名单里住建局、工信局派的人是谁",
            ["副组长：陶令仪 市住房城乡建设局局长。", "成员：纪长亭 市工业和信息化局总工程师。"],
        ),
    ],
)
def test_a_row_of_each_office(locks: PolicyAssistant, question: str, lines: list[str]) -> None:
    """Each office's people in the order asked, with their role, also under a short name."""
    assert said(locks, question) == lines


@pytest.mark.parametrize(
    "question",
    [
        "老旧河闸改造工作小组组长和总指挥都有谁？",
        "老旧河闸改造工作小组组长和五位副组长名单",
        "云汀市老旧河闸改造工作小组组长和副组长都有谁？",
        "2019年老旧河闸改造工作小组组长和副组长都有谁？",
        "老旧河闸改造联席会议组长和副组长都有谁？",
        "小区加装电梯工作小组组长和副组长都有谁？",
        "老旧河闸改造小组里市财政局和市体育局的成员分别是谁？",
        "老旧河闸改造小组里市财政局的组长和办公地点在哪",
        "老旧河闸改造工作小组组长是谁？",
        "老旧河闸改造工作小组的成员单位有哪些？",
    ],
)
def test_what_is_left_to_the_search(locks: PolicyAssistant, question: str) -> None:
    """A post or an office that is not listed, another number of people, another city, year, body
    or matter, something else asked, a single row: no list answers these as a whole."""
    assert said(locks, question) == []


def test_lists_that_are_not_sure() -> None:
    """Two lists in one text, or a list that goes on behind other words, have no rows."""
    one = "组长：林远山 副市长\n副组长：沈若溪 市政府副秘书长\n"
    assert [row.role for row in rows_in(one, 0)] == ["组长", "副组长"]
    assert rows_in(one + one, 0) == ()
    assert rows_in(f"{one}另有两位专家参加。\n温如故 市水务局局长\n", 0) == ()


def test_a_role_in_each_row() -> None:
    """A list may repeat the role in every row, and name a post that is known nowhere else."""
    text = "组 长：林远山 市 长\n成员：顾青禾 市财政局副局长\n成员：裴巨川 市卫生健康委副县级领导\n"
    rows = rows_in(text, 100)
    assert [row.role for row in rows] == ["组长", "成员", "成员"]
    assert [text[row.start - 100 : row.end - 100] for row in rows] == text.splitlines()
