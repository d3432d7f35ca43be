"""Lines and breaks: where a paragraph ends that fills its line, and texts that lost all breaks."""

from __future__ import annotations

import pytest

from ingest.flattened import restore_breaks
from ingest.lines import join_lines
from ingest.reader import read_documents

# A page of 20 characters, paragraphs indented by two when printed; the indents are lost.
PAGE = [
    "为了保护桑园促进养蚕业健康发展结合本市",
    "实际情况，制定如下工作要求，请各县（市）",
    "区和市直有关部门认真抓好落实，按时报送。",
    "桑园由所在村管理，每年春秋两季各修剪一",
    "次，修剪下来的枝条集中堆放不得随意焚烧。",
    "蚕种统一供应，农户不得自行留种也不得私",
    "自出售，违反规定的由农业部门责令其改正，",
    "情节严重的取消其当年的补助资格并予公示。",
]


def test_a_paragraph_that_fills_its_last_line_ends_there() -> None:
    """The next line is narrower by the indent that it was printed with."""
    narrow = [line[:18] if index in (3, 5) else line for index, line in enumerate(PAGE)]
    joined = join_lines(narrow)
    assert [each[:4] for each in joined] == ["为了保护", "桑园由所", "蚕种统一"]


def test_a_sentence_that_ends_with_its_line_does_not_end_the_paragraph() -> None:
    """A full next line goes on."""
    whole = [line.ljust(20, "也") for line in PAGE]
    assert len(join_lines(whole)) <= 2


def test_a_bracket_that_holds_a_sentence_is_closed_over_the_break() -> None:
    """（…等。完成时限：|6月底）is one bracket."""
    lines = [
        "1．开展调研。（牵头单位：市农业局；责任单位：市财政局等。完成时限：",
        "2023年6月底）",
        "2．制定方案。",
    ]
    assert join_lines(lines) == [lines[0] + lines[1], lines[2]]


# Paragraphs with an empty line between them, as `printed` wraps them.
LETTER = [
    "青岚市人民政府办公室文件",
    "青政办发〔2023〕5号",
    "各县（市）区人民政府，市政府各部门：",
    "现将《青岚市桑蚕产业发展资金管理办法》印发给你们，请认真贯彻执行，按时上报。",
    "一、资金来源和用途",
    "市财政每年安排桑蚕产业发展资金三百万元，用于桑园新建、老桑园改造和蚕房修缮三个方面，"
    "其他支出一律不得列入。",
    "二、申报时间",
    "每年三月一日至三月三十一日，由桑园所在地的乡镇人民政府统一汇总后报县农业农村局，"
    "逾期不再受理当年的申报。",
    "三、拨付办法",
    "经公示没有异议的，市财政局在十五个工作日以内将资金拨付到申报单位账户；有异议的，"
    "由市农业农村局会同市财政局重新核查。",
    "四、监督检查",
    *(
        f"{office}每半年检查一次资金的使用情况，对挤占挪用、虚报冒领和擅自改变用途的单位，"
        "责令限期改正并追回全部资金，三年以内不得再次申报；构成犯罪的，依法追究刑事责任，"
        "检查的结果在每年年底以前向社会公布，接受群众监督。"
        for office in ("市财政局", "市审计局", "市农业农村局", "县级人民政府")
    ),
    "青岚市人民政府办公室",
    "2023年4月6日",
]
TITLE = "青岚市人民政府办公室关于印发青岚市桑蚕产业发展资金管理办法的通知"


def printed(title: str, width: int) -> str:
    """The letter with its title, lines broken after so many characters."""
    paragraphs = [*LETTER[:2], title, *LETTER[2:]]
    lines = ([each[at : at + width] for at in range(0, len(each), width)] for each in paragraphs)
    return "\n\n".join("\n".join(each) for each in lines)


@pytest.mark.parametrize("width", [20, 22, 26, len(TITLE)])
def test_empty_lines_part_paragraphs_that_are_wrapped(width: int) -> None:
    """A title that fills its line is neither torn nor run together with whom it addresses."""
    (document,) = read_documents(printed(TITLE, width), "letter.txt")
    assert document.title == TITLE
    lines = document.text.split("\n")
    assert [each for each in LETTER[2:14] if each not in lines] == []


