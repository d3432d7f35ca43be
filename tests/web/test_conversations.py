"""Conversations in the browser: kept, resumed, named, deleted, copied, exported, judged."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from docx import Document

from assistant.feedback import FeedbackStore, feedback_file
from tests.web.asking import QUESTION, UNANSWERABLE, ask
from tests.web.conftest import Site
from vectorstore.settings import Settings

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

pytestmark = pytest.mark.browser

STORED = "JSON.parse(localStorage.getItem('policy-conversations') ?? '[]')"
OTHER = "公园长椅更新工作由谁牵头？"


def stored(page, *turns: int) -> list[dict]:
    """The conversations in the browser, newest first, once they have so many turns."""
    for _ in range(50):
        found = page.evaluate(STORED)
        if [len(each["turns"]) for each in found] == list(turns):
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{[len(each['turns']) for each in found]} turns are stored, not {turns}")


def test_conversation_outlives_a_reload_and_goes_on(site: Site, open_page):
    """After a reload the conversation is there, its citations open, and a follow-up knows it."""
    page = open_page(site.address)
    ask(page, QUESTION)
    stored(page, 1)
    page.reload()
    expect(page.locator("#chat .answer")).to_contain_text("12月15日", timeout=30_000)
    expect(page.locator("#chat .question")).to_have_text(QUESTION)
    expect(page.locator("#examples button:visible")).to_have_count(0)
    page.locator("#chat a.marker").first.click()
    expect(page.locator("#citations .source.chosen mark")).to_be_visible()
    ask(page, "第七条呢？")
    expect(page.locator("#turn-1 .answer")).to_contain_text("五十升")
    stored(page, 2)


def test_conversations_are_listed_resumed_renamed_and_deleted(site: Site, open_page):
    """The list holds every conversation of this browser and none of another's."""
    page = open_page(site.address)
    ask(page, QUESTION)
    stored(page, 1)
    page.locator("#fresh").click()
    expect(page.locator("#chat .reply")).to_have_count(0)
    ask(page, OTHER)
    stored(page, 1, 1)
    page.locator(".tools .history").click()
    entries = page.locator("#history-dialog .conversations li")
    expect(entries.locator(".open strong")).to_have_text([OTHER, QUESTION])
    entries.nth(1).get_by_role("button", name="重命名").click()
    page.locator("#history-dialog .rename input").fill("<b>修剪</b>")
    page.keyboard.press("Enter")
    expect(entries.locator(".open strong")).to_have_text([OTHER, "<b>修剪</b>"])
    entries.nth(1).locator(".open").click()
    expect(page.locator("#chat .question")).to_have_text(QUESTION, timeout=20_000)
    page.locator(".tools .history").click()
    entries.nth(0).get_by_role("button", name="删除").click()
    expect(entries).to_have_count(1)
    page.locator("#history-dialog .foot button").click()
    page.locator("#history-dialog .foot button").click()
    expect(page.locator("#chat .reply")).to_have_count(0)
    assert page.evaluate(STORED) == []
    other = open_page(site.address)
    assert other.evaluate(STORED) == []


def test_what_is_kept_is_bounded(site: Site, open_page):
    """The oldest conversations go when there are too many, or when they take too much room."""
    page = open_page(site.address)
    page.evaluate(
        """() => localStorage.setItem('policy-conversations', JSON.stringify(
        Array.from({ length: 80 }, (_, n) => ({ id: `old${n}`, title: `${n}`, updated: n,
          turns: [{ question: 'x'.repeat(n > 75 ? 700_000 : 9), reply: null, notice: 'n' }] }))))"""
    )
    ask(page, QUESTION)
    for _ in range(50):
        kept = page.evaluate(STORED)
        if kept[0]["title"] == QUESTION:
            break
        page.wait_for_timeout(100)
    assert kept[0]["title"] == QUESTION
    assert len(kept) <= 50
    assert len(json.dumps(kept, ensure_ascii=False)) < 2_100_000


def test_spoilt_storage_does_no_harm(site: Site, open_page):
    """Whatever stands in the browser's storage, the page works."""
    page = open_page(site.address)
    for spoilt in ("nonsense", "[{}, 3, null]", '[{"id": "a", "turns": [{"question": 1}]}]'):
        page.evaluate("text => localStorage.setItem('policy-conversations', text)", spoilt)
        page.evaluate("sessionStorage.setItem('policy-conversation', 'a')")
        page.reload()
        page.locator("#examples button:visible").first.wait_for(timeout=60_000)
    page.locator("#fresh").click()
    ask(page, QUESTION)
    expect(page.locator("#chat .answer")).to_have_count(1, timeout=60_000)


