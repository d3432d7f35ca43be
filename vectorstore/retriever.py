"""Hybrid retrieval: a question -> the passages that answer it, best first.

`PolicyRetriever` is a LangChain `BaseRetriever`; `search` gives the same passages as frozen
dataclasses, with the parts of their scores. Dense and lexical scores are added, the lexical one
as coverage of the question (see `lexical`): `coverage + w * cosine`. A citizen's question shares
few words with the text, its coverage is low everywhere, and the dense part decides by itself;
equal-weight reciprocal rank fusion loses 14 points of hit@1 against this. The best candidates
are then read and ranked again (`second_look`), and preferred where the question says where to
look (`structure`). Imports `store`, `embedding` and these; knows nothing of answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from vectorstore.close_reading import DEPTH as READ_CLOSELY
from vectorstore.close_reading import CloseReader, Reading
from vectorstore.compact import as_integers
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import StoreBusy
from vectorstore.explanation import explain
from vectorstore.lexical import LexicalQuestion
from vectorstore.reranking import DEPTH, Reranker
from vectorstore.second_look import FEATURES, Wanted, held, load_weights, said, values_of
from vectorstore.sentences import Sentences
from vectorstore.store import PolicyStore, Snapshot, VersionGone
from vectorstore.structure import TITLE_SAID, Places, read_places
from vectorstore.thesaurus import expand

DENSE_WEIGHT = 0.5
# A document with several good passages is likelier to be the right one than one with a lucky hit.
_SUPPORT_WEIGHT = 0.3
_SUPPORT_DEPTH = 3
_CANDIDATES = 60
# All passages of so few documents are compared; of more, such as a year's, only the best.
_LISTED = 30
_DEEPER = 8
_LOOKED_AT = 60
STEPS = ("thesaurus", "structure", "support", "second look", "close reading")
_RETRIES = 5
# Longer questions add nothing but time; what is asked stands at one of the ends.
_LONGEST = 2_000


@dataclass(frozen=True)
class _Candidates:
    """Passages as columns, with the parts of their scores in the first look: to make an object of
    each of a hundred candidates takes longer than to find them."""

    ids: np.ndarray
    rows: np.ndarray
    owners: np.ndarray
    starts: np.ndarray
    lexical: np.ndarray
    similarity: np.ndarray
    score: np.ndarray
    support: np.ndarray

    def sorted_by(self, score: np.ndarray, most: int) -> _Candidates:
        """The `most` best by `score`; of equals the earlier in the library comes first."""
        best = np.lexsort((self.starts, self.owners, -score))[:most]
        return _Candidates(*(getattr(self, field.name)[best] for field in fields(self)))


class Examined(NamedTuple):
    """A passage as the second look leaves it, with its features there, and how much it is
    preferred for its place."""

    passage: FoundPassage
    values: dict[str, float]
    preferred: float


@dataclass(frozen=True)
class SearchResult:
    """What one search saw. `named` are the numbers in the question, `missing` those of them that
    no stored document bears."""

    passages: tuple[FoundPassage, ...]
    named: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def explained(self) -> str:
        """A table that says why each passage stands where it stands."""
        return explain(self.passages)


class PolicyRetriever(BaseRetriever):
    """Searches one store. Thread-safe; follows the store from version to version.

    `without` names steps to leave out, of STEPS: for measuring what each is worth. With `explain`
    the first document of `invoke` carries the table of `SearchResult.explained` as metadata.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: PolicyStore
    embeddings: PolicyEmbeddings
    k: int = 20
    dense_weight: float = DENSE_WEIGHT
    reranker: Reranker | None = None
    without: frozenset[str] = frozenset()
    explain: bool = False
    _reader: CloseReader | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any) -> None:
        """Read closely where the model is the one that this was fitted to."""
        self._reader = CloseReader.for_model(self.embeddings)

    @property
    def reads_closely(self) -> bool:
        """Whether there is a close reading with this embedding model."""
        return self._reader is not None

    def use_reader(self, reader: CloseReader | None) -> None:
        """Read closely with `reader` from now on; None: not at all."""
        self._reader = reader

    def read_closely(self, question: str, passages: Sequence[FoundPassage]) -> Reading | None:
        """What a close reading sees in the best of the passages that were found for `question`;
        None where there is no close reading."""
        best = passages[:READ_CLOSELY]
        if self._reader is None or not best:
            return None
        try:
            kept = self._sentences(self.store.snapshot(), best)
        except VersionGone:
            # Read on the spot, as in a store that keeps none.
            kept = None
        return self._reader.read(question[:_LONGEST], best, list(map(values_of, best)), kept)

    @staticmethod
    def _sentences(snapshot: Snapshot | None, passages: Sequence[FoundPassage]) -> Sentences | None:
        """The sentences of the passages, where the store keeps those of all of them."""
        if snapshot is None or snapshot.compact.sentences is None:
            return None
        rows = snapshot.compact.rows(as_integers([each.id for each in passages]))
        return snapshot.compact.sentences.of(rows) if rows.min() >= 0 else None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        result = self.search(query)
        found = [as_document(each) for each in result.passages]
        if self.explain and found:
            found[0].metadata["explanation"] = result.explained()
        return found

    def search(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: Sequence[str] = (),
        wanted: Wanted | None = None,
    ) -> SearchResult:
        """The `k` best passages for `question`, of the documents with the ids `documents` if any.

        A document number in the question restricts the search to that document when the store
        has it; `wanted` says what kind of thing a good passage holds. An empty or
        punctuation-only question finds nothing.
        """
        question = question[:_LONGEST]
        places = Places() if "structure" in self.without else read_places(question)
        for _ in range(_RETRIES):
            try:
                result = self._search_version(question, places, k or self.k, documents, wanted)
            except VersionGone:
                continue
            if result is not None:
                return result
        raise StoreBusy(
            f"The store in {self.store.folder} changes too fast to be searched; try again.",
            "政策库正在频繁更新，请稍后再问。",
        )

    def _search_version(
        self,
        question: str,
        places: Places,
        k: int,
        documents: Sequence[str],
        wanted: Wanted | None,
    ) -> SearchResult | None:
        """What the current version of the store holds; None when it was switched meanwhile."""
        snapshot = self.store.snapshot()
        by_number = {number: self.store.ids_by_number(number) for number in places.numbers}
        missing = tuple(number for number, ids in by_number.items() if not ids)
        if snapshot is None:
            return SearchResult((), places.numbers, missing)
        # A number that the store lacks may be what the question is about ("is it still valid?"):
        # then the documents that mention it are wanted, not only the others that are named.
        if by_number and not missing and not documents:
            documents = [each for ids in by_number.values() for each in ids]
        expansion = [] if "thesaurus" in self.without else expand(question)
        asked = snapshot.lexical.question(question, expansion)
        vector = self._vector(question)
        candidates = self._first_look(snapshot, asked, vector, places, documents)
        most = max(k, DEPTH if self.reranker else 0, READ_CLOSELY if self._closely else 0)
        if "second look" in self.without:
            best = self._as_ranked(candidates, places, most)
        else:
            looked_at = self._second_look(snapshot, asked, places, candidates, wanted, most)
            best = self._read_closely(snapshot, question, looked_at)
        best = self._reranked(question, best)
        if snapshot.version != self.store.version:
            return None
        return SearchResult(tuple(best[:k]), places.numbers, missing)

    def _first_look(
        self,
        snapshot: Snapshot,
        asked: LexicalQuestion,
        vector: np.ndarray,
        places: Places,
        documents: Sequence[str],
    ) -> _Candidates:
        """The best candidates by words, vectors and the rest of their documents, best first."""
        ids, near = self._found(snapshot, asked, vector, places, documents)
        keys = as_integers(ids)
        rows = snapshot.compact.rows(keys)
        known = rows >= 0
        if len(documents) > _LISTED:
            known[known] = np.isin(snapshot.compact.owners[rows[known]], as_integers(documents))
        ids, keys, rows = np.array(ids, object)[known], keys[known], rows[known]
        lexical = snapshot.lexical.coverage(asked, ids, keys)
        similarity = np.array([near.get(each, np.nan) for each in ids])
        unknown = np.isnan(similarity)
        similarity[unknown] = snapshot.compact.cosines(vector, rows[unknown])
        score = lexical + self.dense_weight * similarity
        owners = snapshot.compact.owners[rows]
        support = np.zeros(len(ids)) if "support" in self.without else _support(owners, score)
        score = score + _SUPPORT_WEIGHT * support
        starts = snapshot.compact.starts[rows]
        found = _Candidates(ids, rows, owners, starts, lexical, similarity, score, support)
        return found.sorted_by(score + self._of_articles(places, ids), _LOOKED_AT)

    def _found(
        self,
        snapshot: Snapshot,
        asked: LexicalQuestion,
        vector: np.ndarray,
        places: Places,
        documents: Sequence[str],
    ) -> tuple[list[str], dict[str, float]]:
        """The ids of the candidates, and the similarities that came with some of them."""
        if 0 < len(documents) <= _LISTED:
            return self.store.passage_ids(documents), {}
        by_words = snapshot.lexical.candidates(asked, _CANDIDATES, documents)
        titled = () if documents else self._titled(places)
        if titled:
            by_words += snapshot.lexical.candidates(asked, _CANDIDATES, titled)
        near = {}
        if documents:
            near = dict(snapshot.vectors.nearest(vector, _CANDIDATES * _DEEPER))
        elif self.dense_weight:
            near = dict(snapshot.vectors.nearest(vector, _CANDIDATES))
        return list(dict.fromkeys([*by_words, *near])), near

    def _of_articles(self, places: Places, ids: np.ndarray) -> np.ndarray:
        """How much each passage is preferred for its article."""
        if not places.articles:
            return np.zeros(len(ids))
        found = self.store.places(list(ids))
        return np.array(
            [places.of_article(found[each].locator) if each in found else 0.0 for each in ids]
        )

    def _titled(self, places: Places) -> list[str]:
        """The ids of the documents whose titles the question gives between 《 and 》."""
        found = (self.store.titled(each, TITLE_SAID) for each in places.titles)
        return list(dict.fromkeys(document for each in found for document in each))

    def _second_look(
        self,
        snapshot: Snapshot,
        asked: LexicalQuestion,
        places: Places,
        candidates: _Candidates,
        wanted: Wanted | None,
        most: int,
    ) -> list[Examined]:
        """The candidates again, by what their texts say; see `second_look`."""
        ids = list(candidates.ids)
        body, context = said(snapshot.compact.texts(candidates.rows), asked.shares)
        values = {
            "lexical": candidates.lexical,
            "similarity": candidates.similarity,
            "support": candidates.support,
            "body": body,
            "context": context,
        }
        if wanted is not None:
            texts = self.store.passage_texts(ids)
            holds = held([texts.get(each, "") for each in ids], wanted)
            values |= dict(zip(("holds", "holds_strictly"), holds, strict=True))
        learned = load_weights()
        parts = {name: learned[name] * value for name, value in values.items()}
        preferred = np.zeros(len(ids))
        if places.prefers:
            found = self.store.places(ids)
            given = [places.preference(found[each]) if each in found else {} for each in ids]
            for name in dict.fromkeys(name for each in given for name in each):
                parts[name] = np.array([each.get(name, 0.0) for each in given])
            preferred = np.array([sum(each.values()) for each in given])
        score = sum(parts.values(), np.zeros(len(ids)))
        best = np.lexsort((candidates.starts, candidates.owners, -score))[:most].tolist()
        at = dict(zip(ids, range(len(ids)), strict=True))
        return [
            Examined(
                each,
                dict.fromkeys(FEATURES, 0.0)
                | {n: float(v[at[each.id]]) for n, v in values.items()},
                float(preferred[at[each.id]]),
            )
            for each in self._read(candidates, best, score, parts)
        ]

    def _read_closely(
        self, snapshot: Snapshot, question: str, looked_at: Sequence[Examined]
    ) -> list[FoundPassage]:
        """The best of them again, sentence by sentence; see `close_reading`."""
        passages = [each.passage for each in looked_at]
        best, rest = passages[:READ_CLOSELY], passages[READ_CLOSELY:]
        if not self._closely or not best:
            return passages
        values = [each.values for each in looked_at[:READ_CLOSELY]]
        scores = self._reader.read(question, best, values, self._sentences(snapshot, best)).scores
        scores += [each.preferred for each in looked_at[:READ_CLOSELY]]
        # The best keeps the best score; the others follow at their distance, the unread ones last.
        scores += max(each.score for each in best) - scores.max()
        lift = min(0.0, float(scores.min()) - max((each.score for each in rest), default=-np.inf))
        read = [_moved(each, to) for each, to in zip(best, scores.tolist(), strict=True)]
        read.sort(key=lambda each: (-each.score, each.document_id, each.start))
        return read + [_moved(each, each.score + lift) for each in rest]

    @property
    def _closely(self) -> bool:
        return self._reader is not None and "close reading" not in self.without

    def _read(
        self,
        candidates: _Candidates,
        best: Sequence[int],
        score: np.ndarray,
        parts: Mapping[str, np.ndarray],
    ) -> list[FoundPassage]:
        """The passages at `best`, in that order, with the parts of their scores."""
        scores = {
            candidates.ids[at]: {
                "score": float(score[at]),
                "lexical": float(candidates.lexical[at]),
                "similarity": float(candidates.similarity[at]),
                "parts": tuple((name, float(v[at])) for name, v in parts.items() if v[at]),
            }
            for at in best
        }
        found = self.store.found(list(scores), scores)
        return [found[each] for each in scores if each in found]

    def _as_ranked(self, candidates: _Candidates, places: Places, most: int) -> list[FoundPassage]:
        """The candidates in the order of the first look."""
        score = candidates.score + self._of_articles(places, candidates.ids)
        return self._read(candidates, range(min(most, len(candidates.ids))), score, {})

    def _reranked(self, question: str, passages: list[FoundPassage]) -> list[FoundPassage]:
        """The best passages as the cross-encoder would have them, where one is set."""
        if self.reranker is None:
            return passages
        best = passages[:DEPTH]
        scores = self.reranker.scores(question, [each.text for each in best])
        judged = [
            replace(each, score=each.score + score, parts=(*each.parts, ("reranker", score)))
            for each, score in zip(best, scores, strict=True)
        ]
        judged.sort(key=lambda each: (-each.score, each.document_id, each.start))
        return judged + passages[DEPTH:]

    def _vector(self, question: str) -> np.ndarray:
        """The question's unit vector."""
        vector = np.asarray(self.embeddings.embed_query(question), np.float32)
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


def _moved(passage: FoundPassage, score: float) -> FoundPassage:
    """The passage at another score, with what the close reading changed as a part of it."""
    part = ("close_reading", score - passage.score)
    return replace(passage, score=score, parts=(*passage.parts, part))


def _support(owners: np.ndarray, score: np.ndarray) -> np.ndarray:
    """For each candidate its document's best scores, averaged."""
    order = np.lexsort((-score, owners))
    _, first, group = np.unique(owners[order], return_index=True, return_inverse=True)
    is_best = np.arange(len(order)) - first[group] < _SUPPORT_DEPTH
    sums = np.bincount(group[is_best], score[order][is_best], len(first))
    support = np.empty(len(order))
    support[order] = sums[group] / _SUPPORT_DEPTH
    return support


def as_document(passage: FoundPassage) -> Document:
    """A found passage as LangChain's `Document`, everything but the text as metadata."""
    details = asdict(passage)
    return Document(page_content=details.pop("text"), id=details.pop("id"), metadata=details)
