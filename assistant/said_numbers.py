"""A document number said by year and serial alone: 2017年197号那个办公室文, 2020年2号通告.

Several issuers count from 1 each year, so that only what is said beside it (the code, the office,
通告) tells which number is meant, and only where one stored document fits. In: a question's text
and a store. Out: the text with the number as it is written, 葫政办发〔2017〕197号. Imports
`vectorstore`'s numbers and types.
"""

from __future__ import annotations

import re

from vectorstore.datamodels import PolicyDocument
from vectorstore.numbers import find_numbers
from vectorstore.store import PolicyStore

_OFFICE = r"(?:人民政府办公室|政府办公室|政府办|府办|办公室)"
_BY = rf"(?P<level{{0}}>[市县区])?(?P<by{{0}}>{_OFFICE}|人民政府|政府)"
_CODE = r"[(（](?P<code{0}>[一-龥]{{2,8}}[发函字规办告通])[)）]"
_POLITE = (
    r"(?:请问|请|麻烦|帮忙|帮我|给我|告诉我|我?想(?:知道|问一?下|问问|查一?下|查|了解)|查一?下|查查|查"
    r"|找一?下|找|看一?下|看|问一?下|说一?下|那[个份]|这[个份]|[我本咱]们?(?=市))*"
)
_SAID = re.compile(
    rf"(?:^|(?<=[,，。;；?？!！\s]))(?P<polite>{_POLITE})"
    rf"(?P<said>(?:{_BY.format(1)}的?)?(?:{_CODE.format(1)})?"
    r"(?P<year>(?:19|20)\d{2})年的?第?(?P<serial>\d{1,4})号(?!令)"
    rf"(?:{_CODE.format(2)})?(?:的?(?:那[个份张道]|这[个份张道])|的)?(?:{_BY.format(2)})?的?"
    rf"(?P<kind>通告|公告|文件|文)?(?:{_CODE.format(3)})?)"
    r"(?![一-龥]{0,2}(?:[楼院室线路机床]|地块|车间))"
)
_BY_ORDER = ("公告", "通告")


def with_numbers_written(text: str, store: PolicyStore) -> str:
    """`text` with each number that is said by year and serial, and is surely that of one stored
    document, written as that document writes it."""
    taken = [(start, end) for _, start, end in find_numbers(text)]
    for match in reversed(list(_SAID.finditer(text))):
        start, end = match.span("said")
        if any(first < end and start < last for first, last in taken):
            continue
        number = _meant(match, store)
        if number:
            kind = match["kind"] if match["kind"] in _BY_ORDER else ""
            text = f"{text[:start]}{number}{kind}{text[end:]}"
    return text


def _meant(match: re.Match[str], store: PolicyStore) -> str:
    """The only stored number that a match can mean; empty where it is not sure."""
    said = match.groupdict()
    code = said["code1"] or said["code2"] or said["code3"]
    by, level = said["by1"] or said["by2"], said["level1"] or said["level2"] or ""
    if not (code or by or said["kind"] in _BY_ORDER):
        return ""
    ending = f"〔{match['year']}〕{int(match['serial'])}号"
    keys = {row[0]: row[1] for row in store.titles() if (row[1] or "").endswith(ending)}
    fitting = {
        number
        for key, number in keys.items()
        if (document := store.document(key)) is not None
        and (not code or number == f"{code}{ending}")
        and (not by or _is_by(document, by, level))
        and (said["kind"] not in _BY_ORDER or document.kind == said["kind"])
    }
    return fitting.pop() if len(fitting) == 1 else ""


def _is_by(document: PolicyDocument, by: str, level: str) -> bool:
    """Whether a document is the government's, or its office's, of the level that is said."""
    issuer = document.issuer or ""
    name = "人民政府办公室" if "办" in by else "人民政府"
    return issuer.endswith(f"{level}{name}")
