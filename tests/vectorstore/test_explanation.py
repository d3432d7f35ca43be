"""Why each passage stands where it stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.library import HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.explanation import explain
from vectorstore.retriever import PolicyRetriever
from vectorstore.store import PolicyStore

QUESTION = "第四条 居民卧室的温度"


def test_a_table_of_parts(store: Path, embeddings: PolicyEmbeddings) -> None:
    """One line a passage, with its place and what each part adds; the parts sum to the score."""
    retriever = PolicyRetriever(store=PolicyStore(store), embeddings=embeddings, k=5, explain=True)
    found = retriever.search(QUESTION).passages
    for each in found:
        assert sum(value for _, value in each.parts) == pytest.approx(each.score)
    lines = retriever.search(QUESTION).explained().splitlines()
    assert len(lines) == len(found) + 1
    assert all(name in lines[0] for name in ("score", "lexical", "similarity", "article"))
    assert HEATING_NUMBER in lines[1]
    assert f"{found[0].score:.3f}" in lines[1]
    assert retriever.invoke(QUESTION)[0].metadata["explanation"].splitlines() == lines


def test_markup_in_a_document_is_text(store: Path, embeddings: PolicyEmbeddings) -> None:
    """Square brackets are shown, not taken for the table's markup."""
    retriever = PolicyRetriever(store=PolicyStore(store), embeddings=embeddings)
    odd = replace(retriever.search(QUESTION).passages[0], text="[bold]供暖[/bold]")
    assert "[bold]供暖[/bold]" in explain([odd])