def test_empty_lines_where_pages_ended_part_nothing() -> None:
    """Where sentences go on over them, empty lines are no ends of paragraphs."""
    torn = [part for line in PAGE for part in (line, "")]
    assert join_lines(torn) == join_lines(PAGE)


def restored(text: str, title: str = "") -> list[str]:
    return [line.strip() for line in restore_breaks(text, title).split("\n") if line.strip()]


RUN_ON = (
    "青政发〔2022〕31号各县（市）区人民政府，市政府各部门：现就养蚕工作通知如下:"
    "一、总体要求以稳定桑园面积为重点，促进农户增收。二、主要任务(一)扩大桑园。每年新增一千亩。"
    "(二)统一蚕种。由市农业局供应。附件：1.桑园名录.docx2.蚕种目录.docx"
)


def test_a_title_as_wide_as_the_page_is_none_of_the_letter() -> None:
    """Its line is full, and yet the line of those addressed does not go on with it."""
    (document,) = read_documents(printed(TITLE, len(TITLE)).replace("\n\n", "\n"), "letter.txt")
    assert document.title == TITLE
    assert LETTER[2] in document.text.split("\n")


def test_number_and_addressee_run_together() -> None:
    """The number gets a line of its own, the addressee another."""
    lines = restored(RUN_ON)
    assert lines[:2] == ["青政发〔2022〕31号", "各县（市）区人民政府，市政府各部门："]


def test_headings_with_half_width_signs() -> None:
    """(一) after a heading, and a colon of half width before 一、."""
    lines = restored(RUN_ON)
    assert "一、总体要求" in lines
    assert "(一)扩大桑园。每年新增一千亩。" in lines
    assert "(二)统一蚕种。由市农业局供应。" in lines


def test_who_signs_is_told_by_the_title() -> None:
    """An annex's title runs into the signature: only the title says where that begins."""
    text = RUN_ON.replace(".docx", "") + "青岚市农业局2022年9月1日更多信息请关注官方微信“青岚农业”"
    lines = restored(text, "青岚市农业局关于养蚕工作的通知")
    assert lines[-3:-1] == ["青岚市农业局", "2022年9月1日"]


def test_title_number_and_date_in_one_line() -> None:
    """Pages that print the head in one line."""
    head = "青岚市人民政府关于养蚕的意见青政发〔2022〕3号2022年7月1日"
    assert restored(f"{head}\n各县（市）区人民政府：") == [
        "青岚市人民政府关于养蚕的意见",
        "青政发〔2022〕3号",
        "2022年7月1日",
        "各县（市）区人民政府：",
    ]


def test_articles_go_on_after_one_that_was_not_told() -> None:
    """A lost article does not lose those that follow; a reference opens none."""
    text = (
        "青岚市养蚕办法第一条为了发展养蚕，制定本办法。第二条桑园分为三类：一类桑园二类桑园三类桑园"
        "第三条桑园由村管理，管理办法另行制定。第五条违反本办法第二条规定的，由农业部门处理。"
        "第六条本办法自2022年1月1日起施行。"
    )
    (document,) = read_documents(text, "a.txt")
    articles = [p.locator for p in document.passages if p.locator.startswith("第")]
    assert articles == ["第一条", "第二条", "第三条", "第五条", "第六条"]


def test_advertising_below_the_text_is_no_provision() -> None:
    """更多信息请关注… is a foot, not the end of the last article."""
    text = (
        "第一条为了发展养蚕，制定本办法，各县（市）区和市直有关部门应当认真组织实施。"
        "第二条本办法自2022年1月1日起施行。更多信息请关注官方微信“青岚农业”"
    )
    (document,) = read_documents(f"---\ntitle: 青岚市养蚕办法\n---\n{text}", "a.txt")
    assert document.passages[-1].text == "第二条 本办法自2022年1月1日起施行。"
