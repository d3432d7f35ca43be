"""The same invented document in every format gives the same passages; bad files one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from ingest.loaders import loaded
from ingest.loading import read_file
from tests.ingest import formats
from vectorstore.datamodels import STATUS_IN_FORCE, STATUS_REPEALED, PolicyDocument
from vectorstore.errors import UnreadableFile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(folder: Path, name: str, data: bytes) -> list[PolicyDocument]:
    """The documents of a file with that name and content."""
    path = folder / name
    path.write_bytes(data)
    return read_file(path, name)


FORMATS = {
    "渡口.txt": lambda: formats.as_text().encode(),
    "渡口.docx": formats.as_word,
    "渡口.html": formats.as_web,
    "渡口国标.htm": lambda: formats.as_web("gb2312"),
    "渡口.pdf": formats.as_pdf,
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_document(tmp_path: Path, name: str) -> None:
    """Number, title, dates and articles do not depend on the file's format."""
    (document,) = read(tmp_path, name, FORMATS[name]())
    (text,) = read(tmp_path, "a.txt", FORMATS["渡口.txt"]())
    assert (document.number, document.title) == (formats.NUMBER, formats.TITLE)
    assert (document.issued, document.effective) == ("2023-04-18", "2023-06-01")
    assert (document.issuer, document.kind) == ("青岚市人民政府", "通知")
    articles = {p.locator: p.text for p in text.passages if p.locator.startswith("第")}
    assert len(articles) == 5
    assert {p.locator: p.text for p in document.passages if p.locator in articles} == articles
    if not name.endswith(".pdf"):  # the printed copy has no annex
        locators = list(dict.fromkeys(p.locator for p in document.passages))
        assert [x for x in locators if "行" not in x] == formats.LOCATORS
        row = next(p for p in document.passages if p.locator == "附件/表/第1行")
        assert row.text == "柳湾｜6时至18时｜2艘"


def test_a_pdf_over_several_pages(tmp_path: Path) -> None:
    """Running heads and page numbers are gone; articles go on over the page."""
    (document,) = read(tmp_path, "gazette.pdf", formats.as_pdf(before=22))
    assert document.number == formats.NUMBER
    assert "公报" not in document.text
    assert "—" not in document.text
    article = next(p.text for p in document.passages if p.locator == "第二条")
    assert article.endswith("并记入渡口经营人的信用档案。")
    assert "\n" not in article


def test_radical_code_points_are_ordinary_characters(tmp_path: Path) -> None:
    """PDF files name some characters by their radicals; questions would not find them."""
    text = formats.as_text().replace("方便", "⽅便").replace("民", "⺠")
    (document,) = read(tmp_path, "a.txt", text.encode())
    assert "方便群众" in document.text
    assert "人民政府" in document.title


@pytest.mark.parametrize(
    ("stated", "status"), [("有效", STATUS_IN_FORCE), ("废止", STATUS_REPEALED)]
)
def test_a_web_page_states_its_validity(tmp_path: Path, stated: str, status: str) -> None:
    """The table of particulars counts, and is no part of the text; nor is navigation."""
    (document,) = read(tmp_path, "a.html", formats.as_web(status=stated))
    assert document.stated_status == status
    for furniture in ("索引号", "有效性", "首页", "版权", "分享", "var a", "color"):
        assert furniture not in document.text


def test_a_web_page_whose_text_has_no_head(tmp_path: Path) -> None:
    """Number, title and date come from the table when the text opens with the salutation."""
    paragraphs = [formats.LETTER[0], *formats.BODY[1:3]]
    (document,) = read(tmp_path, "a.html", formats.as_web(paragraphs=paragraphs))
    assert (document.number, document.title) == (formats.NUMBER, formats.TITLE)
    assert document.issued == "2023-04-18"
    assert [p.locator for p in document.passages][:3] == ["正文", "第一条", "第二条"]


