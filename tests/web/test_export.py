"""Exports: everything from outside is text, in Markdown and in Word."""

from __future__ import annotations

import io

import pytest
from docx import Document

from assistant.datamodels import Citation
from views import export
from views.turns import Closest, Reply, Source, Turn

HOSTILE = "[x](javascript:1) <img src=x> =1+1 **b**\n# h\u202e\x07"
CITED = Citation(
    marker=1, number="云政发〔2019〕7号", title="关于渡船的通知", locator="二、要求/（一）",
    quote="渡船应当\n配灯。", source="a.txt", start=0, end=8, status="已废止", document_id="abc",
    digest=True,
)  # fmt: skip
TURNS = [
    Turn(
        HOSTILE, Reply("应当配灯[1]，见[2]。", True, "问", (Source(CITED, "云江市", "2019-03-08"),))
    ),
    Turn("二问", Reply("没有依据。", False, "二问", closest=(Closest("d", None, HOSTILE, 0, 1),))),
    Turn("三问", notice=HOSTILE),
]


def test_markdown_escapes_what_is_not_ours():
    """Markers stay readable; links, markup and headings from outside do not come alive."""
    made = export.markdown(TURNS, "zh")
    assert "应当配灯[1]，见[2]。" in made
    assert (
        "[1] 云政发〔2019〕7号《关于渡船的通知》二、要求 （一）（云江市，2019\\-03\\-08，已废止；"
        in made
    )
    assert "> 渡船应当\n> 配灯。" in made
    assert "](javascript" not in made
    assert "<img" not in made.replace("\\<img", "")
    assert [line for line in made.splitlines() if line.startswith("# ")] == ["# 政策问答"]
    assert "\u202e" not in made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_word_holds_the_same_as_plain_text(language: str):
    """Word opens it, with no field, link or control character in it."""
    word = Document(io.BytesIO(export.docx(TURNS, language)))
    plain = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for part in ("[x](javascript:1) <img src=x> =1+1", "云政发〔2019〕7号", "没有依据。", "三问"):
        assert part in plain, part
    xml = word.element.xml
    assert "w:hyperlink" not in xml
    assert "w:instrText" not in xml
    assert "\u202e" not in plain
    assert not word.core_properties.author


def test_an_empty_conversation_makes_a_file_too():
    """Only the title stands in it."""
    assert export.markdown([], "en") == "# Policy Q&A\n"
