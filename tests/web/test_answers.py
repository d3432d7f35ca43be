"""Answers as HTML: what comes from outside is text, and every part of a citation is shown."""

from __future__ import annotations

from html import unescape

import pytest

from assistant.datamodels import Answer, Citation, RankedPassage
from vectorstore.datamodels import Passage, PolicyDocument
from views import answers
from views.masthead import coverage
from views.turns import Reply, Turn, answer_of, history, reply_of, to_json, turns_from

TEXT = "渡船管理办法\n\n第一章 总则\n\n第一条 渡船应当 <b>配灯</b>。\n第二条 船长负责。"
HOSTILE = (
    "<img src=x onerror=alert(1)> ![x](http://a.invalid/x) `code` *b* <a href='javascript:x'>",
    '[x](javascript:alert(1)) $$\\frac{1}{0}$$ =HYPERLINK("http://a.invalid")',
    "[" * 10_000 + "]" * 10_000,
    "> " * 5_000 + "- " * 5_000,
)


def document() -> PolicyDocument:
    start, end = TEXT.index("第一条"), TEXT.index("\n第二条")
    passage = Passage(start, end, TEXT[start:end], "第一条", ("第一章 总则",))
    return PolicyDocument(
        "a.txt", TEXT, "渡船管理办法", issuer="云江市人民政府", issued="2019-03-08",
        passages=(passage,),
    )  # fmt: skip


def citation(**changes) -> Citation:
    start = TEXT.index("渡船应当")
    values = {
        "marker": 1,
        "number": "云政发〔2019〕7号",
        "title": "关于渡船的通知",
        "locator": "第一条",
        "quote": TEXT[start : start + 4],
        "source": "a.txt",
        "start": start,
        "end": start + 4,
        "status": "现行有效",
        "document_id": "abc",
    }
    return Citation(**{**values, **changes})


def reply(text: str, *citations: Citation, answered: bool = True, warnings=()) -> Reply:
    answer = Answer("问", "全问", text, answered, citations, warnings=tuple(warnings))
    return reply_of(answer, lambda _: document())


def html_of(given: Reply, language: str = "zh") -> str:
    return answers.messages([Turn("问", given)], language)[-1]["content"]


@pytest.mark.parametrize("hostile", HOSTILE, ids=["html", "markdown", "brackets", "nesting"])
def test_inert_keeps_the_text_and_no_markup(hostile: str):
    """Escaped text reads the same and holds no sign that HTML or Markdown would act on."""
    escaped = answers.inert(hostile)
    assert unescape(escaped) == hostile.strip()
    assert not set("<>*`![]()=$") & set(escaped)


def test_inert_shows_direction_controls_and_leaves_no_blank_line():
    """Bidi controls become visible; a blank line would end the HTML and begin Markdown."""
    assert "\u202e" not in answers.inert("甲\u202e乙")
    assert "\n" not in answers.inert("一\n\n \n# 二\r\n三")


def test_known_marker_becomes_a_link_and_unknown_stays_text():
    """[1] leads to its passage; [2], which no citation has, stays as it was written."""
    html = html_of(reply("应当配灯[1]，另见[2]。", citation()))
    said = html[: html.index('<section class="sources">')]
    assert said.count("<a ") == 1
    assert 'class="marker to-0-1"' in said
    assert 'href="/documents/abc?start=' in said
    assert "&#91;2&#93;" in said


