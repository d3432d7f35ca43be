"""Gazettes become documents: found, repaired, outlined and cut into passages."""

import time

import pytest

from ingest.reader import read_documents
from tests.ingest.gazette import FLOWED, WRAPPED
from vectorstore.datamodels import PolicyDocument


def _by_number(text: str) -> dict[str | None, PolicyDocument]:
    return {d.number: d for d in read_documents(text, "公报.txt")}


@pytest.fixture(scope="module")
def flowed() -> dict[str | None, PolicyDocument]:
    return _by_number(FLOWED)


@pytest.fixture(scope="module")
def wrapped() -> dict[str | None, PolicyDocument]:
    return _by_number(WRAPPED)


def _passage(document: PolicyDocument, locator: str) -> str:
    return "\n".join(p.text for p in document.passages if p.locator == locator)


def test_every_document_is_found_and_cited_numbers_open_none(flowed, wrapped):
    """Contents pages, mastheads and numbers within sentences are no documents."""
    assert list(flowed) == ["青岚市人民政府令第41号", "青政发〔2021〕7号", "青政办发〔2021〕23号"]
    assert list(wrapped) == ["青政发〔2022〕5号", "青政办发〔2022〕17号"]


def test_particulars(flowed, wrapped):
    """Title, issuer, kind, dates and issue are read from where each stands."""
    order = flowed["青岚市人民政府令第41号"]
    assert (order.title, order.issuer, order.kind) == (
        "青岚市竹筏漂流安全规定",
        "青岚市人民政府",
        "规定",
    )
    assert (order.issued, order.effective, order.gazette) == (
        "2021-04-06",
        "2021-07-01",
        "2021年第3期",
    )
    plan = flowed["青政发〔2021〕7号"]
    assert plan.title == "青岚市人民政府关于印发青岚市茶园修复实施方案的通知"
    assert (plan.issued, plan.kind, plan.effective) == ("2021-05-08", "通知", None)
    opinion = wrapped["青政发〔2022〕5号"]
    assert opinion.title == "青岚市人民政府关于加强山路养护的实施意见"
    assert (opinion.kind, opinion.issued) == ("实施意见", "2022-03-09")


def test_a_contents_page_that_differs_is_a_warning(flowed):
    """The contents say 8号, the document 7号: the document is right, and says so."""
    assert flowed["青政发〔2021〕7号"].warnings == ("目录所列文号与正文不同：青政发〔2021〕8号",)
    assert flowed["青政办发〔2021〕23号"].warnings == ()


def test_nothing_of_the_masthead_is_kept(flowed):
    """The names and telephones of the editors belong to no document."""
    joined = "".join(d.text for d in flowed.values())
    assert "编委" not in joined
    assert "5550101" not in joined


def test_passages_are_slices_of_the_text(flowed, wrapped):
    """Offsets are exact, and no passage is longer than it may be."""
    for document in [*flowed.values(), *wrapped.values()]:
        assert document.passages
        for passage in document.passages:
            assert document.text[passage.start : passage.end] == passage.text
            assert 0 < len(passage.text) <= 700
            assert passage.locator


def test_articles_with_their_items(flowed):
    """An article keeps its list; a sentence that opens with another article's number is text."""
    order = flowed["青岚市人民政府令第41号"]
    locators = [p.locator for p in order.passages]
    assert [x for x in locators if x.startswith("第")] == ["第一条", "第二条", "第三条", "第四条"]
    article = _passage(order, "第二条")
    assert "（一）每张竹筏不超过四人；\n（二）雨天停止漂流。\n违反前款第（一）项的" in article
    third = _passage(order, "第三条")
    assert "封存备查，市文旅局" in third
    assert third.endswith("第三条第二款所称企业，是指漂流企业。")


def test_locators_of_a_plan(flowed):
    """一、（一）1. is the path; run-in headings are places; the letter is apart from the plan."""
    plan = flowed["青政发〔2021〕7号"]
    locators = [p.locator for p in plan.passages]
    assert locators[:2] == ["通知", "正文"]
    assert "二、主要任务/（二）" in locators
    assert "一、总体要求/坚持群众自愿" in locators or "一、总体要求" in locators
    task = next(p for p in plan.passages if "登记造册" in p.text)
    assert task.locator.startswith("二、主要任务/（一）")
    assert task.headings[0] == "二、主要任务"


def test_damage_is_repaired(flowed):
    """A stray English word, a formula, a break within a bracket and within a sentence."""
    text = flowed["青政发〔2021〕7号"].text
    assert "树龄和产量" in text
    assert "面积×300元" in text
    assert "各县〈市〉区政府办公室)\n2.评定等级。" in text


