"""Hybrid search over a store, as LangChain and the assistant use it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from tests.library import BICYCLES_NUMBER, DOGS_NUMBER, HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.retriever import PolicyRetriever
from vectorstore.store import PolicyStore
from vectorstore.writer import StoreWriter


@pytest.fixture
def retriever(store: Path, embeddings: PolicyEmbeddings) -> PolicyRetriever:
    """Over the four documents."""
    return PolicyRetriever(store=PolicyStore(store), embeddings=embeddings)


def test_it_is_a_langchain_retriever(retriever: PolicyRetriever) -> None:
    """`invoke` gives Documents with everything else as metadata, in the order of `search`."""
    assert isinstance(retriever, BaseRetriever)
    question = "居民卧室和客厅的温度"
    documents = retriever.invoke(question)
    assert all(isinstance(each, Document) for each in documents)
    assert "十九摄氏度" in documents[0].page_content
    assert documents[0].metadata["number"] == HEATING_NUMBER
    assert documents[0].metadata["locator"] == "第四条"
    found = retriever.search(question).passages
    assert [each.id for each in documents] == [each.id for each in found]
    expected = {key: value for key, value in asdict(found[0]).items() if key not in ("id", "text")}
    assert documents[0].metadata == expected


def test_passages_are_verbatim(retriever: PolicyRetriever) -> None:
    """Offsets lead to the same text in the stored document."""
    for each in retriever.search("供暖 单车 养犬 书屋").passages:
        document = retriever.store.document(each.document_id)
        assert document.text[each.start : each.end] == each.text
        assert each.title == document.title


@pytest.mark.parametrize(
    "spelling", ["青政办发〔2022〕15号", "青政办发[2022]15号", "青政办发(２０２２)第15号"]
)
def test_a_number_restricts_the_search(retriever: PolicyRetriever, spelling: str) -> None:
    """To the document that bears it, however little the words fit."""
    result = retriever.search(f"{spelling}对养犬登记费怎么说")
    assert result.named == (BICYCLES_NUMBER,)
    assert result.missing == ()
    assert {each.number for each in result.passages} == {BICYCLES_NUMBER}


def test_an_order_is_found_by_its_number(retriever: PolicyRetriever) -> None:
    """Government orders are numbered otherwise."""
    result = retriever.search("青岚市人民政府令第12号规定犬链多长")
    assert {each.number for each in result.passages} == {DOGS_NUMBER}


def test_a_number_that_no_document_bears(retriever: PolicyRetriever) -> None:
    """It is reported; what mentions it may still be found."""
    result = retriever.search("青政发〔1999〕77号还有效吗")
    assert result.missing == ("青政发〔1999〕77号",)


def test_restriction_to_documents(retriever: PolicyRetriever) -> None:
    """By id, as follow-up questions do."""
    ids = retriever.store.ids_by_number(DOGS_NUMBER)
    found = retriever.search("供暖价格", documents=ids).passages
    assert {each.number for each in found} == {DOGS_NUMBER}


def test_restriction_to_many_documents(
    retriever: PolicyRetriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year's documents are too many to compare all passages; still only they are found."""
    monkeypatch.setattr("vectorstore.retriever._LISTED", 1)
    numbers = {HEATING_NUMBER, DOGS_NUMBER}
    ids = [each for number in numbers for each in retriever.store.ids_by_number(number)]
    found = retriever.search("供暖价格和犬链多长", documents=ids).passages
    assert {each.number for each in found} == numbers


@pytest.mark.parametrize(
    "question",
    [
        "",
        " ",
        "？？？",
        "😀😀",
        "\0",
        "()[]{}*^~",
        "\u202e\u200b",
        "A" * 100_000,
        "How warm must a flat be?",
    ],
)
def test_odd_questions_do_no_harm(retriever: PolicyRetriever, question: str) -> None:
    """Whatever they find is something that exists."""
    for each in retriever.search(question).passages:
        assert retriever.store.text(each.document_id)


def test_a_very_long_question(retriever: PolicyRetriever) -> None:
    """100,000 characters are answered from the first ones, without delay."""
    found = retriever.search("居民卧室和客厅的温度不得低于多少摄氏度" * 5_300).passages
    assert "十九摄氏度" in found[0].text


def test_results_are_repeatable_and_limited(retriever: PolicyRetriever) -> None:
    """The same question gives the same order; k is kept."""
    first = retriever.search("市政府", k=3).passages
    assert len(first) == 3
    assert first == retriever.search("市政府", k=3).passages
    scores = [each.score for each in first]
    assert scores == sorted(scores, reverse=True)


def test_an_empty_store_finds_nothing(tmp_path: Path, embeddings: PolicyEmbeddings) -> None:
    """Before anything was ingested, and with nothing in it."""
    with StoreWriter(tmp_path / "store", embeddings) as writer:
        writer.commit()
    retriever = PolicyRetriever(store=PolicyStore(tmp_path / "store"), embeddings=embeddings)
    assert retriever.search("供暖").passages == ()
    assert retriever.invoke("供暖") == []
