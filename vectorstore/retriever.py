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

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from vectorstore.candidates import Candidates, Ranked, support_of
from vectorstore.close_reading import DEPTH as READ_CLOSELY
from vectorstore.close_reading import CloseReader, Reading, Seen
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
            snapshot = self.store.snapshot()
            kept = snapshot and _kept_sentences(snapshot, [each.id for each in best])
        except VersionGone:
            kept = None
        values = list(map(values_of, best))
        return self._reader.read_passages(question[:_LONGEST], best, values, kept)

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
        if "second look" in self.without:
            ranked = self._as_ranked(candidates, places)
        else:
            ranked = self._second_look(snapshot, asked, places, candidates, wanted)
            if self._closely and len(ranked.score):
                ranked = self._read_closely(snapshot, question, ranked)
        found = self._read(ranked, max(k, DEPTH if self.reranker else 0))
        best = self._reranked(question, found)
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
    ) -> Candidates:
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
        support = np.zeros(len(ids)) if "support" in self.without else support_of(owners, score)
        score = score + _SUPPORT_WEIGHT * support
        starts = snapshot.compact.starts[rows]
        found = Candidates(ids, rows, owners, starts, lexical, similarity, score, support)
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
        candidates: Candidates,
        wanted: Wanted | None,
    ) -> Ranked:
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
        ranked = Ranked(candidates, score, parts, values, preferred)
        return ranked.at(candidates.order(score))

    def _read_closely(self, snapshot: Snapshot, question: str, ranked: Ranked) -> Ranked:
        """The best of them again, sentence by sentence; see `close_reading`."""
        order = np.arange(len(ranked.score))
        best, rest = ranked.at(order[:READ_CLOSELY]), ranked.score[READ_CLOSELY:]
        seen = Seen(
            {name: best.values.get(name, 0.0) for name in FEATURES},
            best.candidates.lexical,
            best.candidates.similarity,
            best.candidates.owners.tolist(),
            best.candidates.starts,
        )
        sentences = self._sentences(snapshot, best.candidates.ids.tolist())
        scores = self._reader.read(question, seen, sentences).scores + best.preferred
        # The best keeps the best score; the others follow at their distance, the unread ones last.
        scores += best.score.max() - scores.max()
        lift = min(0.0, float(scores.min() - rest.max(initial=-np.inf)))
        score = np.concatenate([scores, rest + lift])
        parts = {**ranked.parts, "close_reading": score - ranked.score}
        order[: len(scores)] = best.candidates.order(scores)
        return replace(ranked, score=score, parts=parts).at(order)

    def _sentences(self, snapshot: Snapshot, ids: Sequence[str]) -> Sentences:
        """The sentences of the passages, from the index or from the library."""
        kept = _kept_sentences(snapshot, ids)
        if kept is not None:
            return kept
        found = self.store.found(ids)
        if len(found) < len(ids):
            raise VersionGone(snapshot.version)
        return self._reader.cut([found[each] for each in ids])

    @property
    def _closely(self) -> bool:
        return self._reader is not None and "close reading" not in self.without

    def _read(self, ranked: Ranked, most: int) -> list[FoundPassage]:
        """The `most` best passages with the parts of their scores."""
        candidates, names = ranked.candidates, tuple(ranked.parts)
        columns = (ranked.score, candidates.lexical, candidates.similarity, *ranked.parts.values())
        scores = {
            passage_id: {
                "score": score,
                "lexical": lexical,
                "similarity": similarity,
                "parts": tuple((name, v) for name, v in zip(names, parts, strict=True) if v),
            }
            for passage_id, score, lexical, similarity, *parts in zip(
                candidates.ids[:most].tolist(),
                *(each[:most].tolist() for each in columns),
                strict=True,
            )
        }
        found = self.store.found(list(scores), scores)
        return [found[each] for each in scores if each in found]

    def _as_ranked(self, candidates: Candidates, places: Places) -> Ranked:
        """The candidates in the order of the first look."""
        score = candidates.score + self._of_articles(places, candidates.ids)
        return Ranked(candidates, score, {}, {}, np.zeros(len(score)))

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


def _kept_sentences(snapshot: Snapshot, ids: Sequence[str]) -> Sentences | None:
    """The sentences of the passages, where those of all of them are kept."""
    kept = snapshot.compact.sentences
    rows = snapshot.compact.rows(as_integers(ids))
    return kept.of(rows) if kept is not None and rows.min(initial=0) >= 0 else None


def as_document(passage: FoundPassage) -> Document:
    """A found passage as LangChain's `Document`, everything but the text as metadata."""
    details = asdict(passage)
    return Document(page_content=details.pop("text"), id=details.pop("id"), metadata=details)
