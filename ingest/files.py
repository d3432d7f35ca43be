"""Files on disk to text: finds the files a user named and decodes them.

In go paths; out come text files in a stable order, and their text. Anything that cannot be read
as text is an `UnreadableFile` whose message names the file and the way out. Imports
vectorstore.errors only.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vectorstore.errors import UnreadableFile

SUFFIXES = (".txt", ".md")
LARGEST = 50 * 1024 * 1024

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")


def find_files(paths: Iterable[Path | str]) -> list[Path]:
    """The text files among `paths`, folders searched in depth, sorted and without repeats.

    In folders only .txt and .md count, and whatever is hidden is skipped; a file that is named
    outright is always taken. A path that does not exist raises `UnreadableFile`.
    """
    found: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            found.update(_text_files(path))
        elif path.exists():
            found.add(path)
        else:
            raise UnreadableFile(
                f"{path} does not exist; check the path.", f"找不到 {path}，请检查路径。"
            )
    return sorted(found)


def load_text(path: Path) -> str:
    """The text of one file: UTF-8 or UTF-16 by its mark, strict UTF-8, else GB18030."""
    data = _bytes(path)
    _refuse_other_formats(path, data)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(path, data, (encoding,))
    if b"\x00" in data:
        raise UnreadableFile(
            f"{path.name} is a binary file; only text files (.txt, .md) can be read.",
            f"{path.name} 是二进制文件，只能读取文本文件（.txt、.md）。",
        )
    return _decoded(path, data, ("utf-8", "gb18030"))


def _text_files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UnreadableFile(
                f"{path.name} has {size // 2**20} MB, more than the {LARGEST // 2**20} MB that "
                "are read; split it.",
                f"{path.name} 有 {size // 2**20} MB，超过上限 {LARGEST // 2**20} MB，请拆分。",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror or error}.",
            f"无法读取 {path}：{error.strerror or error}。",
        ) from error
    if not data.strip():
        raise UnreadableFile(
            f"{path.name} is empty; leave it out.", f"{path.name} 是空文件，请移除。"
        )
    return data


def _refuse_other_formats(path: Path, data: bytes) -> None:
    if data.startswith(b"%PDF"):
        kind = "PDF"
    elif data.startswith(_OFFICE):
        kind = "Word" if path.suffix.lower() in (".doc", ".docx") else "Office/zip"
    elif data.startswith(_IMAGES):
        raise UnreadableFile(
            f"{path.name} is an image or an archive, not text; only .txt and .md can be read.",
            f"{path.name} 是图片或压缩包，不是文本，只能读取 .txt 和 .md。",
        )
    else:
        return
    raise UnreadableFile(
        f"{path.name} is a {kind} file, which is not supported yet; convert it to text first.",
        f"{path.name} 是 {kind} 文件，暂不支持，请先转换为文本。",
    )


def _decoded(path: Path, data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip("\ufeff \t\r\n"):
            raise UnreadableFile(
                f"{path.name} is empty; leave it out.", f"{path.name} 是空文件，请移除。"
            )
        return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableFile(
        f"{path.name} is in no encoding that is known here; save it as UTF-8.",
        f"{path.name} 的编码无法识别，请另存为 UTF-8。",
    )
