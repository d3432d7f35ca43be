"""What the columns of exports and the tables of web pages call a document's particulars.

In go a label and a value as found; out come the reader's front-matter field and a clean value.
Imports ingest.markers only.
"""

from __future__ import annotations

import re
from datetime import date

from ingest.markers import iso_date

_LABELS = {
    "title": "标题|名称|信息名称|文件名称|公文标题|文件标题|政策标题|政策名称|name",
    "number": "文号|发文字号|文件编号|发文文号|公文文号|文件号|document_number|doc_number",
    "issuer": "发文机关|发布机构|发布机关|发文机构|制发机关|制定机关|发文单位|公文机关|来源机关",
    "kind": "文种|公文种类|公文种类名称|type",
    "issued": "成文日期|发文日期|签发日期|印发日期|成文时间|发文时间|date|issued_date",
    "published": "发布日期|公开日期|生成日期|发布时间|公开时间|publish_date",
    "effective": "施行日期|实施日期|生效日期|施行时间|实施时间|生效时间|effective_date",
    "expires": "失效日期|废止日期|失效时间|废止时间|有效期至",
    "status": "有效性|状态|时效性|效力|效力状态|文件状态|是否有效|有效状态",
    "publicity": "公开方式|公开类别|公开形式|公开属性",
    "body": "正文|内容|全文|正文内容|文本|text|content",
}
_FIELD_OF = {
    label.replace("_", ""): field
    for field, labels in _LABELS.items()
    for label in [*labels.split("|"), field]
}
# Labels of web pages that are no particular, but belong to the same table.
_OTHERS = (
    "索引号|信息索引号|信息索引|主题分类|主题词|公开范围|公开程序|"
    "公开时限|体裁分类|组配分类|信息类别|分类|关键词|浏览次数|来源|作者|编辑|责任编辑|有效期|"
    "废止记录|政策解读|公开责任部门|信息来源|概述|内容概述|附件下载|主题|服务对象|体裁"
)
OTHER_LABELS = frozenset(_OTHERS.split("|"))
_DATES = ("issued", "published", "effective", "expires")
_NOTHING = ("", "-", "--", "—", "——", "无", "暂无", "/", "null", "none", "nan", "n/a")


def field_of(label: str) -> str | None:
    """The field that a column or label stands for, or None."""
    return _FIELD_OF.get(re.sub(r"[\s：:【】\[\]_]", "", label).lower())


def clean_value(field: str, value: str) -> str:
    """The value on one line; a date as YYYY-MM-DD; '' when it says nothing."""
    value = re.sub(r"\s+", " ", value).strip()
    if value.lower() in _NOTHING:
        return ""
    return (iso_day(value) or "") if field in _DATES else value


def iso_day(value: str) -> str | None:
    """2021年5月8日, 2021-5-8, 2021/05/08, 2021.5.8 and 20210508 as YYYY-MM-DD."""
    match = re.match(r"\s*([12]\d{3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})", value)
    match = match or re.fullmatch(r"\s*([12]\d{3})(\d\d)(\d\d)\s*", value)
    if not match:
        return iso_date(value)
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


__all__ = ["OTHER_LABELS", "clean_value", "field_of", "iso_day"]
