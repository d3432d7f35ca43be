"""The built-in writer: what it shows of the sources, and that it adds nothing to them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from assistant import Answer, PolicyAssistant
from assistant.evidence import Sentence, split_sentences
from assistant.headings import short_title
from assistant.questions import read_question
from assistant.selection import ABOUT_LENGTH, LIST_LENGTH
from assistant.writer import section_asked_for, shown_alone
from tests.assistant.documents import FEES_NUMBER, WATER_NUMBER
from tests.assistant.test_selection import passage_of, sentences_of
from tests.library import DOGS_NUMBER, HEATING_NUMBER, LIBRARIES_NUMBER
from vectorstore.datamodels import FoundPassage, Passage, PolicyDocument

QUESTIONS = [
    "居民供暖价格为每平方米多少元？",
    "供暖期从什么时候开始？",
    "供暖期从什么时候开始，价格多少钱？",
    "小型客车停车每小时多少钱？",
    "新能源客车收费标准是多少？",
    "停车收费投诉电话是多少？",
    "检修管网由哪个单位牵头？",
    "供水应急工作领导小组组长是谁？",
    "申领停水补贴要提交哪些材料？",
    "供水应急的主要任务有哪些？",
    "夜钓罚款多少钱？",
    "夜钓收费吗？",
    "社区书屋每周开放多少小时？",
    "清雪补助每个街道多少元？",
    f"{WATER_NUMBER}讲的是什么？",
    f"{HEATING_NUMBER}什么时候印发的？",
    f"{DOGS_NUMBER}和{HEATING_NUMBER}分别从什么时候起施行？",
    "管网漏损率控制在多少？",
    "共享单车违规停放多久以内清运？",
]
LEAD = re.compile(r"^根据《(?P<title>.+?)》(?:（(?P<number>[^（）]+)）)?(?P<place>[^：]*)：")
PLACE = re.compile(r"^(?P<place>[^：。]{1,40})：")
ABOUT = re.compile(
    r"^《(?P<title>.+?)》（(?P<number>.+?)），(?P<issuer>\w+)于\d+年\d+月\d+日印发。"
    r"(?:主要内容：(?P<outline>.*)。)?$"
)


def without_quotes(line: str, answer: Answer, assistant: PolicyAssistant) -> str:
    """What remains of a line of an answer without cited words, particulars and fixed words."""
    markers = {int(each) for each in re.findall(r"\[(\d+)\]", line)}
    cited = [each for each in answer.citations if each.marker in markers]
    documents = [assistant.document(each.document_id) for each in cited]
    rest = re.sub(r"(?:\[\d+\])+$", "", line)
    allowed = [each.quote for each in cited]
    for document in documents:
        allowed += [document.title, document.number or "", document.issuer or ""]
        allowed += [heading for each in document.passages for heading in each.headings]
        allowed += [each.locator.replace("/", "") for each in document.passages]
        year, month, day = (int(each) for each in document.issued.split("-"))
        allowed.append(f"{document.issuer}于{year}年{month}月{day}日印发")
    source = re.sub(r"\s", "", "\n".join(allowed))
    runs = re.split(r"[\s，。；：:;《》（）()｜、“”［］\[\]]+|根据《|主要内容", rest)
    return "；".join(each for each in runs if re.sub(r"\s", "", each) not in source)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_word_stands_in_what_is_cited(assistant: PolicyAssistant, question: str) -> None:
    """Each run between punctuation is found in the line's own quotes or its document's record;
    besides there are only the fixed words 根据, 于…印发 and 主要内容."""
    answer = assistant.ask(question)
    assert answer.answered
    for line in answer.text.splitlines():
        assert re.search(r"\[\d+\]$", line)
        if "，依据是《" in line:  # what is said of validity: see test_status
            continue
        assert without_quotes(line, answer, assistant) == ""


def test_an_added_word_would_be_found(assistant: PolicyAssistant) -> None:
    """The check above can fail."""
    answer = assistant.ask(QUESTIONS[0])
    line = answer.text.replace("二十五元", "二十六元")
    assert without_quotes(line, answer, assistant) != ""


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_short(assistant: PolicyAssistant, question: str) -> None:
    """Bounded, with at most three statements; nothing is cited twice or overlapping."""
    answer = assistant.ask(question)
    assert len(answer.text) < ABOUT_LENGTH + LIST_LENGTH + 200
    spans = sorted((each.document_id, each.start, each.end) for each in answer.citations)
    assert len(answer.text.splitlines()) <= 3
    for (one, _, end), (other, start, _) in pairwise(spans):
        assert one != other or end <= start


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_place_is_said_once(assistant: PolicyAssistant, question: str) -> None:
    """Document, number and article stand in front and are not repeated by the quote."""
    for line in assistant.ask(question).text.splitlines():
        lead = LEAD.match(line) or PLACE.match(line)
        if lead and lead["place"]:
            last = lead["place"].rpartition("/")[2]
            assert not line[lead.end() :].startswith(last), line


def first_line(assistant: PolicyAssistant, question: str) -> str:
    """The first line of the answer."""
    return assistant.ask(question).text.splitlines()[0]


def test_a_number(assistant: PolicyAssistant) -> None:
    """Document, number, article, and the sentence that holds it."""
    assert first_line(assistant, "居民供暖价格为每平方米多少元？") == (
        f"根据《青岚市居民供暖管理办法》（{HEATING_NUMBER}）第五条："
        "居民供暖价格为每平方米二十五元，按照套内面积计算。[1]"
    )


def test_a_date(assistant: PolicyAssistant) -> None:
    """The sentence with the dates comes first."""
    assert "十一月一日至次年三月三十一日" in first_line(assistant, "供暖期从什么时候开始？")


def test_two_things_at_once(assistant: PolicyAssistant) -> None:
    """A sentence for each, each with its own citation."""
    answer = assistant.ask("供暖期从什么时候开始，价格多少钱？")
    assert "十一月一日" in answer.text
    assert "二十五元" in answer.text
    assert len(answer.citations) >= 2


def test_two_documents_at_once(assistant: PolicyAssistant) -> None:
    """A question that names two gets a sentence from each."""
    answer = assistant.ask(f"{DOGS_NUMBER}和{HEATING_NUMBER}分别从什么时候起施行？")
    assert {each.number for each in answer.citations} == {DOGS_NUMBER, HEATING_NUMBER}
    assert "2020年5月1日" in answer.text
    assert "2021年11月1日" in answer.text


def test_a_table_row_is_shown_with_its_column_heads(assistant: PolicyAssistant) -> None:
    """A cell alone says nothing; the quote stays the row as it is."""
    answer = assistant.ask("小型客车停车每小时多少钱？")
    assert "车型：小型客车；收费标准：每小时4元；负责单位：市城管局。[1]" in answer.text
    assert answer.citations[0].quote == "小型客车｜每小时4元｜市城管局"
    assert answer.citations[0].number == FEES_NUMBER


def test_a_list_is_given_whole(assistant: PolicyAssistant) -> None:
    """What a colon announces belongs to it."""
    answer = assistant.ask("申领停水补贴要提交哪些材料？")
    assert "身份证复印件；水费缴纳凭证；社区出具的停水证明。" in answer.text


def test_the_bracket_of_duty_comes_with_its_measure(assistant: PolicyAssistant) -> None:
    """Neither the measure without who is responsible, nor the bracket alone, nor the next one."""
    for question in ("检修管网由哪个单位牵头？", "检修管网由谁牵头？什么时候完成？"):
        (citation, *_) = assistant.ask(question).citations
        assert "检修管网" in citation.quote or "老旧管网" in citation.quote
        assert citation.quote.endswith("（牵头单位：市住建局；完成时限：2023年10月底前）")
        assert "市水务局" not in citation.quote


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("供水应急工作领导小组组长是谁？", "林远山"),
        ("供水应急工作领导小组副组长是谁？", "沈若溪"),
        ("市水务局局长叫什么名字？", "顾青禾"),
    ],
)
def test_a_person_in_a_member_list(assistant: PolicyAssistant, question: str, name: str) -> None:
    """The line of the annex that holds the name, from the right document."""
    answer = assistant.ask(question)
    assert name in answer.text.splitlines()[0]
    assert answer.citations[0].number == WATER_NUMBER
    assert answer.citations[0].locator.startswith("附件")


def test_a_document_by_its_number(assistant: PolicyAssistant) -> None:
    """Title, number, issuer, date and its outline, from the document's record."""
    about = ABOUT.match(first_line(assistant, f"{WATER_NUMBER}讲的是什么？").removesuffix("[1]"))
    assert about["number"] == WATER_NUMBER
    assert about["issuer"] == "青岚市人民政府办公室"
    for heading in ("一、工作目标", "二、主要任务", "三、申领补贴"):
        assert heading in about["outline"]
    chapters = first_line(assistant, f"{HEATING_NUMBER}讲的是什么？")
    assert "2021年9月6日印发" in chapters
    assert "第一章 总则；第二章 供暖；第三章 附则" in chapters


