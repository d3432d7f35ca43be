"""Reads PDF files that have a text layer, line by line.

In goes a file's bytes; out comes one text: the printed lines without running heads, feet and page
numbers, indented where they are on the page. Joining lines is left to the reader. Imports
pypdfium2 when called, ingest.markers and its sibling modules.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import Any

from ingest.loaders.loaded import Loaded, broken
from ingest.markers import is_closed, is_date, is_issuer, marker_of, number_of_line
from vectorstore.errors import UnreadableFile

_MOST_PAGES = 5000
_LEAST_TEXT = 8
_EDGE = 2
_NUMBER = re.compile(r"[-—－–·•\s]*\d{1,4}[-—－–·•\s]*|第\s*\d{1,4}\s*页.{0,12}")


@dataclass(frozen=True)
class _Line:
    """A printed line, where it begins and how wide its first character is (points)."""

    text: str
    left: float
    em: float


def load_pdf(data: bytes, name: str) -> Loaded:
    """The text of a PDF; `UnreadableFile` when it is damaged, locked or only scanned."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile(
                f"{name} is locked with a password; save it without one.",
                f"{name} 设有密码，请取消密码后另存。",
            ) from error
        raise broken(name, "PDF", "PDF") from error
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableFile(
                f"{name} has {len(document)} pages, more than the {_MOST_PAGES} that are read; "
                "split it.",
                f"{name} 有 {len(document)} 页，超过上限 {_MOST_PAGES} 页，请拆分。",
            )
        pages = [_lines(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise broken(name, "PDF", "PDF") from error
    finally:
        document.close()
    bare = [number for number, lines in enumerate(pages, 1) if _size(lines) < _LEAST_TEXT]
    if sum(map(_size, pages)) < _LEAST_TEXT * max(1, len(pages)):
        raise UnreadableFile(
            f"{name} is a scan without text; run OCR on it first.",
            f"{name} 是没有文字层的扫描件，请先进行文字识别（OCR）。",
        )
    listed = "、".join(map(str, bare[:20]))
    warnings = (f"第{listed}页没有文字（可能是扫描页），未读取",) if bare else ()
    return Loaded((_laid_out(_without_furniture(pages)),), warnings)


def _size(lines: list[_Line]) -> int:
    return sum(len(line.text) for line in lines)


def _lines(document: Any, index: int) -> list[_Line]:
    """The lines of one page in the order in which they were set."""
    from pypdfium2 import raw

    page = document[index]
    text_page = page.get_textpage()
    try:
        lines: list[_Line] = []
        characters: list[str] = []
        first = 0
        for at in range(text_page.count_chars()):
            code = raw.FPDFText_GetUnicode(text_page.raw, at)
            character = "" if code in (0, 2, 0xFFFE, 0xFFFF) else chr(code)
            if character in ("\r", "\n"):
                lines += _line(text_page, characters, first)
                characters = []
                continue
            if not characters or not "".join(characters).strip():
                first = at
            characters.append(character)
        return lines + _line(text_page, characters, first)
    finally:
        text_page.close()
        page.close()


def _line(text_page: Any, characters: list[str], first: int) -> list[_Line]:
    text = "".join(characters).strip()
    if not text:
        return []
    left, _, right, _ = text_page.get_charbox(first, loose=True)
    return [_Line(text, left, max(right - left, 1.0))]


def _without_furniture(pages: list[list[_Line]]) -> list[list[_Line]]:
    """The pages without what is printed at the edge of most of them."""
    if len(pages) < 2:
        return [_without_number(lines) for lines in pages]
    seen = Counter(key for lines in pages for key in {_key(line.text) for line in _edges(lines)})
    repeated = {key for key, count in seen.items() if count >= max(2, 0.3 * len(pages))}
    kept = []
    for lines in pages:
        edges = {id(line) for line in _edges(lines)}
        kept.append(
            [
                line
                for line in lines
                if id(line) not in edges
                or _key(line.text) not in repeated
                or _belongs_to_document(line.text)
            ]
        )
    return [_without_number(lines) for lines in kept]


def _edges(lines: list[_Line]) -> list[_Line]:
    return lines if len(lines) <= 2 * _EDGE else lines[:_EDGE] + lines[-_EDGE:]


def _key(text: str) -> str:
    """Equal for the running heads of two pages: without page numbers and spaces."""
    return re.sub(r"[\d\s—－–·•-]", "", text)


def _belongs_to_document(text: str) -> bool:
    """Numbers, dates and signatures look alike on many pages and are no furniture."""
    return (
        number_of_line(text) is not None
        or is_date(text)
        or (is_issuer(text) and not text.endswith("公报"))
        or marker_of(text) is not None
        or text.endswith("文件")
        or is_closed(text)
    )


def _without_number(lines: list[_Line]) -> list[_Line]:
    """The page without a page number at its head or foot."""
    if lines and _NUMBER.fullmatch(lines[-1].text):
        lines = lines[:-1]
    if lines and _NUMBER.fullmatch(lines[0].text):
        lines = lines[1:]
    return lines


def _laid_out(pages: list[list[_Line]]) -> str:
    """The lines with an indent of two where the page has one of about two characters."""
    texts = []
    for lines in pages:
        long = [round(line.left) for line in lines if len(line.text) >= 15]
        margin = min(long, default=0)
        em = statistics.median(line.em for line in lines) if lines else 1.0
        for line in lines:
            indent = (line.left - margin) / em
            texts.append(("  " if 1.3 <= indent <= 4.2 else "") + line.text)
    return "\n".join(texts)
