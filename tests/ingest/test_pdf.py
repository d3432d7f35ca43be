"""Printed gazettes: columns, tables, running heads, and the page that a passage is cited by."""

from __future__ import annotations

import re

import pytest

from ingest.loaders.pdf import load_pdf
from ingest.loading import read_file
from ingest.pages import with_pages
from ingest.reader import read_documents
from tests.ingest.printing import ARTICLES, BRIDGES, article, merged_table, printed_gazette, rule
from vectorstore.datamodels import PolicyDocument
from vectorstore.particulars import source_at


@pytest.fixture(scope="module", params=[1, 2], ids=["one column", "two columns"])
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("printed") / "公报.pdf"
    path.write_bytes(printed_gazette(request.param))
    (document,) = read_file(path, path.name)
    return document


def test_articles_are_whole_in_any_layout(printed: PolicyDocument) -> None:
    """Columns are read one after the other, and lines joined over columns and pages."""
    texts = {p.locator: p.text for p in printed.passages}
    for number in range(1, ARTICLES + 1):
        assert texts[article(number)] == rule(number)


def test_particulars_of_a_printed_letter(printed: PolicyDocument) -> None:
    """Head, addressee, signature and annex are where a letter has them."""
    assert (printed.number, printed.issued) == ("青政发〔2023〕9号", "2023-04-05")
    assert printed.title == "青岚市人民政府关于印发青岚市桥梁养护办法的通知"
    assert printed.addressee == "各县（市）区人民政府，市政府各部门"
    assert printed.signature == "青岚市人民政府"
    assert [(a.label, a.title, a.missing) for a in printed.annexes] == [("附件", "桥梁名录", False)]
    assert "公报 2023" not in printed.text


def test_table_rows_carry_their_header_over_pages(printed: PolicyDocument) -> None:
    """Every row is a passage under the one header; the repeated header is none."""
    rows = [p for p in printed.passages if re.search(r"/表/第\d+行$", p.locator)]
    assert len(rows) == BRIDGES
    for number, row in enumerate(rows, 1):
        assert (
            row.text == f"{number}｜柳桥第{number}号跨河人行桥｜石门街道｜江一苇｜555{number:04d}"
        )
        assert row.headings == ("桥梁名录", "序号｜桥名｜所在街道｜负责人｜电话")
        assert row.locator == f"附件/表/第{number}行"


def test_a_long_table_has_stretches_for_lists(printed: PolicyDocument) -> None:
    """Rows that belong together are also found together, under the same header."""
    stretches = [p for p in printed.passages if re.search(r"/第\d+至\d+行$", p.locator)]
    assert "\n".join(p.text for p in stretches).count("\n") == BRIDGES - 1
    assert all(len(p.text) <= 650 for p in stretches)
    assert {p.headings[-1] for p in stretches} == {"序号｜桥名｜所在街道｜负责人｜电话"}
    assert stretches[0].locator.startswith("附件/表/第1至")
    assert stretches[-1].locator.endswith(f"至{BRIDGES}行")


def test_passages_know_their_page(printed: PolicyDocument) -> None:
    """The page of each article is the one on which it begins."""
    assert [page for _, page in printed.pages] == list(range(1, len(printed.pages) + 1))
    assert printed.pages[0] == (0, 1)
    pages = [source_at(printed.source, printed.pages, p.start) for p in printed.passages]
    assert pages[0] == "公报.pdf，第1页"
    assert pages[-1] == f"公报.pdf，第{len(printed.pages)}页"
    assert pages == sorted(pages)


def test_each_page_begins_where_it_is_printed() -> None:
    """What stands at the recorded offset is the first line of that page."""
    loaded = load_pdf(printed_gazette(2), "a.pdf")
    documents = with_pages(read_documents(loaded.texts[0], "a.pdf"), loaded.pages)
    (document,) = documents
    for offset, page in document.pages[1:]:
        first = loaded.pages[page - 1].split("\n")[0].replace("\t", "｜").replace(" ", "")
        assert document.text[offset:].replace(" ", "").startswith(first[:6].lstrip("，"))


def test_merged_cells() -> None:
    """A cell over two rows stands in both; one over two columns stands once."""
    loaded = load_pdf(merged_table(), "a.pdf")
    rows = [[cell.strip() for cell in row.split("\t")] for row in loaded.texts[0].split("\n")]
    assert rows == [
        ["街道", "桥名", "电话"],
        ["石门街道", "柳桥", "5550101"],
        ["石门街道", "竹桥", "5550102"],
        ["合计两座桥梁", "见上"],
    ]


def test_a_text_without_pages_has_none() -> None:
    """Only what is printed on pages is cited by page."""
    (document,) = with_pages(read_documents("青岚市桥梁养护办法\n第一条 桥梁每年检查。", "a"), ())
    assert document.pages == ()
    assert source_at("a.txt", document.pages, 3) == "a.txt"