def test_a_repealed_document_is_said_to_be_so(assistant: PolicyAssistant) -> None:
    """Asked whether it is in force, or asked for something else; a document of unknown status is
    not called anything."""
    line = first_line(assistant, f"{LIBRARIES_NUMBER}还有效吗？")
    name = f"《青岚市人民政府关于建设社区书屋的意见》（{LIBRARIES_NUMBER}）"
    assert line.startswith(f"{name}已于2024年1月18日废止，依据是《")
    assert f"{name}已于2024年1月18日废止" in assistant.ask("社区书屋每周开放多少小时？").text
    assert "状态未知" not in assistant.ask(f"{HEATING_NUMBER}还有效吗？").text


def test_a_sections_outline(tmp_path, shipped) -> None:
    """A question for the parts of a section gets its items, not one sentence."""
    from ingest.pipeline import ingest
    from tests.conftest import write_library
    from vectorstore.settings import Settings

    filler = "材料齐全。" * 12
    steps = "\n\n".join(
        f"（{mark}）{name}。{name}由街道办事处在{mark}日内完成，并将结果告知居民，{filler}"
        for mark, name in zip("一二三", ("提出申请", "现场查验", "发放证书"), strict=True)
    )
    text = (
        "青岚市人民政府办公室文件\n\n青政办发〔2023〕40号\n\n"
        "青岚市人民政府办公室关于加装电梯备案的通知\n\n各县（市）区人民政府：\n\n"
        f"一、适用范围\n\n适用于六层以下住宅。\n\n二、备案流程\n\n{steps}\n\n"
        "青岚市人民政府办公室\n\n2023年9月1日\n"
    )
    folder = write_library(tmp_path / "files", {"lift.txt": text})
    ingest([folder], tmp_path / "store", embeddings=shipped)
    # How sure the evidence is, is another matter.
    made = PolicyAssistant(tmp_path / "store", settings=Settings(refusal_threshold=0.05))
    made.embeddings = made.retriever.embeddings = shipped
    answer = made.ask("加装电梯备案流程分哪几个环节？")
    for name in ("提出申请", "现场查验", "发放证书"):
        assert name in answer.text


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("青岚市人民政府关于印发青岚市供暖办法的通知", "青岚市供暖办法"),
        ("青岚市人民政府关于印发《青岚市供暖办法》的通知", "青岚市供暖办法"),
        ("青岚市养犬规定", "青岚市养犬规定"),
        ("关于废止《青岚市养犬规定》的决定", "关于废止〈青岚市养犬规定〉的决定"),
    ],
)
def test_short_titles(title: str, short: str) -> None:
    """The name of what a notice issues; inner title marks become single ones."""
    assert short_title(title) == short


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("集中供水。由区水务局就近安排供水车。", "由区水务局就近安排供水车。"),
        ("集中供水。", "集中供水。"),
        ("集中供水点由区水务局就近安排设置。", "集中供水点由区水务局就近安排设置。"),
    ],
)
def test_the_name_of_an_item_is_said_once(text: str, said: str) -> None:
    """The place in front names it; where nothing else is said it stays."""
    passage = FoundPassage(
        id="p", document_id="a", number=None, title="青岚市供水规定", source="x.txt",
        locator="二、内容/集中供水", headings=("二、内容",), start=0, end=len(text), text=text,
        status="现行有效", digest=False, issued=None, score=1.0,
    )  # fmt: skip
    start, end = split_sentences(text)[0]
    sentence = Sentence(passage, 0, start, end, text[start:end], 0.5, 0.0, 0.5, False, 1.0)
    shown = shown_alone(read_question("停水的时候怎么供水"), sentence)
    assert shown == f"根据《青岚市供水规定》二、内容集中供水：{said}"


