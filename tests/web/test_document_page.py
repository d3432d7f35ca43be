"""A document's page: everything known of it, its text as text, and nothing that could act."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from tests.web.holdings import TREES, relation, summary, written
from vectorstore.datamodels import Annex, Passage, PolicyDocument
from views.document import Sheet, choice_page, document_address, document_page
from views.relations import RelationIndex
from views.standalone import page_policy, script

HOSTILE = '<img src=x onerror="alert(1)"> <script>x</script> \' & \u202e\u2066evil\u2069 \x00'
FERRIES = written(
    ("", "云政发〔2019〕7号", ()),
    ("", "云江市渡船管理办法", ()),
    ("", "第一章 总则", ()),
    ("第一条", "第一条 渡船应当 <b>配灯</b>。\n夜间逐盏试亮。", ("第一章 总则",)),
    ("第二条", "第二条 船长负责。", ("第一章 总则",)),
    ("", "云江市人民政府", ()),
    ("", "2019年3月8日", ()),
    issuer="云江市人民政府",
    issued="2019-03-08",
    addressee="各县（区）人民政府",
    annexes=(Annex("附件1", "检查表"), Annex("附件2", "登记表", missing=True)),
)


def sheet(document: PolicyDocument = FERRIES, **particulars) -> Sheet:
    own = summary(document.number, id=document.id, title=document.title)
    values = {"summary": own, "address": document_address(document.id, document.number)}
    return Sheet(document=document, **{**values, **particulars})


def html(document: PolicyDocument = FERRIES, language: str = "zh", **particulars) -> str:
    return document_page(sheet(document, **particulars), language)


def body(page: str) -> str:
    """The page without its one script."""
    return page.replace(script(), "")


def test_particulars_are_all_there():
    """Number, issuer, addressee, dates, annexes and the one that is missing."""
    page = html()
    for part in (
        "云政发〔2019〕7号",
        "云江市人民政府",
        "各县（区）人民政府",
        "2019-03-08",
        "附件1 检查表",
        "a.txt",
    ):
        assert part in page
    assert re.search(r"附件2 登记表 <span class=\"not-held\">来源中没有", page)


@pytest.mark.parametrize(
    ("status", "particulars", "sentence"),
    [
        ("已过有效期", {"expires": "2021-05-31"}, "有效期至 2021-05-31"),
        ("尚未施行", {"effective": "2999-01-01"}, "2999-01-01 起施行"),
        ("状态未知", {}, "不等于现行有效"),
    ],
)
def test_status_gives_its_reason(status: str, particulars: dict, sentence: str):
    """A badge alone is not to be trusted: beside it stands why."""
    document = written(("第一条", "第一条 配灯。", ()), **particulars)
    page = html(document, summary=summary(document.number, status=status))
    assert f">{status}</span>" in page
    assert sentence in page


def test_a_repealed_document_names_and_links_what_repealed_it():
    """由《…》废止, with a link to the place that says so."""
    old = summary(FERRIES.number, id=FERRIES.id, status="已废止")
    new = summary(TREES, title="清理决定", relations=(relation("repeals", old.number, start=40),))
    index = RelationIndex([old, new])
    page = html(summary=old, reasons=index.reasons(old), relations=tuple(index.of(old.id)))
    reason = re.search(r'<span class="reason">(.*?)</span>', page)[1]
    assert "清理决定" in reason
    assert "start=40&amp;end=45#quote" in reason
    assert "废止本文件的文件" in page


def test_the_quote_is_marked_across_paragraphs():
    """A stretch over two lines is marked in both, and the first mark is where it opens."""
    start, end = FERRIES.text.index("渡船应当"), FERRIES.text.index("逐盏")
    page = html(start=start, end=end)
    assert '<mark id="quote">渡船应当 &lt;b&gt;配灯&lt;/b&gt;。</mark>' in page
    assert "<mark>夜间</mark>逐盏试亮。" in page
    assert page.count('id="quote"') == 1


@pytest.mark.parametrize(("start", "end"), [(0, 0), (9, 3), (10_000, 20_000), (-5, 3)])
def test_an_impossible_stretch_marks_nothing(start: int, end: int):
    """Offsets outside the text show the whole document unmarked."""
    page = html(start=start, end=end)
    assert "<mark" not in page
    assert "第二条 船长负责。" in page


def test_the_whole_text_is_there_in_order():
    """Headings, tables and signatures change how lines look, not what they say."""
    page = body(html())
    text = re.search(r"<main[^>]*>(.*)</main>", page, re.S)[1]
    text = re.sub(r'<a class="permalink".*?</a>', "", text).replace("&#8288;", "")
    plain = unescape(re.sub(r"<[^>]+>", "\n", text))
    squeezed = [line.strip() for line in plain.split("\n") if line.strip()]
    assert squeezed == [line.strip() for line in FERRIES.text.split("\n")]
    assert re.search(r'<h2 id="t\d+">第一章 总则', page)
    assert '<p class="signature">云江市人民政府</p>' in page
    assert '<p class="front">云江市渡船管理办法</p>' in page


def test_rows_become_a_table_with_its_quote_marked():
    """Lines with cells are a table; a quoted row is marked cell by cell."""
    rows = "序号｜名称｜数量\n1｜长椅｜12\n2｜路灯｜30"
    text = f"清单\n{rows}\n完。"
    passage = Passage(3, 3 + len(rows), rows, "表")
    document = PolicyDocument("a.txt", text, "清单", passages=(passage,))
    start = text.index("1｜长椅")
    page = html(document, start=start, end=start + 7)
    assert "<thead><tr" in page
    assert page.count("<table>") == 1
    assert '<td><mark id="quote">1</mark></td><td><mark>长椅</mark></td>' in page
    assert page.index("</table>") < page.index("完。")


def test_hostile_words_are_shown_and_do_nothing():
    """Markup stays text, and direction controls become visible signs, wherever they stand."""
    document = written(
        ("第一条", f"第一条 {HOSTILE}", (HOSTILE,)),
        title=HOSTILE,
        number=None,
        source=f"{HOSTILE}.txt",
        issuer=HOSTILE,
        kind=HOSTILE,
        gazette=HOSTILE,
        addressee=HOSTILE,
        annexes=(Annex(HOSTILE, HOSTILE),),
    )
    own = summary(None, title=HOSTILE, relations=(relation("cites", HOSTILE, HOSTILE),))
    relations = tuple(RelationIndex([own]).of(own.id))
    page = body(html(document, relations=relations, notice=HOSTILE, summary=own))
    assert relations
    assert "<img" not in page
    assert page.count("<script>") == 1
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", page)
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in page
    assert "<img" not in choice_page(HOSTILE, [own], "zh")


def test_the_policy_allows_the_page_s_own_script_only():
    """The hash in the header is that of the script in the page."""
    import base64
    from hashlib import sha256

    found = re.findall(r"<script>(.*?)</script>", html(), re.S)
    assert len(found) == 1
    digest = base64.b64encode(sha256(found[0].encode("utf-8")).digest()).decode("ascii")
    assert f"script-src 'sha256-{digest}';" in page_policy()
    assert "unsafe" not in page_policy()
    assert " style=" not in html()


def test_passages_have_lasting_addresses_where_their_name_is_unique():
    """Under its number a document's article keeps its address when the text around it changes."""
    number = document_address("", FERRIES.number)
    assert f'href="{number}?article=%E7%AC%AC%E4%B8%80%E6%9D%A1#quote"' in html()
    unnumbered = html(address=document_address(FERRIES.id))
    assert f'href="/documents/{FERRIES.id}?start=' in unnumbered


def test_english_changes_the_frame_and_not_the_document():
    """Labels are English, the text is marked as Chinese."""
    page = html(language="en")
    assert '<html lang="en"' in page
    assert "Ask about this document only" in page
    assert "Status unknown" in page
    assert '<main id="text" class="text" lang="zh-CN">' in page
    assert "第二条 船长负责。" in page


def test_a_huge_document_and_nested_brackets_are_written_quickly():
    """400,000 characters in thousands of passages take about a second at most."""
    parts = [("", "（" * 10_000 + "）" * 10_000, ())]
    for number in range(4_000):
        name = f"第{number + 1}条"
        parts.append((name, f"{name} {'渡船应当配灯。' * 13}", ("第一章 总则",)))
    document = written(*parts)
    assert len(document.text) > 380_000
    started = time.perf_counter()
    page = html(document, start=390_000, end=390_100)
    assert time.perf_counter() - started < 2
    assert '<mark id="quote">' in page