def test_annexes_restart_numbering(flowed):
    """Annexes open their locators; chapters do where articles begin anew in each."""
    opinion = flowed["青政办发〔2021〕23号"]
    locators = [p.locator for p in opinion.passages]
    assert "附件2/第一章/第一条" in locators
    assert "附件2/第二章/第一条" in locators
    assert "附件2/第二章/第二条" in locators
    assert not any(p.text.startswith("2. 夜间集市管理") for p in opinion.passages)
    annexed = next(p for p in opinion.passages if p.locator == "附件2/第二章/第一条")
    assert annexed.headings == ("夜间集市管理办法", "第二章 摊位")


def test_table_rows_know_their_header(flowed):
    """A row is a passage of its own, under the names of the columns."""
    opinion = flowed["青政办发〔2021〕23号"]
    row = next(p for p in opinion.passages if p.locator == "附件1/表/第1行")
    assert row.text == "1｜柳桥夜市｜5550102"
    assert row.headings == ("夜间集市名录", "序号｜名称｜电话")


def test_relations(flowed):
    """What is repealed and what is implemented is read with the place of the mention."""
    order = flowed["青岚市人民政府令第41号"]
    repeal = next(r for r in order.relations if r.kind == "repeals")
    assert (repeal.target_number, repeal.target_title) == (
        "市政府令第12号",
        "青岚市竹筏管理暂行办法",
    )
    assert order.text[repeal.start : repeal.end].startswith("《青岚市竹筏管理暂行办法》")
    plan = flowed["青政发〔2021〕7号"]
    assert ("implements", "云政发〔2020〕3号") in [
        (r.kind, r.target_number) for r in plan.relations
    ]


def test_printed_lines_are_joined_within_sentences_only(wrapped):
    """Hard wraps and page starts vanish; paragraphs and headings stay apart."""
    lines = wrapped["青政发〔2022〕5号"].text.split("\n")
    assert "（云政发〔2021〕12号）精神，结合我市实际" in lines[3]
    assert "一、总体要求" in lines
    assert "（一）明确养护目标，分清养护责任。" in lines
    assert any(x.startswith("山路养护实行") and x.endswith("塌方当日抢通。") for x in lines)
    assert any(x.startswith("养护经费") and x.endswith("各县〈市〉区政府）") for x in lines)
    assert "2．2023年底前，全部山路设立里程桩。" in lines
    assert "附则" in lines
    assert "二、“一路一档”管理" in lines


def test_a_torn_out_signature_goes_back_under_the_letter(wrapped):
    """The signature that the scan put into a sentence is not in it any more."""
    text = wrapped["青政办发〔2022〕17号"].text
    assert "进一步做好雨具共享服务" in text
    assert "青岚市人民政府办公室\n2022年4月1日\n（此件公开发布）" in text
    assert wrapped["青政办发〔2022〕17号"].issued == "2022-04-01"


def test_member_lists_stay_whole(wrapped):
    """Names lose the space within, keep the one before the post, and share a passage."""
    document = wrapped["青政办发〔2022〕17号"]
    assert _passage(document, "附件").split("\n") == [
        "组长：江一苇 市长",
        "副组长：柳青 市政府秘书长",
        "成员：杜若 市民政局局长",
        "白芷 市商务局局长",
    ]


def test_front_matter_wins():
    """A digest in Markdown takes its particulars from its head, its outline from its headings."""
    text = """---
number: 青政发[2021]9号
title: 青岚市人民政府关于养蜂的意见
issuer: 青岚市人民政府
kind: 意见
issued: 2021-08-01
effective: 2021-09-01
expires: 2024-08-31
gazette: 2021年第4期
source: digest
relations:
  - repeals: 《青岚市养蜂办法》（青政发〔2015〕2号）
---

# 青岚市人民政府关于养蜂的意见

## 一、补助

每箱补助五十元。

| 箱数 | 补助 |
|------|------|
| 10   | 500  |
"""
    (document,) = read_documents(text, "yangfeng.md")
    assert document.number == "青政发〔2021〕9号"
    assert (document.kind, document.expires, document.digest) == ("意见", "2024-08-31", True)
    assert document.gazette == "2021年第4期"
    assert document.passages[0].locator == "一、补助"
    assert "10｜500" in document.text
    assert document.relations[0].target_number == "青政发〔2015〕2号"


def test_a_bare_page_is_one_document():
    """Without a number the first line is the title; the number stays unknown."""
    text = "# 石门镇高龄补贴指南\n\n年满八十周岁的老人每月领取一百元。\n\n请到镇政府办理。\n"
    (document,) = read_documents(text, "zhinan.md")
    assert (document.number, document.title) == (None, "石门镇高龄补贴指南")
    assert "每月领取一百元" in document.passages[0].text


