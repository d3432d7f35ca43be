"""Reads exports of a document database: CSV, JSON lines, JSON lists; one document a record.

In goes a file's bytes; out comes one text a record, its particulars as front matter. Columns are
title, number, date, status and body, or their Chinese names. Imports ingest.files,
ingest.front_matter and its sibling modules.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping

from ingest.files import LARGEST, decode_text
from ingest.front_matter import with_front_matter
from ingest.loaders.fields import clean_value, field_of
from ingest.loaders.loaded import Loaded
from ingest.loaders.web import page_body
from vectorstore.errors import UnreadableFile

_MARKUP = re.compile(r"<(?:p|div|br|span|table|td)\b[^>]*>", re.IGNORECASE)


def load_csv(data: bytes, name: str) -> Loaded:
    """The documents of a CSV file with a header; commas, tabs or semicolons apart."""
    text = decode_text(data, name)
    header = text.lstrip().split("\n", 1)[0]
    separator = max(",\t;，", key=header.count)
    csv.field_size_limit(LARGEST)
    try:
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\n"), newline=""), delimiter=separator))
    except csv.Error as error:
        raise UnreadableFile(
            f"{name} is no valid CSV ({error}); export it again.",
            f"{name} 不是有效的 CSV 文件，请重新导出。",
        ) from error
    return _loaded(((number, row) for number, row in enumerate(rows, 2)), name)


def load_json(data: bytes, name: str) -> Loaded:
    """The documents of a file with one JSON object a line, or with one list of objects."""
    text = decode_text(data, name)
    if text.lstrip().startswith("["):
        records = _parsed(text, name, 1)
        if not isinstance(records, list):
            records = [records]
        return _loaded(enumerate(records, 1), name)
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and lines[0][1].strip() == "{":
        return _loaded([(1, _parsed(text, name, 1))], name)
    return _loaded([(n, _parsed(line, name, n)) for n, line in lines], name)


def _parsed(text: str, name: str, line: int) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(
            f"{name} is no valid JSON in line {line}; export it again.",
            f"{name} 第 {line} 行不是有效的 JSON，请重新导出。",
        ) from error


def _loaded(records: Iterable[tuple[int, object]], name: str) -> Loaded:
    texts, empty, known = [], [], False
    for number, record in records:
        if not isinstance(record, Mapping):
            empty.append(number)
            continue
        fields = _fields(record)
        known = known or "body" in fields
        body = fields.pop("body", "")
        if not body.strip():
            empty.append(number)
            continue
        body = page_body(body) if _MARKUP.search(body) else body
        texts.append(with_front_matter(fields, body))
    if not known:
        raise UnreadableFile(
            f"{name} has no column named body (正文); name its columns title, number, date, "
            "status, body.",
            f"{name} 没有“正文”列，请使用列名：标题、文号、成文日期、状态、正文。",
        )
    if not texts:
        raise UnreadableFile(
            f"{name} holds no document: every body is empty.", f"{name} 中所有正文都为空。"
        )
    listed = "、".join(map(str, empty[:20]))
    warnings = (f"第{listed}行没有正文，未读取",) if empty else ()
    return Loaded(tuple(texts), warnings)


def _fields(record: Mapping[object, object]) -> dict[str, str]:
    """The known fields of a record; the first column of a kind that has a value counts."""
    fields: dict[str, str] = {}
    for label, value in record.items():
        field = field_of(label) if isinstance(label, str) else None
        if field is None or not isinstance(value, (str, int, float)) or fields.get(field):
            continue
        text = str(value)
        fields[field] = text if field == "body" else clean_value(field, text)
    return fields
