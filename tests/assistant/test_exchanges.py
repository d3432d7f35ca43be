"""What a follow-up names stands in for its counterpart in the question before."""

from __future__ import annotations

import pytest

from assistant.answer_types import expected_type
from assistant.conversation import to_look_in
from assistant.followups import exchanged, matter
from assistant.questions import read_question
from tests.assistant.test_followups import TOWN, turns
from tests.library import DOGS_NUMBER, HEATING_NUMBER

CARE = "2031年提标后，农村分散照护的老人一年补多少钱"
# What is named after a question, and the question that is meant.
MEANT = [
    ("城市的", CARE, "2031年提标后，城市分散照护的老人一年补多少钱"),
    ("集中的", CARE, "2031年提标后，农村集中照护的老人一年补多少钱"),
    ("城市集中的又是多少", CARE, "2031年提标后，城市集中照护的老人一年补多少钱"),
    ("2032年", CARE, "2032年提标后，农村分散照护的老人一年补多少钱"),
    ("个人", "单位拒不清雪怎么罚", "个人拒不清雪怎么罚"),
    ("最低", "停车费最高收多少", "停车费最低收多少"),
    ("县级的", "什么时候覆盖全部市直部门", "什么时候覆盖全部县级部门"),
    ("第二阶段", "清雪第一阶段由谁牵头", "清雪第二阶段由谁牵头"),
    ("第八条", "夜钓通告第三条怎么说", "夜钓通告第八条怎么说"),
    ("教育和水务", "2031年调整分工后公安局谁分管", "2031年调整分工后教育和水务谁分管"),
    ("书屋这块", "分管夜钓的是谁", "分管书屋的是谁"),
    ("旧雨伞", "湿纸巾是什么垃圾", "旧雨伞是什么垃圾"),
    ("水务局", "市应急局的电话是多少", "水务局的电话是多少"),
    ("它的地址", "市应急局的电话是多少", "市应急局的地址"),
    ("负责人是谁", "市应急局的电话是多少", "市应急局的负责人是谁"),
]
# What has no counterpart that could be told for sure.
LEFT = [
    ("养犬登记费", "城镇居民的供暖补贴是多少元"),
    ("农村书屋", "城镇居民的供暖补贴是多少元"),
    ("农村的", "城市管理局的电话是多少"),
    ("农村的", "城市和农村的补贴各是多少"),
    ("个人", "用人单位不交公积金怎么办"),
    ("个人", "由哪个单位负责"),
    ("农村的", "《城市养犬管理规定》还有效"),
    ("夜钓", "市应急局的电话是多少"),
    ("第二条", "夜钓通告怎么说"),
    ("怎么申请", CARE),
]
SENT = "可以到市供暖纠纷调处中心当面反映。"


@pytest.mark.parametrize(("named", "before", "meant"), MEANT)
def test_what_is_named_stands_in_for_its_counterpart(named: str, before: str, meant: str) -> None:
    """The rest of the question before stays as it was."""
    found = exchanged(named, before)
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize(("named", "before"), LEFT)
def test_what_has_no_counterpart_changes_nothing(named: str, before: str) -> None:
    """It may be another matter, or only sound like a counterpart."""
    assert exchanged(named, before) is None


def test_an_exchange_goes_on_with_what_was_said() -> None:
    """城市的呢 is no new topic, however many documents speak of cities."""
    question = read_question("城市的呢？", turns(f"{CARE}？", "五千元。"))
    assert question.standalone == "2031年提标后，城市分散照护的老人一年补多少钱？"
    assert question.followup
    assert question.other is None
    assert question.kind == "money"


def test_exchanges_in_a_row() -> None:
    """Each changes what the one before it left; what is asked then is asked of the last."""
    history = turns(f"{CARE}？", "五千元。", "集中的呢？", "六千元。", "那城市的呢？", "八千元。")
    question = read_question("从哪天开始执行？", history)
    assert question.standalone == "2031年提标后，城市集中照护的老人一年补：从哪天开始执行？"
    history = turns(f"{CARE}？", "五千元。", "由谁发放？", "民政局。")
    question = read_question("城市的呢？", history)
    assert question.standalone == "2031年提标后，城市分散照护的老人一年补：由谁发放？"


def test_one_more_of_the_same_kind_replaces_the_last() -> None:
    """After two of them only the third is asked of."""
    history = turns("湿纸巾是什么垃圾？", "其他垃圾。", "旧雨伞呢？", "其他垃圾。")
    assert read_question("那玻璃瓶呢？", history).standalone == "玻璃瓶是什么垃圾？"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("城镇居民的供暖补贴是多少元", "城镇居民的供暖补贴"),
        ("停车场投诉最多要等几天", "停车场投诉最多要等"),
        ("夜钓去哪个部门申请", "夜钓申请"),
        ("许多大型客车停在湖边", "许多大型客车停在湖边"),
        ("是谁", "是谁"),
    ],
)
def test_what_a_question_is_about(question: str, about: str) -> None:
    """Its words without those that ask; all of them where nothing else is left."""
    assert matter(question) == about


@pytest.mark.parametrize(
    "text",
    ["要交哪些材料？", "能领几年？", "一次给多少，一年能领几回？", "当天能办完吗？", "多久？"],
)
def test_a_question_of_nothing_goes_on(text: str) -> None:
    """It names no matter, so it cannot be a new topic."""
    question = read_question(text, turns(TOWN, "二百元。"))
    assert question.followup
    assert question.other is None
    assert question.standalone.startswith("城镇居民的供暖补贴")


def test_an_address_is_asked_of_the_office_that_was_named() -> None:
    """The answer sent to one office, and the question asked of none."""
    history = turns("暖气不热找谁？", SENT, "收钱不", "不收费。")
    question = read_question("我想当面去，地址在哪", history)
    assert question.standalone.endswith("：供暖纠纷调处中心地址在哪？")
    two = turns("暖气不热找谁？", f"{SENT}也可以联系县信访局。")
    assert "调处中心" not in read_question("地址在哪", two).standalone
    named = turns("市应急局电话多少？", SENT)
    assert "调处中心" not in read_question("地址在哪", named).standalone
    earlier = turns("暖气不热找谁？", SENT, "共享单车投放总量是多少？", "两千辆。")
    assert "调处中心" not in read_question("电话多少", earlier).standalone


def test_where_nothing_was_cited_the_document_that_answers_is_looked_in(assistant) -> None:
    """If it clearly does; a document that was cited comes first, and a new topic looks in all."""
    (heating,) = assistant.store.ids_by_number(HEATING_NUMBER)
    asked = "居民供暖期从哪天开始，卧室温度不得低于多少，价格是多少？"
    question = read_question("由谁负责？", turns(asked, "十一月一日。"))
    assert question.numbers == ()
    assert to_look_in(question, assistant.retriever) == [heating]
    cited = read_question("由谁负责？", turns(asked, f"见{DOGS_NUMBER}。"))
    assert to_look_in(cited, assistant.retriever) == assistant.store.ids_by_number(DOGS_NUMBER)
    assert to_look_in(read_question(asked), assistant.retriever) == []


def test_a_share_that_lasts_asks_for_the_years() -> None:
    """比例能照顾几年 is answered with years; 比例是几成 is not."""
    assert expected_type("缴费比例能照顾几年？").name == "duration"
    assert expected_type("缴费比例是多少？").name == "share"
