"""What one document does to another: changed words, deleted articles, lists of the repealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import PolicyAssistant
from assistant.amendments import items
from assistant.standing import Changes
from ingest.pipeline import ingest
from tests.conftest import write_library
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings

_HEAD = "青岚市人民政府文件\n\n{number}\n\n{title}\n\n各县（市）区人民政府，市政府各部门：\n\n"
_FOOT = "\n\n青岚市人民政府\n\n{date}\n"
BOATS = (
    _HEAD.format(number="青政发〔2021〕5号", title="青岚市人民政府关于印发青岚市渔船登记办法的通知")
    + "现将《青岚市渔船登记办法》印发给你们，请遵照执行。"
    + _FOOT.format(date="2021年3月9日")
    + """
青岚市渔船登记办法

第一条 为了规范渔船登记，制定本办法。

第二条 新购置的渔船，船主应当自购船之日起十五日内到市渔业局登记。

第三条 渔船过户的，应当在二十五日内办理变更登记，每艘收取过户工本费八元。

第四条 渔船登记证遗失的，应当登报声明作废。

第五条 渔船年检每年一次，年检费每艘六十元。

第六条 渔船登记咨询专线0999-5550111，工作日开通。

第七条 渔船上不得饲养家禽。
"""
)
DECISION = (
    _HEAD.format(
        number="青政发〔2023〕8号", title="青岚市人民政府关于修改和废止部分规范性文件的决定"
    )
    + """为适应管理需要，市政府决定对部分规范性文件进行清理。

一、修改的文件

（一）《青岚市渔船登记办法》（青政发〔2021〕5号）

1.第二条中的“十五日内”修改为“三十日内”。

2.第三条中的“五日内”修改为“六日内”。

3.删去第四条、第七条。

4.第五条修改为：“渔船年检每两年一次，年检费每艘九十元。”

5.第十六条中的地址修改为渔港路2号，咨询专线改为0999-5550222。

二、废止的文件

1.《青岚市渔港卫生办法》（青政发〔2009〕22号）；

2.《青岚市渔网规格规定》（青政发〔2012〕8号）。

三、宣布失效的文件

1.《青岚市渔港扩建三年方案》（青政发〔2018〕30号）。

四、施行

本决定自2023年6月1日起施行。"""
    + _FOOT.format(date="2023年5月10日")
)
LAMPS = (
    _HEAD.format(number="青政发〔2022〕3号", title="青岚市人民政府关于码头灯火管理的通告")
    + """一、码头灯火每日十九时开启，由码头管理站负责。

二、码头探照灯每晚二十三时应当关闭，亮度不得超过九百流明。

三、损坏灯火的，照价赔偿。"""
    + _FOOT.format(date="2022年2月2日")
)
QUAYS = (
    _HEAD.format(number="青政发〔2024〕6号", title="青岚市人民政府关于码头夜间秩序的通告")
    + """一、码头探照灯每晚二十一时应当关闭，亮度不得超过五百流明。

二、码头摊位夜间停业。

三、本通告自2024年5月1日起施行，其中第二项自2024年7月1日起施行。"""
    "《青岚市人民政府关于码头灯火管理的通告》（青政发〔2022〕3号）第二项关于探照灯的规定同时废止。"
    + _FOOT.format(date="2024年4月4日")
)
NETS = (
    _HEAD.format(number="青政发〔2022〕17号", title="青岚市人民政府关于晒网场管理有关事项的决定")
    + """修改《青岚市晒网场管理办法》（青政发〔2014〕9号），并废止2件规范性文件。

一、对《青岚市晒网场管理办法》（青政发〔2014〕9号）作出修改：

1.将第一条修改为：“为了规范晒网，根据《海滩保护条例》等有关规定，制定本办法。”

2.将第六条第一款修改为：“晒网场由镇政府管理。”

3.将第六条第二款第三项修改为：“晒网桩应当在受理后四个工作日内核验。”

4.删去第八条中的“晒网架必须每季刷漆一次”。

5.删去第九条第二款。

6.删去第十条、第十二条。

二、废止下列文件：

1.《青岚市网具租赁暂行规定》（青政发〔2006〕3号）；

2.《青岚市渔获拍卖办法》（青政发〔2008〕7号）。"""
    + _FOOT.format(date="2022年7月7日")
)
ROPES = (
    _HEAD.format(
        number="青政办发〔2022〕40号", title="青岚市人民政府办公室关于公布缆绳检验事项清单的通知"
    )
    + """一、缆绳检验事项以清单为准。

