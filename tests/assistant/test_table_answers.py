"""What a table says as a whole: rows that share a value, a row's number, counts, most and least."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant import PolicyAssistant
from assistant.questions import read_question
from assistant.table_questions import read_for
from assistant.tables import Table, tables_of
from assistant.verification import verify
from assistant.wording import understood
from ingest.pipeline import ingest
from tests.conftest import write_library
from vectorstore.datamodels import Passage, PolicyDocument
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings

BOATS = """青岚市人民政府公告

青政告字〔2023〕6号

青岚市人民政府关于公布湖区游船码头（第二批）的公告

为加强湖区游船管理，现将湖区游船码头（第二批）予以公布。

附件：青岚市湖区游船码头（第二批）名录

青岚市人民政府

2023年5月9日

附件

青岚市湖区游船码头（第二批）名录

序号\t码头名称\t负责人\t管理方式\t泊位数\t建成日期
1\t听雨码头\t许知远\t直接管理\t12\t2011年4月2日
2\t鹭洲码头\t江若初\t委托管理\t30\t2009年6月18日
3\t白石码头\t方见深\t直接管理\t8\t2015年9月1日
4\t荷风码头\t陈晚舟\t委托管理\t21\t2018年3月12日
5\t望湖码头\t陆怀瑾\t委托管理\t30\t2020年10月8日
"""
PLANT = """青岚市人民政府办公室文件

青政办发〔2023〕27号

青岚市人民政府办公室关于下达苗圃扩建任务的通知

各县（市）区人民政府，市政府各部门：

各地应当按期完成苗圃扩建任务，任务见附件。

附件：苗圃扩建任务表

青岚市人民政府办公室

2023年3月3日

附件

苗圃扩建任务表

街道（镇）\t2023年新建面积（亩）\t2024年新建面积（亩）\t投资（万元）
南浦街道\t140\t60\t1,200
桐溪街道\t95\t40\t860
青桥镇\t30\t25\t1,900
"""
MOVED = """青岚市人民政府文件

青政发〔2022〕40号

青岚市人民政府关于印发窑厂关停搬迁方案的通知

各县（市）区人民政府，市政府各部门：

全市14家窑厂应当在2024年底以前关停或者搬迁。

附件：窑厂关停搬迁名单（部分）

青岚市人民政府

2022年9月1日

附件

窑厂关停搬迁名单（部分）

