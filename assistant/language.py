"""The language of a question, and the frame of an answer in it.

In: a text, or statements in Chinese. Out: which of three languages it is in, or the statements
with their frame words (根据…第四条：) in that language. What is quoted, and titles and numbers,
stay as they are in the source. Pure functions over data; imports `drafts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import opencc

from assistant.drafts import Statement
from vectorstore.numbers import find_numbers, numeral_value

SIMPLIFIED, TRADITIONAL, ENGLISH = "zh-Hans", "zh-Hant", "en"
NAMES = {SIMPLIFIED: "简体中文", TRADITIONAL: "繁體中文", ENGLISH: "English"}
_TITLE = re.compile(r"《[^《》]*》(?:（[^（）]*）)?")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
# Where the words of the source begin.
_BODY = re.compile(
    r"^(?:(?:根据|此前的规定见|此后的规定见)《[^《》]*》(?:（[^（）]*）)?[^：《》。]{0,60}："
    r"|(?:附件[^：。，]{0,40}|第[^：。，]{1,6}条)：)"
)
_ORIGINAL = "原文："
_DATE = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_ISO = r"\1-\2-\3"
_IN_ENGLISH = tuple(
    (re.compile(pattern), english)
    for pattern, english in (
        (r"现有文件中没有将其废止或修改的记载，是否有效以发文机关公布为准。",
         " No document at hand repeals or amends it; the issuing authority has the last word."),
        (rf"在(\d{{4}}年[^时]*)时尚未废止，后来已于{_DATE}废止",
         r" was not yet repealed in \1, but was on \2-\3-\4"),
        (rf"目前尚未(?:废止|修改)，将于{_DATE}(?:废止|修改)", rf" will end or change on {_ISO}"),
        (rf"已于{_DATE}废止", rf" was repealed on {_ISO}"),
        (rf"已于{_DATE}修改", rf" was amended on {_ISO}"),
        ("已废止", " is repealed"),
        ("已修改", " is amended"),
        (rf"，?有效期至{_DATE}", rf", valid until {_ISO}"),
        ("，目前已过有效期", ", has expired"),
        (r"，(\d{4}年[^时]*)时已过有效期", r", had expired by \1"),
        (rf"自{_DATE}起施行", rf", in force from {_ISO}"),
        ("，目前尚未施行", ", is not yet in force"),
        (r"，(\d{4}年[^时]*)时尚未施行", r", was not yet in force in \1"),
        (rf"，([^，。]*)于{_DATE}印发", r", issued by \1 on \2-\3-\4"),
        (rf"于{_DATE}(?:印发|公布|发布)", rf", issued on {_ISO}"),
        ("（据其来源页面标注）", ", as the page says that it came from"),
        ("，来源页面标注为", ", marked by the page that it came from as "),
        ("，依据是", ", by "),
        ("废止的文件：", " repeals: "),
        ("修改的文件：", " amends: "),
        ("此前的规定见", "Earlier rule, "),
        ("此后的规定见", "Later rule, "),
        ("主要内容：", " Main contents: "),
        ("^根据", "According to "),
        (r"(\d{4})年(\d{1,2})月(\d{1,2})日", _ISO),
        (r"(\d{4})年(\d{1,2})月", r"\1-\2"),
        (r"(\d{4})年", r"\1"),
        (r"表?第(\d+)行", r", row \1"),
        ("(?<=[）》\x00])(?:正文|通知)(?=[：。]|$)", ", main text"),
        ("。$|。(?= )", "."),
        ("：$", ": "),
    )
)  # fmt: skip
_ARTICLE = re.compile(r"第([〇零一二三四五六七八九十百千\d]+)条")
_ANNEX = re.compile(r"附件(\d*)")


def language_of(text: str) -> str:
    """The language that `text` is written in; names and numbers of documents do not count."""
    rest = _TITLE.sub(" ", text)
    for _, start, end in sorted(find_numbers(rest), key=lambda each: -each[1]):
        rest = rest[:start] + " " + rest[end:]
    if len(_LATIN.findall(rest)) >= 2 and not _HAN.search(rest):
        return ENGLISH
    # Signs that only one of the two scripts has; most are common to both.
    traditional = sum(a != b for a, b in zip(rest, _converter("t2s").convert(rest), strict=False))
    simplified = sum(a != b for a, b in zip(rest, _converter("s2t").convert(rest), strict=False))
    return TRADITIONAL if traditional > simplified else SIMPLIFIED


def in_language(statements: Sequence[Statement], language: str) -> list[Statement]:
    """`statements` with their frames in `language`."""
    if language == SIMPLIFIED:
        return list(statements)
    return [replace(each, text=_framed(each.text, language)) for each in statements]


def translated(template: str, language: str) -> str:
    """A fixed text of ours in traditional characters where `language` asks for them."""
    return _converter("s2t").convert(template) if language == TRADITIONAL else template


def _framed(text: str, language: str) -> str:
    frame, body = _parts(text)
    if not frame:
        return text
    kept = _TITLE.findall(frame)
    frame = _TITLE.sub("\x00", frame)
    if language == TRADITIONAL:
        frame = _converter("s2t").convert(frame)
        body = body.replace(_ORIGINAL, "原文：", 1)
    else:
        frame = _english(frame)
        if body.startswith(_ORIGINAL):
            body = " Original text: " + body.removeprefix(_ORIGINAL)
    for each in kept:
        frame = frame.replace("\x00", each, 1)
    return frame + body


def _parts(text: str) -> tuple[str, str]:
    """What this project put in front, and what the source says."""
    lead = _BODY.match(text)
    if lead:
        return text[: lead.end()], text[lead.end() :]
    frame, mark, body = text.partition(_ORIGINAL)
    if mark or text.startswith("《"):
        return frame, mark + body
    return "", text


def _english(frame: str) -> str:
    for pattern, english in _IN_ENGLISH:
        frame = pattern.sub(english, frame)
    frame = _ARTICLE.sub(lambda match: f", Article {numeral_value(match[1])}", frame)
    frame = _ANNEX.sub(lambda match: f", Annex {match[1]}".rstrip(), frame)
    frame = re.sub(r"\x00(?=[A-Za-z])", "\x00 ", re.sub(r" {2,}", " ", frame))
    return frame.removeprefix(", ")


@lru_cache(maxsize=4)
def _converter(direction: str) -> opencc.OpenCC:
    return opencc.OpenCC(direction)
