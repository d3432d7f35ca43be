"""Several questions in one: how they are told apart, and answered from a document each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import PolicyAssistant
from assistant.compound import says_it
from assistant.nicknames import document_meant
from assistant.questions import read_question
from assistant.several import Asked, asked_in, has_own_matter, with_names
from tests.assistant.documents import FEES_NUMBER, WATER_NUMBER
from tests.library import BICYCLES_NUMBER, DOGS_NUMBER, HEATING_NUMBER, LIBRARIES_NUMBER

TOLD_APART = [
    (
        "养犬登记费每年多少钱？共享单车总量上限是多少万辆？",
        ["养犬登记费每年多少钱？", "共享单车总量上限是多少万辆？"],
    ),
    (
        "我家住六楼，供暖温度最低多少度，养犬登记要交多少钱？",
        ["我家住六楼，供暖温度最低多少度？", "养犬登记要交多少钱？"],
    ),
    (
        "2021年供暖办法和2020年养犬规定分别从哪天施行？",
        ["2021年供暖办法从哪天施行？", "2020年养犬规定从哪天施行？"],
    ),
    (
        "请对比一下，社区书屋和共享单车这两件事，各由哪个部门管？",
        ["社区书屋件事，由哪个部门管？", "共享单车件事，由哪个部门管？"],
    ),
    (
        "财政局在供暖小组和书屋小组里各派了谁？",
        ["财政局在供暖小组里派了谁？", "财政局在书屋小组里派了谁？"],
    ),
    (
        "停水了车从哪来？供暖办法和书屋意见都怎么说？",
        ["供暖办法，停水了车从哪来？", "书屋意见，停水了车从哪来？"],
    ),
    (
        "旧楼屋顶，种花先要做什么鉴定？改成球场要离窗户多远？",
        ["旧楼屋顶，种花先要做什么鉴定？", "改成球场要离窗户多远？"],
    ),
    (
        "供暖和供水两个领域，抢修时限是否一致，各是几小时",
        ["供暖领域，抢修时限，是几小时", "供水领域，抢修时限，是几小时"],
    ),
    (
        "市水务局参加供暖小组与参加书屋小组的分别是谁？",
        ["市水务局参加供暖小组的是谁？", "市水务局参加书屋小组的是谁？"],
    ),
    (
        "企业领了育苗奖励、又领了开店补贴，后来搬走，两项各规定几年内要退？",
        [
            "企业领了育苗奖励，后来搬走，规定几年内要退？",
            "企业领了开店补贴，后来搬走，规定几年内要退？",
        ],
    ),
    (
        "水权中心的地址和公交中心的地址都给我",
        ["水权中心的地址给我", "公交中心的地址给我"],
    ),
]
ONE_QUESTION = [
    "养犬登记费每年多少钱？",
    "我家在六楼，冬天屋里冷，供暖温度最低多少度？",
    "养犬登记归哪个部门，电话多少？",
    "飞线充电的处罚标准是什么，期限几年？",
    "供暖和供水的主管部门是谁？",
    "养犬办法从哪天起施行，是谁签的？",
    "居民和企业的供暖价格是多少？",
    "我们几个合租，养犬登记费多少钱？",
    "2021年和2022年两份供暖文件说的不一样，听哪个？",
    "门口摆摊合不合规矩，最少隔多远？",
    "登记有不懂的地方，打哪个电话，到哪里当面咨询？",
]


@pytest.mark.parametrize(("text", "apart"), TOLD_APART)
def test_questions_are_told_apart(text: str, apart: list[str]) -> None:
    """Clauses that each ask stand alone, with the situation before them; what is asked of two
    things is asked of each."""
    assert [each.texts[0] for each in asked_in(text)] == apart


@pytest.mark.parametrize("text", ONE_QUESTION)
def test_one_question_stays_one(text: str) -> None:
    """A question with a situation, or one that asks two things of one matter, is left alone."""
    assert asked_in(text) == ()


def test_no_end_of_questions_is_left_alone() -> None:
    """A text of very many questions must not cost a search for each of them."""
    assert asked_in("养犬登记费每年多少钱？共享单车总量多少万辆？" * 30) == ()


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("供暖由哪个局负责？他们局在什么路？", True),
        ("应急水车归谁调度，这位组长还管什么事？", True),
        ("供暖由哪个局负责？养犬登记费每年多少钱？", False),
    ],
)
def test_what_points_back_leans(text: str, leans: bool) -> None:
    """他们局 and 这位组长 are whoever the question before it finds."""
    assert asked_in(text)[1].leans is leans


@pytest.mark.parametrize(
    ("before", "text", "named"),
    [
        ("供水应急领导小组的副组长是谁？", "那位副组长电话是多少？", "沈若溪电话是多少？"),
        ("停水了由哪个局送水车？", "他们局在什么路？", "市水务局在什么路？"),
        ("市水务局局长是谁？", "他们局在什么路？", "水务局在什么路？"),
        ("供水应急领导小组的副组长是谁？", "清雪是不是也归他？", "清雪是不是也归沈若溪？"),
        ("供水应急领导小组的副组长是谁？", "这事归谁管？", ""),
        ("管网漏损率控制在多少？", "它什么时候修完？", ""),
    ],
)
def test_names_are_taken_from_the_answer_before(
    assistant: PolicyAssistant, before: str, text: str, named: str
) -> None:
    """The person or the office that the question before names or finds is put where this one
    points; 这事 and a thing are nobody."""
    found = assistant.retrieve(read_question(before))
    assert with_names(Asked((text,), leans=True), found) == named


@pytest.mark.parametrize(
    ("clause", "own"),
    [
        ("供暖补助每户多少元？", True),
        ("供水抢修几小时内到？", True),
        ("这单子归哪两家公开？", False),
        ("每年几月底前要公布？", False),
        ("期限几年？", False),
    ],
)
def test_what_has_a_matter_of_its_own(clause: str, own: bool) -> None:
    """A part is looked for in all documents only where it says alone of what it asks."""
    assert has_own_matter(clause) is own


@pytest.mark.parametrize(
    ("confidence", "here", "elsewhere", "says"),
    [
        (0.9, 0.2, 0.8, True),
        (0.9, 0.45, 0.55, False),
        (0.2, 0.0, 1.0, False),
        (0.9, 0.1, 0.4, False),
    ],
)
def test_of_two_documents_one_says_it(
    assistant: PolicyAssistant, confidence: float, here: float, elsewhere: float, says: bool
) -> None:
    """A part is another document's where, searched together, its sentences are by far likelier."""
    found = assistant.finder.find(read_question("养犬登记费每年多少钱？"))
    best = found.sentences[0]
    other = replace(best, passage=replace(best.passage, document_id="whole"))
    pair = (replace(best, likelihood=elsewhere), replace(other, likelihood=here))
    assert says_it(replace(found, sentences=pair), confidence, "whole") is says


