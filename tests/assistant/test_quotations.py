"""What stands in quotation marks is the document's own, and a title is a cited document's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.quotations import foreign_quotation

TITLE = "青岚市人民政府关于印发青岚市居民供暖管理办法的通知"
SOURCE = "第四条 供暖期内，居民卧室和客厅的温度不得低于十九摄氏度。\n供暖企业实行“首问负责”制度。"


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("原文为“居民卧室和客厅的温度不得低于十九摄氏度”。", ""),
        ("规定“居民卧室和客厅的温度不得低于十九摄氏度，免费维修”。", "免费维修"),
        ("规定“供暖期内……温度不得低于十九摄氏度”。", ""),
        ("规定“供暖期内……温度应当高于十九摄氏度”。", "应当高于"),
        ("规定「居民卧室和客厅的温度不低于十九摄氏度」。", "不低于"),
        ("规定“居民卧室和客厅的温度， 不得低于十九摄氏度。”", ""),
        ("企业实行“首问负责”。", ""),
        ("实行“绿色通道”。", ""),
        ("依据《青岚市居民供暖管理办法》第四条。", ""),
        ("依据《供暖管理办法》第四条。", ""),
        ("依据《关于印发〈青岚市居民供暖管理办法〉的通知》。", ""),
        ("依据《青岚市供水条例》第四条。", "青岚市供水条例"),
        ("依据《中华人民共和国节约能源法》。", "节约能源法"),
    ],
)
def test_a_quotation_or_title(text: str, foreign: str) -> None:
    """Word for word; marks, spaces and what an ellipsis leaves out aside."""
    found = foreign_quotation(text, (TITLE, SOURCE))
    assert bool(found) == bool(foreign)
    assert foreign in found


@given(st.text(max_size=60))
def test_any_text_may_quote_itself(text: str) -> None:
    """Whatever Unicode holds."""
    assert foreign_quotation(text, (text,)) == ""
