"""Every view for everybody: axe-core finds no serious violation, in both schemes and languages."""

from __future__ import annotations

import shutil
from importlib import resources

import pytest

from tests.web.asking import QUESTION, UNANSWERABLE, ask
from tests.web.conftest import Site, serving

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, which a test dependency brings along."""
    package = pytest.importorskip("axe_playwright_python")
    return (resources.files(package) / "axe.min.js").read_text("utf-8")


def assert_accessible(frame, axe: str) -> None:
    """No violation of serious or critical impact in the page or frame as it stands."""
    frame.evaluate(axe)
    found = frame.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    serious = [
        f"{each['id']}: {node['target']} {node['html'][:120]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
    assert not serious


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "zh-CN"), (390, "dark", "en-US")]
)
def test_views_have_no_serious_violation(site, open_page, axe, width, scheme, language):
    """Chat empty, with an answer, a citation and a refusal; history; library; a document."""
    page = open_page(site.address, width=width, scheme=scheme, locale=language)
    assert_accessible(page, axe)
    ask(page, QUESTION)
    page.locator("#chat a.marker").first.click()
    expect(page.locator("#suggestions button:visible").first).to_be_visible(timeout=20_000)
    assert_accessible(page, axe)
    page.locator(".source.chosen a.whole:visible").click()
    frame = page.frame_locator("#document-dialog iframe")
    expect(frame.locator("#quote")).to_be_visible()
    assert_accessible(page, axe)
    assert_accessible(page.frames[-1], axe)
    page.locator("#document-dialog .bar button").click()
    ask(page, UNANSWERABLE)
    assert_accessible(page, axe)
    page.locator(".tools .history").click()
    assert_accessible(page, axe)
    page.keyboard.press("Escape")
    page.locator("#turn-1 .useful").click()
    assert_accessible(page, axe)
    page.keyboard.press("Escape")
    page.locator("#views [role=tab]").nth(1).click()
    expect(page.locator("#library-words")).to_be_visible(timeout=20_000)
    assert_accessible(page, axe)


def test_answers_are_announced_without_markup(site: Site, open_page):
    """The conversation is a polite live region, and no message is named by its source text."""
    page = open_page(site.address)
    log = page.get_by_role("log", name="对话内容")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, QUESTION)
    names = page.locator("#chat [aria-label]").evaluate_all(
        "all => all.map((each) => each.getAttribute('aria-label'))"
    )
    assert not [name for name in names if "<" in name]


def test_keyboard_alone_reaches_everything(site: Site, open_page):
    """From the question box backwards and forwards: examples, tools, tabs, language, in order."""
    page = open_page(site.address)
    page.locator("button.language").focus()
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const at = document.activeElement; return at.id || at.innerText; })()"
            )
        )
    order = [reached.index(each) for each in ("问答", "历史对话", "导出", "fresh")]
    assert order == sorted(order)
    assert any(page.locator("#examples button", has_text=each).count() for each in reached if each)


def test_english_reader_gets_an_english_page(site: Site, open_page):
    """By the browser's language; the switch changes it for good, and back."""
    page = open_page(site.address, locale="en-GB")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1").first).to_have_text("Policy Q&A")
    expect(page).to_have_title("Policy Q&A")
    expect(page.locator("#masthead")).to_contain_text("6 policy documents (2018-11 to 2019-03)")
    expect(page.get_by_role("tab", name="Library")).to_be_visible()
    expect(page.get_by_placeholder("Type your question, in Chinese")).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator("#chat .answer")).to_contain_text("12月15日")
    expect(page.locator("#citations h2")).to_have_text("Sources")
    expect(page.locator("#citations .status").first).to_have_text("Status unknown")
    ask(page, UNANSWERABLE)
    expect(page.locator("#chat .refusal")).to_contain_text("The closest documents")
    ask(page, "")
    expect(page.locator("#chat .notice")).to_contain_text("question")
    page.locator("button.language").click()
    expect(page.locator("h1").first).to_have_text("政策问答", timeout=30_000)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("tab", name="文件库")).to_be_visible()
    page.reload()
    expect(page.locator("h1").first).to_have_text("政策问答", timeout=30_000)


def test_administration_has_no_serious_violation(store, tmp_path, open_page, axe):
    """The third tab, closed and open."""
    shutil.copytree(store, tmp_path / "store")
    with serving(tmp_path / "store", POLICY_ADMIN_PASSWORD="云江-correct horse") as site:
        page = open_page(site.address)
        page.get_by_role("tab", name="管理", exact=True).click()
        expect(page.locator("#admin-password")).to_be_visible()
        assert_accessible(page, axe)
        page.locator("#admin-password").fill("云江-correct horse")
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.locator("#admin-view .desk")).to_be_visible(timeout=30_000)
        assert_accessible(page, axe)