def test_a_web_page_with_its_title_before_the_number():
    """Title, number, letter: the order of government web sites."""
    text = """石门县人民政府关于保护古树的通告

石政通告〔2023〕1号

为保护古树，现通告如下：

一、禁止砍伐古树。

二、古树周围五米内不得建房。

本通告自公布之日起施行，有效期五年。

石门县人民政府

2023年2月3日
"""
    (document,) = read_documents(text, "gushu.txt")
    assert document.number == "石政通告〔2023〕1号"
    assert document.title == "石门县人民政府关于保护古树的通告"
    assert (document.issued, document.effective, document.expires) == (
        "2023-02-03",
        "2023-02-03",
        "2028-02-03",
    )
    assert [p.locator for p in document.passages] == ["正文", "一、", "二、", "结尾"]


@pytest.mark.parametrize(
    "text",
    [
        "。",
        "（" * 50_000,
        "政策规定" * 25_000,
        "渊一冤 啊\n" * 10_000,
        "1. \n" * 10_000,
        "“修改为：\n" * 10_000,
        "\t\n\t",
        "---\ntitle: x",
        "\x00\ud800\ufffe第一条",
    ],
    ids=lambda text: repr(text[:8]),
)
def test_garbage_neither_fails_nor_takes_long(text):
    """Whatever comes in, the reader answers, in linear time."""
    started = time.perf_counter()
    for document in read_documents(text, "x.txt"):
        assert all(document.text[p.start : p.end] == p.text for p in document.passages)
        document.text.encode("utf-8")
    assert time.perf_counter() - started < 10


def test_an_empty_text_holds_no_document():
    """Nothing in, nothing out."""
    assert read_documents(" \n\n", "x.txt") == []


def test_an_indented_letter_keeps_its_paragraphs():
    """Two wide spaces open a paragraph; a footer below the signature is no passage."""
    text = """石门县人民政府办公室关于加强
养蚕技术推广的通知
石政办〔2020〕5号

各乡镇人民政府，县政府各部门：
　　为加强养蚕技术推广，现将有关事项通知如下，请各地结合自己的实际情况认真贯彻
执行。
　　一、明确目标
　　到二〇二二年，全县桑园达到一万亩，每个乡镇都要建立一个技术推广站并配备两
名技术员。
　　二、落实责任
　　各乡镇要把任务落实到村。
石门县人民政府办公室
二〇二〇年三月五日
抄送：县委办公室。
石门县人民政府办公室 2020年3月6日印发
"""
    (document,) = read_documents(text, "x.txt")
    assert document.title == "石门县人民政府办公室关于加强养蚕技术推广的通知"
    assert (document.number, document.issued) == ("石政办〔2020〕5号", "2020-03-05")
    assert [p.locator for p in document.passages] == ["正文", "一、明确目标", "二、落实责任"]
    assert "并配备两名技术员。" in document.passages[1].text
    assert "抄送" not in "".join(p.text for p in document.passages)


def test_labelled_fields_of_a_web_page_are_particulars():
    """标题：, 发文字号：, 成文日期： stand above the text and are not part of it."""
    text = """标题：石门市人民政府办公室关于印发蚕桑规划的通知
索引号：000/2020-1
发文机关：石门市人民政府办公室
成文日期：2020年5月6日
发文字号：石政办发〔2020〕8号

各县区人民政府：

现将《石门市蚕桑规划》印发给你们。

石门市蚕桑规划

第一节 现状

一、产量

年产一百吨。

第二节 目标

一、产量

年产两百吨。
"""
    (document,) = read_documents(text, "x.txt")
    assert document.title == "石门市人民政府办公室关于印发蚕桑规划的通知"
    assert (document.number, document.issued) == ("石政办发〔2020〕8号", "2020-05-06")
    locators = [p.locator for p in document.passages]
    assert locators == ["通知", "第一节/一、产量", "第二节/一、产量"]


def test_articles_in_arabic_and_a_ministry_order():
    """第12条 and 第一百〇二条 are articles, a reference within a sentence is none."""
    text = """中华人民共和国农桑部令

第 5 号

《蚕种管理办法》已经部务会议审议通过，现予公布，自2020年1月1日起施行。

部长 王小桑

2019年12月3日

蚕种管理办法

第1条 为了规范蚕种管理，制定本办法。

第12条 违反本办法第1条规定的，责令改正。

第一百〇二条 本办法自2020年1月1日起施行。
"""
    (document,) = read_documents(text, "x.txt")
    assert document.number == "中华人民共和国农桑部令第5号"
    assert document.effective == "2020-01-01"
    assert [p.locator for p in document.passages][1:] == ["第1条", "第12条", "第一百〇二条"]