def test_a_plain_web_page(tmp_path: Path) -> None:
    """Line breaks instead of paragraphs, no table, no head: the title names the document."""
    page = """<html><meta charset="utf-8"><title>青岚市灯会安全管理规定-青岚市政府</title>
    <body><div>　　第一条 灯会期间主干道禁止机动车通行。<br>　　第二条 灯会期间公交车免费，
    首末班车时间由交通部门公布。<br></div></body></html>"""
    (document,) = read(tmp_path, "a.html", page.encode())
    assert document.title == "青岚市灯会安全管理规定"
    assert [p.locator for p in document.passages] == ["第一条", "第二条"]


def test_cells_that_span_rows_are_repeated(tmp_path: Path) -> None:
    """Each row answers alone, in web pages and in Word."""
    page = """<p>青岚市检查安排表</p><table><tr><th>单位</th><th>月份</th></tr>
    <tr><td rowspan="2">交通局</td><td>三月</td></tr><tr><td>九月</td></tr></table>"""
    (document,) = read(tmp_path, "a.html", f"<html>{page}</html>".encode())
    assert "交通局｜九月" in document.text
    word = docx.Document()
    word.add_paragraph("青岚市检查安排表")
    table = word.add_table(rows=3, cols=2)
    for row, texts in zip(
        table.rows, [("单位", "月份"), ("交通局", "三月"), ("", "九月")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    (document,) = read(tmp_path, "a.docx", formats.saved(word))
    assert "交通局｜九月" in document.text


def test_numbers_that_word_counts_are_written_out(tmp_path: Path) -> None:
    """Articles numbered by Word itself are cited like those that were typed."""
    word = docx.Document()
    root = word.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, form, text in [
            (0, "chineseCounting", "第%1条"),
            (1, "chineseCountingThousand", "（%2）"),
        ]
    )
    definition = f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>'
    root.insert(0, parse_xml(definition))
    root.append(parse_xml(f'<w:num {W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    word.add_paragraph("青岚市凉亭管理规定")
    texts = [(0, "凉亭由村委会管理。"), (0, "不得有下列行为："), (1, "乱刻；"), (1, "生火。")]
    texts += [(0, "本规定自2023年1月1日起施行。")]
    for depth, text in texts:
        paragraph = word.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>')
        )
    (document,) = read(tmp_path, "a.docx", formats.saved(word))
    assert [p.locator for p in document.passages] == ["第一条", "第二条", "第三条"]
    assert "第二条 不得有下列行为：\n（一）乱刻；\n（二）生火。" in document.text


def test_changes_that_word_tracks(tmp_path: Path) -> None:
    """What was inserted is read, what was deleted is not."""
    word = docx.Document()
    word.add_paragraph("青岚市凉亭管理规定")
    paragraph = word.add_paragraph("凉亭由")
    for tag, inner, text in (("del", "delText", "乡镇"), ("ins", "t", "村委会")):
        run = f"<w:r><w:{inner}>{text}</w:{inner}></w:r>"
        paragraph._p.append(parse_xml(f"<w:{tag} {W}>{run}</w:{tag}>"))
    paragraph.add_run("管理，每年检查一次。")
    (document,) = read(tmp_path, "a.docx", formats.saved(word))
    assert "凉亭由村委会管理，每年检查一次。" in document.text


CSV = """\ufeff标题,文号,成文日期,状态,正文
青岚市鱼塘管理办法,青政发〔2020〕1号,2020/3/5,失效,"第一条 鱼塘由村集体管理。

第二条 每年清塘一次。"
青岚市水车保护规定,青政办发[2021]4号,2021年10月8日,有效,第一条 水车不得拆除。
,,,,
"""
RECORDS = [
    {
        "title": "青岚市鱼塘管理办法",
        "number": "青政发〔2020〕1号",
        "date": "2020-03-05",
        "status": "废止",
        "body": "第一条 鱼塘由村集体管理。\n\n第二条 每年清塘一次。",
    },
    {
        "title": "青岚市水车保护规定",
        "number": "青政办发[2021]4号",
        "date": "20211008",
        "status": "有效",
        "body": "<p>第一条 水车不得拆除。</p>",
    },
    {"title": "空", "body": ""},
]


@pytest.mark.parametrize("name", ["a.csv", "国标.csv", "a.jsonl", "a.json"])
def test_exports_hold_a_document_a_record(tmp_path: Path, name: str) -> None:
    """Chinese and English columns, marks and encodings; an empty record is a warning."""
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
    data = {
        "a.csv": CSV.encode(),
        "国标.csv": CSV.lstrip("\ufeff").encode("gb18030"),
        "a.jsonl": lines.encode(),
        "a.json": json.dumps(RECORDS).encode(),
    }[name]
    pond, wheel = read(tmp_path, name, data)
    assert (pond.number, pond.title) == ("青政发〔2020〕1号", "青岚市鱼塘管理办法")
    assert (pond.issued, pond.stated_status) == ("2020-03-05", STATUS_REPEALED)
    assert [p.locator for p in pond.passages] == ["第一条", "第二条"]
    assert (wheel.number, wheel.issued) == ("青政办发〔2021〕4号", "2021-10-08")
    assert wheel.stated_status == STATUS_IN_FORCE
    assert wheel.text == "第一条 水车不得拆除。"
    assert "没有正文" in wheel.warnings[0]


def bomb() -> bytes:
    """A .docx of a few hundred kilobytes that unpacks to 300 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (300 * 2**20))
    return file.getvalue()


def picture_only() -> bytes:
    """A Word file without a word."""
    return formats.saved(docx.Document())


BAD = {
    "bomb.docx": (bomb, "unpacks to 300 MB"),
    "cut.docx": (lambda: formats.as_word()[:-900], "Word file that is damaged"),
    "empty.docx": (picture_only, "run OCR"),
    "cut.pdf": (lambda: b"%PDF-1.7\nrubbish", "PDF file that is damaged"),
    "scan.pdf": (formats.blank_pdf, "scan without text; run OCR"),
    "locked.pdf": (formats.locked_pdf, "locked with a password"),
    "table.csv": (lambda: "姓名,电话\n柳青,5550101\n".encode(), "no column named body"),
    "cut.jsonl": (lambda: b'{"title": "a", "body', "no valid JSON in line 1"),
    "hollow.csv": (lambda: "标题,正文\n甲,\n".encode(), "every body is empty"),
    "page.html": (lambda: b"<html><body><nav>x</nav></body></html>", "web page without text"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "old or locked Office file"),
    "photo.txt": (lambda: b"\x89PNG\r\n\x1a\n123", "is an image"),
    "sheet.xlsx": (lambda: b"PK\x03\x04....", "zip file that is damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_one_sentence(tmp_path: Path, name: str) -> None:
    """The name, what is wrong and the way out, in both languages; no traceback."""
    make, reason = BAD[name]
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read(tmp_path, name, make())
    for said in (str(caught.value), caught.value.chinese):
        assert name in said
        assert "\n" not in said
        assert said.count("。") + said.count(". ") <= 1


@pytest.mark.parametrize("name", ["渡口.docx", "渡口.pdf", "渡口.html"])
def test_bytes_that_were_damaged_never_raise_anything_else(tmp_path: Path, name: str) -> None:
    """Any byte may be wrong: the file is read or refused."""
    whole = FORMATS[name]()
    refused = 0
    for step in range(150):
        at = (step * 7919 + 13) % len(whole)
        data = whole[:at] + bytes([step * 31 % 256]) + whole[at + 1 + step % 5 :]
        try:
            read(tmp_path, name, data)
        except UnreadableFile:
            refused += 1
    assert refused < 150


def test_printed_lines_in_word_are_joined() -> None:
    """Text pasted from a PDF has a paragraph a line; there the indent would be a lie."""
    lines = ["为了保障渡口安全，方便群众过河，根据有关法律法规，结合本市实", "际，制定本办法。"] * 9
    assert not loaded.lay_out(lines).startswith(" ")
    assert loaded.lay_out(["　　第一条 " + "渡" * 40 + "。"]).startswith("  第一条")
