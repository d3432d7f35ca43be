"""What every loader returns, and how it lays out paragraphs for the reader.

In go the paragraphs of a file; out comes a text in which an indent marks where each begins. The
reader joins lines that a printer broke; where the file itself says what a paragraph is, the
indent keeps it from guessing. Imports ingest.markers and vectorstore.errors.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from ingest.markers import is_closed
from vectorstore.errors import UnreadableFile

LARGEST_UNPACKED = 200 * 1024 * 1024
_INDENTED = re.compile(r"^(?:[\u3000\u00a0]{2}|[ \u3000\u00a0]{4})")
_LONG = 24
CONTROL = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]"
)


@dataclass(frozen=True)
class Loaded:
    """The texts of a file, one for each record of an export, and what could not be read.

    `pages` holds the one text page by page where it has pages.
    """

    texts: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


def lay_out(paragraphs: list[str]) -> str:
    """`paragraphs` as a text; table rows hold tabs, forced line breaks are \\n.

    Where most long paragraphs end in mid-sentence they are printed lines in truth (text pasted
    from a PDF), and the reader has to join them: then no indent is given.
    """
    long = [p.strip() for p in paragraphs if len(p.strip()) > _LONG and "\t" not in p]
    whole = 2 * sum(map(is_closed, long)) >= len(long)
    lines = []
    for paragraph in paragraphs:
        if "\t" in paragraph:
            lines.append(paragraph.strip("\n"))
            continue
        for position, line in enumerate(paragraph.strip("\n").split("\n")):
            begins = position == 0 or _INDENTED.match(line)
            lines.append(("  " if begins and whole else "") + line.strip())
    return "\n".join(CONTROL.sub("", line) for line in lines if line.strip())


def broken(name: str, kind: str, kind_chinese: str) -> UnreadableFile:
    """What to raise for a file that its library cannot open."""
    return UnreadableFile(
        f"{name} is a {kind} file that is damaged; open and save it again, or leave it out.",
        f"{name} 是已损坏的 {kind_chinese} 文件，请重新保存或移除。",
    )


def unpacked_names(data: bytes, name: str, kind: str) -> list[str]:
    """The names in a zip archive; refuses one that unpacks to more than can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise broken(name, kind, kind) from error
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_UNPACKED or len(entries) > 20_000:
        limit = LARGEST_UNPACKED // 2**20
        raise UnreadableFile(
            f"{name} unpacks to {size // 2**20} MB, more than the {limit} MB that are read; "
            "split it or save it as text.",
            f"{name} 解压后有 {size // 2**20} MB，超过上限 {limit} MB，请拆分或另存为文本。",
        )
    return [entry.filename for entry in entries]