def test_contents_without_page_numbers_and_the_imprint_open_nothing():
    """A number alone in the contents is no document; the imprint ends the last one."""
    text = """石门市人民政府公报

目录

石门市人民政府关于养蚕的通知
石政发〔2020〕1号
石门市人民政府关于采茶的通知
石政发〔2020〕2号

石政发〔2020〕1号

石门市人民政府关于养蚕的通知

各县区人民政府：

请认真养蚕，做好全年的养蚕工作。

石政发〔2020〕2号

石门市人民政府关于采茶的通知

各县区人民政府：

请认真采茶，做好全年的采茶工作。

主管主办：石门市人民政府
编辑出版：石门市人民政府办公室
地址：石门市大街1号
电话：0000-5550000
"""
    documents = read_documents(text, "x.txt")
    assert [d.number for d in documents] == ["石政发〔2020〕1号", "石政发〔2020〕2号"]
    assert all(d.warnings == () for d in documents)
    assert "地址" not in documents[1].text


RUN_TOGETHER = (
    "青岚市井水管理办法\n"
    "青政发〔2022〕31号各县（市）区人民政府，市政府各部门：现将《青岚市井水管理办法》印发给你们，请遵照执行。"
    "青岚市人民政府2022年9月1日（此件公开发布）青岚市井水管理办法第一章总则第一条为了保护井水，制定本办法。"
    "第二条本市村镇公用水井的管理适用本办法。违反第一条规定的，由村委会劝阻。第二章管理第三条水井周围不得："
    "（一）堆放垃圾；（二）清洗农药器具。第四条水质每季度检测一次，检测费用2.5万元由市财政承担。"
    "第五条本办法自2022年10月1日起施行。附件：水井名录.docx"
)


def test_a_text_without_line_breaks_is_taken_apart():
    """Exports that lost their breaks keep number, date, articles and items."""
    (document,) = read_documents(RUN_TOGETHER, "jing.txt")
    assert (document.number, document.issued) == ("青政发〔2022〕31号", "2022-09-01")
    assert document.title == "青岚市井水管理办法"
    articles = [p.locator for p in document.passages if p.locator.endswith("条")]
    assert articles == ["第一条", "第二条", "第三条", "第四条", "第五条"]
    assert _passage(document, "第三条").endswith("\n（一）堆放垃圾；\n（二）清洗农药器具。")
    assert "违反第一条规定的" in _passage(document, "第二条")
    assert "2.5万元" in _passage(document, "第四条")


def test_a_list_of_documents_is_no_document_each():
    """The numbers in a list of what is repealed, each labelled, open no documents."""
    entries = "".join(
        f"{n}．关于水井的通知\n发文单位：青岚市水利局\n文号：青水发〔19{n + 80}〕{n}号\n"
        for n in range(1, 9)
    )
    text = f"青政发〔2022〕33号\n青岚市人民政府关于废止一批文件的决定\n下列文件废止。\n{entries}"
    (document,) = read_documents(text, "feizhi.txt")
    assert document.number == "青政发〔2022〕33号"


def test_order_right_behind_the_contents_page_is_found() -> None:
    """An issue without an imprint: the first order follows the last entry of the contents."""
    text = (
        "目 录 (双月刊)\n\n2018年第5期 (总第54期)\n\n○市政府令\n\n"
        "青岚市路灯管理规定 (第7号) (2)\n\n"
        "○市政府文件\n\n青岚市人民政府关于加强桥梁养护工作的通知 (青政发〔2018〕9号) (5)\n\n"
        "青岚市人民政府令\n\n第7号\n\n《青岚市路灯管理规定》已经市政府常务会议通过，现予公布。\n\n"
        "市长：江一苇\n\n2018年3月5日\n\n青岚市路灯管理规定\n\n"
        "第一条 路灯每晚七时开启，次日五时关闭。\n\n第二条 路灯由街道办事处巡查。\n\n"
        "青岚市人民政府文件\n\n青政发〔2018〕9号\n\n青岚市人民政府关于加强桥梁养护工作的通知\n\n"
        "各县（市）区人民政府，各有关单位：\n\n桥梁每年检查两次。\n\n青岚市人民政府\n\n2018年3月9日\n"
    )
    documents = read_documents(text, "2018-5.txt")
    assert [each.number for each in documents] == ["青岚市人民政府令第7号", "青政发〔2018〕9号"]


def test_digest_says_what_it_is_in_no_passage() -> None:
    """The line that marks a digest stays in its text and is never quoted as a provision."""
    text = (
        "---\nnumber: 青政发〔2018〕9号\ntitle: 青岚市人民政府关于加强桥梁养护工作的通知\n"
        "source: digest\n---\n本文为政策要点（非原文），以公报原文为准。\n\n"
        "一、检查\n\n桥梁每年检查两次，由市交通局负责。\n"
    )
    (document,) = read_documents(text, "bridge.md")
    assert "非原文" in document.text
    assert all("非原文" not in each.text for each in document.passages)
    assert all(document.text[p.start : p.end] == p.text for p in document.passages)
    assert any("两次" in each.text for each in document.passages)
