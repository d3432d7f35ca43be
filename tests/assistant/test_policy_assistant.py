"""The contract of `from assistant import PolicyAssistant`: what outside programs rely on."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

import assistant as package
from assistant import Answer, PolicyAssistant
from ingest.pipeline import ingest
from tests.assistant.chat_server import Reply, serving
from tests.assistant.documents import FEES_NUMBER, REPEAL_NUMBER, SNOW_NUMBER, TRAP_NUMBER
from tests.conftest import write_library
from tests.library import HEATING_NUMBER, LIBRARIES_NUMBER, LIBRARY
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import BadQuestion, ModelMismatch, StoreNotFound
from vectorstore.settings import Settings

TEMPERATURE = "居民卧室和客厅的温度不得低于多少摄氏度？"
QUESTIONS = [
    TEMPERATURE,
    "养犬登记费每年多少钱？",
    "停车收费投诉电话是多少？",
    "清雪补助每个街道多少元？",
    "社区书屋每周开放多少小时？",
    "夜钓罚款多少钱？",
    f"{HEATING_NUMBER}主要讲了什么？",
    "供暖期从什么时候开始，价格多少钱？",
    "火星殖民地的土豆怎么种？",
    "大连市的供暖价格是多少？",
    "你好",
]


def test_exported_members() -> None:
    """Exactly these are public, each of them can be had, and nothing else."""
    public = ["Answer", "AnswerEvent", "Citation", "PolicyAssistant", "RankedPassage"]
    assert package.__all__ == public
    assert all(getattr(package, name).__name__ == name for name in public)
    with pytest.raises(AttributeError, match="nothing"):
        _ = package.nothing


@pytest.fixture(scope="module")
def answers(assistant: PolicyAssistant) -> dict[str, Answer]:
    """The answer to each of QUESTIONS."""
    return {question: assistant.ask(question) for question in QUESTIONS}


def test_the_keys_of_an_answer(answers: dict[str, Answer]) -> None:
    """A contract: exactly these, in this order, and all of it is JSON."""
    found = answers[TEMPERATURE].to_dict()
    assert list(found) == [
        "question", "standalone_question", "text", "answered", "citations", "passages", "warnings",
    ]  # fmt: skip
    assert list(found["citations"][0]) == [
        "marker", "number", "title", "locator", "quote", "source", "start", "end", "status",
        "document_id", "digest",
    ]  # fmt: skip
    assert list(found["passages"][0]) == [
        "number", "title", "locator", "text", "source", "score", "document_id", "start", "end",
    ]  # fmt: skip
    again = json.loads(json.dumps(found, ensure_ascii=False))
    assert again["citations"][0]["quote"] == answers[TEMPERATURE].citations[0].quote


def test_an_answer(answers: dict[str, Answer]) -> None:
    """The question as asked, a text with markers, the document and article it rests on."""
    answer = answers[TEMPERATURE]
    assert answer.question == answer.standalone_question == TEMPERATURE
    assert answer.answered
    assert "十九摄氏度" in answer.text
    assert answer.text.endswith("[1]")
    first = answer.citations[0]
    assert (first.marker, first.number, first.locator) == (1, HEATING_NUMBER, "第四条")
    assert first.title == "青岚市人民政府关于印发青岚市居民供暖管理办法的通知"
    assert first.source.endswith("heating.txt")


def test_twenty_passages_best_first(answers: dict[str, Answer]) -> None:
    """Whether answered or refused; the one that answers is the first."""
    for question, answer in answers.items():
        scores = [each.score for each in answer.passages]
        assert scores == sorted(scores, reverse=True), question
        places = {(each.document_id, each.start, each.end) for each in answer.passages}
        # A named document has only so many.
        expected = 8 if HEATING_NUMBER in question else 20
        assert len(places) == len(answer.passages) == expected, question
    assert "十九摄氏度" in answers[TEMPERATURE].passages[0].text


def test_quotes_and_passages_stand_in_the_stored_text(
    assistant: PolicyAssistant, answers: dict[str, Answer]
) -> None:
    """Verbatim, at their offsets, under the right number."""
    for answer in answers.values():
        for each in answer.citations:
            document = assistant.document(each.document_id)
            assert document.text[each.start : each.end] == each.quote != ""
            assert (document.number, document.title) == (each.number, each.title)
        for each in answer.passages:
            assert assistant.document(each.document_id).text[each.start : each.end] == each.text


def test_markers_and_citations_agree(answers: dict[str, Answer]) -> None:
    """Each line has a marker; the citations are numbered from 1 in order of appearance."""
    import re

    for answer in answers.values():
        markers = [int(each) for each in re.findall(r"\[(\d+)\]", answer.text)]
        assert list(dict.fromkeys(markers)) == [each.marker for each in answer.citations]
        assert [each.marker for each in answer.citations] == list(
            range(1, len(answer.citations) + 1)
        )
        if answer.answered:
            assert all(re.search(r"\[\d+\]$", line) for line in answer.text.splitlines())


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_stream_ends_with_the_same_answer(assistant: PolicyAssistant, question: str) -> None:
    """Status, pieces that make up the text, and the whole answer last, once."""
    events = list(assistant.stream(question))
    assert events[-1].answer == assistant.ask(question)
    kinds = [each.kind for each in events]
    assert kinds[0] == "status"
    assert kinds.count("answer") == 1
    assert set(kinds) == {"status", "delta", "answer"}
    assert "".join(each.text for each in events if each.kind == "delta") == events[-1].answer.text


def test_a_bad_question_is_refused_before_anything_is_streamed(assistant: PolicyAssistant) -> None:
    """BadQuestion from both ways of asking."""
    with pytest.raises(BadQuestion):
        assistant.ask("")
    with pytest.raises(BadQuestion):
        list(assistant.stream(" "))


def test_a_digest_is_called_one(answers: dict[str, Answer]) -> None:
    """Its citation says so, and so does a warning; an original gives neither."""
    answer = answers["清雪补助每个街道多少元？"]
    assert answer.citations[0].number == SNOW_NUMBER
    assert answer.citations[0].digest
    assert answer.warnings == ("以上引用的是政策要点（非原文），以公报原文为准。",)
    assert not answers[TEMPERATURE].citations[0].digest
    assert answers[TEMPERATURE].warnings == ()


def test_a_repealed_document_is_called_repealed(answers: dict[str, Answer]) -> None:
    """Its citations carry the status that the repealing document gives it."""
    (citation, *_) = answers["社区书屋每周开放多少小时？"].citations
    assert (citation.number, citation.status) == (LIBRARIES_NUMBER, "已废止")


def test_a_follow_up_in_a_conversation(assistant: PolicyAssistant) -> None:
    """The second question says neither 供暖 nor the document's name."""
    first = assistant.ask("《青岚市居民供暖管理办法》第四条规定了什么？")
    history = [
        {"role": "user", "content": first.question},
        {"role": "assistant", "content": first.text},
    ]
    answer = assistant.ask("第五条呢？", history)
    assert "二十五元" in answer.text
    assert answer.question == "第五条呢？"
    assert "供暖管理办法" in answer.standalone_question


