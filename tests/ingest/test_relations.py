"""What one document does to another: told by the verb that governs the mention."""

from __future__ import annotations

import pytest

from ingest.reader import read_documents
from ingest.relations import find_relations
from vectorstore.datamodels import Passage


def stated(sentence: str, *own: str) -> list[tuple[str, str | None, str | None]]:
    return [(r.kind, r.target_number, r.target_title) for r in find_relations(sentence, (), own)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "为贯彻落实《云泽省养蚕条例》，根据《养蚕办法》（云政发〔2020〕3号）和《桑园规定》，制定本办法。",
            [
                ("implements", None, "云泽省养蚕条例"),
                ("based_on", "云政发〔2020〕3号", "养蚕办法"),
                ("based_on", None, "桑园规定"),
            ],
        ),
        (
            "《养蚕办法》（青政发〔2015〕2号）、《桑园规定》同时废止。",
            [("repeals", "青政发〔2015〕2号", "养蚕办法"), ("repeals", None, "桑园规定")],
        ),
        (
            "市政府决定修改《养蚕办法》，废止《桑园规定》。",
            [("amends", None, "养蚕办法"), ("repeals", None, "桑园规定")],
        ),
        ("《养蚕办法》第三条、第五条同时废止。", [("amends", None, "养蚕办法")]),
        ("本办法代替《养蚕规定》。", [("replaces", None, "养蚕规定")]),
        ("《养蚕规定》由本办法代替。", [("replaces", None, "养蚕规定")]),
        (
            "现将《云泽省政府关于养蚕的意见》（云政发〔2020〕3号）转发给你们，请执行。",
            [("forwards", "云政发〔2020〕3号", "云泽省政府关于养蚕的意见")],
        ),
        ("原青政发〔2014〕9号文件停止执行。", [("repeals", "青政发〔2014〕9号", None)]),
        (
            "《桑园规定》（青政发〔2016〕9号）自本办法施行之日起废止。",
            [("repeals", "青政发〔2016〕9号", "桑园规定")],
        ),
        (
            "青政发〔2014〕9号文件关于“每季评比”的规定停止执行，其他条款继续有效。",
            [("amends", "青政发〔2014〕9号", None)],
        ),
        (
            "将《养蚕办法》（青政发〔2015〕2号）第四条中的“十日”修改为“五日”。",
            [("amends", "青政发〔2015〕2号", "养蚕办法")],
        ),
        (
            "将《养蚕办法》第二部分第（三）项规定的期限“十日”改为“五日”。",
            [("amends", None, "养蚕办法")],
        ),
        ("依照《养蚕办法》第四条的规定，名称改为蚕站。", [("based_on", None, "养蚕办法")]),
        ("蚕种按《养蚕通则》和国家标准检验。", [("cites", None, "养蚕通则")]),
        ("抓紧制定《养蚕三年行动计划》。", []),
        ("按照《信用承诺书》的要求办理，并签订《养蚕合同》。", []),
        ("根据民政部出台的《救助认定办法》办理。", [("based_on", None, "救助认定办法")]),
        (
            "按照《养蚕意见》要求，经市政府同意，《桑园规定》已印发。",
            [("based_on", None, "养蚕意见"), ("cites", None, "桑园规定")],
        ),
    ],
)
def test_the_verb_decides(sentence: str, expected: list[tuple]) -> None:
    """The last verb before the mention in its clause, else what stands after it."""
    assert stated(sentence) == expected


def test_a_document_says_nothing_of_itself() -> None:
    """Its own title and number, the plan it sends out and its annexes are no relations."""
    sentence = "现将《养蚕办法》印发给你们，附《蚕农登记办法》，文号青政发〔2021〕3号。"
    own = ("青岚市人民政府关于印发养蚕办法的通知", "青政发〔2021〕3号", "蚕农登记办法")
    assert stated(sentence, *own) == []


def test_a_notice_that_forwards_another_says_so_in_its_title() -> None:
    """关于转发…的通知 needs no quotation marks."""
    title = "青岚市人民政府办公室关于转发云泽省农业厅关于养蚕的意见的通知"
    (relation,) = find_relations(title, ())
    assert (relation.kind, relation.target_title) == ("forwards", "云泽省农业厅关于养蚕的意见")


def test_mentions_know_their_place() -> None:
    """Offsets are those of the mention in the text."""
    text = "一、总则\n根据《养蚕办法》（云政发〔2020〕3号）制定。"
    (relation,) = find_relations(text, ())
    assert text[relation.start : relation.end] == "《养蚕办法》（云政发〔2020〕3号）"


def test_a_list_under_a_heading_of_repealed_documents() -> None:
    """Numbered lines with a number in brackets; what stays in force is not among them."""
    lines = "1.关于养蚕的通知（青政发〔2001〕3号）\n2.关于采茶的通知（青政发〔2002〕4号）"
    repealed = Passage(0, len(lines), lines, "附件1", ("决定废止的文件目录",))
    found = find_relations("", (repealed,))
    assert [(r.kind, r.target_number) for r in found] == [
        ("repeals", "青政发〔2001〕3号"),
        ("repeals", "青政发〔2002〕4号"),
    ]
    kept = Passage(0, len(lines), lines, "附件2", ("废止和保留的文件", "继续有效的文件目录"))
    assert find_relations("", (kept,)) == []


def test_a_list_says_itself_what_becomes_of_its_documents() -> None:
    """The heading in the passage's own first line, or the line that announces the list; of a
    heading that says both, the items are not guessed; a date may stand beside the number."""

    def of(text: str) -> list[tuple[str, str | None, str | None]]:
        found = find_relations("", (Passage(0, len(text), text, "二、", ()),))
        return [(r.kind, r.target_number, r.target_title) for r in found]

    item = (
        "1. 《养蚕办法》（2001年3月8日公布，市政府令第3号）；\n"
        "（二）《桑园规定》（青政发〔2002〕4号）。"
    )
    numbers = (("市政府令第3号", "养蚕办法"), ("青政发〔2002〕4号", "桑园规定"))
    assert of(f"四、废止下列规章\n{item}") == [("repeals", *each) for each in numbers]
    assert of(f"三、宣布失效的文件\n{item}") == [("repeals", *each) for each in numbers]
    assert of(f"七、其他\n下列文件自本通知施行之日起废止：\n{item}") == [
        ("repeals", *each) for each in numbers
    ]
    assert of(f"一、修改的文件\n{item}") == [("amends", *each) for each in numbers]
    assert of(f"七、修改和废止有关文件\n{item}") == []
    assert of(f"二、有关文件\n{item}") == []


def test_relations_of_a_whole_document_point_into_its_text() -> None:
    """Reading gives the offsets of the stored text."""
    text = (
        "青政发〔2021〕7号\n\n青岚市人民政府关于养蚕的意见\n\n各县（市）区人民政府：\n\n"
        "根据《云泽省养蚕条例》，提出如下意见。\n\n《青岚市养蚕办法》同时废止。\n\n青岚市人民政府\n\n"
        "2021年5月8日\n"
    )
    (document,) = read_documents(text, "a.txt")
    assert [(r.kind, document.text[r.start : r.end]) for r in document.relations] == [
        ("based_on", "《云泽省养蚕条例》"),
        ("repeals", "《青岚市养蚕办法》"),
    ]
