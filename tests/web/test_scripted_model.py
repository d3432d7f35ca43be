"""A slow or hostile language model behind the page: stop, retry, and nothing of it ever runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant import chat_server
from tests.assistant.chat_server import ChatServer, Reply
from tests.web.asking import QUESTION, ask
from tests.web.conftest import Site, health, serving

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

pytestmark = pytest.mark.browser

SLOW = Reply(pieces=["悬铃木", "每年", *("冬季" for _ in range(60))], between=0.25)
QUICK = Reply(pieces=["悬铃木的修剪应当在12月15日以前完成。"])
HOSTILE = (
    '<img src=x onerror="window.hacked=1">',
    "[x](javascript:window.hacked=2) ![y](http://images.invalid/y.png) ",
    "<script>window.hacked=3</script> $$\\frac{1}{0}$$ <b>粗</b> \u202e反向",
    "[" * 10_000 + "\n\n# 标题\n\n> " + "- " * 500,
)


@pytest.fixture(scope="module")
def written(store: Path) -> Iterator[tuple[Site, ChatServer]]:
    """A server whose answers a scripted model writes."""
    with chat_server.serving() as model:
        settings = {
            "POLICY_CHAT_MODEL": "openai:test",
            "POLICY_CHAT_BASE_URL": model.base_url,
            "POLICY_CHAT_API_KEY": "none",
        }
        with serving(store, **settings) as site:
            deadline = time.monotonic() + 120
            while not health(site)["ready"]:
                assert time.monotonic() < deadline, "the assistant was not ready in 120 seconds"
                time.sleep(0.2)
            yield site, model


def test_answer_is_stopped_and_asked_again(written, open_page):
    """Stop leaves what was written and says so; asking again replaces it by a whole answer."""
    site, model = written
    model.script = [SLOW]
    page = open_page(site.address)
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .reply.busy .answer")).to_contain_text("冬季", timeout=30_000)
    expect(page.locator("#send")).to_be_hidden()
    page.locator("#stop").click()
    expect(page.locator("#chat .notice")).to_have_text("已停止回答。")
    expect(page.locator("#chat .reply .answer")).to_contain_text("悬铃木每年")
    expect(page.locator("#stop")).to_be_hidden()
    written_then = page.locator("#chat .reply").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("#chat .reply").inner_text() == written_then
    model.script = [QUICK]
    page.locator("#turn-0 .retry").click()
    expect(page.locator("#turn-0 .answer a.marker").first).to_be_visible(timeout=30_000)
    expect(page.locator("#chat .reply")).to_have_count(1)
    expect(page.locator("#chat .question")).to_have_text(QUESTION)


def test_model_reply_is_only_text(written, open_page):
    """Markup from a model is shown as text while it comes, and neither runs nor fetches."""
    site, model = written
    model.script = [Reply(pieces=HOSTILE, between=0.4)]
    page = open_page(site.address)
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    reply = page.locator("#chat .reply")
    expect(reply).to_contain_text('<img src=x onerror="window.hacked=1">', timeout=30_000)
    expect(reply).to_contain_text("[x](javascript:window.hacked=2)")
    expect(reply.locator("img, script, b, .katex, a[href^='javascript']")).to_have_count(0)
    expect(page.locator("#chat .reply.busy")).to_have_count(0, timeout=60_000)
    expect(reply.locator("img, script, b, .katex, a[href^='javascript']")).to_have_count(0)
    assert page.evaluate("window.hacked") is None
    model.script = [QUICK]
    ask(page, QUESTION)
    expect(page.locator("#turn-1 .answer")).to_contain_text("12月15日")


@pytest.mark.parametrize(
    "question",
    [
        "<img src=x onerror=window.hacked=1>悬铃木",
        "[悬铃木](javascript:window.hacked=2)",
        '=HYPERLINK("http://images.invalid")悬铃木',
        "悬铃木\u202e\u2066何时修剪\u0007",
        "[" * 1900 + "悬铃木",
        "</div></div><style>*{display:none}</style>悬铃木",
    ],
    ids=["html", "link", "formula", "bidi", "brackets", "style"],
)
def test_question_is_only_text(written, open_page, question: str):
    """A hostile question is echoed as text, in the conversation and in its stored title."""
    site, model = written
    model.script = [QUICK]
    page = open_page(site.address)
    ask(page, question)
    shown = page.locator("#chat .question").inner_text()
    assert shown.startswith(
        question[:20].replace("\u202e", "\ufffd").replace("\u2066", "\ufffd")[:5]
    )
    assert "\u202e" not in shown
    page.locator(".tools .history").click()
    expect(page.locator("#history-dialog .open")).to_have_count(1)
    hostile = page.locator(
        ":is(#chat .message-content, #history-dialog) :is(img, script, style, a[href^='java'])"
    )
    expect(hostile).to_have_count(0)
    assert page.evaluate("window.hacked") is None
