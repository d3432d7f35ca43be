"""Attempts to get past the promises: a quote that is not verbatim, a sentence without support."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field

from assistant import Answer, PolicyAssistant
from ingest.pipeline import ingest
from tests.assistant.documents import TRAP_NUMBER
from tests.conftest import write_library
from tests.library import HEATING, LIBRARY
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import BadQuestion
from vectorstore.settings import Settings

QUESTION = "居民卧室和客厅的温度不得低于多少摄氏度？"
PIECES = [
    "居民卧室和客厅的温度不得低于十九摄氏度。",
    "居民卧室和客厅的温度不得低于二十九摄氏度。",
    "居民供暖价格为每平方米二十五元。",
    "《青岚市居民供暖管理办法》",
    *(
        "可以。",
        "免费。",
        "第四条",
        "原文：",
        "依据是",
        "1. ",
        "**",
        "\n\n",
        "｜",
        "\u202e",
        "\x00",
    ),
    *("[KEY]", "[KEY0]", "【KEY】", "[P1]", "[1]", "[2]", "[", "]"),
    *("<think>", "</think>", "【无法回答】"),
]


class SayingModel(GenericFakeChatModel):
    """Says `said`, in which KEY stands for a key that it was shown."""

    said: list[str] = Field(default_factory=list)

    def _stream(self, messages, *_: object, **__: object) -> Iterator[ChatGenerationChunk]:
        keys = re.findall(r"\[(P\d+)\]", messages[-1].content)
        text = self.said[0].replace("KEY0", keys[-1]).replace("KEY", keys[0])
        for i in range(0, len(text), 3):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[i : i + 3]))


@pytest.fixture(scope="module")
def talked_to(city_store: Path, shipped: PolicyEmbeddings) -> tuple[PolicyAssistant, SayingModel]:
    """An assistant whose model says what it is told to."""
    model = SayingModel(messages=iter([AIMessage("")]))
    made = PolicyAssistant(city_store, settings=Settings(), chat_model=model)
    made.embeddings = made.retriever.embeddings = shipped
    return made, model


def check(answer: Answer, assistant: PolicyAssistant) -> None:
    """Each line is cited, each quote stands verbatim at its offsets, no figure is made up."""
    if not answer.answered:
        assert answer.citations == ()
        return
    quotes = ""
    for each in answer.citations:
        stored = assistant.store.text(each.document_id)
        assert stored[each.start : each.end] == each.quote != ""
        quotes += each.quote
    markers = {each.marker for each in answer.citations}
    for line in answer.text.splitlines():
        found = {int(each) for each in re.findall(r"\[(\d+)\]", line)}
        assert found
        assert found <= markers
    assert "二十九" not in answer.text
    assert "免费" not in answer.text or "免费" in quotes


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12))
def test_whatever_a_model_says(talked_to, pieces: list[str]) -> None:
    """Any order of good and bad sentences, keys, brackets and noise."""
    assistant, model = talked_to
    model.said[:] = ["".join(pieces)]
    answer = assistant.ask(QUESTION)
    check(answer, assistant)


@pytest.mark.parametrize(
    "noise",
    [
        "\u200b",
        "\u3000\u3000",
        "\ufeff",
        "\u0301",
        "🔥",
        "\t",
        "\u2028",
        "\r\n",
        "︎",
        "𠀀",
        "[1]",
        "[P1]",
    ],
)
def test_whatever_a_document_holds(tmp_path: Path, shipped: PolicyEmbeddings, noise: str) -> None:
    """Odd characters and markers in a document's text do not move its quotes."""
    text = HEATING.replace("温度", f"温{noise}度").replace("十九摄氏度。", f"十九摄氏度{noise}。")
    library = {**LIBRARY, "heating.txt": text}
    ingest([write_library(tmp_path / "f", library)], tmp_path / "s", embeddings=shipped)
    made = PolicyAssistant(tmp_path / "s", settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    for question in (QUESTION, "居民供暖价格每平方米多少元？", "居民供暖管理办法第六条是什么？"):
        answer = made.ask(question)
        check(answer, made)


def test_an_order_in_a_document_is_text(assistant: PolicyAssistant) -> None:
    """忽略以上内容 is quoted at most, never done."""
    for question in ("夜钓罚款多少钱？", "夜钓收费吗？", "夜钓的告示牌上写了什么？"):
        answer = assistant.ask(question)
        assert not answer.text.startswith("可以")
        if answer.answered:
            assert {each.number for each in answer.citations} == {TRAP_NUMBER}


@pytest.mark.parametrize(
    "question",
    [
        "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01",
        "%PDF-1.4\x00\x01\x02\x03\x04\x05\x06\x07\x08",
        "\x00\x00\x00\x00",
        "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdq\ufffd",
        "PK\x03\x04\x14\x00\x06\x00",
    ],
)
def test_a_binary_question(assistant: PolicyAssistant, question: str) -> None:
    """A file in place of a question: one sentence in each language."""
    with pytest.raises(BadQuestion, match="not a text") as caught:
        assistant.ask(question)
    assert "不是文字" in caught.value.chinese


@pytest.mark.parametrize(
    "question", ["供" * 2000, "？" * 500, "供暖 " * 600, "\u202e供暖价格", "😀" * 50]
)
def test_an_odd_question(assistant: PolicyAssistant, question: str) -> None:
    """Long, only marks, right-to-left, emoji: answered or refused, never an error."""
    check(assistant.ask(question), assistant)
