"""The shipped model, loaded once, and an assistant on a store of nine invented documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import PolicyAssistant
from ingest.pipeline import ingest
from tests.assistant.documents import DOCUMENTS
from tests.conftest import write_library
from vectorstore.datamodels import FoundPassage, PolicyDocument
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.settings import Settings


@pytest.fixture(scope="session")
def shipped() -> PolicyEmbeddings:
    """The embedding model that the project ships."""
    embeddings = PolicyEmbeddings()
    embeddings.load()
    return embeddings


@pytest.fixture(scope="session")
def city_store(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings) -> Path:
    """A store of the nine documents; only to be read."""
    folder = tmp_path_factory.mktemp("city")
    report = ingest(
        [write_library(folder / "files", DOCUMENTS)], folder / "store", embeddings=shipped
    )
    assert not report.failures
    return folder / "store"


@pytest.fixture(scope="session")
def assistant(city_store: Path, shipped: PolicyEmbeddings) -> PolicyAssistant:
    """The assistant as it is without a language model."""
    made = PolicyAssistant(city_store, settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


@pytest.fixture(scope="session")
def document(assistant: PolicyAssistant) -> Callable[[str], PolicyDocument]:
    """A stored document by its number."""

    def get(number: str) -> PolicyDocument:
        (found,) = assistant.store.ids_by_number(number)
        return assistant.store.document(found)

    return get


@pytest.fixture(scope="session")
def passage(assistant: PolicyAssistant) -> Callable[[str, str], FoundPassage]:
    """The found passage of a document number that holds some words."""

    def get(number: str, words: str) -> FoundPassage:
        ids = assistant.store.passage_ids(assistant.store.ids_by_number(number))
        return next(each for each in assistant.store.found(ids).values() if words in each.text)

    return get
