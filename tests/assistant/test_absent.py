"""What a document names without holding it: missing annexes, cited documents."""

from __future__ import annotations

import pytest

from assistant.absent import absent_title, asks_contents, unlisted
from vectorstore.datamodels import Annex, PolicyDocument

TEXT = """现将《青岚市冬季清雪工作方案》印发给你们。
市城管局按照《青岚市清雪设备采购目录》和《青岚市市容管理条例》备足设备。
附件：1.清雪联席会议成员名单
2.青岚市清雪工作责任分解表
"""
DOCUMENT = PolicyDocument(
    source="snow.txt",
    text=TEXT,
    title="青岚市人民政府关于印发青岚市冬季清雪工作方案的通知",
    annexes=(
        Annex("附件1", "清雪联席会议成员名单"),
        Annex("附件2", "青岚市清雪工作责任分解表", missing=True),
    ),
)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("清雪设备采购目录里一共列了多少项？", "青岚市清雪设备采购目录"),
        ("《青岚市市容管理条例》第五条写了什么？", "青岚市市容管理条例"),
        ("责任分解表里分了哪些活给城管局？", "青岚市清雪工作责任分解表"),
        ("清雪联席会议成员名单里的第三项是谁？", None),
        ("冬季清雪工作方案里怎么规定时间？", None),
        ("设备按哪个目录准备？", None),
        ("市容条例由谁执行？", None),
    ],
)
def test_what_is_only_named(question: str, title: str | None) -> None:
    """The contents of a list or regulation that is not there; not what is said of it as a whole,
    nor what the document itself or an annex of it holds."""
    assert absent_title(question, DOCUMENT, [DOCUMENT.title]) == title


def test_a_stored_document_is_not_absent() -> None:
    """What the store has under its own number is answered from there."""
    question = "《青岚市市容管理条例》第五条写了什么？"
    assert absent_title(question, DOCUMENT, ["青岚市市容管理条例"]) is None
    assert absent_title(question, None, []) is None


def test_contents_or_the_whole() -> None:
    """里程 and 里 differ, and so do a list's items and the list."""
    assert asks_contents("清单里有哪些")
    assert asks_contents("第三项是什么")
    assert not asks_contents("公交里程怎么补贴")
    assert not asks_contents("清单由谁公布")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("这次整合的12项证照，逐项叫什么名称？", True),
        ("那十二项证照分别是哪些？", True),
        ("12项证照一项一项给我列出来", True),
        ("12项证照什么时候整合完？", False),
        ("9处水站分别是哪些？", False),
        ("3类证照分别是什么？", False),
    ],
)
def test_a_list_that_is_only_counted(question: str, missing: bool) -> None:
    """Where a text says how many there are and prints none, they cannot be named; of few, or of
    what it does print, one cannot say so."""
    texts = [
        "本次整合12项证照，3类由市住建局负责。",
        "设水站9处：" + "；".join("甲乙丙丁戊己庚辛壬"),
    ]
    assert unlisted(question, texts) is missing
