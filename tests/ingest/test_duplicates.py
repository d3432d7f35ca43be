"""One document in several files is found once; different documents of one number are all found."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ingest.pipeline import IngestReport, ingest
from tests.ingest.formats import NUMBER, TITLE, as_pdf, as_text, as_web, as_word
from vectorstore.datamodels import (
    STATUS_IN_FORCE,
    STATUS_NOT_YET,
    STATUS_REPEALED,
    STATUS_UNKNOWN,
)
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import PolicyStore


class Desk:
    """A folder of files and the store made from it."""

    def __init__(self, folder: Path, embeddings: PolicyEmbeddings):
        self.files, self.folder, self.embeddings = folder / "files", folder / "store", embeddings
        self.files.mkdir()

    def put(self, name: str, content: bytes | str) -> IngestReport:
        data = content.encode("utf-8") if isinstance(content, str) else content
        (self.files / name).write_bytes(data)
        return ingest([self.files], self.folder, embeddings=self.embeddings)

    def sources(self) -> list[str]:
        return sorted(each.source for each in PolicyStore(self.folder).documents())

    def status(self, number: str) -> str:
        store = PolicyStore(self.folder)
        (document_id,) = store.ids_by_number(number)
        return store.status(document_id)


@pytest.fixture
def desk(tmp_path: Path, embeddings: PolicyEmbeddings) -> Desk:
    return Desk(tmp_path, embeddings)


def test_one_document_in_four_formats_is_found_once(desk: Desk) -> None:
    """The typed original stays, whatever came first; the others are told of."""
    desk.put("a.pdf", as_pdf())
    desk.put("b.txt", as_text())
    desk.put("c.html", as_web())
    report = desk.put("d.docx", as_word())
    assert desk.sources() == ["d.docx"]
    assert report.library_documents == 1
    told = [each for each in report.warnings if "gives way" in each]
    assert len(told) == 3
    assert f"{NUMBER}: b.txt gives way to the same text in d.docx" in told


def test_the_next_best_comes_back_when_the_best_is_removed(desk: Desk) -> None:
    """Hidden copies are kept: taking one file out loses no document."""
    desk.put("b.txt", as_text())
    desk.put("d.docx", as_word())
    (desk.files / "d.docx").unlink()
    ingest([], desk.folder, embeddings=desk.embeddings, remove=["d.docx"])
    assert desk.sources() == ["b.txt"]


def test_an_extract_gives_way_to_the_whole(desk: Desk) -> None:
    """A copy without its annex is the poorer one, even as a Word file."""
    fees = "收费一次，凭证由市交通局统一印制，保存三年备查，遗失不补，伪造的依法处理"
    annex = "\n".join(f"第{n}条 第{n}号渡口每季度{fees}。" for n in "一二三四五六七八九")
    whole = f"{as_text()}\n附件2\n渡口收费细则\n{annex}"
    desk.put("whole.txt", whole)
    desk.put("part.docx", as_word())
    assert desk.sources() == ["whole.txt"]


def test_different_documents_of_one_number_are_both_found(desk: Desk) -> None:
    """A number used twice by mistake hides neither."""
    other = (
        f"{NUMBER}\n\n青岚市人民政府关于加强养蜂管理的通知\n\n各县（市）区人民政府：\n\n"
        "养蜂户应当在每年三月底前登记蜂箱数量，并在蜂场四周设置围栏和警示牌，防止蜇伤行人。\n\n"
        "青岚市人民政府\n\n2023年5月6日\n"
    )
    desk.put("b.txt", as_text())
    report = desk.put("bees.txt", other)
    assert desk.sources() == ["b.txt", "bees.txt"]
    assert not [each for each in report.warnings if "gives way" in each]


def test_a_page_that_lost_the_number_is_the_same_document(desk: Desk) -> None:
    """Title and text tell; the copy that knows its number stays."""
    desk.put("b.txt", as_text())
    desk.put("bare.txt", as_text().replace(f"{NUMBER}\n\n", ""))
    assert desk.sources() == ["b.txt"]


def test_a_document_takes_effect_with_time(desk: Desk) -> None:
    """Before its day it is not yet in force."""
    day = date.today() + timedelta(days=40)
    later = f"自{day.year}年{day.month}月{day.day}日起施行"
    desk.put("b.txt", as_text().replace("自2023年6月1日起施行", later))
    assert desk.status(NUMBER) == STATUS_NOT_YET


def test_a_plan_is_repealed_by_its_own_title(desk: Desk) -> None:
    """《…办法》 repeals the notice that sent the rule out, also when it comes later."""
    desk.put("b.txt", as_text())
    assert desk.status(NUMBER) == STATUS_UNKNOWN
    repeal = (
        "青政发〔2024〕2号\n\n青岚市人民政府关于渡口管理的通知\n\n各县（市）区人民政府：\n\n"
        "渡口由县（市）区管理。《青岚市渡口管理办法》同时废止。\n\n青岚市人民政府\n\n2024年1月3日\n"
    )
    desk.put("later.txt", repeal)
    assert desk.status(NUMBER) == STATUS_REPEALED


def test_an_order_is_repealed_by_its_short_name(desk: Desk) -> None:
    """市政府令第9号 means the city's own order."""
    order = (
        "青岚市人民政府令\n\n第9号\n\n《青岚市竹筏管理办法》已经市政府常务会议通过，现予公布。\n\n"
        "市长：江一苇\n\n2011年3月5日\n\n青岚市竹筏管理办法\n\n第一条 竹筏每年检验一次。\n"
    )
    desk.put("order.txt", order)
    desk.put("b.txt", as_text() + "\n《青岚市竹筏规定》（市政府令第9号）同时废止。\n")
    assert desk.status("青岚市人民政府令第9号") == STATUS_REPEALED


def test_a_page_says_that_it_is_in_force(desk: Desk) -> None:
    """有效 on the page holds as long as nothing contradicts it."""
    desk.put("c.html", as_web(status="有效"))
    assert desk.status(NUMBER) == STATUS_IN_FORCE
    assert PolicyStore(desk.folder).documents()[0].title == TITLE
