"""Finds the files a user named, and decodes those that are text.

In go paths; out come files in a stable order, their bytes, their text. Anything that cannot be
read is an `UnreadableFile` whose message names the file and the way out. Imports
vectorstore.errors only.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vectorstore.errors import UnreadableFile

SUFFIXES = (".txt", ".md", ".docx", ".pdf", ".html", ".htm", ".csv", ".jsonl")
LARGEST = 50 * 1024 * 1024
_LISTED = "/".join(SUFFIXES)

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def find_files(paths: Iterable[Path | str]) -> list[Path]:
    """The files among `paths`, folders searched in depth, sorted and without repeats.

    In folders only files with one of `SUFFIXES` count, and whatever is hidden is skipped; a file
    that is named outright is always taken. A path that does not exist raises `UnreadableFile`.
    """
    found: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            found.update(_known_files(path))
        elif path.exists():
            found.add(path)
        else:
            raise UnreadableFile(
                f"{path} does not exist; check the path.", f"找不到 {path}，请检查路径。"
            )
    return sorted(found)


def load_text(path: Path) -> str:
    """The text of one text file: UTF-8 or UTF-16 by its mark, strict UTF-8, else GB18030."""
    return decode_text(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """The content of a file that is neither empty nor too large."""
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
        raise _empty(path.name)
    return data


def decode_text(data: bytes, name: str) -> str:
    """`data`, the content of the file `name`, as text with \\n for line breaks."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(name, data, (encoding,))
    if b"\x00" in data:
        raise UnreadableFile(
            f"{name} is a binary file that cannot be read; save it as one of {_LISTED}.",
            f"{name} 是无法读取的二进制文件，请另存为 {_LISTED}。",
        )
    return _decoded(name, data, ("utf-8", "gb18030"))


def _known_files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _decoded(name: str, data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip("\ufeff \t\r\n"):
            raise _empty(name)
        return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableFile(
        f"{name} is in no encoding that is known here; save it as UTF-8.",
        f"{name} 的编码无法识别，请另存为 UTF-8。",
    )


def _empty(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name} is empty; leave it out.", f"{name} 是空文件，请移除。")
