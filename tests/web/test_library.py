"""The library in a real browser: finding a document, reading it, sharing a place in it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.web.conftest import Site

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

pytestmark = pytest.mark.browser

TREES = "云政办发〔2018〕12号"
FERRIES = "云政发〔2019〕7号"


def open_library(open_page, site: Site, **options):
    """The page with the library's tab in front, filled."""
    page = open_page(site.address, wait=False, **options)
    page.get_by_role("tab", name="文件库").click()
    expect(page.locator("#library-view table.documents")).to_be_visible(timeout=60_000)
    return page


def numbers(page) -> list[str]:
    return page.locator("#library-view td.of-number").all_inner_texts()


def assert_no_sideways_scroll(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_tab_lists_every_document_newest_first(site: Site, open_page):
    """All six are there with their particulars; a column's head puts them in its order."""
    page = open_library(open_page, site)
    expect(page.locator("#library-view .summary .count")).to_have_text("共 6 件文件")
    assert numbers(page)[0] == FERRIES
    page.get_by_role("link", name="按文号排序").click()
    expect(page.locator("#library-view td.of-number").first).to_have_text(TREES)
    assert page.locator("th.of-number").get_attribute("aria-sort") == "ascending"


def test_a_number_typed_in_any_spelling_finds_its_document(site: Site, open_page):
    """While it is typed the list narrows, the field keeps the focus, and the count is said."""
    page = open_library(open_page, site)
    page.locator("#library-words").press_sequentially("云政办发2018 12")
    expect(page.locator("#library-view td.of-number")).to_have_text([TREES])
    expect(page.locator("#library-words")).to_be_focused()
    expect(page.locator("#library-words")).to_have_value("云政办发2018 12")
    expect(page.get_by_role("status").filter(has_text="6 件中有 1 件")).to_be_attached()
    page.locator("#library-words").fill("火星基地")
    expect(page.locator("#library-view .nothing")).to_contain_text("没有符合条件的文件")


def test_filters_work_together_and_come_off_one_by_one(site: Site, open_page):
    """Year and issuer narrow the list; each has a chip that takes it away again."""
    page = open_library(open_page, site)
    page.get_by_label("年份").select_option("2018")
    expect(page.locator("#library-view td.of-number")).to_have_count(5)
    page.locator("#library-words").fill("悬铃木")
    expect(page.locator("#library-view td.of-number")).to_have_text([TREES])
    page.get_by_role("link", name="去掉条件：2018年").click()
    expect(page.locator("#library-view .chip")).to_have_count(1)
    page.get_by_role("link", name="清除全部条件").click()
    expect(page.locator("#library-view td.of-number")).to_have_count(6)


def test_a_month_of_the_picture_filters(site: Site, open_page):
    """A month says what it holds, shows it when pressed, and lets go when pressed again."""
    page = open_library(open_page, site)
    month = page.get_by_role("link", name="2018年12月：4 件（通知 4）")
    month.click()
    expect(page.locator("#library-view td.of-number")).to_have_count(4)
    expect(page.locator("svg.timeline a[aria-current='true']")).to_have_count(1)
    page.get_by_role("link", name="2018年12月：4 件（通知 4）").click()
    expect(page.locator("#library-view td.of-number")).to_have_count(6)


def test_a_document_opens_with_outline_and_leads_to_its_articles(site: Site, open_page):
    """From the list to the document, and through the outline to an article."""
    page = open_library(open_page, site)
    page.locator("#library-words").fill("行道树")
    expect(page.locator("#library-view td.of-number")).to_have_text([TREES])
    page.locator("#library-view td.of-document_title a").click()
    document = page.frame_locator("#document-dialog iframe")
    expect(document.locator("h1")).to_contain_text("行道树养护办法")
    expect(document.locator("dl")).to_contain_text("云江市人民政府办公室")
    document.locator("nav.outline a", has_text="第十条").click()
    expect(document.locator("p:target")).to_contain_text("因施工需要移植行道树")
    expect(document.locator("p:target")).to_be_in_viewport()
    ask = document.get_by_role("link", name="只就本文件提问")
    assert ask.get_attribute("target") == "_top"
    assert ask.get_attribute("href").startswith("/?document=")


def test_a_shared_passage_opens_highlighted_for_somebody_else(site: Site, open_page):
    """The link that is copied opens the same place in a browser that has never been here."""
    page = open_page(f"{site.address}/documents/{quote(TREES)}", wait=False)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = page.locator("p", has_text="悬铃木每年冬季修剪一次").locator("a.permalink")
    link.click()
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.evaluate("link => link.href", link.element_handle())
    fresh = open_page(copied, wait=False)
    expect(fresh.locator("#quote")).to_be_in_viewport()
    expect(fresh.locator("#quote")).to_contain_text("第八条 悬铃木每年冬季修剪一次")


def test_an_address_with_an_article_opens_there(site: Site, open_page):
    """Typed by hand, without #quote, it still shows the article that it names."""
    page = open_page(
        f"{site.address}/documents/{quote('云政办发2018 12')}?article=第8条", wait=False
    )
    expect(page.locator("#quote")).to_be_in_viewport()
    expect(page.locator("#quote")).to_contain_text("第八条")


def test_copying_works_without_a_secure_address(site: Site, open_page):
    """On an address without https there is no clipboard of the modern kind."""
    page = open_page(f"{site.address}/documents/{quote(TREES)}", wait=False)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error()); }")
    page.get_by_role("link", name="复制文件链接").click()
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(quote(TREES))