def test_a_question_in_traditional_characters(assistant: PolicyAssistant) -> None:
    """Is answered from the simplified text, which is quoted as it stands."""
    answer = assistant.ask("養犬登記費每年多少錢？")
    assert "一百元" in answer.text
    assert "养犬登记费" in answer.citations[0].quote


def test_a_documents_own_words_for_a_model_change_nothing(answers: dict[str, Answer]) -> None:
    """The built-in writer obeys nobody; keys in a document's text are text."""
    answer = answers["夜钓罚款多少钱？"]
    assert "50元" in answer.text
    assert {each.number for each in answer.citations} == {TRAP_NUMBER}


def test_many_threads_ask_one_assistant(
    assistant: PolicyAssistant, answers: dict[str, Answer]
) -> None:
    """Each gets the answer to its own question."""
    found: dict[tuple[int, str], Answer] = {}

    def ask(thread: int) -> None:
        for question in QUESTIONS[thread % 3 :: 3]:
            found[thread, question] = assistant.ask(question)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(9)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 3 * len(QUESTIONS)
    assert all(answer == answers[question] for (_, question), answer in found.items())


def test_example_questions_are_answered(assistant: PolicyAssistant) -> None:
    """Up to six, each one answered with a citation."""
    examples = assistant.example_questions()
    assert 1 <= len(examples) <= 6
    assert len(set(examples)) == len(examples)
    assert all(assistant.ask(each).answered for each in examples)


def test_examples_are_tried_without_the_language_model(
    city_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening the page must not cost a dozen calls."""
    with serving() as server:
        server.script = [Reply(["。"])]
        settings = Settings(chat_model="openai:test", chat_base_url=server.base_url)
        PolicyAssistant(city_store, settings=settings).example_questions()
        assert server.requests == []


def test_what_an_ingest_adds_is_seen(tmp_path: Path, shipped: PolicyEmbeddings) -> None:
    """By an assistant that was opened before; and what it takes away is gone."""
    store = tmp_path / "store"
    ingest([write_library(tmp_path / "one", LIBRARY)], store, embeddings=shipped)
    made = PolicyAssistant(store, settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    question = "停车收费投诉电话是多少？"
    assert not made.ask(question).answered
    from tests.assistant.documents import FEES

    ingest([write_library(tmp_path / "two", {"fees.txt": FEES})], store, embeddings=shipped)
    assert made.ask(question).citations[0].number == FEES_NUMBER
    ingest([], store, embeddings=shipped, remove=[FEES_NUMBER])
    assert not made.ask(question).answered


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    """Said at once, with the folder's name."""
    with pytest.raises(StoreNotFound, match="nowhere"):
        PolicyAssistant(tmp_path / "nowhere", settings=Settings())


def test_a_store_of_another_model(store: Path) -> None:
    """Said at once, with both models and the way out."""
    with pytest.raises(ModelMismatch, match="--rebuild"):
        PolicyAssistant(store, settings=Settings())


def test_a_document_by_its_id(assistant: PolicyAssistant) -> None:
    """With its text; None for an id that nothing has."""
    (found,) = assistant.store.ids_by_number(REPEAL_NUMBER)
    assert assistant.document(found).number == REPEAL_NUMBER
    assert assistant.document("none") is None


def test_a_question_to_one_document_only(assistant: PolicyAssistant) -> None:
    """With `documents` nothing else is looked in, even where another number is named."""
    heating = assistant.store.ids_by_number(HEATING_NUMBER)
    for question in (TEMPERATURE, f"{FEES_NUMBER}：{TEMPERATURE}"):
        found = assistant.ask(question, documents=heating)
        assert {each.document_id for each in found.passages} == set(heating)
    elsewhere = assistant.ask(TEMPERATURE, documents=assistant.store.ids_by_number(FEES_NUMBER))
    assert not any("十九摄氏度" in each.text for each in elsewhere.passages)
    assert not assistant.ask(TEMPERATURE, documents=["no such id"]).answered
