"""Rendering: what comes from outside is text, and every part of a citation is shown."""

from __future__ import annotations

from html import unescape

from assistant.datamodels import Answer, Citation
from vectorstore.datamodels import Passage, PolicyDocument
from views import rendering

TEXT = "渡船管理办法\n\n第一章 总则\n\n第一条 渡船应当 <b>配灯</b>。\n第二条 船长负责。"
HOSTILE = "<img src=x onerror=alert(1)> ![x](http://a.invalid/x) `code` *b* <a href='javascript:x'>"


def citation(**changes) -> Citation:
    values = {
        "marker": 1,
        "number": "云政发〔2019〕7号",
        "title": "关于渡船的通知",
        "locator": "第一条",
        "quote": "渡船应当配灯。",
        "source": "a.txt",
        "start": 3,
        "end": 9,
        "status": "现行有效",
        "document_id": "abc",
    }
    return Citation(**{**values, **changes})


def answer(text: str, *citations: Citation, answered: bool = True, warnings=()) -> Answer:
    return Answer("问", "问", text, answered, citations, warnings=tuple(warnings))


def test_inert_keeps_the_text_and_no_markup():
    """Escaped text reads the same and holds no sign that HTML or Markdown would act on."""
    escaped = rendering.inert(HOSTILE)
    assert unescape(escaped) == HOSTILE
    assert not set("<>*`![]()") & set(escaped)


def test_inert_leaves_no_blank_line():
    """A blank line would end the HTML block and let Markdown read what follows."""
    assert "\n" not in rendering.inert("一\n\n\n# 二\r\n三")


def test_known_marker_becomes_a_link_and_unknown_stays_text():
    """[1] leads to its passage; [2], which no citation has, stays as it was written."""
    html = rendering.reply(answer("应当配灯[1]，另见[2]。", citation()))
    assert html.count("<a ") == 1
    assert 'href="/documents/abc?start=3&amp;end=9#quote"' in html
    assert "&#91;2&#93;" in html or "[2]" in html


def test_refusal_and_warnings_have_their_own_classes():
    """A refusal is no answer to the eye, and a warning stands apart."""
    html = rendering.reply(answer("没有依据。", answered=False, warnings=["请核对。"]))
    assert 'class="refusal"' in html
    assert 'class="answer"' not in html
    assert '<ul class="warnings"><li>请核对。</li></ul>' in html


def test_citation_shows_all_particulars():
    """Marker, number, title, place, status and quote are all in the panel."""
    html = rendering.citation_panel(answer("甲[1]", citation(status="已废止")))
    for part in ("云政发〔2019〕7号", "关于渡船的通知", "第一条", "已废止", "渡船应当配灯。"):
        assert part in html
    assert rendering.DIGEST_NOTE not in html


def test_digest_is_marked_as_not_the_original():
    """A citation of a digest says so, in the panel and in the document."""
    html = rendering.citation_panel(answer("甲[1]", citation(digest=True, number=None)))
    assert rendering.DIGEST_NOTE in unescape(html)
    assert "无文号" in html
    document = PolicyDocument("a.txt", TEXT, "要点", digest=True)
    assert rendering.DIGEST_NOTE in rendering.document_page(document, "状态未知", 0, 0)


def test_document_marks_the_quote_across_paragraphs():
    """A quote over two paragraphs is marked in both, and the first mark is where it opens."""
    start, end = TEXT.index("第一条"), TEXT.index("负责")
    passage = Passage(start, end, TEXT[start:end], "第一条", ("第一章 总则",))
    document = PolicyDocument("a.txt", TEXT, "渡船管理办法", passages=(passage,))
    html = rendering.document_page(document, "现行有效", start, end)
    assert '<mark id="quote">第一条 渡船应当 &lt;b&gt;配灯&lt;/b&gt;。</mark>' in html
    assert "<mark>第二条 船长</mark>负责。" in html
    assert html.count('id="quote"') == 1
    assert '<p class="heading">第一章 总则</p>' in html


def test_document_without_a_valid_range_marks_nothing():
    """Offsets outside the text, or none, show the whole document unmarked."""
    document = PolicyDocument("a.txt", TEXT, "渡船管理办法")
    for start, end in ((0, 0), (9, 3), (10_000, 20_000), (-5, 0)):
        html = rendering.document_page(document, "现行有效", start, end)
        assert "<mark" not in html
        assert "船长负责。" in html


def test_coverage_names_number_and_period():
    """The sentence at the top counts the documents and gives the first and last month."""
    documents = [
        PolicyDocument("a", "甲", "甲", issued="2018-11-05"),
        PolicyDocument("b", "乙", "乙", issued="2020-01-31"),
        PolicyDocument("c", "丙", "丙"),
    ]
    assert "3 件政策文件（2018年11月至2020年1月）" in rendering.coverage(documents)
    assert "还没有文件" in rendering.coverage([])


def test_huge_question_is_cut_where_it_is_echoed():
    """The conversation shows the beginning of a huge question only."""
    assert len(rendering.shown_question("长" * 100_000)) < 1000
