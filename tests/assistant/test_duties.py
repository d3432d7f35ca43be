"""Who is responsible: the offices that stand only in a mark at the end of an item."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import PolicyAssistant
from assistant.drafts import evidence_in
from assistant.duties import with_marks
from ingest.pipeline import ingest
from tests.conftest import write_library
from vectorstore.datamodels import FoundPassage, PolicyDocument
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings

LIGHTS_NUMBER = "青政办发〔2023〕27号"
LIGHTS = """青岚市人民政府办公室文件

青政办发〔2023〕27号

青岚市人民政府办公室关于印发青岚市夜间照明提升方案的通知

各县（市）区人民政府，市政府各部门：

经市政府同意，现将《青岚市夜间照明提升方案》印发给你们，请认真贯彻执行。

青岚市人民政府办公室

2023年6月1日

青岚市夜间照明提升方案

一、总体目标

两年内消除主次干道的照明盲点。

二、主要任务

（一）推动路灯与通信杆合建。新建和改建道路的路灯杆预留通信设备的安装位置，由设计单位在施工图中逐一标明杆号、高度和负荷。\
已建成的路灯杆经检测能够承重的，逐步加装通信设备，加装前由产权单位出具同意书并在杆体上张贴编号。\
合建后的电费按照实际用量分别计量、分别结算，任何一方不得以合建为由提高收费或者拖延维修。\
通信设备停用的，由安装单位在三个月之内拆除并把杆体恢复原状，逾期没有拆除的由产权单位代为拆除。\
合建杆的巡检每季度进行一次，巡检记录保存五年以上，供主管的部门随时查阅。（牵头单位：市城管局；责任单位：市通信办）

（二）更换老旧灯具。对使用十五年以上的灯具全部更换，换下的灯具集中回收。（市城管局、市财政局负责）\
回收的灯具逐件登记并公布数量。（市商务局负责）

（三）完善沿河步道照明。

1.南岸步道每三十米设一盏草坪灯，灯光朝下，不直射水面。

2.北岸步道每四十米设一盏庭院灯，深夜以后减半亮灯。

（责任单位：市水务局）

（四）点亮公共建筑。

1.图书馆、体育馆和展览馆的外墙灯光由业主单位出资安装，色温不高于三千开尔文，不得使用频闪和动态的图案。\
灯光在日落后半小时开启，夏季二十三时熄灭，冬季二十二时熄灭，遇有大型活动需要延长的应当提前三天公告。\
灯具的功率、数量和安装的位置应当在竣工以后一个月之内绘制成图，由业主单位保存，更换灯具的及时修改图纸并注明日期和人员。

2.桥梁和城墙的灯光统一设计、分段安装，设计方案公开征求附近居民的意见，征求意见的时间不少于二十天。\
灯光应当避开候鸟停歇的时段和居民的卧室窗户，被投诉三次以上的灯具必须调整角度或者拆除，调整的结果告知投诉人。\
桥梁灯光的用电单独计量，每半年公布一次用电的数量和费用，超过上一年度的应当说明理由并提出节约用电的具体办法。

（责任单位：市文旅局）

三、保障措施

对照明盲点实行举报奖励。
"""
LEADERS_NUMBER = "青政办发〔2023〕30号"
LEADERS = """青岚市人民政府办公室文件

青政办发〔2023〕30号

青岚市人民政府办公室关于调整市政府领导工作分工的通知

各县（市）区人民政府，市政府各部门：

现将市政府领导工作分工通知如下：

柳长河同志　主持市政府全面工作。分管市审计局。

沈若溪同志　负责水务、照明等方面工作。分管市水务局、市城管局、滨湖科技园区；联系市气象局。

秦牧野同志　负责教育、卫生等方面工作。分管市教育局、市卫健委；联系市红十字会。

青岚市人民政府办公室

