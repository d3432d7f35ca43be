"""What the browser tests do over and over: ask, and wait until the reply is complete."""

from __future__ import annotations

QUESTION = "悬铃木每年什么时候修剪？"
UNANSWERABLE = "火星基地的门票多少钱一张？"


def ask(page, question: str) -> None:
    """Type a question, send it with Enter, and wait until its reply is complete."""
    from playwright.sync_api import expect

    before = page.locator("#chat .reply").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .reply")).to_have_count(before + 1, timeout=60_000)
    expect(page.locator("#chat .reply.busy")).to_have_count(0, timeout=60_000)