@pytest.mark.parametrize(
    ("opening", "named"),
    [("有害垃圾：有毒有害的东西。", True), ("投放的方式有两种：定点和定时。", False)],
)
def test_an_item_is_named_by_what_stands_before_its_colon(opening: str, named: bool) -> None:
    """A short name in front of a colon is said with a later sentence; a clause is not."""
    passage = passage_of([f"第一条 {opening}", "主要有旧电池和旧灯管。"])
    _, later = sentences_of(passage, [0.4, 0.6])
    text = shown_alone(read_question("旧电池扔哪"), later)
    assert ("“有害垃圾”" in text) is named
    assert text.endswith("：主要有旧电池和旧灯管。")
    assert "方式" not in text


def section(*items: str) -> PolicyDocument:
    """A document with one section of these items."""
    heading = "一、后备企业库"
    passages, at = [], len(heading)
    for number, item in zip("一二三", items, strict=False):
        text = f"（{number}）{item}"
        passages.append(Passage(at, at + len(text), text, f"{heading}/（{number}）", (heading,)))
        at += len(text)
    text = heading + "".join(each.text for each in passages)
    return PolicyDocument("a.txt", text, "青岚市扶持企业的意见", passages=tuple(passages))


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        (("入库条件。企业注册满两年。", "入库办法。企业提出申请。"), 0),
        (("企业享有下列权利：\n1.查阅资料；", "企业负有下列义务：\n1.报送数据；"), 0),
        (("企业注册满两年的可以入库。", "企业提出申请。"), 2),
    ],
)
def test_names_of_items_are_no_list(items: tuple[str, ...], shown: int) -> None:
    """What is asked for stands behind the name of an item, or behind what announces it."""
    question = read_question("后备企业库对企业有哪些要求？")
    assert len(section_asked_for(question, section(*items))) == shown


def test_parts_that_are_asked_for_are_named() -> None:
    """Who asks into which parts something is divided wants their names."""
    question = read_question("后备企业库分哪几个方面？")
    named = section("入库条件。企业注册满两年。", "入库办法。企业提出申请。")
    assert len(section_asked_for(question, named)) == 2
