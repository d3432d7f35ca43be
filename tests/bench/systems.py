"""The three things that are timed, each filled, asked and opened in the same way.

    store       this project: ingest.ingest and PolicyRetriever.search
    chroma      plain Chroma with the store's own passages and vectors
    langchain   LangChain's usual recipe: recursive splitter, same embedder, its Chroma class

Imports `ingest`, `vectorstore`, chromadb and LangChain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import chromadb
import numpy as np
from langchain_chroma import Chroma
from langchain_text_splitters import RecursiveCharacterTextSplitter

from tests.bench.questions import Question
from vectorstore.datamodels import PolicyDocument
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.retriever import PolicyRetriever
from vectorstore.store import PolicyStore, context_of, passage_id

SYSTEMS = ("store", "chroma", "langchain")
K = 20
# As in LangChain's own tutorial.
CHUNK_CHARACTERS, CHUNK_OVERLAP = 1_000, 200
_BATCH = 5_000
_COSINE = {"hnsw": {"space": "cosine"}}

Ask = Callable[[Question], list[str]]


class PlainChroma:
    """A Chroma collection that holds passages, their texts and their document's id."""

    def __init__(self, folder: Path, embeddings: PolicyEmbeddings):
        self._embeddings = embeddings
        self._client = chromadb.PersistentClient(
            path=str(folder), settings=chromadb.Settings(anonymized_telemetry=False)
        )
        self._collection = self._client.get_or_create_collection(
            "passages", configuration=_COSINE, embedding_function=None
        )

    def add(
        self, documents: Sequence[PolicyDocument], vectors: np.ndarray, *, texts: bool = True
    ) -> None:
        """Add all passages of `documents`; without `texts` only ids and vectors."""
        rows = [
            (passage_id(each.id, one), {"document": each.id, "year": year_of(each)}, one.text)
            for each, one in passages(documents)
        ]
        for start in range(0, len(rows), _BATCH):
            ids, particulars, bodies = zip(*rows[start : start + _BATCH], strict=True)
            kept = {"documents": list(bodies), "metadatas": list(particulars)}
            self._collection.add(
                list(ids),
                embeddings=np.ascontiguousarray(vectors[start : start + _BATCH]),
                **(kept if texts else {}),
            )

    def ask(self, question: Question) -> list[str]:
        """The texts of the nearest passages."""
        wheres = {
            "restricted": {"where": {"document": question.document}},
            "year": {"where": {"year": question.year}},
        }
        only = wheres.get(question.kind, {})
        vector = self._embeddings.embed_query(question.text)
        return self._collection.query([vector], n_results=K, **only)["documents"][0]

    def close(self) -> None:
        """Let go of the folder."""
        self._client.close()


class LangChainRecipe:
    """Texts split recursively and kept in LangChain's Chroma, with the file as metadata."""

    def __init__(self, folder: Path, embeddings: PolicyEmbeddings):
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARACTERS, chunk_overlap=CHUNK_OVERLAP
        )
        self._store = Chroma(
            "chunks",
            embeddings,
            persist_directory=str(folder),
            client_settings=chromadb.Settings(
                anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder)
            ),
            collection_configuration=_COSINE,
        )

    def split(self, texts: Sequence[str]) -> list[list[str]]:
        """The chunks of each text."""
        return [self._splitter.split_text(text) for text in texts]

    def add(
        self, names: Sequence[str], chunks: Sequence[Sequence[str]], years: Sequence[str]
    ) -> None:
        """Embed and keep the chunks of the files `names`, of the years `years`."""
        rows = [
            (chunk, {"source": name, "year": year})
            for name, year, own in zip(names, years, chunks, strict=True)
            for chunk in own
        ]
        # The class hands everything to Chroma at once, which refuses more than 5,461 rows.
        for start in range(0, len(rows), _BATCH):
            texts, particulars = zip(*rows[start : start + _BATCH], strict=True)
            self._store.add_texts(list(texts), list(particulars))

    def ask(self, question: Question) -> list[str]:
        """The texts of the nearest chunks."""
        filters = {"restricted": {"source": question.source}, "year": {"year": question.year}}
        only = filters.get(question.kind)
        found = self._store.similarity_search(question.text, k=K, filter=only)
        return [each.page_content for each in found]

    def close(self) -> None:
        """Let go of the folder."""
        self._store._client.close()


def year_of(document: PolicyDocument) -> str:
    """The year in which a document was issued, or nothing."""
    return (document.issued or "")[:4]


def passages(documents: Sequence[PolicyDocument]) -> list[tuple]:
    """Every passage with its document."""
    return [(each, passage) for each in documents for passage in each.passages]


def embedded_texts(documents: Sequence[PolicyDocument]) -> list[str]:
    """What the store embeds of every passage."""
    return [f"{context_of(each, one)}\n{one.text}" for each, one in passages(documents)]


def open_system(
    name: str, folder: Path, embeddings: PolicyEmbeddings
) -> tuple[Ask, Callable[[], None]]:
    """A filled system's way to be asked, and to be closed."""
    if name == "store":
        store = PolicyStore(folder)
        retriever = PolicyRetriever(store=store, embeddings=embeddings, k=K)

        issued = defaultdict(list)
        for each in store.summaries():
            issued[(each.issued or "")[:4]].append(each.id)

        def ask(question: Question) -> list[str]:
            wanted = {"restricted": [question.document], "year": issued[question.year]}
            only = wanted.get(question.kind, [])
            return [one.text for one in retriever.search(question.text, documents=only).passages]

        return ask, store.close
    system = {"chroma": PlainChroma, "langchain": LangChainRecipe}[name](folder, embeddings)
    return system.ask, system.close