二、《青岚市人民政府办公室关于公布缆绳检验目录的通知》（青政办发〔2015〕12号）同时废止。"""
    + _FOOT.format(date="2022年9月9日")
)
LIBRARY = {
    "nets.txt": NETS,
    "ropes.txt": ROPES,
    "boats.txt": BOATS,
    "decision.txt": DECISION,
    "lamps.txt": LAMPS,
    "quays.txt": QUAYS,
}


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings):
    """An assistant on documents that change each other."""
    folder: Path = tmp_path_factory.mktemp("amendments")
    report = ingest(
        [write_library(folder / "files", LIBRARY)], folder / "store", embeddings=shipped
    )
    assert not report.failures
    made = PolicyAssistant(folder / "store", settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


def test_words_that_have_changed_since(changing: PolicyAssistant) -> None:
    """The change stands in front of the old words, with article, document, date and citation."""
    answer = changing.ask("新购置的渔船多少日内登记？")
    first = answer.text.splitlines()[0]
    assert "第二条已由《青岚市人民政府关于修改和废止部分规范性文件的决定》" in first
    assert "（青政发〔2023〕8号）修改（自2023年6月1日起）" in first
    assert "“十五日内”修改为“三十日内”" in first
    assert first.endswith("以下为修改前的原文：[1]")
    assert answer.citations[0].quote == "第二条中的“十五日内”修改为“三十日内”。"
    assert answer.text.count("修改（自") == 1
    for each in answer.citations:
        assert changing.store.text(each.document_id)[each.start : each.end] == each.quote


def test_an_article_that_has_been_set_anew(changing: PolicyAssistant) -> None:
    """The new text as a whole, in front of the old."""
    first = changing.ask("青政发〔2021〕5号规定渔船年检费每艘多少元？").text.splitlines()[0]
    assert "第五条修改为：“渔船年检每两年一次，年检费每艘九十元。”以下为修改前的原文：" in first


def test_an_article_that_has_been_deleted(changing: PolicyAssistant) -> None:
    """Deleted is another word than changed."""
    answer = changing.ask("渔船上可以饲养家禽吗？")
    assert "第七条已由" in answer.text
    assert "以下为删去前的原文" in answer.text


def test_other_words_of_a_changed_document(changing: PolicyAssistant) -> None:
    """五日内 is not what 二十五日内 says: of such an article only the general sentence."""
    answer = changing.ask("渔船过户应当在多少日内办理变更登记？")
    assert "二十五日内" in answer.text
    assert "以下为" not in answer.text
    assert "《青岚市渔船登记办法》（青政发〔2021〕5号）已于2023年6月1日修改" in answer.text


def test_a_telephone_number_that_has_changed(changing: PolicyAssistant) -> None:
    """By what the telephone is called, whatever article the clause names."""
    answer = changing.ask("渔船登记咨询专线是多少？")
    assert "咨询专线改为0999-5550222" in answer.text.splitlines()[0]


def test_a_rule_that_another_takes_the_place_of(changing: PolicyAssistant) -> None:
    """What was repealed, what the repealing document says of the matter; no date of effect where
    the document has several."""
    first = changing.ask("青政发〔2022〕3号规定探照灯每晚几时关闭？").text.splitlines()[0]
    assert "废止：" in first
    assert "每晚二十一时应当关闭" in first
    assert "（自" not in first


def test_what_was_the_case_before_the_change(changing: PolicyAssistant) -> None:
    """2022年时 asks for the words as they were then."""
    assert "以下为" not in changing.ask("2022年时新购置的渔船多少日内登记？").text


@pytest.mark.parametrize(
    ("question", "named", "others"),
    [
        ("青政发〔2023〕8号一口气废了两个老文件，都是哪几个？", ("22号", "8号）。"), ("30号",)),
        ("青政发〔2023〕8号一共废止了哪两件规范性文件？", ("22号", "8号）。"), ("30号",)),
        ("青政发〔2023〕8号宣布失效的是哪个文件？", ("30号",), ("22号",)),
        ("青政发〔2023〕8号修改了哪些文件？", ("5号",), ("22号", "30号")),
    ],
)
def test_which_documents_another_does_away_with(
    changing: PolicyAssistant, question: str, named: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """All of the kind asked for in one line, each with its item cited."""
    answer = changing.ask(question)
    assert len(answer.text.splitlines()) == 1
    assert "的文件：《青岚市" in answer.text
    assert all(each in answer.text for each in named)
    assert not any(each in answer.text for each in others)
    assert len(answer.citations) == len(named)


@pytest.mark.parametrize(
    "question", ["青政发〔2023〕8号以后还要废哪些文件？", "青政发〔2023〕8号废止的是哪个部门的证？"]
)
def test_what_no_list_says(changing: PolicyAssistant, question: str) -> None:
    """Plans, and departments that are asked for beside a repeal, get no list of the repealed."""
    assert "8号）废止的文件：" not in changing.ask(question).text


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("2023年修订渔船登记办法，整条删掉的是哪几条？", "删去第四条、第七条", "三十日内"),
        ("渔船登记办法改了哪几条？", "“十五日内”修改为“三十日内”", "22号"),
    ],
)
def test_what_has_changed_in_a_document(
    changing: PolicyAssistant, question: str, said: str, unsaid: str
) -> None:
    """The clauses that say so, by the title without the city's name."""
    answer = changing.ask(question)
    assert "对《青岚市渔船登记办法》（青政发〔2021〕5号）的修改：" in answer.text
    assert said in answer.text
    assert unsaid not in answer.text
    assert {each.number for each in answer.citations} == {"青政发〔2023〕8号"}


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("晒网场管理办法2022年修订时，把哪几条整条删了？", "删去第十条、第十二条", "第九条"),
        ("2022年对晒网场管理办法第六条第二款第三项改成了什么？", "四个工作日", "镇政府"),
        ("青政发〔2014〕9号第六条第一款改成了什么？", "由镇政府管理。”[1]", "四个工作日"),
        ("晒网场管理办法第十二条是怎么改的？", "删去第十条、第十二条", "第六条"),
    ],
)
def test_what_has_changed_in_a_document_that_is_not_stored(
    changing: PolicyAssistant, question: str, said: str, unsaid: str
) -> None:
    """Also behind a clause whose new text names another document; a place asked for gets the
    clause on it and not those on its other parts."""
    answer = changing.ask(question)
    assert "对《青岚市晒网场管理办法》（青政发〔2014〕9号）的修改：" in answer.text
    assert said in answer.text
    assert unsaid not in answer.text
    assert [each.number for each in answer.citations] == ["青政发〔2022〕17号"]


