"""Reads Word files (.docx): paragraphs in order, tables as tab-separated rows.

In goes a file's bytes; out comes one text. Numbers that Word counts itself are written out, text
boxes stand before the paragraph they hang on, deleted text is left out and inserted text kept.
Imports python-docx when called, and its sibling modules.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from ingest.loaders.loaded import Loaded, broken, lay_out, unpacked_names
from ingest.loaders.word_numbering import Numbering, W
from vectorstore.errors import UnreadableFile

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {
    *(f"{W}{name}" for name in ("del", "moveFrom", "txbxContent", "pPr", "rPr", "tblPr")),
    f"{_MC}Fallback",
}
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": " ", f"{W}noBreakHyphen": "-"}


def load_word(data: bytes, name: str) -> Loaded:
    """The text of a .docx file; `UnreadableFile` when it is damaged, huge or holds no text."""
    if "word/document.xml" not in unpacked_names(data, name, "Word"):
        raise broken(name, "Word", "Word")
    import docx
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        part = document.part
        styles = part._styles_part.element
        numbering = Numbering(_numbering_element(part), styles)
        paragraphs = list(_paragraphs(document.element.body, numbering))
    except (
        OpcError,
        PythonDocxError,
        LxmlError,
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        OSError,
        EOFError,
        LookupError,
        ValueError,
        AttributeError,  # python-docx asks a missing part for its contents
        TypeError,
        NotImplementedError,
        RuntimeError,  # an encrypted archive
    ) as error:
        raise broken(name, "Word", "Word") from error
    text = lay_out(paragraphs)
    if not text.strip():
        raise UnreadableFile(
            f"{name} holds no text, only pictures; run OCR on it first.",
            f"{name} 中没有文字，只有图片，请先进行文字识别（OCR）。",
        )
    return Loaded((text,))


def _numbering_element(part: Any) -> Any:
    """The numbering definitions, or None; python-docx would make a part that is missing."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    try:
        return part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    except KeyError:
        return None


def _paragraphs(container: Any, numbering: Numbering) -> Iterator[str]:
    """The paragraphs and table rows below `container`, in reading order."""
    for block in container:
        if block.tag == f"{W}p":
            for box in _text_boxes(block):
                yield from _paragraphs(box, numbering)
            text = _text(block)
            if text.strip():
                yield numbering.label(block) + text
        elif block.tag == f"{W}tbl":
            yield from _rows(block, numbering)
        elif block.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo"):
            yield from _paragraphs(block, numbering)


def _text(element: Any) -> str:
    pieces = []
    for child in element:
        if child.tag in _BREAKS:
            pieces.append(_BREAKS[child.tag])
        elif child.tag == f"{W}t":
            pieces.append((child.text or "").replace("\t", " "))
        elif child.tag not in _SKIPPED:
            pieces.append(_text(child))
    return "".join(pieces)


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(f"{W}txbxContent"):
        # Older programs get a second copy of each box.
        if not any(parent.tag == f"{_MC}Fallback" for parent in box.iterancestors()):
            yield box


def _rows(table: Any, numbering: Numbering) -> Iterator[str]:
    """One tab-separated line a row; a cell that spans rows is repeated in each of them.

    A row of one cell is no table: it lays out what is inside.
    """
    above: dict[int, str] = {}
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl")) is not table:
            continue
        cells = [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]
        if len(cells) == 1:
            yield from _paragraphs(cells[0], numbering)
            continue
        column, texts = 0, []
        for cell in cells:
            if _continues_above(cell):
                texts.append(above.get(column, ""))
            else:
                inside = _paragraphs(cell, numbering)
                texts.append(" ".join(re.sub(r"\s+", " ", text).strip() for text in inside))
            above[column] = texts[-1]
            column += _span(cell)
        if any(texts):
            yield "\t".join(texts)


def _continues_above(cell: Any) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _span(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return int(span.get(f"{W}val", "1")) if span is not None else 1
