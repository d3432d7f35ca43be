"""Addressee, public marking, signature and annexes: what a clerk notes beside the text."""

from __future__ import annotations

import pytest

from ingest.reader import read_documents
from vectorstore.datamodels import PolicyDocument

HEAD = "青政发〔2021〕7号\n\n青岚市人民政府关于养蚕的通知\n\n"


def read(text: str) -> PolicyDocument:
    (document,) = read_documents(text, "a.txt")
    return document


def letter(rest: str = "", foot: str = "青岚市人民政府\n\n2021年5月8日\n") -> PolicyDocument:
    body = "各县（市）区人民政府，市政府各部门：\n\n请做好今年的养蚕工作，有关情况及时报告。\n\n"
    return read(f"{HEAD}{body}{foot}{rest}")


def test_addressee_is_the_line_above_the_text() -> None:
    """The line with the colon; an introduction that ends with one is none."""
    assert letter().addressee == "各县（市）区人民政府，市政府各部门"
    notice = read(f"{HEAD}为保护桑园，现将有关事项通知如下：\n\n一、禁止砍伐桑树。\n")
    assert notice.addressee is None


@pytest.mark.parametrize(
    ("line", "marking"),
    [
        ("（此件公开发布）", "公开发布"),
        ("（此件主动公开）", "主动公开"),
        ("（此件依申请公开）", "依申请公开"),
        ("（主动公开）", "主动公开"),
        ("公开属性：不予公开", "不予公开"),
        ("信息公开选项：主动公开", "主动公开"),
    ],
)
def test_public_marking(line: str, marking: str) -> None:
    """Whatever form the note has, its words are what is kept."""
    assert letter(f"\n{line}\n").publicity == marking
    assert letter().publicity is None


@pytest.mark.parametrize(
    ("foot", "signature"),
    [
        ("青岚市人民政府\n\n2021年5月8日\n", "青岚市人民政府"),
        ("青岚市财政局\n\n青岚市民政局\n\n2021年5月8日\n", "青岚市财政局、青岚市民政局"),
        ("市 长  江一苇\n\n2021年5月8日\n", "市长江一苇"),
        ("代市长：江一苇\n\n2021年5月8日\n", "代市长：江一苇"),
        ("青岚市人民政府 2021年5月8日\n", "青岚市人民政府"),
    ],
)
def test_signature(foot: str, signature: str) -> None:
    """The office, several offices, or the person who signs an order."""
    assert letter(foot=foot).signature == signature
    assert letter(foot=foot).issued == "2021-05-08"


LIST = "附件：1. 桑园名录\n2. 《蚕农登记办法》\n3. 养蚕流程图（略）\n\n"
FOOT = "青岚市人民政府\n\n2021年5月8日\n"


def test_annexes_by_number_and_title() -> None:
    """What is listed and printed, what is listed only, and what has a title and nothing else."""
    printed = "\n附件1\n\n桑园名录\n\n序号\t桑园\n1\t柳湾桑园\n\n附件2\n\n蚕农登记办法\n"
    document = letter(printed, LIST + FOOT)
    assert [(a.label, a.title, a.missing) for a in document.annexes] == [
        ("附件1", "桑园名录", False),
        ("附件2", "蚕农登记办法", True),
        ("附件3", "养蚕流程图", True),
    ]
    assert document.warnings == ("附件2未随文收录：蚕农登记办法", "附件3未随文收录：养蚕流程图")


def test_an_annex_without_its_label_is_known_by_its_title() -> None:
    """The scan lost 附件1: its title was announced."""
    document = letter("\n桑园名录\n\n第一条 桑园分为三类。\n", "附件：1. 桑园名录\n\n" + FOOT)
    assert [(a.label, a.missing) for a in document.annexes] == [("附件1", False)]
    assert [p.locator for p in document.passages][-1] == "附件1/第一条"


def test_a_list_below_its_label_is_no_annex() -> None:
    """附件： alone in its line, then the titles: a list, not the annex's text."""
    document = letter("", "附件：\n\n1. 桑园名录\n\n2. 蚕农登记办法\n\n" + FOOT)
    assert [(a.label, a.missing) for a in document.annexes] == [("附件1", True), ("附件2", True)]
    assert not any(p.locator.startswith("附件") for p in document.passages)
    assert document.signature == "青岚市人民政府"


def test_files_to_download_are_missing_annexes() -> None:
    """A web page lists the names of files."""
    document = letter("\n附件：桑园名录.docx\n")
    assert [(a.title, a.missing) for a in document.annexes] == [("桑园名录", True)]


def test_a_digest_misses_no_annex() -> None:
    """What a digest leaves out is no fault of its file."""
    text = (
        "---\nnumber: 青政发〔2021〕7号\ntitle: 青岚市人民政府关于养蚕的通知\n"
        "source: digest\n---\n\n"
        "一、要点\n\n养蚕户每年登记一次蚕种数量，登记结果张榜公布。\n\n附件：桑园名录\n"
    )
    assert read(text).warnings == ()


def test_a_page_that_is_a_picture_is_told_of() -> None:
    """A document whose text is a link holds no provision."""
    text = "---\ntitle: 青岚市人民政府关于养蚕的通知\n---\n\nhttps://example.test/picture/1.png\n"
    assert any("没有文字" in each for each in read(text).warnings)


def test_the_promulgation_below_a_title_dates_a_regulation() -> None:
    """（2001年1月19日 … 公布）"""
    text = "青岚市养蚕条例\n\n（2001年1月19日青岚市人民政府公布）\n\n第一条 养蚕户应当登记。\n"
    assert read(text).issued == "2001-01-19"
