"""Writes an invented document as DOCX, HTML and PDF, the way offices make them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx

NUMBER = "青政发〔2023〕6号"
TITLE = "青岚市人民政府关于印发青岚市渡口管理办法的通知"
LETTER = [
    "各县（市）区人民政府，市政府各部门：",
    "现将《青岚市渡口管理办法》印发给你们，请认真贯彻执行。",
    "青岚市人民政府",
    "2023年4月18日",
]
REGULATION = "青岚市渡口管理办法"
BODY = [
    "第一章 总则",
    "第一条 为了保障渡口安全，方便群众过河，根据有关法律法规，结合本市实际，制定本办法。",
    "第二条 市交通部门负责全市渡口的监督管理，县（市）区交通部门负责本辖区渡口的日常检查，"
    "检查结果每季度向社会公布一次，并记入渡口经营人的信用档案。",
    "第二章 渡船",
    "第三条 渡船应当遵守下列规定：",
    "（一）每船不超过二十人；",
    "（二）六级以上大风停航；",
    "（三）夜间渡运应当开启号灯，并在两岸码头设置照明设施，照明设施由渡口经营人负责维护，"
    "损坏的应当在三日内修复。",
    "第四条 渡费每人每次二元，学生和七十周岁以上老人免费。",
    "第三章 附则",
    "第五条 本办法自2023年6月1日起施行。",
]
TABLE = [("渡口", "时间", "渡船"), ("柳湾", "6时至18时", "2艘"), ("石埠", "7时至17时", "1艘")]
PARAGRAPHS = [NUMBER, TITLE, *LETTER, REGULATION, *BODY, "附件", "渡口名录"]
LOCATORS = ["通知", *(f"第{n}条" for n in "一二三四五"), "附件/表"]


def as_text() -> str:
    """One paragraph a line, as in the gazettes."""
    return "\n\n".join([*PARAGRAPHS, *("\t".join(row) for row in TABLE)])


def as_word(paragraphs: Sequence[str] = PARAGRAPHS) -> bytes:
    """Paragraphs and a table, with the head in red letters of its own."""
    document = docx.Document()
    document.add_paragraph("青岚市人民政府文件")
    for paragraph in paragraphs:
        document.add_paragraph(f"\u3000\u3000{paragraph}")
    table = document.add_table(rows=0, cols=len(TABLE[0]))
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return saved(document)


def saved(document) -> bytes:
    """The bytes of a Word document."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{title}_青岚市人民政府网</title>
<style>p {{ color: red }}</style><script>var a = "第一条";</script></head>
<body>
<div class="header"><a href="/">首页</a></div>
<ul class="nav"><li><a>首页</a></li><li><a>政务公开</a></li><li><a>办事服务</a></li></ul>
<div class="weizhi">当前位置：首页 &gt; 政务公开</div>
<table class="xxgk">
<tr><td>索 引 号：</td><td>11220000/2023-00012</td><td>发文机关：</td><td>青岚市人民政府</td></tr>
<tr><td>标　　题：</td><td colspan="3">{title}</td></tr>
<tr><td>发文字号：</td><td>{number}</td><td>成文日期：</td><td>2023年04月18日</td></tr>
<tr><td>发布日期：</td><td>2023-04-20</td><td>有 效 性：</td><td>{status}</td></tr>
</table>
<h1>{title}</h1>
<div id="zoom" class="TRS_Editor">{body}</div>
<div class="share">分享到：微信</div>
<div class="footer">版权所有：青岚市人民政府 青ICP备0000号</div>
</body></html>"""


def as_web(charset: str = "utf-8", status: str = "有效", paragraphs: Sequence[str] = ()) -> bytes:
    """A page of a government site: particulars in a table, navigation around the text."""
    body = "".join(f"<p>　　{p}</p>\n" for p in paragraphs or PARAGRAPHS)
    rows = "".join("<tr>" + "".join(f"<td><p>{c}</p></td>" for c in row) + "</tr>" for row in TABLE)
    page = PAGE.format(
        charset=charset,
        title=TITLE,
        number=NUMBER,
        status=status,
        body=f"{body}<table>{rows}</table>",
    )
    return page.encode("gb18030" if charset == "gb2312" else charset)


class Printer:
    """Prints lines on pages of 30 lines of 34 characters, with a running head and a number."""

    def __init__(self) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        self._file = io.BytesIO()
        self._canvas = Canvas(self._file, pagesize=(595, 842))
        self._line = self._page = 0

    def line(self, text: str, indent: float = 0) -> None:
        """One line, `indent` characters from the margin."""
        if self._line % 30 == 0:
            self._new_page()
        self._line += 1
        self._put(text, 80 + 12 * indent, 770 - 22 * ((self._line - 1) % 30))

    def paragraph(self, text: str) -> None:
        """Broken into lines, the first one indented by two characters."""
        self.line(text[:32], 2)
        for start in range(32, len(text), 34):
            self.line(text[start : start + 34])

    def centred(self, text: str) -> None:
        """A line in the middle of the page."""
        self.line(text, (34 - len(text)) / 2)

    def finish(self) -> bytes:
        """The bytes of the file."""
        self._canvas.save()
        return self._file.getvalue()

    def _new_page(self) -> None:
        if self._page:
            self._canvas.showPage()
        self._page += 1
        self._put("青岚市人民政府公报 2023年第2期", 200, 810)
        self._put(f"— {self._page} —", 280, 40)

    def _put(self, text: str, x: float, y: float) -> None:
        self._canvas.setFont("STSong-Light", 12)
        self._canvas.drawString(x, y, text)


def as_pdf(before: int = 0) -> bytes:
    """The document printed as in a gazette, `before` lines of another text above it."""
    printer = Printer()
    for number in range(before):
        printer.paragraph(f"这是前一篇文章的第{number}行。")
    printer.centred("青岚市人民政府文件")
    printer.centred(NUMBER)
    printer.centred(TITLE[:15])
    printer.centred(TITLE[15:])
    printer.line(LETTER[0])
    printer.paragraph(LETTER[1])
    printer.line(LETTER[2], 24)
    printer.line(LETTER[3], 24)
    printer.centred(REGULATION)
    for paragraph in BODY:
        (printer.centred if "章" in paragraph[:4] else printer.paragraph)(paragraph)
    return printer.finish()


def blank_pdf() -> bytes:
    """A scan: pages without a single character."""
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file)
    for _ in range(3):
        canvas.rect(50, 50, 400, 600, fill=1)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens only with a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", ownerPassword="other"))
    canvas.drawString(100, 100, "locked")
    canvas.save()
    return file.getvalue()
