"""Hybrid retrieval: a question -> the passages that answer it, best first.

`PolicyRetriever` is a LangChain `BaseRetriever`; `search` gives the same passages as frozen
dataclasses, with the parts of their scores. Dense and lexical scores are added, the lexical one
as coverage of the question (see `lexical`): `coverage + w * cosine`. A citizen's question shares
few words with the text, its coverage is low everywhere, and the dense part decides by itself;
equal-weight reciprocal rank fusion loses 14 points of hit@1 against this. Imports `store`,
`embedding`, `numbers`; knows nothing of answers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import StoreBusy
from vectorstore.numbers import find_numbers, numeral_value
from vectorstore.passages import Place
from vectorstore.store import PolicyStore, Snapshot, VersionGone
from vectorstore.thesaurus import expand

DENSE_WEIGHT = 0.3
# A document with several good passages is likelier to be the right one than one with a lucky hit.
_SUPPORT_WEIGHT = 0.3
_SUPPORT_DEPTH = 3
EXPANSION_PULL = 0.2
_ARTICLE_BONUS = 0.5
_CANDIDATES = 60
_RETRIES = 5
# Longer questions add nothing but time; what is asked stands at one of the ends.
_LONGEST = 2_000
_ARTICLE = re.compile(r"第\s*([〇零一二三四五六七八九十百千\d]+)\s*条")


@dataclass(frozen=True)
class SearchResult:
    """What one search saw. `named` are the numbers in the question, `missing` those of them that
    no stored document bears."""

    passages: tuple[FoundPassage, ...]
    named: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class PolicyRetriever(BaseRetriever):
    """Searches one store. Thread-safe; follows the store from version to version."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: PolicyStore
    embeddings: PolicyEmbeddings
    k: int = 20
    dense_weight: float = DENSE_WEIGHT

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [as_document(each) for each in self.search(query).passages]

    def search(
        self, question: str, *, k: int | None = None, documents: Sequence[str] = ()
    ) -> SearchResult:
        """The `k` best passages for `question`, of the documents with the ids `documents` if any.

        A document number in the question restricts the search to that document when the store
        has it. An empty or punctuation-only question finds nothing.
        """
        question = question[:_LONGEST]
        named = tuple(dict.fromkeys(number for number, _, _ in find_numbers(question)))
        for _ in range(_RETRIES):
            try:
                result = self._search_version(question, k or self.k, documents, named)
            except VersionGone:
                continue
            if result is not None:
                return result
        raise StoreBusy(
            f"The store in {self.store.folder} changes too fast to be searched; try again.",
            "政策库正在频繁更新，请稍后再问。",
        )

    def _search_version(
        self, question: str, k: int, documents: Sequence[str], named: tuple[str, ...]
    ) -> SearchResult | None:
        """What the current version of the store holds; None when it was switched meanwhile."""
        snapshot = self.store.snapshot()
        by_number = {number: self.store.ids_by_number(number) for number in named}
        missing = tuple(number for number, ids in by_number.items() if not ids)
        if snapshot is None:
            return SearchResult((), named, missing)
        # A number that the store lacks may be what the question is about ("is it still valid?"):
        # then the documents that mention it are wanted, not only the others that are named.
        if by_number and not missing and not documents:
            documents = [each for ids in by_number.values() for each in ids]
        found = self._search(snapshot, question, k, documents)
        if snapshot.version != self.store.version:
            return None
        return SearchResult(tuple(found), named, missing)

    def _search(
        self, snapshot: Snapshot, question: str, k: int, documents: Sequence[str]
    ) -> list[FoundPassage]:
        expansion = expand(question)
        vector = self._vector(question, expansion)
        asked = snapshot.lexical.question(question, expansion)
        lexical = snapshot.lexical.candidates(asked, _CANDIDATES, documents)
        if documents:
            candidates = self.store.passage_ids(documents)
            dense = snapshot.similarities(vector, candidates)
        else:
            dense = dict(snapshot.vectors.nearest(vector, _CANDIDATES))
            candidates = list(dict.fromkeys([*lexical, *dense]))
            dense |= snapshot.similarities(
                vector, [each for each in candidates if each not in dense]
            )
        lexical = snapshot.lexical.scores(asked, candidates)
        articles = {numeral_value(match) for match in _ARTICLE.findall(question)}
        scored = [
            (place, self._score(place, lexical.get(each, 0.0), dense.get(each, 0.0), articles))
            for each, place in self.store.places(candidates).items()
        ]
        scored = _with_support(scored)
        scored.sort(key=lambda each: (-each[1], each[0].document_id, each[0].start))
        best = {place.id: score for place, score in scored[:k]}
        found = self.store.found(list(best))
        return [
            replace(
                found[each],
                score=score,
                similarity=dense.get(each, 0.0),
                lexical=lexical.get(each, 0.0),
            )
            for each, score in best.items()
            if each in found
        ]

    def _vector(self, question: str, expansion: Sequence[str]) -> np.ndarray:
        """The question's unit vector, drawn towards the official terms for what it says."""
        vector = np.asarray(self.embeddings.embed_query(question), np.float32)
        if expansion:
            official = np.asarray(self.embeddings.embed_query(" ".join(expansion)), np.float32)
            vector = vector + EXPANSION_PULL * official
        return vector / max(float(np.linalg.norm(vector)), 1e-9)

    def _score(self, place: Place, lexical: float, similarity: float, articles: set[int]) -> float:
        score = lexical + self.dense_weight * similarity
        if articles:
            last = _ARTICLE.search(place.locator)
            score += _ARTICLE_BONUS * bool(last and numeral_value(last[1]) in articles)
        return score


def _with_support(scored: list[tuple[Place, float]]) -> list[tuple[Place, float]]:
    """The candidates with their document's best scores, averaged, added to their own."""
    by_document = defaultdict(list)
    for place, score in scored:
        by_document[place.document_id].append(score)
    support = {
        document: sum(sorted(scores, reverse=True)[:_SUPPORT_DEPTH]) / _SUPPORT_DEPTH
        for document, scores in by_document.items()
    }
    return [
        (place, score + _SUPPORT_WEIGHT * support[place.document_id]) for place, score in scored
    ]


def as_document(passage: FoundPassage) -> Document:
    """A found passage as LangChain's `Document`, everything but the text as metadata."""
    details = asdict(passage)
    return Document(page_content=details.pop("text"), id=details.pop("id"), metadata=details)
