"""What belongs to a document beside its particulars: annexes, contents, what it implements."""

from __future__ import annotations

import pytest

from assistant import PolicyAssistant
from assistant.particulars import told_of_documents
from assistant.questions import read_question
from ingest.pipeline import ingest
from tests.assistant.documents import FEES_NUMBER, WATER_NUMBER
from tests.conftest import write_library
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings

NUMBER = "青政办发〔2024〕9号"
OFFICE = "青岚市人民政府办公室"
LAMPS = f"""{OFFICE}文件

{NUMBER}

{OFFICE}关于印发青岚市路灯改造实施方案的通知

各县（市）区人民政府，市政府各部门：

现将《青岚市路灯改造实施方案》印发给你们，请认真贯彻落实。

{OFFICE}

2024年5月6日

青岚市路灯改造实施方案

为贯彻落实《白河省人民政府关于推进城市照明改造的通知》（白政发〔2023〕5号）精神，结合我市实际，制定本方案。

一、工作目标

全市更换节能路灯三千盏，主干道亮灯率达到98%以上。

二、主要任务

由市住建局逐街检修灯杆，更换破损灯罩，并公布检修电话。

附件：1.青岚市路灯改造街道名单

2.青岚市路灯检修记录办法

附件1

青岚市路灯改造街道名单

柳叶街、石桥街、望湖街三条街道先行改造。

附件2

青岚市路灯检修记录办法

检修人员应当当日填写记录，由所在班组保存两年。
"""
SAYS = f"《青岚市路灯改造实施方案》（{NUMBER}）由{OFFICE}于2024年5月6日印发。"
IN_FULL = SAYS.replace(
    "《青岚市路灯改造实施方案》", f"《{OFFICE}关于印发青岚市路灯改造实施方案的通知》"
)
BASIS = (
    "为贯彻落实《白河省人民政府关于推进城市照明改造的通知》（白政发〔2023〕5号）精神，"
    "结合我市实际，制定本方案。"
)
ANNEXES = (
    f"《青岚市路灯改造实施方案》（{NUMBER}）共有2个附件："
    "1.青岚市路灯改造街道名单；2.青岚市路灯检修记录办法。"
)


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings) -> PolicyAssistant:
    """An assistant on the one document with two annexes."""
    folder = tmp_path_factory.mktemp("lamps")
    files = write_library(folder / "files", {"lamps.txt": LAMPS})
    assert not ingest([files], folder / "store", embeddings=shipped).failures
    made = PolicyAssistant(folder / "store", settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("路灯改造实施方案有几个附件？", [ANNEXES]),
        (f"{NUMBER}一共几个附件？", [ANNEXES]),
        ("《青岚市路灯改造实施方案》的附件有几个？", [ANNEXES]),
        ("路灯改造实施方案的文号是多少，附件有几个？", [SAYS, ANNEXES]),
        (f"{NUMBER}的名称是什么，为落实省里哪个文件？", [IN_FULL, BASIS]),
        (f"{NUMBER}由谁印发，内容是？", [f"{IN_FULL}主要内容：一、工作目标；二、主要任务。"]),
        ("路灯改造方案，市政府几号文，哪天印的？", [SAYS]),
        ("路灯改造方案，我市发文号和印发时间？", [SAYS]),
        ("路灯改造的市级实施方案发文号及日期？", [SAYS]),
        ("路灯改造方案2024年版文号是啥，哪个机构印发？", [SAYS]),
        ("2024年5月印发路灯改造方案那份通知是几号文？", [SAYS]),
    ],
)
def test_what_is_asked_beside_the_particulars(
    lamps: PolicyAssistant, question: str, answer: list[str]
) -> None:
    """Each thing is told in a sentence of its own, and nothing more."""
    said = lamps.ask(question)
    head = [line.split("[", 1)[0] for line in said.text.splitlines()]
    assert head == answer


def test_the_annexes_are_cited_from_where_they_are_listed(lamps: PolicyAssistant) -> None:
    """One quotation holds all titles of the list."""
    (citation,) = lamps.ask("路灯改造实施方案有几个附件？").citations
    assert citation.quote.startswith("青岚市路灯改造街道名单")
    assert citation.quote.endswith("青岚市路灯检修记录办法")


def test_one_annex_is_one(assistant: PolicyAssistant) -> None:
    """A document with a single annex says so."""
    said = assistant.ask(f"{FEES_NUMBER}有几个附件？").text
    assert said.startswith(f"《{OFFICE}关于公布停车场收费标准的通知》（{FEES_NUMBER}）有1个附件：")


@pytest.mark.parametrize(
    "question",
    [
        f"{NUMBER}的名称是什么，为落实国务院哪个文件？",
        "2024年6月印发路灯改造方案那份通知是几号文？",
        "路灯改造实施方案由谁印发，内容是？",
        "路灯申请材料有几个附件？",
        f"{NUMBER}附件2有几个附件？",
        f"{NUMBER}的内容是？",
    ],
)
def test_nothing_is_said_of_what_the_document_does_not_surely_have(
    lamps: PolicyAssistant, question: str
) -> None:
    """Another government's document, another month, contents that its text says better."""
    assert not told_of_documents(read_question(question), lamps.store).statements


def test_a_document_without_annexes_is_not_said_to_have_none(assistant: PolicyAssistant) -> None:
    """A list that was not read may still be there."""
    question = read_question("居民供暖管理办法有几个附件？")
    assert not told_of_documents(question, assistant.store).statements
    assert told_of_documents(read_question(f"{WATER_NUMBER}有几个附件？"), assistant.store).ids
