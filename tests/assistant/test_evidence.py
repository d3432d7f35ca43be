"""Sentences of the sources: where they begin and end, and which of them answers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import PolicyAssistant
from assistant.evidence import Sentence, best_for_parts, score_sentences, split_sentences
from assistant.questions import read_question
from vectorstore.embedding import PolicyEmbeddings

PIECES = [
    "供暖期内", "温度不得低于19度", "。", "；", "！", "\n", "\n\n", "，", " ", "\u3000", "”", "）",
    "（一）", "第四条 ", "（责任单位：市水务局）", "（牵头单位：市住建局（供暖办）；时限：10月）",
    "(市财政局负责)", "（含租户）", "（", ")", "“清雪。”", "：", "①", "8.5%", "：\n1. ",
]  # fmt: skip


def texts(text: str) -> list[str]:
    """The sentences of `text`."""
    return [text[start:end] for start, end in split_sentences(text)]


def check_spans(text: str) -> None:
    """In order, apart, without white space at the ends, and all else lies in one of them."""
    spans = split_sentences(text)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_sentences_cover_the_text(text: str) -> None:
    """Whatever is strung together, brackets and line breaks anywhere: nothing is lost."""
    check_spans(text)


@given(st.text(max_size=80))
def test_sentences_of_any_text(text: str) -> None:
    """Whatever Unicode holds."""
    check_spans(text)


def test_a_long_text_takes_no_time() -> None:
    """Unclosed brackets without end must not make the pattern search without end."""
    import time

    began = time.monotonic()
    for text in ("（" * 3000, "（责任" * 1000, "供暖（负责" * 1000, "（" * 500 + "）" * 500):
        check_spans(text)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙；丙！丁？戊", ["甲。", "乙；", "丙！", "丁？", "戊"]),
        ("他说“清雪。”然后走了。", ["他说“清雪。”", "然后走了。"]),
        ("一、目标\n六小时内恢复。", ["一、目标", "六小时内恢复。"]),
        ("控制在8.5%以下，共12,500元。", ["控制在8.5%以下，共12,500元。"]),
        ("居民（含租户）可以申请。", ["居民（含租户）可以申请。"]),
        ("", []),
        (" \n\u3000", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    """At full stops, semicolons and line breaks; closing quotes stay with their sentence."""
    assert texts(text) == sentences


@pytest.mark.parametrize(
    "bracket",
    [
        "（责任单位：市水务局）",
        "(市财政局负责)",
        "（牵头单位：市住建局；完成时限：2023年10月底前）",
        "（牵头单位：市住建局（供暖办））",
        "（市水务局牵头，各县（市）区政府配合）",
    ],
)
def test_a_bracket_of_duty_is_a_sentence(bracket: str) -> None:
    """With the brackets within it; behind a full stop or without one."""
    assert texts(f"备足水车。{bracket}检修管网。") == ["备足水车。", bracket, "检修管网。"]
    assert texts(f"备足水车{bracket}\n检修管网。") == ["备足水车", bracket, "检修管网。"]


def scored(assistant: PolicyAssistant, text: str) -> list[Sentence]:
    """The sentences found for a question, best first."""
    question = read_question(text)
    passages = assistant.retriever.search(question.standalone).passages
    return score_sentences(question, passages, assistant.embeddings)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("供暖价格每平方米多少元？", "二十五元"),
        ("养犬登记费每年多少钱？", "一百元"),
        ("投诉停车收费打什么电话？", "0999-5550188"),
        ("供暖期从什么时候开始？", "十一月一日"),
        ("社区书屋每周开放多少小时？", "四十小时"),
        ("管网漏损率控制在百分之几以下？", "8.5%"),
        ("市水务局局长是谁？", "顾青禾"),
        ("养犬管理由哪个部门主管？", "公安机关"),
    ],
)
def test_the_best_sentence_holds_what_is_asked(
    assistant: PolicyAssistant, question: str, words: str
) -> None:
    """An amount for 多少钱, a number to dial for 电话, an authority for 哪个部门."""
    best = scored(assistant, question)[0]
    assert words in best.text
    assert best.fits


def test_scored_sentences_are_verbatim_and_in_order(assistant: PolicyAssistant) -> None:
    """Offsets are the document's; the best comes first; none is there twice in one passage."""
    found = scored(assistant, "供暖价格每平方米多少元？")
    likely = [each.likelihood for each in found]
    assert likely == sorted(likely, reverse=True)
    assert sum(likely) == pytest.approx(1)
    for each in found:
        text = assistant.store.text(each.passage.document_id)
        assert text[each.start : each.end] == each.text
        assert each.passage.start <= each.start < each.end <= each.passage.end
    places = [(each.passage.id, each.start) for each in found]
    assert len(set(places)) == len(places)


def test_nothing_found_gives_nothing(shipped: PolicyEmbeddings) -> None:
    """No passages, no sentences; for questions in parts too."""
    question = read_question("供暖期从什么时候开始，价格多少钱？")
    assert score_sentences(question, [], shipped) == []
    assert best_for_parts(read_question("供暖价格？"), [], shipped) == []
    assert best_for_parts(question, [], shipped) == []


def test_each_part_has_its_sentence(assistant: PolicyAssistant) -> None:
    """In the order of the parts."""
    question = read_question("养犬登记费每年多少钱，由哪个部门负责登记？")
    passages = assistant.retriever.search(question.standalone).passages
    first, second = best_for_parts(question, passages, assistant.embeddings)
    assert "一百元" in first.text
    assert re.search("公安机关", second.text)
