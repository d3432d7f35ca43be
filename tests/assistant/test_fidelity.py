"""Attempts to have a quote that does not stand in its document: while it changes, however it is
written, wherever a passage ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field

from assistant import Answer, PolicyAssistant
from assistant.drafts import Evidence, Statement, evidence_in
from assistant.verification import verify
from ingest.pipeline import ingest
from tests.library import HEATING, HEATING_NUMBER, LIBRARY
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings

QUESTION = "居民卧室和客厅的温度不得低于多少摄氏度？"
COLDER = HEATING.replace("十九摄氏度", "十七摄氏度").replace("第一章 总则", "第一章 总则 （修订）")


class InterruptedModel(GenericFakeChatModel):
    """Answers from what it was shown, but first does what `meanwhile` says."""

    meanwhile: list[Callable[[], None]] = Field(default_factory=list)

    def _stream(self, messages, *_: object, **__: object) -> Iterator[ChatGenerationChunk]:
        if self.meanwhile:
            self.meanwhile.pop()()
        shown = re.findall(r"\[(P\d+)\][^\n]*\n<<<\n(.*?)\n>>>", messages[-1].content, re.DOTALL)
        key, text = next(each for each in shown if "摄氏度" in each[1])
        degrees = re.search(r"低于(\S{2})摄氏度", text)[1]
        for piece in ("居民卧室和客厅的温度", f"不得低于{degrees}摄氏度。[{key}]"):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))


def write(folder: Path, text: str, name: str = "heating.txt") -> Path:
    """The file of a document, written as it is."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode("utf-8"))
    return folder / name


def made(store: Path, shipped: PolicyEmbeddings, **options: object) -> PolicyAssistant:
    """An assistant on that store."""
    assistant = PolicyAssistant(store, settings=Settings(), **options)
    assistant.embeddings = assistant.retriever.embeddings = shipped
    return assistant


def check(answer: Answer, assistant: PolicyAssistant) -> None:
    """Answered, and each quote stands in a document that the store holds now."""
    assert answer.answered
    assert answer.citations
    for each in answer.citations:
        stored = assistant.store.text(each.document_id)
        assert stored is not None
        assert stored[each.start : each.end] == each.quote != ""


@pytest.mark.parametrize("way", ["ask", "stream"])
@pytest.mark.parametrize("writer", ["model", "built-in"])
def test_a_document_replaced_while_answering(
    tmp_path: Path,
    shipped: PolicyEmbeddings,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    writer: str,
) -> None:
    """The answer is made anew from the new text; the old one is not quoted."""
    store, files = tmp_path / "store", tmp_path / "files"
    ingest([write(files, HEATING)], store, embeddings=shipped)

    def replaced() -> None:
        ingest([write(files, COLDER)], store, embeddings=shipped)

    if writer == "model":
        model = InterruptedModel(messages=iter([AIMessage("")]), meanwhile=[replaced])
        assistant = made(store, shipped, chat_model=model)
    else:
        assistant = made(store, shipped)
        search, waiting = assistant.retriever.search, [replaced]

        def interrupted(*args: object, **options: object):
            result = search(*args, **options)
            if waiting:
                waiting.pop()()
            return result

        finder = assistant.finder
        monkeypatch.setattr(finder, "retriever", Interrupted(finder.retriever, interrupted))
    answer = (
        assistant.ask(QUESTION) if way == "ask" else list(assistant.stream(QUESTION))[-1].answer
    )
    check(answer, assistant)
    assert "十七" in answer.text
    assert "十九" not in answer.text


class Interrupted:
    """A retriever during whose search something happens."""

    def __init__(self, retriever: object, search: Callable):
        self._retriever = retriever
        self.search = search

    def __getattr__(self, name: str) -> object:
        return getattr(self._retriever, name)


def test_a_document_removed_while_answering(tmp_path: Path, shipped: PolicyEmbeddings) -> None:
    """Is not cited."""
    store, files = tmp_path / "store", tmp_path / "files"
    for name, text in LIBRARY.items():
        write(files, text, name)
    ingest([files], store, embeddings=shipped)

    def removed() -> None:
        ingest([], store, embeddings=shipped, remove=[HEATING_NUMBER])

    model = InterruptedModel(messages=iter([AIMessage("")]), meanwhile=[removed])
    answer = made(store, shipped, chat_model=model).ask(QUESTION)
    assert HEATING_NUMBER not in {each.number for each in answer.citations}
    assert "十九" not in answer.text