@pytest.mark.parametrize(
    "question",
    [
        "晒网场管理办法里“晒网架每季刷漆一次”的要求还在不在？",
        "原来晒网架每季必须刷漆一次的规定还保留吗？",
    ],
)
def test_whether_words_that_were_taken_out_still_bind(
    changing: PolicyAssistant, question: str
) -> None:
    """The words, who took them out and when, and the clause; with the document named or not."""
    answer = changing.ask(question)
    assert answer.text.startswith(
        "《青岚市晒网场管理办法》（青政发〔2014〕9号）中的“晒网架必须每季刷漆一次”已由"
    )
    assert "删去（自2022年7月7日起）。原文：删去第八条中的" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "晒网场管理办法里“晒网架每年刷漆一次”的要求还在不在？",
        "原来晒网架每季检验一次的规定还保留吗？",
        "晒网场管理办法第八条第三款改成了什么颜色的网？",
    ],
)
def test_words_that_nobody_took_out(changing: PolicyAssistant, question: str) -> None:
    """Other words than those taken out get no statement that they were."""
    text = changing.ask(question).text
    assert "中的“晒网架必须每季刷漆一次”已由" not in text
    assert "四个工作日" not in text


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("2022年7月市政府一口气废掉了哪几个老规定？", ("3号", "7号）（共2件）"), ("12号", "30号")),
        ("2022年第三季度青岚市废了两个老文件，都是哪两个？", ("3号", "7号"), ("12号",)),
        ("2022年有哪些文件被废止了？", ("3号", "7号）（共2件）", "12号"), ("30号",)),
        (
            "2022年下半年宣布废止过哪些东西？晒网场的决定和缆绳检验清单通知里各是什么？",
            ("3号", "7号", "12号"),
            ("30号",),
        ),
        ("2022年修改了哪些文件？", ("《青岚市晒网场管理办法》（青政发〔2014〕9号）",), ("12号",)),
    ],
)
def test_what_was_done_away_with_in_a_stretch_of_time(
    changing: PolicyAssistant, question: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    """By each document of that time in one line; how many, where that document counts them."""
    answer = changing.ask(question)
    assert all("的文件：《青岚市" in each for each in answer.text.splitlines())
    assert all(each in answer.text for each in said)
    assert not any(each in answer.text for each in unsaid)


@pytest.mark.parametrize(
    "question",
    [
        "2022年废止了哪些粮食方面的文件？",
        "2021年废止了哪些文件？",
        "2022年废了五个老文件，都是哪五个？",
        "2022年以后还要废止哪些文件？",
    ],
)
def test_what_no_stretch_of_time_tells(changing: PolicyAssistant, question: str) -> None:
    """Repeals of one matter, of another year, of another number, or still to come get no list."""
    assert "号）废止的文件：" not in changing.ask(question).text


def test_is_it_still_used(changing: PolicyAssistant) -> None:
    """还用吗 asks for validity."""
    answer = changing.ask("2015年那份缆绳检验目录通知（青政办发〔2015〕12号）还用吗？")
    assert "已于2022年9月9日废止" in answer.text


def test_the_clauses_of_an_amendment(changing: PolicyAssistant) -> None:
    """One item for each clause, with its places and the words that it takes out; lists of other
    documents are not among them."""
    (key,) = changing.store.ids_by_number("青政发〔2023〕8号")
    document = changing.store.document(key)
    (change,) = (each for each in Changes.of(changing.store).by(key) if each.status == "已修改")
    found = [(each.deed, each.places, each.old) for each in items(change, document)]
    assert found == [
        ("修改", ("article 2",), ("十五日内",)),
        ("修改", ("article 3",), ("五日内",)),
        ("删去", ("article 4", "article 7"), ()),
        ("修改", ("article 5",), ()),
        ("修改", ("article 16",), ()),
    ]


def test_is_it_still_carried_out(changing: PolicyAssistant) -> None:
    """还执行吗 asks for validity, and 2009年那个 names a document rather than a date."""
    answer = changing.ask("2009年那个渔港卫生办法还执行吗？")
    assert "已于2023年6月1日废止" in answer.text
