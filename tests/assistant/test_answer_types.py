"""What a question asks for: official, colloquial, in dialect, in traditional characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer_types import ANSWER_TYPES, expected_type

ASKED = {
    "money": [
        "每平方米收多少元？",
        "登记费多少钱？",
        "补贴给几块钱",
        "一个月能领多少？",
        "罚款罚多少？",
        "这个得花几个钱儿？",
        "補助多少錢？",
        "一次性奖励多少万元？",
        "最高可贷多少万？",
    ],
    "date": [
        "供暖期从什么时候开始？",
        "啥时候供暖？",
        "哪天截止报名？",
        "几月开始禁渔？",
        "多会儿能办？",
        "什麼時候開始供暖？",
        "起止时间是？",
        "什么时间之前完成？",
    ],
    "contact": [
        "投诉电话是多少？",
        "咋联系供暖办？",
        "打什么号举报？",
        "传真号是多少",
        "投訴電話是多少？",
        "举报邮箱是什么？",
    ],
    "responsible": [
        "由哪个部门负责？",
        "这事儿归谁管？",
        "找谁办登记？",
        "牵头单位是哪家？",
        "上哪办养犬证？",
        "由哪個部門負責？",
        "养犬管理的主管机关是？",
    ],
    "duration": [
        "证书有效多久？",
        "几个工作日能办完？",
        "审批时限是几天？",
        "修理要多长时间？",
        "保存多少年？",
        "審批要多久？",
    ],
    "website": ["网址是什么？", "在哪个网站上下载？", "到什么网站查？"],
    "share": [
        "税按几个点交？",
        "缴存比例最高是多少？",
        "百分之几由财政承担？",
        "贷款利率是多少？",
        "补几成？",
        "繳存比例是多少？",
    ],
    "person": [
        "组长是谁？",
        "局长叫什么名字？",
        "哪位副市长分管？",
        "召集人是谁？",
        "组长叫啥名？",
    ],
    "count": [
        "每户限养几只犬？",
        "全市要建多少家书屋？",
        "最低多少度？",
        "总量上限是多少？",
        "全市要建多少個書屋？",
    ],
    "list": [
        "需要哪些材料？",
        "申请条件是什么？",
        "登记流程分哪几步？",
        "咋办理养犬证？",
        "有哪些保障措施？",
        "都要带啥手续？",
        "需要哪些材料呢",
        "需要哪些證明材料？",
    ],
    "yes_no": [
        "可以养两只犬吗？",
        "能不能提前供暖？",
        "是否需要报告？",
        "算不算违规？",
        "導盲犬免費嗎？",
        "租房的能申请不？",
        "几家单位合着用一间机房行不？",
    ],
    "lifecycle": ["这个办法废止了吗？", "还有效吗？", "这规定作废没？", "還有效嗎？"],
    "effective": ["从哪天起施行？", "什么时候生效？", "有效期到哪年？"],
    "basis": ["依据什么文件制定？", "是根据哪部法律来的？"],
    "address": ["办事大厅的地址在哪？", "在哪条街？"],
    "fact": ["青岚市居民供暖价格", "犬链长度"],
}  # fmt: skip
HELD = {
    "money": (
        ["每年一百元", "补助3.5万元", "12,500元", "导盲犬免收", "３００元", "处货款5%的罚款"],
        ["按日退还", "2021年", "在园儿童占比低于50%的园"],
    ),
    "date": (
        ["自2021年11月1日起", "10月底前", "每年3月上旬", "十一月一日", "二〇二一年"],
        ["每平方米二十五元", "三个月", "市住建局"],
    ),
    "contact": (
        ["电话0999-5550188", "拨打12345", "5550188", "邮箱a@b.cn", "6690便民服务热线"],
        [
            "青政发〔2021〕8号", "2021年9月6日", "2021年开通热线", "二十五元", "可以电话投诉",
            "达到4000户（12000人）的小区",
        ],
    ),
    "effective": (
        ["自公布之日起施行", "公布当日起施行", "有效期五年"],
        ["适用期限已过", "修剪期限届满以后"],
    ),
    "website": (["登录www.a.cn", "市政府门户网站"], ["市住建局", "5550188"]),
    "share": (["控制在8.5%以下", "百分之五", "五成", "1.1倍", "三分之一"], ["二十五元", "三年"]),
    "duration": (["三个工作日", "两小时内", "10年", "当场办结"], ["每平方米二十五元", "及时清运"]),
    "responsible": (["由市水务局负责", "（牵头单位：市住建局）"], ["每平方米二十五元"]),
    "address": (["青岚市湖滨路8号", "政务大厅"], ["青政发〔2021〕8号"]),
    "yes_no": (["可以提前", "不得超过"], ["每平方米二十五元"]),
}  # fmt: skip
TYPES = {each.name: each for each in ANSWER_TYPES}


@pytest.mark.parametrize(
    ("name", "question"), [(name, each) for name, asked in ASKED.items() for each in asked]
)
def test_what_is_asked_for(name: str, question: str) -> None:
    """The same thing in any register is the same type."""
    assert expected_type(question).name == name


def test_the_table_is_large_enough() -> None:
    """Every register of every frequent type."""
    assert sum(map(len, ASKED.values())) >= 60


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        (name, text, held)
        for name, both in HELD.items()
        for held, texts in zip((True, False), both, strict=True)
        for text in texts
    ],
)
def test_what_holds_it(name: str, text: str, held: bool) -> None:
    """A text holds the kind of thing, or it does not, in whatever width and digits."""
    assert TYPES[name].is_held_by(text) is held


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("青政发〔2021〕8号讲的是什么？", "document"),
        ("青政发〔2021〕8号", "document"),
        ("青政发〔2021〕8号什么时候印发的？", "issued"),
        ("青政发〔2021〕8号还有效吗？", "lifecycle"),
        ("青政发〔2021〕8号从哪天起施行？", "effective"),
        ("青政发〔2021〕8号的供暖价格是多少元？", "money"),
    ],
)
def test_a_question_that_names_a_document(question: str, name: str) -> None:
    """It may be about the document itself, or about something in it."""
    assert expected_type(question, names_document=True).name == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("灯具更换归哪两家？", "responsible"),
        ("灯具更换哪家负责推？", "responsible"),
        ("灯具更换是哪些局担着？", "responsible"),
        ("灯具更换谁牵着？", "responsible"),
        ("灯具更换由哪几家落实？", "responsible"),
        ("领导小组组长由谁担任？", "responsible"),
        ("领导小组的组长是谁？", "person"),
        ("保留的三个园区是哪三个？", "list"),
        ("到哪年全部更换？", "date"),
        ("换到哪一天为止？", "date"),
        ("申请表送到哪里？", "responsible"),
    ],
)
def test_who_does_it_in_everyday_words(question: str, name: str) -> None:
    """Which office takes on a task is asked in many ways; what is counted or dated is not it."""
    assert expected_type(question).name == name


@pytest.mark.parametrize(
    ("question", "held", "not_held"),
    [
        ("租房一年最多能提取几千块？", "每年不超过6000元", "不超过月工资的3倍"),
        ("试点办法哪天起施行？", "自2021年3月1日起施行", "实施期限到期的应当停止执行"),
        ("试点办法的试行期限多长？", "试行期限一年", "由市教育局负责解释"),
        ("联席会议的办公地点在哪个局？", "办公室设在市教育局", "由市教育局负责解释"),
    ],
)
def test_the_wording_narrows_what_holds_it(question: str, held: str, not_held: str) -> None:
    """Who names the unit is told an amount, who asks for the day no period."""
    wanted = expected_type(question)
    assert wanted.is_held_by(held)
    assert not wanted.is_held_by(not_held)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("转为企业后社保缴费比例可以过渡几年？", "duration"),
        ("社保缴费比例是多少？", "share"),
        ("什么情况能提取公积金？", "list"),
        ("啥样的情况不予受理？", "list"),
        ("什么样的投诉不予受理？", "list"),
        ("哪些情形从重处理？说几种主要的", "list"),
        ("调查认定的程序和时限是什么？", "list"),
        ("这项手续怎么走？", "list"),
    ],
)
def test_what_is_named_beside_what_is_asked(question: str, name: str) -> None:
    """A rate may be what is spoken of while years are asked for; circumstances are a list."""
    assert expected_type(question).name == name


def test_an_issue_date_needs_a_document() -> None:
    """什么时候发布 without one asks for a date in the text (of a list, say)."""
    assert expected_type("停放点名单什么时候公布？").name == "date"


def test_a_measure_word_must_come_back() -> None:
    """几家 is answered by sixty 家, not by three thousand 册."""
    wants = expected_type("全市要建多少家书屋？")
    assert wants.strict
    assert wants.is_held_by("建成社区书屋六十家")
    assert not wants.is_held_by("藏书不少于三千册")
    people = expected_type("委员会一共几人？")
    assert people.is_held_by("由五名成员组成")
    assert not people.is_held_by("由五家单位组成")


def test_measures_that_mean_the_same_come_back() -> None:
    """几回 is answered by 三次, 多少公里 by 十二千米."""
    assert expected_type("每月能报名几回？").is_held_by("每月不超过三次")
    assert expected_type("绿道有多少公里？").is_held_by("绿道全长十二千米")


@pytest.mark.parametrize(
    "question",
    [
        "几家商户合用一块招牌行不行？",
        "账号几个人合着用可以吗？",
        "欠了外面多少钱，老百姓打听得到不？",
    ],
)
def test_an_indefinite_few_asks_no_figure(question: str) -> None:
    """几 in front of what a yes or no is asked for counts nothing."""
    assert expected_type(question).name == "yes_no"


@pytest.mark.parametrize(
    "question",
    [
        "我们镇上就那么几个人，顾问怎么请",
        "前几年换过灯具，现在还换怎么报",
        "我们几个想合开一家",
        "好久没交了，该咋补",
    ],
)
def test_some_are_not_counted(question: str) -> None:
    """几 that only says that there are some asks no figure."""
    assert not expected_type(question).strict


@pytest.mark.parametrize(
    "question", ["你知道要交多少钱吗？", "一共几个人是什么意思？", "要多少钱么？"]
)
def test_a_figure_that_is_asked_for_politely(question: str) -> None:
    """多少 in the last clause asks for its figure, 什么 at the end is no 么."""
    assert expected_type(question).name != "yes_no"


@given(st.text(max_size=60))
def test_any_text_has_a_type(text: str) -> None:
    """Whatever Unicode holds."""
    kind = expected_type(text)
    assert kind.name
    assert isinstance(kind.is_held_by(text), bool)


def test_patterns_are_sound() -> None:
    """Each compiles, and no `asks` matches nothing at all, which would match every question."""
    for each in ANSWER_TYPES:
        assert not re.search(each.asks, "")
        assert not re.search(each.holds, "")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("举报的电话公不公开？", "yes_no"),
        ("举报电话 检查时 设不设", "yes_no"),
        ("收多少钱、招哪片的学生，也得公开吗？（公益领域）", "yes_no"),
        ("谁牵头，电话检查的结果都要公布的那种", "responsible"),
        ("供暖公司有没有电话", "contact"),
        ("办公地点在哪，对不对外", "address"),
        ("老年卡能不能座机场快线", "yes_no"),
        ("我收了几台旧机床，能不能算进投资里", "yes_no"),
        ("青政发〔2015〕30号还用不用", "lifecycle"),
    ],
)
def test_what_is_asked_of_a_telephone_or_an_amount(question: str, name: str) -> None:
    """A telephone, an address or an amount that something is asked of is not what is asked for."""
    assert expected_type(question).name == name


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("青坑乡现有茶园多少亩", "乡镇：青坑乡；现有茶园（亩）：36500"),
        ("暖气费一平方多少钱", "类别：居民；按面积（元/平方米·采暖期）：26.5"),
        ("公办小学开几个班", "区县：云岭县；公办小学计划班数：58"),
        ("今年新增几个托位", "街道：东塘街道；新增托位：120"),
    ],
)
def test_a_column_s_head_gives_the_unit(question: str, row: str) -> None:
    """A bare figure in a cell is one of what its column counts or measures."""
    assert expected_type(question).is_held_by(row)
    assert not expected_type(question).is_held_by("序号：36500；电话：0577-6631-3300")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("超百万的企业培育几户", "培育3家年收入超百万元的企业"),
        ("多少平方米以下不用备案", "取消300㎡以下的备案"),
        ("登记制度从哪天起开始实行", "自2017年10月1日起在全市推行登记制度"),
        ("应急水车有几台", "全市配备应急水车四十辆"),
        ("遛狗的绳子最长多长", "犬链长度不得超过一点五米"),
        ("停车多长时间以内不收钱", "停放不足三十分钟的免费"),
        ("消防多久查一回", "由消防队每月检查一次"),
        ("夜市在哪条街", "位置：松涧县河坝街"),
        ("一份饭有几个荤", "须有一荤两素一汤"),
        ("登陆前几个钟头撤完", "登陆前12小时全部转移"),
        ("市和区按几比几分", "按6:4负担"),
        ("罚多少", "处骗取金额一倍以上三倍以下罚款"),
        ("茶业专班召集人是谁", "由副市长岑望舒任召集人"),
        ("哪位市长签的令，叫啥名", "市长邵铁林"),
        ("举报电话是多少", "举报电话0577-6631-3300"),
    ],
)
def test_other_words_for_the_same_measure(question: str, text: str) -> None:
    """户 and 家, 平方米 and ㎡, 实行 and 推行 answer each other; 多长 may ask for a length."""
    assert expected_type(question).is_held_by(text)