2023年7月3日
"""


@pytest.fixture(scope="module")
def lights(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings) -> PolicyAssistant:
    """An assistant on the two documents above."""
    folder = tmp_path_factory.mktemp("lights")
    files = write_library(folder / "files", {"lights.txt": LIGHTS, "leaders.txt": LEADERS})
    assert not ingest([files], folder / "store", embeddings=shipped).failures
    made = PolicyAssistant(Path(folder / "store"), settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


@pytest.fixture(scope="module")
def plan(lights: PolicyAssistant) -> PolicyDocument:
    """The plan for lights."""
    (found,) = lights.store.ids_by_number(LIGHTS_NUMBER)
    return lights.store.document(found)


@pytest.fixture(scope="module")
def marked(lights: PolicyAssistant, plan: PolicyDocument) -> Callable[..., list[str]]:
    """The texts that are shown for some words of the plan, with their marks."""

    def texts(*words: str, most: int = 300) -> list[str]:
        found = lights.store.found(lights.store.passage_ids([plan.id])).values()
        shown = []
        for each in words:
            passage: FoundPassage = next(p for p in found if each in p.text)
            start = passage.start + passage.text.index(each)
            shown.append(evidence_in(passage, start, start + len(each)))
        made = with_marks(plan, shown, most)
        assert all(plan.text[each.start : each.end] == each.text for each in made)
        return [each.text for each in made]

    return texts


FAR = "（牵头单位：市城管局；责任单位：市通信办）"


def test_a_mark_far_behind(marked: Callable[..., list[str]]) -> None:
    """The sentence, then the mark, and nothing of the many sentences between them."""
    assert marked("推动路灯与通信杆合建。") == ["推动路灯与通信杆合建。", FAR]


def test_one_mark_for_two_sentences_of_an_item(marked: Callable[..., list[str]]) -> None:
    """It stands behind the last of them, once."""
    first, second = "推动路灯与通信杆合建。", "合建后的电费按照实际用量分别计量"
    assert marked(first, second) == [first, second, FAR]


def test_what_holds_its_mark_stays_alone(marked: Callable[..., list[str]]) -> None:
    """Nor does it get the next item's."""
    whole = "换下的灯具集中回收。（市城管局、市财政局负责）"
    assert marked(whole) == [whole]


def test_the_mark_of_its_own_measure(marked: Callable[..., list[str]]) -> None:
    """Of several measures in an item each has its own."""
    first, second = "换下的灯具集中回收。", "回收的灯具逐件登记并公布数量。"
    assert marked(first) == [first, "（市城管局、市财政局负责）"]
    assert marked(second) == [second, "（市商务局负责）"]


def test_a_mark_of_several_items(marked: Callable[..., list[str]]) -> None:
    """On a line of its own behind the last it is all of theirs."""
    assert marked("灯光朝下，不直射水面。") == ["灯光朝下，不直射水面。", "（责任单位：市水务局）"]


def test_a_mark_of_several_passages(marked: Callable[..., list[str]]) -> None:
    """Items so long that each is a passage have it in common as well."""
    assert marked("设计方案公开征求附近居民的意见") == [
        "设计方案公开征求附近居民的意见",
        "（责任单位：市文旅局）",
    ]
    assert marked("色温不高于三千开尔文") == ["色温不高于三千开尔文", "（责任单位：市文旅局）"]


def test_an_item_without_one(marked: Callable[..., list[str]]) -> None:
    """No other item's mark is shown for it."""
    assert marked("对照明盲点实行举报奖励。") == ["对照明盲点实行举报奖励。"]


def test_further_marks_need_room(marked: Callable[..., list[str]]) -> None:
    """The first comes in any case."""
    shown = marked("推动路灯与通信杆合建。", "灯光朝下，不直射水面。", most=10)
    assert shown == ["推动路灯与通信杆合建。", FAR, "灯光朝下，不直射水面。"]


@pytest.mark.parametrize(
    ("question", "offices"),
    [
        ("路灯和通信杆合建，牵头的是哪家？", "市城管局"),
        ("路灯与通信杆合建归哪两家？", "市通信办"),
        ("路灯杆跟通信杆合建这事哪几家负责推？", "市通信办"),
        ("老旧灯具的更换由哪些局担着？", "市财政局"),
        ("老旧灯具的更换谁牵着？", "市财政局"),
        ("南岸步道的草坪灯归哪个局管？", "市水务局"),
    ],
)
def test_who_is_responsible(lights: PolicyAssistant, question: str, offices: str) -> None:
    """The offices are in the answer, from a cited mark, whatever words ask for them."""
    said = lights.ask(question)
    assert said.answered
    assert offices in said.text
    assert any(offices in each.quote for each in said.citations)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("滨湖科技园区由哪位副市长分管？", "沈若溪"),
        ("市卫健委归哪位市领导分管？", "秦牧野"),
    ],
)
def test_who_stands_above_a_passage(lights: PolicyAssistant, question: str, name: str) -> None:
    """The name that a passage stands under answers who is in charge of what it lists."""
    said = lights.ask(question)
    assert said.answered
    assert said.text.splitlines()[0].count(name) == 1
    assert said.citations[0].number == LEADERS_NUMBER
