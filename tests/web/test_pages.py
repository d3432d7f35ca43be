"""The library's addresses, without a browser: what each of them answers, and with which status."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.pipeline import ingest
from tests.conftest import write_library
from tests.web.conftest import HOSTILE, PLANE_TREES
from vectorstore.errors import StoreNotFound
from vectorstore.store import PolicyStore
from views.pages import add_pages

TREES = "云政办发〔2018〕12号"
REPEAL = """云江市人民政府文件

云政发〔2021〕5号

云江市人民政府关于废止部分文件的决定

各县（区）人民政府，市政府各部门：

一、废止《云江市人民政府办公室关于印发云江市行道树养护办法的通知》（云政办发〔2018〕12号）。

二、废止《云江市人民政府关于渔港收费的通知》（云政发〔2009〕4号）。

云江市人民政府

2021年6月1日
"""


@pytest.fixture(scope="module")
def library_store(tmp_path_factory: pytest.TempPathFactory, embeddings) -> PolicyStore:
    """A repealed document, the one that repeals it, and two that bear the same number."""
    folder = tmp_path_factory.mktemp("pages")
    other = HOSTILE.replace("渡船夜间航行", "渔港夜间停泊").replace("渡船", "渔船")
    files = {"a.txt": PLANE_TREES, "b.txt": REPEAL, "c.txt": HOSTILE, "d.txt": other}
    report = ingest([write_library(folder / "in", files)], folder / "store", embeddings=embeddings)
    assert not report.failures
    return PolicyStore(folder / "store")


@pytest.fixture
def visit(library_store: PolicyStore):
    """A function that opens an address of the library."""
    app = FastAPI()
    add_pages(app, lambda: SimpleNamespace(store=library_store))
    client = TestClient(app, headers={"accept-language": "zh-CN"})
    return client.get


def id_of(store: PolicyStore, number: str) -> str:
    return store.ids_by_number(number)[0]


@pytest.mark.parametrize(
    "spelling",
    [TREES, "云政办发[2018]12号", "云政办发2018 12", "云政办发【２０１８】12", "云政办发2018/12号"],
)
def test_a_document_opens_under_its_number_in_any_spelling(visit, spelling: str):
    """The number is the address that lasts, whatever brackets somebody types."""
    answer = visit(f"/documents/{quote(spelling)}")
    assert answer.status_code == 200
    assert "行道树养护办法" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_an_article_opens_highlighted(visit):
    """?article= leads to the article; the one that does not exist is told, above the text."""
    answer = visit(f"/documents/{quote(TREES)}?article=第8条")
    assert answer.status_code == 200
    assert '<mark id="quote">第八条' in answer.text
    missing = visit(f"/documents/{quote(TREES)}?article=第九十九条")
    assert missing.status_code == 404
    assert "本文件中没有“第九十九条”" in missing.text
    assert "悬铃木每年冬季修剪一次" in missing.text


def test_a_repealed_document_says_by_what(visit, library_store: PolicyStore):
    """The badge is followed by the document that did it, linked to the very sentence."""
    answer = visit(f"/documents/{quote(TREES)}")
    assert ">已废止</span>" in answer.text
    assert f"/documents/{id_of(library_store, '云政发〔2021〕5号')}?start=" in answer.text
    other_way = visit(f"/documents/{quote('云政发〔2021〕5号')}")
    assert f'href="/documents/{id_of(library_store, TREES)}"' in other_way.text
    assert "未收录" in other_way.text


def test_a_number_of_two_documents_offers_both(visit, library_store: PolicyStore):
    """Two documents of one number are both named; neither is chosen for the reader."""
    answer = visit(f"/documents/{quote('云政发〔2019〕7号')}")
    assert answer.status_code == 300
    for document_id in library_store.ids_by_number("云政发〔2019〕7号"):
        assert document_id in answer.text
        page = visit(f"/documents/{document_id}")
        assert page.status_code == 200
        assert f'class="button copy" href="/documents/{document_id}"' in page.text


def test_an_absent_number_says_so_and_who_mentions_it(visit):
    """Not in the library, but the document that repealed it is."""
    answer = visit(f"/documents/{quote('云政发〔2009〕4号')}")
    assert answer.status_code == 404
    assert "没有文号为 云政发〔2009〕4号 的文件" in answer.text
    assert "关于废止部分文件的决定" in answer.text


@pytest.mark.parametrize(
    "reference", ["unknown", "0123456789abcdef", "(" * 5_000, "../app.py", "%00"]
)
def test_what_is_no_document_is_a_clear_page(visit, reference: str):
    """Neither an id nor a number: one sentence and a way to the library."""
    answer = visit(f"/documents/{reference}")
    assert answer.status_code == 404
    if reference != "../app.py":
        assert "没有找到这份文件" in answer.text
        assert 'href="/library"' in answer.text


def test_an_old_id_leads_on_when_the_link_names_the_number(visit):
    """A shared link outlives the version of the document that it was made from."""
    answer = visit(f"/documents/0123456789abcdef?number={TREES}&article=第八条&start=3&end=9")
    assert answer.status_code == 200
    assert '<mark id="quote">第八条' in answer.text


def test_the_library_lists_and_filters(visit):
    """Every document, or those that the address chooses; nothing found is said so."""
    assert "共 4 件文件" in visit("/library").text
    filtered = visit("/library?words=悬铃木&kind=通知").text
    assert "4 件中有 1 件符合条件" in filtered
    assert "行道树养护办法" in filtered
    assert "没有符合条件的文件" in visit("/library?words=火星").text
    assert "<html" not in visit("/library?part=1").text


def test_the_reader_s_language_is_used(visit):
    """English labels for an English browser, the documents as they are."""
    english = {"accept-language": "en-GB"}
    assert "4 documents" in visit("/library", headers=english).text
    page = visit(f"/documents/{quote(TREES)}", headers=english).text
    assert "Repealed" in page
    assert "悬铃木每年冬季修剪一次" in page


def test_hostile_addresses_and_documents_stay_text(visit, library_store: PolicyStore):
    """What comes in the address or from a document is written, never obeyed."""
    for address in (
        "/library?words=<img src=x onerror=alert(1)>&issuer=\"><script>&kind='&month=2019-01",
        f'/documents/{quote(TREES)}?article=<img src=x>&theme="><img src=x>',
        f"/documents/{id_of(library_store, '云政发〔2019〕7号')}",
    ):
        page = visit(address).text
        assert "<img" not in page
        assert page.count("<script>") == 1


def test_a_store_that_cannot_be_opened_is_one_sentence():
    """What went wrong is told in the reader's language; nothing of the program shows."""

    def fail():
        raise StoreNotFound("There is no policy store in x.", "x 中还没有政策库。")

    app = FastAPI()
    add_pages(app, fail)
    client = TestClient(app)
    for address in ("/library", "/documents/abc"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "x 中还没有政策库。" in answer.text


def test_a_changed_store_is_seen(tmp_path: Path, embeddings):
    """A document that an ingest adds is listed without a restart."""
    folder = write_library(tmp_path / "in", {"a.txt": PLANE_TREES})
    ingest([folder], tmp_path / "store", embeddings=embeddings)
    app = FastAPI()
    store = PolicyStore(tmp_path / "store")
    add_pages(app, lambda: SimpleNamespace(store=store))
    client = TestClient(app)
    assert "共 1 件文件" in client.get("/library").text
    write_library(folder, {"b.txt": HOSTILE})
    ingest([folder], tmp_path / "store", embeddings=embeddings)
    assert "共 2 件文件" in client.get("/library").text
