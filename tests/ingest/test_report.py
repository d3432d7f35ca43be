"""`python -m ingest --report`: the library as a table, as JSON and as a web page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.pipeline import ingest
from ingest.report import as_page, library_rows
from tests.library import HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import PolicyStore

KEYS = {
    "number",
    "title",
    "issuer",
    "kind",
    "issued",
    "effective",
    "status",
    "passages",
    "warnings",
    "source",
}


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env but the test's own; rich has room for a row on a line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")


def test_json_lists_every_document(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a document, with the particulars and the number of passages."""
    assert main(["--report", "--store", str(store), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 4
    assert all(set(row) == KEYS for row in rows)
    heating = next(row for row in rows if row["number"] == HEATING_NUMBER)
    assert (heating["issued"], heating["effective"]) == ("2021-09-06", "2021-11-01")
    assert (heating["kind"], heating["issuer"]) == ("通知", "青岚市人民政府")
    assert heating["passages"] == 8
    assert heating["warnings"] == []
    assert heating["source"] == "heating.txt"


def test_the_table_names_every_document(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers and dates stand whole in their columns."""
    assert main(["--report", "--store", str(store)]) == 0
    printed = capsys.readouterr().out
    assert HEATING_NUMBER in printed
    assert "2021-09-06" in printed
    assert "4 documents" in printed


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]


def test_the_page_is_whole_and_inert(store: Path) -> None:
    """One row a document, nothing loaded from elsewhere, markup in titles shown as text."""
    rows = library_rows(PolicyStore(store))
    hostile = replace(rows[0], title='<img src=x onerror="alert(1)">', warnings=("</script>",))
    page = as_page([hostile, *rows[1:]])
    parsed = _Cells()
    parsed.feed(page)
    assert parsed.tags.count("tr") == 5
    assert parsed.tags.count("td") == 4 * len(KEYS)
    assert "img" not in parsed.tags
    assert parsed.tags.count("script") == 1
    assert parsed.links == []
    assert not re.search("https?:", page)
    assert "width=device-width" in page


def test_a_status_that_an_export_states(
    tmp_path: Path, embeddings: PolicyEmbeddings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document that the export calls repealed is shown as repealed, also past its term."""
    rows = [
        "标题,文号,成文日期,状态,正文",
        "青岚市鱼塘管理办法,青政发〔2020〕1号,2020-03-05,废止,第一条 鱼塘由村集体管理。",
        "青岚市水车管理办法,青政发〔2020〕2号,2020-03-06,有效,第一条 水车由村集体管理。",
        "青岚市石磨管理办法,青政发〔2020〕3号,2020-03-07,有效,"
        "第一条 石磨由村集体管理。本办法有效期至2021年1月1日。",
        "青岚市油坊管理办法,青政发〔2020〕4号,2020-03-08,,第一条 油坊由村集体管理。",
    ]
    (tmp_path / "export.csv").write_text("\n".join(rows), "utf-8")
    ingest([tmp_path / "export.csv"], tmp_path / "store", embeddings=embeddings)
    assert main(["--report", "--json", "--store", str(tmp_path / "store")]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["status"] for row in listed] == ["已废止", "现行有效", "已过有效期", "状态未知"]


@pytest.mark.parametrize(
    "arguments", [["--report", "x.txt"], ["--html"], ["--report", "--json", "--html"]]
)
def test_bad_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one sentence."""
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 and the way out."""
    assert main(["--report", "--store", str(tmp_path / "nowhere")]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("Error: ")
    assert printed.out == ""
