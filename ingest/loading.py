"""Reads a file of any format that is understood into policy documents.

In go a path and the name to cite it by; out come `PolicyDocument`s. What a file is, its content
says: names lie. Imports ingest.files, ingest.loaders, ingest.pages, ingest.reader and vectorstore.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.files import decode_text, read_bytes
from ingest.loaders.exports import load_csv, load_json
from ingest.loaders.loaded import Loaded, unpacked_names
from ingest.loaders.pdf import load_pdf
from ingest.loaders.web import load_web
from ingest.loaders.word import load_word
from ingest.pages import with_pages
from ingest.reader import read_documents
from vectorstore.datamodels import PolicyDocument
from vectorstore.errors import UnreadableFile

Loader = Callable[[bytes, str], Loaded]

_BY_SUFFIX: dict[str, Loader] = {
    ".html": load_web,
    ".htm": load_web,
    ".shtml": load_web,
    ".csv": load_csv,
    ".tsv": load_csv,
    ".jsonl": load_json,
    ".ndjson": load_json,
    ".json": load_json,
}
_WEB_PAGE = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head)\b", re.IGNORECASE)
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")


def read_file(path: Path, source: str) -> list[PolicyDocument]:
    """The documents in the file at `path`, cited as `source`.

    Raises `UnreadableFile` for a file that cannot be read; never anything else about its content.
    """
    data = read_bytes(path)
    loaded = _loader(path, data)(data, path.name)
    read = [document for text in loaded.texts for document in read_documents(text, source)]
    if not read:
        raise UnreadableFile(
            f"{path.name} holds no text of a document; open it and see what it is.",
            f"{path.name} 中没有可读的文件正文，请打开检查。",
        )
    # Records of an export may repeat each other.
    documents = {document.id: document for document in with_pages(read, loaded.pages)}
    return [
        replace(document, warnings=(*document.warnings, *loaded.warnings))
        if loaded.warnings
        else document
        for document in documents.values()
    ]


def _loader(path: Path, data: bytes) -> Loader:
    if b"%PDF-" in data[:1024]:
        return load_pdf
    if data.startswith(b"PK\x03\x04"):
        if path.suffix.lower() in (".docx", ".docm") or "word/document.xml" in unpacked_names(
            data, path.name, "zip"
        ):
            return load_word
        raise _other(path, "an archive or another Office file", "压缩包或其他 Office 文件")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _other(path, "an old or locked Office file", "旧版或加密的 Office 文件")
    if data.startswith(_IMAGES[:3]) or (b"\x00" in data[:512] and data.startswith(_IMAGES)):
        raise UnreadableFile(
            f"{path.name} is an image, not text; run OCR on it first.",
            f"{path.name} 是图片，不是文本，请先进行文字识别（OCR）。",
        )
    if data.startswith(_ARCHIVES):
        raise _other(path, "an archive", "压缩包")
    if _WEB_PAGE.match(data[:400].removeprefix(b"\xef\xbb\xbf")):
        return load_web
    return _BY_SUFFIX.get(path.suffix.lower(), _load_text)


def _load_text(data: bytes, name: str) -> Loaded:
    return Loaded((decode_text(data, name),))


def _other(path: Path, kind: str, kind_chinese: str) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} is {kind}; save it as .docx, .pdf or .txt.",
        f"{path.name} 是{kind_chinese}，请另存为 .docx、.pdf 或 .txt。",
    )