def test_citations_outlive_a_rebuild(tmp_path: Path, shipped: PolicyEmbeddings) -> None:
    """The same text has the same id and offsets; a changed one is another document."""
    store, files = tmp_path / "store", tmp_path / "files"
    ingest([write(files, HEATING)], store, embeddings=shipped)
    before = made(store, shipped).ask(QUESTION)
    ingest([files], store, embeddings=shipped, rebuild=True)
    check(before, made(store, shipped))
    ingest([write(files, COLDER)], store, embeddings=shipped)
    assistant = made(store, shipped)
    for each in before.citations:
        assert assistant.store.text(each.document_id) is None
    check(assistant.ask(QUESTION), assistant)


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n\n", "\r\n\n\r"),
        lambda text: "\ufeff" + text,
        lambda text: unicodedata.normalize("NFD", text.replace("温度", "温度é ＡＢＣ ㎡ ﬁ")),
        lambda text: text.replace("温度", "温\u0301度\u20dd"),
        lambda text: text.replace("卧室", "卧\u2fa5室"),
        lambda text: text.replace("客厅", "客\U00020000厅\ufe0f\u200d🔥"),
        lambda text: text.replace("，", ",").replace("。", ". "),
        lambda text: text.replace("不得", "不\n得"),
        lambda text: text.replace("不得", "不\u3000得"),
        lambda text: text.replace("不得低于", "不得\x0c低于"),
        lambda text: text.replace("十九", "十\u00ad九"),
        lambda text: text + "\n" + text,
        lambda text: text.replace("第五条", "第四条"),
    ],
)
def test_however_a_document_is_written(
    tmp_path: Path, shipped: PolicyEmbeddings, written: Callable[[str], str]
) -> None:
    """Line ends, marks, combining signs, radicals, signs outside the first plane, repeated text."""
    ingest([write(tmp_path / "f", written(HEATING))], tmp_path / "s", embeddings=shipped)
    assistant = made(tmp_path / "s", shipped)
    for question in (QUESTION, "居民供暖价格每平方米多少元？", "供暖管理办法主要内容是什么？"):
        answer = assistant.ask(question)
        if answer.answered:
            check(answer, assistant)
    assert assistant.ask("居民供暖价格每平方米多少元？").answered


def test_the_same_text_in_two_files(tmp_path: Path, shipped: PolicyEmbeddings) -> None:
    """Each quote belongs to the document that it names."""
    files = tmp_path / "f"
    write(files, HEATING, "one.txt")
    write(files, "\n\n前言\n\n" + HEATING, "two.txt")
    ingest([files], tmp_path / "s", embeddings=shipped)
    assistant = made(tmp_path / "s", shipped)
    check(assistant.ask(QUESTION), assistant)


def held(assistant: PolicyAssistant, evidence: Evidence) -> bool:
    """Whether a sentence without figures holds with that evidence alone."""
    statement = Statement(f"{evidence.text or '供暖'}", (evidence,))
    return bool(verify([statement], assistant.store.text)[0])


def test_a_quote_across_two_passages(assistant: PolicyAssistant, passage) -> None:
    """Holds as it stands in the document, and not with anything between left out."""
    first = passage(HEATING_NUMBER, "不得低于十九摄氏度")
    second = passage(HEATING_NUMBER, "每平方米二十五元")
    text = assistant.store.text(first.document_id)
    across = Evidence(first, first.start, second.end, text[first.start : second.end])
    assert held(assistant, across)
    assert not held(assistant, replace(across, text=first.text + second.text))
    assert not held(assistant, evidence_in(first, first.start, second.end))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(-400, 900), end=st.integers(-400, 900), text=st.text(max_size=4))
def test_only_what_stands_there_is_a_quote(
    assistant: PolicyAssistant, passage, start: int, end: int, text: str
) -> None:
    """Whatever offsets and words a writer hands over."""
    found = passage(HEATING_NUMBER, "不得低于十九摄氏度")
    stored = assistant.store.text(found.document_id)
    true = 0 <= start < end <= len(stored)
    there = stored[start:end] if true else text
    assert verify(
        [Statement("供暖", (Evidence(found, start, end, there + text),))], assistant.store.text
    )[0] == [] or (true and not text)