def test_answer_is_copied_with_its_citations(site: Site, open_page):
    """The clipboard holds the answer as plain text, with number, title and place."""
    page = open_page(site.address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    stored(page, 1)
    page.locator("#turn-0 .copy").click()
    expect(page.locator(".announcer")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "12月15日" in copied
    assert "[1] 云政办发〔2018〕12号《" in copied
    assert "第八条" in copied.splitlines()[-1]
    assert "<" not in copied


def test_conversation_is_exported_as_markdown_and_word(site: Site, open_page):
    """Both files hold questions, answers, citations and the refusal's closest documents."""
    page = open_page(site.address)
    ask(page, f"{QUESTION}<script>[x](javascript:1)")
    ask(page, UNANSWERABLE)
    stored(page, 2)
    texts = {}
    for name in ("md", "docx"):
        page.locator(".tools .menu summary").click()
        with page.expect_download() as download:
            page.locator(f".tools .export-{name}").click()
        assert download.value.suggested_filename.endswith(f".{name}")
        texts[name] = Path(download.value.path()).read_bytes()
    markdown = texts["md"].decode("utf-8")
    assert "\\<script\\>\\[x\\]\\(javascript:1\\)" in markdown
    word = Document(io.BytesIO(texts["docx"]))
    plain = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert f"{QUESTION}<script>[x](javascript:1)" in plain
    for text in (markdown, plain):
        for part in ("12月15日", "[1] 云政办发〔2018〕12号", "第八条", "内容最接近的文件"):
            assert part in text, part


def test_printed_page_holds_the_conversation_and_its_citations(site: Site, open_page):
    """In print the controls go and every citation stands under its answer."""
    page = open_page(site.address)
    ask(page, QUESTION)
    ask(page, UNANSWERABLE)
    page.emulate_media(media="print")
    expect(page.locator("#turn-0 .sources mark").first).to_be_visible()
    expect(page.locator("#turn-1 .closest a").first).to_be_visible()
    for control in ("#ask", "#tools", "#citations", ".actions", "#views > .tab-wrapper"):
        expect(page.locator(control).first).to_be_hidden()
    height = page.locator("#turn-0").evaluate("reply => reply.scrollHeight - reply.clientHeight")
    assert height <= 1


def test_question_is_confined_to_the_document_that_the_address_names(site: Site, store, open_page):
    """A link from a document asks that one only, says so, and can be widened again."""
    page = open_page(site.address)
    ask(page, OTHER)
    address = page.locator("#turn-0 a.marker").first.get_attribute("href")
    document_id = address.split("/documents/")[1].split("?")[0]
    page.goto(f"{site.address}/?document={document_id}")
    expect(page.locator("#scope")).to_contain_text("公园长椅更新", timeout=30_000)
    expect(page.locator("#chat .reply")).to_have_count(0)
    ask(page, QUESTION)
    cited = page.locator("#turn-0 .number").all_inner_texts()
    assert "云政办发〔2018〕12号" not in cited
    page.locator("#scope").click()
    expect(page.locator("#scope")).to_be_hidden()
    assert "document" not in page.url
    ask(page, QUESTION)
    expect(page.locator("#turn-1 .answer")).to_contain_text("12月15日")


def test_unknown_document_in_the_address_is_told(site: Site, open_page):
    """A link to a document that has left the library asks everywhere, and says so."""
    page = open_page(f"{site.address}/?document=<img src=x>")
    expect(page.get_by_text("没有找到指定的文件")).to_be_visible(timeout=20_000)
    ask(page, QUESTION)
    expect(page.locator("#chat .answer")).to_contain_text("12月15日")


def test_judgement_is_kept_with_question_answer_and_citations(site: Site, store, open_page):
    """A comment goes with the judged turn and the turns before it, and with nothing else."""
    page = open_page(site.address)
    ask(page, OTHER)
    ask(page, QUESTION)
    stored(page, 2)
    page.locator("#turn-1 .useless").click()
    page.locator("dialog.feedback textarea").fill("<b>没有说由谁修剪</b>")
    page.locator("dialog.feedback button.primary").click()
    expect(page.locator(".announcer")).to_have_text("感谢反馈。")
    expect(page.locator("#turn-1 .useless")).to_have_attribute("aria-pressed", "true")
    kept = FeedbackStore(feedback_file(Settings(), store)).entries()
    assert len(kept) == 1
    assert kept[0].useful is False
    assert kept[0].comment == "<b>没有说由谁修剪</b>"
    assert kept[0].question == QUESTION
    assert "12月15日" in kept[0].answer
    assert kept[0].citations[0]["number"] == "云政办发〔2018〕12号"
    assert kept[0].history[0]["content"] == OTHER


def test_searched_question_is_shown_on_demand(site: Site, open_page):
    """A follow-up shows what was really searched for, when somebody wants to know."""
    page = open_page(site.address)
    ask(page, QUESTION)
    ask(page, "第七条呢？")
    searched = page.locator("#turn-1 .searched")
    expect(searched.locator("p")).to_be_hidden()
    searched.locator("summary").click()
    expect(searched.locator("p")).to_contain_text("第七条")
    expect(searched.locator("p")).to_contain_text("悬铃木")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1", b'{"turns": [], "useful": true}', b"[" * 100_000]
)
def test_malformed_requests_are_refused(site: Site, open_page, body: bytes):
    """Exports and judgements of nothing get an error, never a crash."""
    page = open_page(site.address, wait=False)
    for path in ("/conversation/export?format=md", "/conversation/feedback"):
        answer = page.request.post(
            site.address + path, data=body, headers={"content-type": "application/json"}
        )
        assert answer.status == 400