TITLES = [
    ("heating", HEATING_NUMBER, "青岚市人民政府关于印发青岚市居民供暖管理办法的通知"),
    ("bicycles", BICYCLES_NUMBER, "青岚市人民政府办公室关于规范共享单车停放的通知"),
    ("shuttles", "青政办发〔2023〕9号", "青岚市人民政府办公室关于共享班车运行的通知"),
    ("libraries", LIBRARIES_NUMBER, "青岚市人民政府关于建设社区书屋的意见"),
]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2021年供暖办法怎么说", ("heating", "2021年供暖办法")),
        ("供暖管理办法怎么说", ("heating", "供暖管理办法")),
        ("社区书屋意见里补助多少", ("libraries", "社区书屋意见")),
        ("在2023年共享通知里", ("shuttles", "2023年共享通知")),
        ("9号共享通知", ("shuttles", "9号共享通知")),
        ("共享通知", None),
        ("2019年供暖办法", None),
        ("供暖意见", None),
        ("供暖怎么收费", None),
    ],
)
def test_half_remembered_names(text: str, meant: tuple[str, str] | None) -> None:
    """A document is meant where its title alone holds the name, its kind and its year; a name
    that fits several or none means none."""
    assert document_meant(text, TITLES) == meant


TWO_DOCUMENTS = [
    (
        "养犬登记费每年多少钱？共享单车总量最多多少万辆？",
        (DOGS_NUMBER, BICYCLES_NUMBER),
        ("一百元", "三万辆"),
    ),
    (
        "居民供暖价格每平方米多少元，停车场投诉电话是多少？",
        (HEATING_NUMBER, FEES_NUMBER),
        ("二十五元", "0999-5550188"),
    ),
    (
        "供水应急领导小组的副组长是谁，大型货车停车每小时收多少钱？",
        (WATER_NUMBER, FEES_NUMBER),
        ("沈若溪", "9元"),
    ),
    (
        "供暖办法和养犬规定分别从哪天起施行？",
        (HEATING_NUMBER, DOGS_NUMBER),
        ("2021年11月1日", "2020年5月1日"),
    ),
]