def test_without_a_script_everything_still_leads_somewhere(site: Site, browser):
    """Filters are a form and links; a passage's link opens it; the outline jumps."""
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.address}/library")
    page.locator("#library-words").fill("行道树")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("td.of-number")).to_have_text([TREES])
    page.locator("td.of-document_title a").click()
    page.locator("p", has_text="悬铃木每年冬季修剪一次").locator("a.permalink").click()
    expect(page.locator("mark")).to_contain_text("悬铃木每年冬季修剪一次")
    assert "article=" in page.url
    context.close()


def test_a_hostile_document_is_only_read(site: Site, open_page):
    """Markup in a document is shown in the list and on its page, and does nothing."""
    page = open_page(f"{site.address}/documents/{quote(FERRIES)}", wait=False)
    expect(page.locator("main")).to_contain_text('<img src=x onerror="window.hacked=1">')
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("main :is(img, script, a[href^='javascript'])").count() == 0


@pytest.mark.parametrize("width", [360, 390])
def test_a_phone_shows_cards_and_a_folded_outline(site: Site, open_page, width: int):
    """Nothing scrolls sideways, neither the list nor a document."""
    page = open_library(open_page, site, width=width, height=740)
    assert_no_sideways_scroll(page)
    row = page.locator("#library-view tbody tr").first
    expect(row).to_be_visible()
    expect(page.locator("#library-view thead")).to_be_hidden()
    page.get_by_text("文件的时间分布").click()
    expect(page.locator("svg.timeline")).to_be_visible()
    assert page.locator("svg.timeline a .cell").first.bounding_box()["width"] >= 20
    assert_no_sideways_scroll(page)
    page = open_page(
        f"{site.address}/documents/{quote(TREES)}", wait=False, width=width, height=740
    )
    assert_no_sideways_scroll(page)
    expect(page.locator("nav.outline")).to_be_hidden()
    page.locator("summary", has_text="目录").click()
    expect(page.locator("details.outline a").first).to_be_visible()


def test_dark_is_dark(site: Site, open_page):
    """Where the system is dark, so are the list and the documents, with readable text."""
    darkness = """element => getComputedStyle(element).backgroundColor.match(/\\d+/g)
      .slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"""
    page = open_library(open_page, site, scheme="dark")
    assert page.locator("table.documents").evaluate(darkness) < 200
    for address in ("/library", f"/documents/{quote(TREES)}"):
        page = open_page(f"{site.address}{address}", wait=False, scheme="dark")
        assert page.locator("body").evaluate(darkness) < 200


def test_english_readers_get_english_labels(site: Site, browser):
    """The list and a document's page follow the browser's language; the texts do not."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{site.address}/library")
    expect(page.locator(".summary .count")).to_have_text("6 documents")
    page.goto(f"{site.address}/documents/{quote(TREES)}")
    expect(page.get_by_role("link", name="Ask about this document only")).to_be_visible()
    expect(page.locator("main")).to_contain_text("悬铃木每年冬季修剪一次")
    context.close()
