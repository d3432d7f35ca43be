"""Documents without a number: appointments, chronicles and speeches of a gazette."""

from __future__ import annotations

from ingest.reader import read_documents
from vectorstore.datamodels import PolicyDocument

GAZETTE = """青岚市人民政府公报

目 录

2023年第2期 (总第9期)

○领导讲话

在全市养护工作会议上的讲话 (2)

○市政府文件

青岚市人民政府关于加强桥梁养护工作的通知 (青政发〔2023〕9号) (5)

○人事任免

青岚市人民政府关于江一苇等职务任免的通知 (9)

○大事记

青岚市2023年4月大事记 (12)

在全市养护工作会议上的讲话

（2023年3月2日）

江一苇

同志们：

今天召开全市养护工作会议，主要任务是总结去年养护工作，部署今年的养护任务，请大家认真领会。

一、去年的工作

去年全市检查桥梁两百座，修复裂缝三十处，成绩应当肯定，但是问题也不少。

青岚市人民政府文件

青政发〔2023〕9号

青岚市人民政府关于加强桥梁养护工作的通知

各县（市）区人民政府，各有关单位：

桥梁每年检查两次，检查结果向社会公布。现将《青岚市桥梁养护细则》一并印发。

青岚市人民政府

2023年3月9日

青岚市桥梁养护细则

第一条 桥梁由市交通局养护。

第二条 桥梁裂缝应当及时修复。

青岚市人民政府关于江一苇等职务任免的通知

各县（市）区人民政府，各有关单位：

经研究决定，任命江一苇为青岚市交通局局长，免去柳青的青岚市交通局局长职务。

青岚市人民政府

2023年4月1日

青岚市2023年4月大事记

4月3日 副市长白芷检查渡口安全工作，要求各渡口配齐救生衣。

4月9日 全市召开桥梁养护会议，市长江一苇出席并讲话。

主管主办：青岚市人民政府
编辑出版：青岚市人民政府办公室
地址：青岚市大街1号
电话：0000-5550000
"""


def read() -> list[PolicyDocument]:
    return read_documents(GAZETTE, "2023-2.txt")


def test_every_document_of_the_issue_is_found() -> None:
    """Those without a number are cited by title; the attached rule stays with its notice."""
    assert [(d.number, d.title) for d in read()] == [
        (None, "在全市养护工作会议上的讲话"),
        ("青政发〔2023〕9号", "青岚市人民政府关于加强桥梁养护工作的通知"),
        (None, "青岚市人民政府关于江一苇等职务任免的通知"),
        (None, "青岚市2023年4月大事记"),
    ]
    assert {d.gazette for d in read()} == {"2023年第2期"}


def test_particulars_of_documents_without_a_number() -> None:
    """The date of a speech stands below its title, that of appointments below the text."""
    speech, notice, posts, chronicle = read()
    assert speech.issued == "2023-03-02"
    assert (posts.issued, posts.issuer, posts.signature) == (
        "2023-04-01",
        "青岚市人民政府",
        "青岚市人民政府",
    )
    assert chronicle.issued is None
    assert [p.locator for p in notice.passages] == ["通知", "第一条", "第二条"]
    assert "电话" not in chronicle.text
    assert "任命" not in notice.text


def test_a_forwarded_letter_belongs_to_the_notice_that_forwards_it() -> None:
    """Its title and date do not make it a document of its own."""
    text = (
        "青政办发〔2023〕8号\n\n青岚市人民政府办公室转发市农业局关于养蚕的意见的通知\n\n"
        "各县（市）区人民政府：\n\n市农业局《关于养蚕的意见》已经市政府同意，现转发给你们。\n\n"
        "青岚市人民政府办公室\n\n2023年5月6日\n\n青岚市农业局关于养蚕的意见\n\n"
        "为发展养蚕业，提出如下意见。\n\n一、扩大桑园面积，每年新增一千亩。\n\n"
        "青岚市农业局\n\n2023年4月28日\n"
    )
    (document,) = read_documents(text, "a.txt")
    assert document.number == "青政办发〔2023〕8号"
    assert "新增一千亩" in document.text
    assert ("forwards", "市农业局关于养蚕的意见") in [
        (r.kind, r.target_title) for r in document.relations
    ]


def test_a_file_of_two_letters_without_numbers() -> None:
    """Each has its head and its own signature."""
    letters = [
        f"青岚市人民政府关于{what}的通知\n\n各县（市）区人民政府：\n\n"
        f"请各地认真做好{what}工作，有关情况每季度报告一次，报告由市政府办公室汇总。\n\n"
        f"青岚市人民政府\n\n2023年{month}月6日\n"
        for what, month in (("养蚕", 3), ("采茶", 4))
    ]
    documents = read_documents("\n".join(letters), "a.txt")
    assert [(d.title, d.issued) for d in documents] == [
        ("青岚市人民政府关于养蚕的通知", "2023-03-06"),
        ("青岚市人民政府关于采茶的通知", "2023-04-06"),
    ]
