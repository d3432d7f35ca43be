"""The chat in a real browser: asking, reading, checking the source, on a desk and a phone."""

from __future__ import annotations

import re

import pytest

from tests.web.asking import QUESTION, UNANSWERABLE, ask
from tests.web.conftest import Site, health, serving

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

pytestmark = pytest.mark.browser

SEEN = """() => { window.seen = new Set(); new MutationObserver(() => {
  document.querySelectorAll('#chat .reply').forEach((reply) =>
    window.seen.add(reply.className + reply.textContent));
}).observe(document.body, { childList: true, subtree: true, characterData: true }); }"""


def open_first_document(page) -> None:
    """Open the last answer's first citation and from there its document."""
    page.locator("#chat .reply").last.locator("a.marker").first.click()
    page.locator(".source.chosen a.whole:visible").first.click()


def assert_no_sideways_scroll(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_start_says_what_can_be_asked(site: Site, open_page):
    """The page names the number of documents and the period, and offers six examples."""
    page = open_page(site.address)
    expect(page.locator("h1")).to_have_text("政策问答")
    expect(page.locator("#masthead")).to_contain_text("6 件政策文件（2018年11月至2019年3月）")
    expect(page.locator("#examples button:visible")).to_have_count(6)


def test_example_is_asked_with_one_click(site: Site, open_page):
    """An example question goes into the conversation and the examples make room."""
    page = open_page(site.address)
    example = page.locator("#examples button:visible").first
    text = example.inner_text()
    example.click()
    expect(page.locator("#chat .question")).to_have_text(text)
    expect(page.locator("#chat .reply:not(.busy)")).to_have_count(1, timeout=60_000)
    expect(page.locator("#examples button:visible")).to_have_count(0)


def test_answer_streams_and_its_citation_opens_at_the_quote(site: Site, open_page):
    """An answer grows; its citation holds all particulars, and the document opens at the quote."""
    page = open_page(site.address)
    page.evaluate(SEEN)
    ask(page, QUESTION)
    assert page.evaluate("window.seen.size") >= 2
    expect(page.locator("#chat .answer")).to_contain_text("12月15日")
    citation = page.locator("#citations .source").first
    expect(citation.locator(".number")).to_have_text("云政办发〔2018〕12号")
    expect(citation.locator(".title")).to_contain_text("行道树养护办法")
    expect(citation.locator(".locator")).to_contain_text("第八条")
    expect(citation.locator(".status")).to_be_visible()
    expect(citation.locator(".origin")).to_contain_text("云江市人民政府办公室 · 2018-11-05")
    quote = citation.locator("mark").inner_text()
    assert quote
    citation.locator("a.whole").click()
    document = page.frame_locator("#document-dialog iframe")
    expect(document.locator("h1").last).to_contain_text("行道树养护办法")
    expect(document.locator("#quote")).to_be_in_viewport()
    assert "".join(document.locator("mark").all_inner_texts()).split() == quote.split()


@pytest.mark.parametrize("width", [1280, 390])
def test_markers_of_every_answer_open_their_own_citation(site: Site, open_page, width: int):
    """The number behind a sentence opens its citation, also in an answer before the last."""
    page = open_page(site.address, width=width)
    ask(page, QUESTION)
    ask(page, "公园长椅更新工作由谁牵头？")
    place = "#citations" if width == 1280 else "#turn-{}"
    for turn, number in ((0, "云政办发〔2018〕12号"), (1, "云政办发〔2018〕31号")):
        page.locator(f"#turn-{turn} a.marker").first.click()
        opened = page.locator(place.format(turn)).locator(".source.chosen")
        expect(opened.locator(".number")).to_have_text(number)
        expect(opened.locator("mark")).to_be_in_viewport()
        expect(opened.locator("summary")).to_be_focused()
    expect(page.locator("#document-dialog")).to_have_count(0)


def test_keyboard_opens_a_citation_and_its_document_and_comes_back(site: Site, open_page):
    """Enter opens the citation and then the document; Escape leads back, step by step."""
    page = open_page(site.address)
    ask(page, QUESTION)
    marker = page.locator("#chat a.marker").first
    marker.focus()
    page.keyboard.press("Enter")
    summary = page.locator("#citations .source.chosen summary")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.locator("#document-dialog")
    expect(dialog).to_be_visible()
    quote = page.frame_locator("#document-dialog iframe").locator("#quote")
    expect(quote).to_be_in_viewport()
    quote.click()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#citations .source.chosen a.whole")).to_be_focused()
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_refusal_looks_different_from_an_answer(site: Site, open_page):
    """What the documents do not answer is refused in its own box, with documents to look at."""
    page = open_page(site.address)
    ask(page, UNANSWERABLE)
    expect(page.locator("#chat .refusal")).to_have_count(1)
    expect(page.locator("#chat .answer")).to_have_count(0)
    expect(page.locator("#citations .source")).to_have_count(0)
    closest = page.locator("#chat .closest a")
    assert 1 <= closest.count() <= 3
    closest.first.click()
    document = page.frame_locator("#document-dialog iframe")
    expect(document.locator("h1").last).to_contain_text("云江市")


def test_refusal_offers_questions_that_have_answers(site: Site, open_page):
    """Each question offered instead of a refused one is answered when it is chosen."""
    page = open_page(site.address)
    ask(page, UNANSWERABLE)
    offered = page.locator("#suggestions button:visible")
    expect(offered).to_have_count(2, timeout=20_000)
    expect(page.locator("#suggestions h2")).to_have_text("以下问题可以查到依据")
    for question in offered.all_inner_texts():
        ask(page, question)
        expect(page.locator("#chat .reply").last.locator(".answer")).to_have_count(1)


def test_follow_up_is_offered_and_answered(site: Site, open_page):
    """After an answer the page offers what to ask next, and answers it when it is chosen."""
    page = open_page(site.address)
    ask(page, QUESTION)
    offered = page.locator("#suggestions button:visible").first
    text = offered.inner_text(timeout=20_000)
    offered.click()
    expect(page.locator("#chat .question").last).to_have_text(text)
    expect(page.locator("#turn-1 .answer a.marker").first).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("question", ["", "   ", "长" * 100_000], ids=["empty", "blank", "huge"])
def test_unusable_question_gets_one_chinese_sentence(site: Site, open_page, question: str):
    """Neither an empty nor a huge question breaks the page; a sentence says what to do."""
    page = open_page(site.address)
    ask(page, question)
    notice = page.locator("#chat .notice")
    expect(notice).to_have_count(1)
    assert "。" in notice.inner_text()
    ask(page, QUESTION)
    expect(page.locator("#chat .answer")).to_have_count(1)


def test_new_conversation_empties_the_page(site: Site, open_page):
    """新对话 removes the turns and the citations and brings the examples back."""
    page = open_page(site.address)
    ask(page, QUESTION)
    page.locator("#fresh").click()
    expect(page.locator("#chat .reply")).to_have_count(0)
    expect(page.locator("#citations .source")).to_have_count(0)
    expect(page.locator("#examples button:visible")).to_have_count(6)


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_no_width_scrolls_sideways(site: Site, open_page, width: int):
    """At every width start, answer and document fit, and the question can be typed."""
    page = open_page(site.address, width=width, height=740)
    expect(page.locator("#examples button:visible")).to_have_count(6)
    assert_no_sideways_scroll(page)
    ask(page, QUESTION)
    assert_no_sideways_scroll(page)
    expect(page.locator("#question textarea")).to_be_in_viewport()
    open_first_document(page)
    document = page.frame_locator("#document-dialog iframe")
    expect(document.locator("#quote")).to_be_in_viewport()
    assert_no_sideways_scroll(page)
    assert document.locator("html").evaluate("page => page.scrollWidth <= page.clientWidth")


def test_phone_shows_citations_below_the_answer(site: Site, open_page):
    """On a phone an answer's citations come under it, on a desk they stand beside it."""
    for width, shown, hidden in (
        (360, "#turn-0 .sources", "#citations"),
        (1280, "#citations .source", "#turn-0 .sources"),
    ):
        page = open_page(site.address, width=width)
        ask(page, QUESTION)
        expect(page.locator(shown).first).to_be_visible()
        expect(page.locator(hidden)).to_be_hidden()


def test_dark_scheme_is_dark_in_page_and_document(site: Site, open_page):
    """A reader whose system is dark gets light text on dark ground, in the document too."""
    page = open_page(site.address, scheme="dark")
    ask(page, QUESTION)
    open_first_document(page)
    document = page.frame_locator("#document-dialog iframe")
    expect(document.locator("html")).to_have_class(re.compile("dark"))
    for ground in (page.locator("body"), document.locator("body")):
        color = ground.evaluate("body => getComputedStyle(body).backgroundColor")
        assert max(int(part) for part in color.strip("rgba()").split(",")[:3]) < 64, color


def test_hostile_document_is_only_text(site: Site, open_page):
    """Markup in a document is shown as text: it neither runs nor fetches, wherever it appears."""
    page = open_page(site.address)
    ask(page, "渡船夜间航行应当配备几盏示位灯？<img src=x onerror=window.hacked=4>")
    expect(page.locator("#citations .source").first).to_contain_text("云政发〔2019〕7号")
    open_first_document(page)
    document = page.frame_locator("#document-dialog iframe")
    expect(document.locator(".text")).to_contain_text('<img src=x onerror="window.hacked=1">')
    expect(document.locator(".text :is(img, script)")).to_have_count(0)
    expect(page.locator("#chat .message img, #chat .message script")).to_have_count(0)
    expect(page.locator("#citations img, #citations script")).to_have_count(0)
    assert page.evaluate("window.hacked") is None
    assert document.locator("html").evaluate("() => window.hacked") is None


def test_question_asked_while_loading_is_answered(store, open_page):
    """The page works before the assistant is loaded; an early question waits for it."""
    with serving(store) as fresh:
        assert health(fresh)["ready"] is False
        page = open_page(fresh.address, wait=False)
        expect(page.locator("#masthead")).to_contain_text("正在加载…")
        page.wait_for_timeout(1000)  # Gradio shows the page a moment before it reacts to keys.
        ask(page, QUESTION)
        expect(page.locator("#chat .answer")).to_contain_text("12月15日")
        assert health(fresh) == {"ready": True, "documents": 6}


def test_missing_store_is_told_in_chinese(tmp_path, open_page):
    """Without a store the page says so, and a question gets the same sentence."""
    with serving(tmp_path / "nothing") as empty:
        page = open_page(empty.address, wait=False)
        expect(page.locator("#masthead")).to_contain_text("请先运行", timeout=60_000)
        ask(page, QUESTION)
        expect(page.locator("#chat .notice")).to_contain_text("请先运行")
