"""Reads PDF files that have a text layer, line by line.

In goes a file's bytes; out comes one text: the printed lines without running heads, feet and page
numbers, indented where they are on the page, and the same page by page. Joining lines is left to
the reader. Imports pypdfium2 when called, ingest.markers and its sibling modules.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter

from ingest.loaders.loaded import Loaded, broken
from ingest.loaders.pdf_pages import Line, read_pages
from ingest.markers import is_closed, is_date, is_issuer, marker_of, number_of_line
from vectorstore.errors import UnreadableFile

_MOST_PAGES = 5000
_LEAST_TEXT = 8
_EDGE = 2
_NUMBER = re.compile(r"[-—－–·•\s]*\d{1,4}[-—－–·•\s]*|第\s*\d{1,4}\s*页.{0,12}")


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
        pages = read_pages(document)
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
    texts = tuple(map(_laid_out, _without_repeated_headers(_without_furniture(pages))))
    return Loaded(("\n".join(texts),), warnings, texts)


def _size(lines: list[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
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
                or "\t" in line.text
                or _key(line.text) not in repeated
                or _belongs_to_document(line.text)
            ]
        )
    return [_without_number(lines) for lines in kept]


def _edges(lines: list[Line]) -> list[Line]:
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


def _without_number(lines: list[Line]) -> list[Line]:
    """The page without a page number at its head or foot."""
    if lines and _NUMBER.fullmatch(lines[-1].text):
        lines = lines[:-1]
    if lines and _NUMBER.fullmatch(lines[0].text):
        lines = lines[1:]
    return lines


def _without_repeated_headers(pages: list[list[Line]]) -> list[list[Line]]:
    """A table that goes on over the page repeats its first row, which is no row of it."""
    header, kept = "", []
    for lines in pages:
        kept.append([])
        for line in lines:
            if "\t" not in line.text:
                header = ""
            elif line.text == header:
                continue
            else:
                header = header or line.text
            kept[-1].append(line)
    return kept


def _laid_out(lines: list[Line]) -> str:
    """The lines with an indent of two where the page has one of about two characters."""
    margins: dict[int, float] = {}
    for line in lines:
        if len(line.text) >= (15 if line.column == 0 else 8) and "\t" not in line.text:
            margins[line.column] = min(line.left, margins.get(line.column, line.left))
    em = statistics.median(line.em for line in lines) if lines else 1.0
    texts = []
    for line in lines:
        indent = (line.left - margins.get(line.column, 0.0)) / em
        indented = 1.3 <= indent <= 4.2 and "\t" not in line.text
        texts.append(("  " if indented else "") + line.text)
    return "\n".join(texts)
