"""What holds of joining, outlines and passages whatever the text."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.characters import repair_characters
from ingest.flattened import restore_breaks
from ingest.lines import CELL, join_lines
from ingest.markers import annex_label
from ingest.outline import Node, read_outline
from ingest.reader import read_documents
from tests.ingest.formats import as_text
from tests.ingest.gazette import FLOWED, WRAPPED
from vectorstore.datamodels import PolicyDocument

WORDS = st.sampled_from(
    re.split(
        " ",
        "茶园 渡口 市政府 补助标准 由村委会负责 应当 每年检查一次 不得 二十元 第三条 （一）项 养护",
    )
)
ENDS = st.sampled_from(["。", "；", "：", "，", "", "》", "（", "）", "“", "”"])
_MARKERS = (
    "第一章| 第二条 |第三条|一、|二、|（一）|（二）|1.|2．|（1）|①|附件|附件2|附件：1. |# |## |特此"
)
STARTS = st.sampled_from(["", "", "\u3000\u3000", "  ", *re.split(r"\|", _MARKERS)])
SENTENCES = st.builds(
    lambda words, end: "".join(words) + end, st.lists(WORDS, min_size=1, max_size=9), ENDS
)
LINES = st.builds(
    lambda start, parts: start + "".join(parts), STARTS, st.lists(SENTENCES, max_size=4)
)
WHOLE_LINES = st.sampled_from(
    [
        "青政发〔2021〕7号",
        "青岚市人民政府",
        "2021年5月8日",
        "（此件公开发布）",
        "青岚市人民政府关于茶园的通知",
        "各县（市）区人民政府：",
        "附件 1",
        "柳 青 市民政局局长",
        "",
    ]
)
ROWS = st.lists(WORDS, min_size=2, max_size=4).map("\t".join)
TEXTS = st.lists(st.one_of(LINES, LINES, WHOLE_LINES, ROWS), max_size=40)


def squeezed(text: str) -> str:
    """The characters that are printed."""
    return re.sub(r"\s", "", text)


@settings(deadline=None)
@given(st.lists(st.one_of(LINES, WHOLE_LINES), max_size=40))
def test_joining_loses_no_character(lines: list[str]) -> None:
    """Only white space goes; the order stays."""
    assert squeezed("".join(join_lines(lines))) == squeezed("".join(lines))


@settings(deadline=None)
@given(TEXTS)
def test_paragraphs_are_tidy(lines: list[str]) -> None:
    """No paragraph is empty, holds a line break or a run of spaces."""
    for paragraph in join_lines(lines):
        assert paragraph.strip()
        assert "\n" not in paragraph
        assert "  " not in paragraph


@settings(deadline=None)
@given(
    st.text(alphabet="第一二三章条、。（）：；1.2青岚市渡口〔2021〕号年月日 \u3000\n", max_size=900)
)
def test_breaks_are_only_added(text: str) -> None:
    """Taking a text apart changes nothing but white space."""
    assert squeezed(restore_breaks(text)) == squeezed(text)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_repairing_twice_changes_nothing(text: str) -> None:
    """What was repaired needs no repair; line breaks are all kept."""
    repaired = repair_characters(text)
    assert repair_characters(repaired) == repaired


def nodes_of(node: Node) -> list[int]:
    """The paragraphs in a node and below it."""
    return node.own + [index for child in node.children for index in nodes_of(child)]


@settings(deadline=None)
@given(TEXTS)
def test_every_paragraph_has_one_place(lines: list[str]) -> None:
    """The parts of an outline hold every paragraph once, but for their titles."""
    paragraphs = join_lines(lines)
    if not paragraphs:
        return
    parts = read_outline(paragraphs, 0, None, "关于茶园的通知")
    held = [index for part in parts for index in nodes_of(part.root)]
    assert len(held) == len(set(held))
    titles = {part.title for part in parts}
    for index in set(range(len(paragraphs))) - set(held):
        text = paragraphs[index]
        # A title that nothing follows opens no part, nor does an annex with nothing in it.
        last = not any(other > index for other in held)
        annex = index and annex_label(paragraphs[index - 1]) is not None
        assert last or annex or text in titles or re.match(r"(?:#+ )?附件", text)


@pytest.mark.parametrize("text", [FLOWED, WRAPPED, as_text()], ids=["flowed", "wrapped", "plain"])
def test_reading_what_was_read(text: str) -> None:
    """A document's stored text, read again, is the same document with the same places."""
    for document in read_documents(text, "a.txt"):
        (again,) = read_documents(document.text, "a.txt")
        assert again.number == document.number
        assert (again.title, again.issued) == (document.title, document.issued)
        assert [p.locator for p in again.passages] == [p.locator for p in document.passages]


def check_passages(document: PolicyDocument) -> None:
    """The contract between a document and its passages."""
    for passage in document.passages:
        assert passage.text
        assert document.text[passage.start : passage.end] == passage.text
    together = re.compile(r"表(（第\d+处）)?(/第\d+至\d+行)?$")
    single = [p for p in document.passages if not together.search(p.locator)]
    for one, other in pairwise(single):
        assert one.end <= other.start
    for passage in document.passages:
        if passage not in single:
            assert CELL in passage.text
