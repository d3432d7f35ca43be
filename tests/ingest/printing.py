"""A gazette of 青岚市 set in type: one or two columns, running heads, a ruled table."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from xml.sax.saxutils import escape

from ingest.markers import is_date, is_issuer
from vectorstore.datamodels import PolicyDocument

_TITLE_LIKE = re.compile("(?:方案|办法|规定|令|号|制度|政策|要点|名单)$")
BRIDGES = 59
ARTICLES = 39
_DIGITS = "〇一二三四五六七八九"


def article(number: int) -> str:
    """第三十九条 in Chinese digits, 1 to 99."""
    tens, ones = divmod(number, 10)
    spelt = ("" if tens < 2 else _DIGITS[tens]) + "十" * bool(tens) + _DIGITS[ones] * bool(ones)
    return f"第{spelt}条"


def rule(number: int) -> str:
    """The text of an article, long enough for several lines."""
    return (
        f"{article(number)} 第{number}类桥梁由市交通局负责养护，每年检查两次，检查结果向社会公布；"
        f"发现裂缝的，应当在{number}日内封闭并设置警示标志，任何单位和个人不得擅自拆除，违者依法处理。"
    )


def _style(**changes: object):
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    # A paragraph looks its font up when it is made.
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    usual = {"fontName": "STSong-Light", "fontSize": 11, "leading": 18, "wordWrap": "CJK"}
    return ParagraphStyle("any", **(usual | changes))


def _paragraph(text: str, **style: object):
    from reportlab.platypus import Paragraph

    return Paragraph(escape(text), _style(**style))


def _table(rows: list[list[str]], widths: list[float]):
    from reportlab.platypus import Table

    cells = [[_paragraph(cell, fontSize=9, leading=12) for cell in row] for row in rows]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black")]
    return Table(cells, colWidths=widths, repeatRows=1, style=grid)


def _printed(story: list, columns: int, head: str) -> bytes:
    """The story in one or two columns, under a running head and above page numbers."""
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    def furniture(canvas, document) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(200, 815, head)
        canvas.drawCentredString(297, 30, f"- {document.page} -")

    places = [(50, 235), (310, 235)] if columns == 2 else [(70, 455)]
    frames = [Frame(left, 60, width, 740) for left, width in places]
    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=(595, 842))
    document.addPageTemplates(PageTemplate(frames=frames, onPage=furniture))
    document.build(story)
    return file.getvalue()


def printed_gazette(columns: int) -> bytes:
    """A notice with its regulation and an annexed table that goes on over columns and pages."""
    indented = {"firstLineIndent": 22}
    centred, right = {"fontSize": 16, "leading": 24, "alignment": 1}, {"alignment": 2}
    story = [
        _paragraph("青岚市人民政府文件", **centred),
        _paragraph("青政发〔2023〕9号", **centred),
        _paragraph("青岚市人民政府关于印发青岚市桥梁养护办法的通知", **centred),
        _paragraph("各县（市）区人民政府，市政府各部门："),
        _paragraph("现将《青岚市桥梁养护办法》印发给你们，请认真贯彻执行。", **indented),
        _paragraph("青岚市人民政府", **right),
        _paragraph("2023年4月5日", **right),
        _paragraph("青岚市桥梁养护办法", **centred),
        *(_paragraph(rule(number), **indented) for number in range(1, ARTICLES + 1)),
        _paragraph("附件：桥梁名录"),
        _paragraph("附件"),
        _paragraph("桥梁名录", **centred),
    ]
    rows = [["序号", "桥名", "所在街道", "负责人", "电话"]]
    rows += [
        [str(n), f"柳桥第{n}号跨河人行桥", "石门街道", "江一苇", f"555{n:04d}"]
        for n in range(1, BRIDGES + 1)
    ]
    widths = [30, 60, 50, 45, 45] if columns == 2 else [40, 150, 90, 80, 80]
    return _printed([*story, _table(rows, widths)], columns, "青岚市人民政府公报 2023年第2期")


def reprinted(documents: Sequence[PolicyDocument], columns: int) -> bytes:
    """Documents that were read, printed again: letterhead, titles, paragraphs, tables."""
    story, rows = [], []
    for document in documents:
        titles = {document.number, document.title, *(annex.title for annex in document.annexes)}
        if "令第" not in (document.number or ""):
            story.append(_paragraph(f"{document.issuer}文件", alignment=1))
        for line in [*document.text.split("\n"), ""]:
            if "｜" in line:
                rows.append(line.split("｜"))
                continue
            if rows:
                width = (230 if columns == 2 else 450) / len(rows[0])
                story.append(_table(rows, [width] * len(rows[0])))
                rows = []
            if line:
                story.append(_paragraph(line, **_layout(line, titles)))
    return _printed(story, columns, "某某市人民政府公报")


def _layout(line: str, titles: Collection[str | None]) -> dict[str, float]:
    if line in titles or (len(line) < 40 and not line[0].isdigit() and _TITLE_LIKE.search(line)):
        return {"fontSize": 15, "leading": 22, "alignment": 1}
    if is_date(line) or (is_issuer(line) and len(line) < 16):
        return {"alignment": 2}
    return {} if line.endswith("：") and "各" in line[:3] else {"firstLineIndent": 22}


def merged_table() -> bytes:
    """A page with a ruled table of which one cell spans two rows and one two columns."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    rows = [
        ["街道", "桥名", "电话"],
        ["石门街道", "柳桥", "5550101"],
        ["", "竹桥", "5550102"],
        ["合计两座桥梁", "", "见上"],
    ]
    file = io.BytesIO()
    SimpleDocTemplate(file).build(
        [
            Table(
                rows,
                style=[
                    ("FONT", (0, 0), (-1, -1), "STSong-Light"),
                    ("GRID", (0, 0), (-1, -1), 0.5, "black"),
                    ("SPAN", (0, 1), (0, 2)),
                    ("SPAN", (0, 3), (1, 3)),
                ],
            )
        ]
    )
    return file.getvalue()
