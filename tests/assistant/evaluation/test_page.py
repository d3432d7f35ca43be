"""The HTML page: complete, self-contained, and safe with whatever the answers hold."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.evaluation import Problem, compare, evaluate
from assistant.evaluation.page import render

from .examples import TEXTS, answer, citation, gold, passage, record, unanswerable

CHROMIUM = Path("/usr/bin/chromium")
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


class Elements(HTMLParser):
    """Collects the names of elements and their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def page():
    """A report in which every text that comes from outside is hostile."""
    golds = [
        gold(question=EVIL, answer=EVIL, history=({"role": "user", "content": EVIL},)),
        unanswerable(id="q2"),
    ]
    hostile = answer(
        f"11月1日{EVIL}",
        question=EVIL,
        citations=(citation(EVIL, title=EVIL, locator=EVIL),),
        passages=(passage(EVIL, title=EVIL),),
        warnings=(EVIL,),
    )
    records = {"q1": record(hostile), "q2": record(hostile, "q2")}
    ours = evaluate(golds, records, TEXTS.get)
    bm25 = evaluate(golds, records, TEXTS.get, name="bm25")
    problems = [Problem(EVIL, 1, EVIL)]
    return render([EVIL], [ours, bm25], compare(ours, bm25), problems, 20)


def test_everything_from_outside_is_escaped(page):
    """No element and no handler comes from a question, an answer, or a file name."""
    parser = Elements()
    parser.feed(page)
    tags = [tag for tag, _ in parser.found]
    assert "img" not in tags
    assert tags.count("script") == 1
    assert not [name for _, attributes in parser.found for name in attributes if name[:2] == "on"]
    assert page.count("&lt;script&gt;") >= 10


def test_the_page_needs_no_network(page):
    """Nothing is loaded: no address, no import, and a policy that forbids it."""
    assert not re.search(r"https?://|@import|url\(|\bsrc=(?!x onerror)", page)
    assert "default-src 'none'" in page


def test_wrong_answers_come_first_and_can_be_told_apart(page):
    """The question that should have been refused stands above the right one."""
    parser = Elements()
    parser.feed(page)
    shown = [a for t, a in parser.found if t == "details" and "question" in a.get("class", "")]
    assert [one["data-verdict"] for one in shown] == ["should_have_refused", "right"]
    assert [one["data-kind"] for one in shown] == ["unanswerable", "date"]


def test_a_report_on_nothing_can_be_shown():
    """A run without a single answer still gives a page."""
    assert "没有用时数据" in render(["g.jsonl"], [evaluate([gold()], {}, TEXTS.get)], None, [], 20)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_in_a_browser(page, tmp_path, width):
    """No sideways scrolling on a phone, no request, no script error, and the filters filter."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    requests, errors = [], []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 800})
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("dialog", lambda dialog: errors.append(dialog.message))
        tab.goto(file.as_uri())
        overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        shown = [tab.inner_text("#count")]
        for control, value in (("#verdict", "wrong"), ("#kind", "date"), ("#kind", "unanswerable")):
            tab.select_option(control, value)
            shown.append(tab.inner_text("#count"))
        tab.fill("#words", "１１月 1日")
        shown.append(tab.inner_text("#count"))
        tab.fill("#words", "没有这些字")
        shown.append(tab.inner_text("#count"))
        browser.close()
    assert overflow <= 0
    assert requests == [file.as_uri()]
    assert errors == []
    assert shown == ["2 题", "1 题", "0 题", "1 题", "1 题", "0 题"]
