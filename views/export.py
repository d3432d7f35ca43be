"""A conversation as a file to keep: Markdown or a Word document, with numbers and places.

In: `Turn`s. Out: text or bytes in which everything from outside is text: Markdown's signs are
escaped, and Word gets no formula, field or link. May import the pure views.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from views.answers import named, place
from views.language import text
from views.markup import visible
from views.standalone import status_name
from views.turns import Source, Turn

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+!|<>~$&-])")
_MARKER = re.compile(r"\\\[(\d{1,3})\\\]")
_INVALID_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def markdown(turns: Sequence[Turn], language: str) -> str:
    """The conversation for a text editor."""
    parts = [f"# {text('page.title', language)}"]
    for turn in turns:
        parts.append(f"## {_escaped(turn.question.strip())}")
        if turn.reply is None:
            parts.append(_escaped(turn.notice))
            continue
        lines = (_escaped(line) for line in turn.reply.text.splitlines() if line.strip())
        parts += [_MARKER.sub(r"[\1]", line) for line in lines]
        parts += [f"> {_escaped(warning)}" for warning in turn.reply.warnings]
        if turn.reply.sources:
            parts.append(f"### {text('chat.sources', language)}")
        for source in turn.reply.sources:
            lines = [f"[{source.citation.marker}] {_escaped(_origin(source, language))}"]
            lines += [f"> {_escaped(line)}" for line in source.citation.quote.split("\n")]
            parts.append("\n".join(lines))
        if turn.reply.closest:
            parts.append(f"### {text('chat.closest', language)}")
            parts.append("\n".join(f"- {_escaped(named(each))}" for each in turn.reply.closest))
    return "\n\n".join(parts) + "\n"


def _escaped(words: str) -> str:
    return _SIGNS.sub(r"\\\1", visible(" ".join(words.split())))


def _origin(source: Source, language: str) -> str:
    """Number, title, place, issuer, date and status in one line."""
    cited = source.citation
    where = "".join(filter(None, (cited.number, f"《{cited.title}》", place(cited.locator))))
    particulars = filter(None, (source.issuer, source.issued, status_name(cited.status, language)))
    note = f"；{text('chat.digest', language)}" if cited.digest else ""
    return f"{where}（{'，'.join(particulars)}{note}）"


def docx(turns: Sequence[Turn], language: str) -> bytes:
    """The conversation for Word."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Quote"):
        style = document.styles[name]
        style.font.name = "Times New Roman"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), "宋体" if name in ("Normal", "Quote") else "黑体")
    document.styles["Normal"].font.size = Pt(11)
    document.core_properties.title = text("page.title", language)
    document.core_properties.author = ""
    document.add_heading(text("page.title", language), 0)
    for turn in turns:
        document.add_heading(_plain(turn.question.strip()), 1)
        if turn.reply is None:
            document.add_paragraph(_plain(turn.notice))
            continue
        for line in (*turn.reply.text.splitlines(), *turn.reply.warnings):
            if line.strip():
                document.add_paragraph(_plain(line))
        if turn.reply.sources:
            document.add_heading(text("chat.sources", language), 2)
        for source in turn.reply.sources:
            origin = f"[{source.citation.marker}] {_origin(source, language)}"
            document.add_paragraph(_plain(origin))
            document.add_paragraph(_plain(source.citation.quote), style="Quote")
        if turn.reply.closest:
            document.add_heading(text("chat.closest", language), 2)
        for each in turn.reply.closest:
            document.add_paragraph(_plain(named(each)), style="List Bullet")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _plain(words: str) -> str:
    return _INVALID_IN_XML.sub("", visible(words))