@pytest.mark.parametrize(("text", "numbers", "facts"), TWO_DOCUMENTS)
def test_each_question_is_answered_from_its_document(
    assistant: PolicyAssistant, text: str, numbers: tuple[str, ...], facts: tuple[str, ...]
) -> None:
    """Both facts are stated, each with its document cited, and both documents are among the
    first five passages, which a language model reads."""
    answer = assistant.ask(text)
    assert answer.answered
    assert all(fact in answer.text for fact in facts)
    assert {each.number for each in answer.citations} == set(numbers)
    assert set(numbers) <= {each.number for each in answer.passages[:5]}
    assert len({(each.document_id, each.start) for each in answer.passages}) == len(answer.passages)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("养犬登记费每年多少钱？犬链长度不得超过多少米？", ("一百元", "一点五米")),
        ("居民供暖价格每平方米多少元，卧室温度不得低于多少摄氏度？", ("二十五元", "十九摄氏度")),
        ("供暖期从哪天开始，温度不够供暖企业要退钱吗？", ("十一月一日", "退还供暖费")),
        ("共享单车最多投放多少辆，违停了几小时内拉走？", ("三万辆", "两小时")),
    ],
)
def test_one_document_answers_both(
    assistant: PolicyAssistant, text: str, facts: tuple[str, ...]
) -> None:
    """Two questions of one document are answered from that document alone, in their order."""
    found = assistant.retrieve(read_question(text))
    assert not found.several
    answer = assistant.ask(text)
    assert len({each.number for each in answer.citations}) == 1
    at = [answer.text.find(fact) for fact in facts]
    assert -1 not in at
    assert at == sorted(at)


def test_a_part_that_no_document_answers(assistant: PolicyAssistant) -> None:
    """What nothing answers is not filled in from a document on another matter."""
    answer = assistant.ask("养犬登记费每年多少钱？护照补办要等多少天？")
    assert {each.number for each in answer.citations} <= {DOGS_NUMBER}


def test_within_chosen_documents(assistant: PolicyAssistant) -> None:
    """Who picked documents gets no sentence of another, however well it would answer."""
    (dogs,) = assistant.store.ids_by_number(DOGS_NUMBER)
    answer = assistant.ask(TWO_DOCUMENTS[0][0], documents=[dogs])
    assert {each.number for each in answer.citations} <= {DOGS_NUMBER}


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        ("居民供暖价格每平方米多少元？", TWO_DOCUMENTS[1]),
        ("供水应急领导小组的组长是谁？", TWO_DOCUMENTS[2]),
        ("供暖期从什么时候开始？", TWO_DOCUMENTS[3]),
    ],
)
def test_in_a_conversation_too(
    assistant: PolicyAssistant, before: str, asked: tuple[str, tuple[str, ...], tuple[str, ...]]
) -> None:
    """A question that goes on with the document cited before may ask of another as well."""
    text, numbers, facts = asked
    history = [
        {"role": "user", "content": before},
        {"role": "assistant", "content": assistant.ask(before).text},
    ]
    assert assistant.retrieve(read_question(text, history)).question.followup
    answer = assistant.ask(text, history)
    assert all(fact in answer.text for fact in facts)
    assert {each.number for each in answer.citations} == set(numbers)
