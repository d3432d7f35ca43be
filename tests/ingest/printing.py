"""A gazette of 青岚市 set in type: one or two columns, running heads, a ruled table."""

from __future__ import annotations

import io

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


def printed_gazette(columns: int) -> bytes:
    """A notice with its regulation and an annexed table that goes on over columns and pages."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def style(**changes: object) -> ParagraphStyle:
        usual = {"fontName": "STSong-Light", "fontSize": 11, "leading": 18, "wordWrap": "CJK"}
        return ParagraphStyle("any", **(usual | changes))

    def furniture(canvas, document) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(200, 815, "青岚市人民政府公报 2023年第2期")
        canvas.drawCentredString(297, 30, f"- {document.page} -")

    flat, indented = style(), style(firstLineIndent=22)
    centred, right = style(fontSize=16, leading=24, alignment=1), style(alignment=2)
    story = [
        Paragraph("青岚市人民政府文件", centred),
        Paragraph("青政发〔2023〕9号", centred),
        Paragraph("青岚市人民政府关于印发青岚市桥梁养护办法的通知", centred),
        Paragraph("各县（市）区人民政府，市政府各部门：", flat),
        Paragraph("现将《青岚市桥梁养护办法》印发给你们，请认真贯彻执行。", indented),
        Paragraph("青岚市人民政府", right),
        Paragraph("2023年4月5日", right),
        Paragraph("青岚市桥梁养护办法", centred),
        *(Paragraph(rule(number), indented) for number in range(1, ARTICLES + 1)),
        Paragraph("附件：桥梁名录", flat),
        Paragraph("附件", flat),
        Paragraph("桥梁名录", centred),
    ]
    rows = [["序号", "桥名", "所在街道", "负责人", "电话"]]
    rows += [
        [str(n), f"柳桥第{n}号跨河人行桥", "石门街道", "江一苇", f"555{n:04d}"]
        for n in range(1, BRIDGES + 1)
    ]
    small = style(fontSize=9, leading=12)
    widths = [30, 60, 50, 45, 45] if columns == 2 else [40, 150, 90, 80, 80]
    story.append(
        Table(
            [[Paragraph(cell, small) for cell in row] for row in rows],
            colWidths=widths,
            repeatRows=1,
            style=[("GRID", (0, 0), (-1, -1), 0.5, "black")],
        )
    )
    places = [(50, 235), (310, 235)] if columns == 2 else [(70, 455)]
    frames = [Frame(left, 60, width, 740) for left, width in places]
    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=(595, 842))
    document.addPageTemplates(PageTemplate(frames=frames, onPage=furniture))
    document.build(story)
    return file.getvalue()


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