def test_refusal_has_its_own_class_and_lists_the_closest_documents():
    """A refusal is no answer to the eye; each close document is one link, the best first."""
    passages = [
        RankedPassage("云政发〔2019〕7号", "渡船通知", "一", "甲", "a", 0.9, "abc", 5, 9),
        RankedPassage("云政发〔2019〕7号", "渡船通知", "二", "乙", "a", 0.8, "abc", 20, 29),
        RankedPassage(None, "<b>码头</b>", "一", "丙", "b", 0.7, "def", 0, 3),
    ]
    refused = "没有依据。相近文件：《渡船通知》（云政发〔2019〕7号），仅供参考。请换个说法。"
    given = Answer("问", "问", refused, False, passages=tuple(passages), warnings=("请核对。",))
    html = html_of(reply_of(given, lambda _: None))
    assert 'class="refusal"' in html
    assert 'class="answer"' not in html
    assert html.count('class="whole"') == 2
    assert "/documents/abc?start=5&amp;end=9#quote" in html
    assert "相近文件" not in html
    assert "<b>" not in html
    assert "<li>请核对。</li>" in html


def test_citation_shows_all_particulars_and_its_quote_within_the_passage():
    """Marker, number, title, place, status, issuer and date, and the quote marked in its place."""
    html = html_of(reply("甲[1]", citation(status="已废止")))
    for part in (
        *("云政发〔2019〕7号", "关于渡船的通知", "第一条", "已废止", "云江市人民政府"),
        *("2019&#45;03&#45;08", "<mark>渡船应当</mark>"),
    ):
        assert part in html, part
    assert "&#60;b&#62;配灯" in html
    assert "非原文" not in unescape(html)


def test_digest_is_marked_as_not_the_original():
    """A citation of a digest says so, and one without a number says that too."""
    html = html_of(reply("甲[1]", citation(digest=True, number=None)))
    assert "政策要点（非原文）" in html
    assert "无文号" in html


def test_english_page_says_what_a_status_and_a_refusal_mean():
    """Only what is quoted stays Chinese."""
    html = html_of(reply("甲[1]", citation()), "en")
    assert "In force" in html
    assert "现行有效" not in html
    assert "do not answer" in html_of(reply("没有依据。", answered=False), "en")


def test_a_quote_whose_passage_has_gone_is_shown_alone():
    """The document may have left the library between the answer and its rendering."""
    answer = Answer("问", "问", "甲[1]", True, (citation(),))
    html = html_of(reply_of(answer, lambda _: None))
    assert '<blockquote lang="zh-CN"><mark>渡船应当</mark></blockquote>' in html


def test_turns_survive_the_browser():
    """What a browser keeps and sends back is what it was given."""
    turns = [Turn("问", reply("甲[1]", citation())), Turn("再问", notice="请稍后再试。")]
    assert turns_from(to_json(turns)) == turns
    assert history(turns) == [
        {"role": "user", "content": "问"},
        {"role": "assistant", "content": "甲[1]"},
    ]
    assert answer_of(turns[0]).citations == (citation(),)
    assert answer_of(turns[0]).standalone_question == "全问"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "{}",
        "[1]",
        '[{"question": 3}]',
        "[" * 100_000,
        '[{"question": "a", "reply": "x"}]',
        None,
    ],
)
def test_a_malformed_conversation_is_none(sent):
    """Whatever else a browser sends is no conversation, and no error either."""
    assert turns_from(sent) == []


def test_only_the_last_turns_of_a_long_conversation_are_kept():
    """A conversation is bounded."""
    turns = [Turn(str(number), notice="无") for number in range(80)]
    assert [turn.question for turn in turns_from(to_json(turns))] == [str(n) for n in range(30, 80)]


def test_coverage_names_number_and_period():
    """The sentence at the top counts the documents and gives the first and last month."""
    dates = ["2018-11-05", "2020-01-31", None]
    assert "3 件政策文件（2018年11月至2020年1月）" in coverage(dates, "zh")
    assert "3 policy documents (2018-11 to 2020-01)" in coverage(dates, "en")
    assert "还没有文件" in coverage([], "zh")


def test_huge_question_is_cut_where_it_is_echoed():
    """The conversation shows the beginning of a huge question only."""
    shown = answers.messages([Turn("长" * 100_000, notice="太长。")], "zh")[0]["content"]
    assert len(shown) < 1000