序号\t窑厂名称\t处置方式
1\t东岭窑厂\t就地关停
2\t西坡窑厂\t整体搬迁
3\t北沟窑厂\t就地关停
"""
BOATS_NUMBER, PLANT_NUMBER = "青政告字〔2023〕6号", "青政办发〔2023〕27号"
ENTRUSTED = "鹭洲码头、荷风码头、望湖码头"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings) -> PolicyAssistant:
    """An assistant on three documents with a table each."""
    folder = tmp_path_factory.mktemp("lake")
    library = {"boats.txt": BOATS, "plant.txt": PLANT, "moved.txt": MOVED}
    ingest([write_library(folder / "files", library)], folder / "store", embeddings=shipped)
    made = PolicyAssistant(Path(folder / "store"), settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


@pytest.fixture(scope="module")
def boats(lake: PolicyAssistant) -> tuple[Table, list[str]]:
    """The table of boats, and what it is called."""
    (found,) = lake.store.ids_by_number(BOATS_NUMBER)
    (table,) = tables_of(lake.store.document(found))
    return table, ["青岚市人民政府关于公布湖区游船码头（第二批）的公告", BOATS_NUMBER, "2023"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("第二批游船码头里委托管理的有哪些？", f"管理方式为委托管理的有：{ENTRUSTED}。"),
        ("游船码头名录里属于委托管理的码头一共几家？", f"管理方式为委托管理的共3家：{ENTRUSTED}。"),
        (
            "游船码头中直接管理的有哪几个，负责人是谁",
            "管理方式为直接管理的有：听雨码头（负责人：许知远）、白石码头（负责人：方见深）。",
        ),
        ("湖区游船码头第二批一共公布了多少个？", "共列5个，序号为1至5。"),
        ("湖区游船码头里泊位数最少的是哪个码头", "泊位数最少的是白石码头，为8。"),
        ("湖区游船码头里泊位数最多的是哪个？", "泊位数最多的是鹭洲码头、望湖码头，均为30。"),
        ("游船码头名录里最早建成的是哪个", "建成日期最早的是鹭洲码头，为2009年6月18日。"),
        (
            "直接管理的游船码头里泊位数最多的是哪个",
            "管理方式为直接管理的各行中，泊位数最多的是听雨码头，为12。",
        ),
        (
            "苗圃扩建任务里2023年新建面积最多的是哪个街道，多少亩？",
            "2023年新建面积最多的是南浦街道，为140亩。",
        ),
        ("苗圃扩建任务表里投资最多的是哪里？", "投资（万元）最多的是青桥镇，为1,900。"),
    ],
)
def test_the_answer_of_a_whole_table(lake: PolicyAssistant, question: str, answer: str) -> None:
    """It stands in one sentence, surely, and nothing is said that verification drops."""
    said = lake.ask(question)
    assert said.text.partition("[")[0].endswith(f"：{answer}")
    assert lake.confidence(question) == 1.0
    assert not said.warnings


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("游船码头名录排在第4号的是哪家，负责人是谁？", "荷风码头；负责人：陈晚舟"),
        ("第二号游船码头是哪个？", "鹭洲码头；负责人：江若初"),
    ],
)
def test_a_row_by_its_serial_number(lake: PolicyAssistant, question: str, name: str) -> None:
    """The whole row with the heads of its columns, alone."""
    said = lake.ask(question)
    assert name in said.text
    assert len(said.citations) == 1
    assert said.citations[0].locator.startswith("附件/表/第")


def test_rows_that_stand_together_are_cited_as_one(lake: PolicyAssistant) -> None:
    """Every row that the answer names is cited, verbatim, and no other."""
    said = lake.ask("第二批游船码头里委托管理的有哪些？")
    assert [each.locator for each in said.citations] == ["附件/表/第2行", "附件/表/第4至5行"]
    assert all("直接管理" not in each.quote for each in said.citations)
    text = lake.store.text(said.citations[1].document_id)
    assert text[said.citations[1].start : said.citations[1].end] == said.citations[1].quote


def test_a_row_that_another_clause_names(lake: PolicyAssistant) -> None:
    """Who asks for one of the rows besides is shown it."""
    said = lake.ask("游船码头名录里委托管理的一共几个？说说荷风码头的负责人")
    assert f"共3个：{ENTRUSTED}。" in said.text
    assert "陈晚舟" in said.text


@pytest.mark.parametrize(
    "question",
    [
        # The rest of the question: no word of it may be passed over.
        "委托管理的游船码头有哪些职责？",
        "游船码头名录里委托管理且通电的有哪些？",
        "湖西市游船码头里委托管理的有哪些？",
        "2019年游船码头里委托管理的有哪些？",
        "第三批游船码头里委托管理的有哪些？",
        # Other rows than those that the value names.
        "游船码头里不是委托管理的有哪些？",
        "除了委托管理，游船码头还有哪些？",
        "游船码头里泊位数超过20的有哪些？",
        # A sum of cells, or kinds of them, is no number of rows.
        "游船码头一共有多少个泊位数？",
        "游船码头的管理方式一共几种？",
        "委托管理的游船码头属于几类？",
        "听雨码头在游船码头名录里排第几位，委托管理吗",
        # A limit and not a row; a column that none is named of; a row that is not there.
        "游船码头泊位数最多是多少？",
        "游船码头里面积最大的是哪个？",
        "第19号游船码头是哪个？",
        "委托管理的游船码头在哪条街？",
        "游船码头管理办法第2条是什么？",
    ],
)
def test_what_is_left_to_the_search(boats: tuple[Table, list[str]], question: str) -> None:
    """Where a word says more than the table, or the answer is no row of it, it says nothing."""
    assert read_for(read_question(question), *boats) is None


def test_the_least_of_other_things(lake: PolicyAssistant) -> None:
    """哪个街道 is not answered with a town, although the table gives this one the least."""
    question = understood("苗圃扩建任务里2023年新建面积最少的是哪个街道？", (), (), lake.store)
    assert not lake.retrieve(question).tabled
    asked = understood("苗圃扩建任务里2023年新建面积最少的是哪里？", (), (), lake.store)
    assert "青桥镇，为30亩" in lake.retrieve(asked).tabled[0].text


def test_a_least_that_is_a_name(boats: tuple[Table, list[str]]) -> None:
    """最低票价 is the name of a column, and only 最低票价最低的 compares what stands in it."""
    table, called = boats
    table = replace(table, heads=(*table.heads[:4], "最低票价", table.heads[5]))
    assert read_for(read_question("游船码头的最低票价是什么？"), table, called) is None
    assert read_for(read_question("游船码头最低票价的标准是哪个？"), table, called) is None
    asked = read_for(read_question("游船码头里最低票价最低的是哪个？"), table, called)
    assert asked.rows == (2,)


def test_a_year_that_is_not_said(lake: PolicyAssistant) -> None:
    """Two columns fit as well: which is meant cannot be told."""
    question = understood("苗圃扩建任务里新建面积最多的是哪里？", (), (), lake.store)
    assert not lake.retrieve(question).tabled


@pytest.mark.parametrize(
    "question", ["窑厂关停搬迁名单里就地关停的一共几家？", "窑厂关停搬迁名单里就地关停的有哪些？"]
)
def test_a_list_of_some_is_not_counted(lake: PolicyAssistant, question: str) -> None:
    """A table that says it lists a part only does not say how many there are."""
    assert not lake.retrieve(understood(question, (), (), lake.store)).tabled


def test_a_table_beside_another_document(lake: PolicyAssistant) -> None:
    """Each of two questions is answered from its own document, the count from the whole table."""
    said = lake.ask("游船码头名录里委托管理的有几个，苗圃扩建任务里投资最多的是哪里？")
    assert {each.number for each in said.citations} == {BOATS_NUMBER, PLANT_NUMBER}
    assert "共3个" in said.text
    assert "青桥镇" in said.text


def test_a_count_holds_only_for_the_rows_cited(lake: PolicyAssistant) -> None:
    """The number of rows stands in no row: it must be that of those cited, and said to be so."""
    question = understood("游船码头名录里委托管理的一共几个？", (), (), lake.store)
    (said,) = lake.retrieve(question).tabled
    text_of = lake.store.text
    assert verify([said], text_of)[0] == [said]
    assert not verify([replace(said, text=said.text.replace("共3个", "共9个"))], text_of)[0]
    assert not verify([replace(said, evidence=said.evidence[:1])], text_of)[0]


def test_cells_that_list_several(boats: tuple[Table, list[str]]) -> None:
    """A row belongs to each of the things that its cell lists, and to none that it says in
    passing."""
    table, called = boats
    question = read_question("游船码头名录里委托管理的有哪些？")

    def with_cell(cell: str) -> Table:
        first = (*table.cells[0][:3], cell, *table.cells[0][4:])
        return replace(table, cells=(first, *table.cells[1:]))

    assert read_for(question, with_cell("直接管理、委托管理"), called).rows == (0, 1, 3, 4)
    assert read_for(question, with_cell("直接管理"), called).rows == (1, 3, 4)
    assert read_for(question, with_cell("曾为委托管理"), called) is None


def test_tables_that_are_not_whole() -> None:
    """A table that goes on without heads, sums up or leaves out rows is not taken for the list."""

    def made(*rows: str, below: str = "序号｜名称") -> PolicyDocument:
        text = "\n".join(rows)
        passages, at = [], 0
        for number, row in enumerate(rows, 1):
            passages.append(Passage(at, at + len(row), row, f"表/第{number}行", ("表", below)))
            at += len(row) + 1
        return PolicyDocument("a.txt", text, "某表", passages=tuple(passages))

    whole = made("1｜甲站", "2｜乙站")
    assert [table.cells for table in tables_of(whole)] == [(("1", "甲站"), ("2", "乙站"))]
    assert not tables_of(made("1｜甲站", "合计｜1"))
    assert not tables_of(made("1｜甲站", "2｜……"))
    assert not tables_of(made("1｜甲站", "2"))
    rest = Passage(0, 4, "1｜甲站", "续表/第1行", ("续表",))
    assert not tables_of(replace(whole, passages=(*whole.passages, rest)))
    assert not tables_of(replace(whole, passages=whole.passages[1:]))
