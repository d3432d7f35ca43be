"""Reads a document's particulars: number, title, issuer, kind and dates.

In goes a draft and the fields of the front matter, which win; out come the particulars and where
the body begins. Imports ingest.annexes, ingest.documents, ingest.markers and vectorstore.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.annexes import end_of_letter
from ingest.documents import Draft
from ingest.lines import tidy
from ingest.markers import (
    is_date,
    is_issuer,
    iso_date,
    kind_of,
    number_of_line,
)
from vectorstore.datamodels import STATUS_AMENDED, STATUS_IN_FORCE, STATUS_REPEALED
from vectorstore.numbers import canonical_number

_LONGEST_TITLE = 60
_TITLE_ISSUER = re.compile(
    r"^([\u3400-\u9fff（）、]{2,40}?(?:人民政府办公室|人民政府办公厅|人民政府|政府办公室|办公厅|办公室|"
    r"委员会|领导小组|指挥部|管委会|国务院|总局|[\u3400-\u9fff]{2,12}[局厅委部署院]))"
    r"(?=关于|印发|转发|批转|公布|发布|《|令|公告|通告)"
)
_IN_FORCE = re.compile(
    r"自\s*((?:[12]\d{3}|[一二〇○零九]{4})年\s*\S{1,3}月\s*\S{1,3}日)\s*(?:起|开始)(?:正式)?(?:施行|实施|执行|生效)"
)
_FROM_DATE = re.compile(r"从\s*([12]\d{3}年\d{1,2}月\d{1,2}日)起(?:施行|实施|执行)")
_AT_ONCE = re.compile(r"自(?:公布|发布|印发|下发|颁布|通过)之日起(?:正式)?(?:施行|实施|执行|生效)")
_VALID_UNTIL = re.compile(
    r"有效期(?:限)?(?:至|到|截至|截止到?)\s*([12]\d{3}年\d{1,2}月\d{1,2}日)|"
    r"(?:施行|实施|执行)[，,]?至\s*([12]\d{3}年\d{1,2}月\d{1,2}日)(?:止|废止|失效)"
)
_VALID_FOR = re.compile(r"有效期(?:限)?为?\s*([一二三四五六七八九十]|\d{1,2})\s*年")
_FIELD = re.compile(
    r"^(标\s*题|发文机关|发布机构|发布机关|成文日期|发文日期|发布日期|索\s*引\s*号|主题分类|"
    r"主题词|有效性|公开方式|公开类别|生成日期|名\s*称|发文字号|文\s*号)\s*[：:]\s*(.*)$"
)
# Under the title of a regulation, a decision or a speech: (2001年1月19日 … 公布).
_PROMULGATED = re.compile(
    r"[（(]\s*([12]\d{3}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)[^（）()]{0,300}[）)]"
)
_YEARS = {c: i for i, c in enumerate("零一二三四五六七八九十")}


@dataclass(frozen=True)
class Particulars:
    """What is known of a document, and the index of the paragraph where its body begins."""

    title: str
    body_at: int
    title_at: int | None
    number: str | None = None
    issuer: str | None = None
    kind: str | None = None
    issued: str | None = None
    effective: str | None = None
    expires: str | None = None
    status: str | None = None


def read_particulars(draft: Draft, fields: dict[str, str]) -> Particulars:
    """The particulars of `draft`; what the front matter states is taken over the text."""
    paragraphs = draft.paragraphs
    labelled = _labelled(paragraphs)
    title_at = draft.title_at
    title = tidy(fields.get("title") or labelled.get("标题") or labelled.get("名称") or "") or None
    if title is None and title_at is not None:
        title = paragraphs[title_at].lstrip("# ").strip()
    if title is None:
        named = (p for p in paragraphs[:6] if number_of_line(p) is None)
        title = next(named, paragraphs[0]).lstrip("# ").strip()[: 2 * _LONGEST_TITLE]
    if draft.number is None and not fields:
        title = (
            title if len(title) <= 2 * _LONGEST_TITLE and kind_of(title) else title[:_LONGEST_TITLE]
        )
    number = (
        fields.get("number") or draft.number or labelled.get("发文字号") or labelled.get("文号")
    )
    number = canonical_number(number) or number if number else None
    issued = (
        fields.get("issued")
        or _issued(paragraphs, title_at)
        or iso_date(labelled.get("成文日期") or labelled.get("发文日期") or "")
        or fields.get("published")
    )
    main = _main_text(paragraphs)
    effective = fields.get("effective") or _effective(main, issued)
    return Particulars(
        title=title,
        body_at=_body_at(draft, fields),
        title_at=title_at if title_at is not None and title_at > 2 else None,
        number=number,
        issuer=fields.get("issuer") or labelled.get("发文机关") or _issuer(draft, title, number),
        kind=fields.get("kind") or kind_of(title),
        issued=issued,
        effective=effective,
        expires=fields.get("expires") or _expires(main, effective),
        status=_status(fields.get("status") or labelled.get("有效性") or ""),
    )


def _body_at(draft: Draft, fields: dict[str, str]) -> int:
    """The first paragraph after the head: number, title, labelled fields."""
    at = draft.title_at
    begin = 0 if at is None or at > 3 else at + 1
    if fields and at is None:
        first = draft.paragraphs[0].lstrip("# ").strip()
        begin = int(first == tidy(fields.get("title", "")))
    while begin < len(draft.paragraphs) - 1 and (
        number_of_line(draft.paragraphs[begin]) is not None
        or _FIELD.match(draft.paragraphs[begin])
        or re.fullmatch(r".{2,30}[令告]|第\s*\S{1,6}\s*号", draft.paragraphs[begin])
    ):
        begin += 1
    return min(begin, len(draft.paragraphs) - 1)


def _status(stated: str) -> str | None:
    """The validity that a web page or an export states, in the words shown to users."""
    if re.search("部分|修[改订正]", stated):
        return STATUS_AMENDED
    if re.search("废止|失效|无效|停止执行|撤销|^否$", stated):
        return STATUS_REPEALED
    if re.search("有效|^是$", stated):
        return STATUS_IN_FORCE
    return None


def _labelled(paragraphs: list[str]) -> dict[str, str]:
    """Fields that web pages print above a document (发文机关：…)."""
    found = {}
    for paragraph in paragraphs[:16]:
        match = _FIELD.match(paragraph)
        if match and match.group(2).strip():
            found.setdefault(re.sub(r"\s", "", match.group(1)), match.group(2).strip())
    return found


def _issued(paragraphs: list[str], title_at: int | None) -> str | None:
    for index, paragraph in enumerate(paragraphs[: end_of_letter(paragraphs)]):
        promulgated = _PROMULGATED.fullmatch(paragraph) if index < 5 else None
        if promulgated:
            return iso_date(promulgated.group(1))
        if len(paragraph) > 60:
            continue
        if is_date(paragraph) and index != title_at:
            return iso_date(paragraph)
        signed = re.match(r"^([\u3400-\u9fff]{4,30})\s*([12]\d{3}年\d{1,2}月\d{1,2}日)$", paragraph)
        if signed and is_issuer(signed.group(1)):
            return iso_date(signed.group(2))
    return None


def _main_text(paragraphs: list[str]) -> str:
    """The text up to the first annex: annexes have dates of their own."""
    return "\n".join(paragraphs[: end_of_letter(paragraphs)])


def _effective(main: str, issued: str | None) -> str | None:
    match = _IN_FORCE.search(main) or _FROM_DATE.search(main)
    if match:
        return iso_date(match.group(1))
    return issued if _AT_ONCE.search(main) else None


def _expires(main: str, effective: str | None) -> str | None:
    match = _VALID_UNTIL.search(main)
    if match:
        return iso_date(match.group(1) or match.group(2))
    match = _VALID_FOR.search(main)
    if match and effective:
        years = _YEARS.get(match.group(1)) or int(match.group(1))
        return f"{int(effective[:4]) + years:04d}{effective[4:]}"
    return None


def _issuer(draft: Draft, title: str, number: str | None) -> str | None:
    match = _TITLE_ISSUER.match(title)
    if match:
        return match.group(1)
    if number and "令第" in number:
        return number.split("令第")[0] or None
    for before, paragraph in zip(draft.paragraphs, draft.paragraphs[1:], strict=False):
        if is_date(paragraph) and is_issuer(before):
            return before
    if draft.masthead:
        return re.sub("(?:文件|公报)$", "", draft.masthead)
    return None
