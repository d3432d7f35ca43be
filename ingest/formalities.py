"""Reads the formal parts around a document's text: addressee, public marking, signature.

In go the paragraphs of one document; out come these parts as they are printed, without their
punctuation. Imports ingest.annexes and ingest.markers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.annexes import end_of_letter
from ingest.markers import (
    is_closed,
    is_date,
    is_issuer,
    is_publicity_note,
    marker_of,
)

_ADDRESSEE = re.compile(r"^[^。；！？《》]{2,400}[：:]$")
_NOT_ADDRESSED = re.compile(r"如下|下列|以下|通告|公告|通报[：:]|内容|名单|原则|包括|分别|附件")
_BODY = re.compile(
    r"各|政府|委|办|局|厅|部|院|会|公司|单位|部门|机构|大学|学院|学校|医院|银行|中心|企业|团|集团|街道|乡|镇|同志"
)
_MARKING = re.compile(r"(?:不予公开|(?:主动|依申请|删减后|内容删减后|不)?公开(?:发布)?)")
_PERSON = re.compile(
    r"^(?:代理?)?(?:[省市州县区旗盟镇乡部局厅行署院会]长|主席|主任|总理|专员|检察长|秘书长|司令员|书记)"
    r"\s*[：:]?\s*[\u3400-\u9fff·]{2,10}$"
)
_SIGNED = re.compile(r"^([\u3400-\u9fff（）]{4,40})\s*([12]\d{3}年\d{1,2}月\d{1,2}日)$")


def addressee_of(paragraphs: Sequence[str], first: int) -> str | None:
    """Whom the letter is sent to: the line with a colon above its text."""
    for text in paragraphs[first : first + 3]:
        if _ADDRESSEE.match(text) and marker_of(text) is None:
            body = text[:-1]
            if _BODY.search(body) and not _NOT_ADDRESSED.search(text):
                return body
        if is_closed(text) or len(text) > 100:
            return None
    return None


def publicity_of(paragraphs: Sequence[str]) -> str | None:
    """公开发布, 主动公开, 依申请公开 where a line says so (此件公开发布)."""
    for text in paragraphs:
        if is_publicity_note(text):
            marking = _MARKING.search(text.split("：")[-1])
            return marking.group() if marking else text.strip("（()） ")
    return None


def signature_of(paragraphs: Sequence[str], title_at: int | None) -> str | None:
    """The office or the person below the letter, several apart by 、."""
    for index, text in enumerate(paragraphs[: end_of_letter(paragraphs)]):
        signed = _SIGNED.match(text) if len(text) <= 60 else None
        if signed and is_issuer(signed.group(1)):
            return signed.group(1)
        if not is_date(text) or index == title_at:
            continue
        begin = index
        while begin and _signs(paragraphs[begin - 1]) and begin - 1 != title_at:
            begin -= 1
        if begin < index:
            return "、".join(paragraphs[begin:index])
    return None


def _signs(text: str) -> bool:
    return is_issuer(text) or bool(_PERSON.match(text))
