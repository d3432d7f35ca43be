"""Two plain retrievers to stand beside the assistant, over the same documents and questions.

In: the stored documents (and the embedder). Out: an `ask` that answers with its best chunk,
cites that chunk's document, and never refuses. May import: assistant.datamodels,
vectorstore.datamodels; bm25s, rjieba, Chroma and LangChain's splitter, each when it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.batch import Ask
from assistant.datamodels import Answer, Citation, RankedPassage
from vectorstore.datamodels import STATUS_UNKNOWN, PolicyDocument

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

CHUNK_CHARACTERS = 500
CHUNK_OVERLAP = 50
BATCH = 1000
SEPARATORS = ["\n\n", "\n", "。", "；", "！", "？", "，", ""]

Ranking = Callable[[str], Sequence[tuple[int, float]]]


@dataclass(frozen=True)
class Chunk:
    """A stretch of a document, cut without regard to its structure."""

    document: PolicyDocument
    start: int
    text: str

    def passage(self, score: float) -> RankedPassage:
        """The chunk as a ranked passage."""
        document = self.document
        return RankedPassage(
            number=document.number,
            title=document.title,
            locator="",
            text=self.text,
            source=document.source,
            score=score,
            document_id=document.id,
            start=self.start,
            end=self.start + len(self.text),
        )


def bm25(documents: Sequence[PolicyDocument], embeddings: Embeddings | None, k: int) -> Ask:
    """BM25 over the words of chunks of 500 characters."""
    import bm25s

    chunks = list(_windows(documents))
    if not chunks:
        return _ask([], lambda question: [])
    index = bm25s.BM25()
    index.index([_words(chunk.text) for chunk in chunks], show_progress=False)

    def rank(question: str) -> list[tuple[int, float]]:
        size = min(k, len(chunks))
        found, scores = index.retrieve([_words(question)], k=size, show_progress=False)
        return [(int(one), float(score)) for one, score in zip(found[0], scores[0], strict=True)]

    return _ask(chunks, rank)


def _windows(documents: Sequence[PolicyDocument]) -> Iterator[Chunk]:
    for document in documents:
        for start in range(0, len(document.text), CHUNK_CHARACTERS):
            yield Chunk(document, start, document.text[start : start + CHUNK_CHARACTERS])


def _words(text: str) -> list[str]:
    import rjieba

    return [word for word in rjieba.cut(text) if not word.isspace()]


def dense(documents: Sequence[PolicyDocument], embeddings: Embeddings | None, k: int) -> Ask:
    """Chroma's similarity search over LangChain's recursive chunks, with the same embedder."""
    if embeddings is None:
        raise ValueError("dense needs the embedder of the store")
    import chromadb

    chunks = list(_recursive_chunks(documents))
    if not chunks:
        return _ask([], lambda question: [])
    client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
    # In-memory clients of one process share their collections: the name must be free.
    if any(one.name == "baseline" for one in client.list_collections()):
        client.delete_collection("baseline")
    collection = client.create_collection(
        "baseline", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    for first in range(0, len(chunks), BATCH):
        batch = chunks[first : first + BATCH]
        ids = [str(first + offset) for offset in range(len(batch))]
        collection.add(ids, embeddings=embeddings.embed_documents([one.text for one in batch]))

    def rank(question: str) -> list[tuple[int, float]]:
        size = min(k, len(chunks))
        found = collection.query(embeddings.embed_query(question), n_results=size)
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(int(one), 1.0 - distance) for one, distance in pairs]

    return _ask(chunks, rank)


def _recursive_chunks(documents: Sequence[PolicyDocument]) -> Iterator[Chunk]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        SEPARATORS,
        keep_separator="end",
        chunk_size=CHUNK_CHARACTERS,
        chunk_overlap=CHUNK_OVERLAP,
        add_start_index=True,
        strip_whitespace=False,
    )
    for document in documents:
        for piece in splitter.create_documents([document.text]):
            yield Chunk(document, piece.metadata["start_index"], piece.page_content)


BASELINES: dict[str, Callable[[Sequence[PolicyDocument], Embeddings | None, int], Ask]] = {
    "bm25": bm25,
    "dense": dense,
}


def _ask(chunks: Sequence[Chunk], rank: Ranking) -> Ask:
    def ask(question: str, history: list[dict]) -> Answer:
        """Search for the question as it stands, after the turns the user typed before it."""
        asked = [turn["content"] for turn in history if turn["role"] == "user"]
        searched = "\n".join([*asked, question])
        ranked = rank(searched)
        passages = tuple(chunks[one].passage(score) for one, score in ranked)
        text = passages[0].text if passages else ""
        citations = tuple(map(_cite, passages[:1]))
        return Answer(
            question, searched, text, answered=True, citations=citations, passages=passages
        )

    return ask


def _cite(passage: RankedPassage) -> Citation:
    return Citation(
        marker=1,
        number=passage.number,
        title=passage.title,
        locator=passage.locator,
        quote=passage.text,
        source=passage.source,
        start=passage.start,
        end=passage.end,
        status=STATUS_UNKNOWN,
        document_id=passage.document_id,
    )
