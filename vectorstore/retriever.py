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

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from vectorstore.close_reading import DEPTH as READ_CLOSELY
from vectorstore.close_reading import CloseReader, Reading
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import StoreBusy
from vectorstore.explanation import explain
from vectorstore.lexical import LexicalQuestion
from vectorstore.passages import Place
from vectorstore.reranking import DEPTH, Reranker
from vectorstore.second_look import Wanted, features, load_weights, values_of
from vectorstore.store import PolicyStore, Snapshot, VersionGone
from vectorstore.structure import Places, read_places
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


class _Candidate(NamedTuple):
    """A passage of the first look, with the parts of its score there."""

    place: Place
    lexical: float
    similarity: float
    score: float
    support: float = 0.0


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
        return self._reader.read(question[:_LONGEST], best, list(map(values_of, best)))

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
            best = self._as_ranked(candidates, places)
        else:
            looked_at = self._second_look(asked, places, candidates, wanted)
            best = self._read_closely(question, looked_at)
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
    ) -> list[_Candidate]:
        """The best candidates by words, vectors and the rest of their documents, best first."""
        if 0 < len(documents) <= _LISTED:
            candidates = self.store.passage_ids(documents)
            dense = snapshot.similarities(vector, candidates)
        elif documents:
            by_words = snapshot.lexical.candidates(asked, _CANDIDATES, documents)
            dense = dict(snapshot.vectors.nearest(vector, _CANDIDATES * _DEEPER))
            candidates = self._among([*by_words, *dense], set(documents))
            dense |= snapshot.similarities(vector, by_words)
        else:
            by_words = snapshot.lexical.candidates(asked, _CANDIDATES)
            titled = self._titled(places)
            if titled:
                by_words += snapshot.lexical.candidates(asked, _CANDIDATES, titled)
            nearest = () if not self.dense_weight else snapshot.vectors.nearest(vector, _CANDIDATES)
            dense = dict(nearest)
            candidates = list(dict.fromkeys([*by_words, *dense]))
            dense |= snapshot.similarities(
                vector, [each for each in candidates if each not in dense]
            )
        lexical = snapshot.lexical.scores(asked, candidates)
        scored = [
            _Candidate(
                place,
                lexical.get(each, 0.0),
                dense.get(each, 0.0),
                lexical.get(each, 0.0) + self.dense_weight * dense.get(each, 0.0),
            )
            for each, place in self.store.places(candidates).items()
        ]
        supported = scored if "support" in self.without else _with_support(scored)
        return sorted(
            supported,
            key=lambda each: (
                -each.score - places.of_article(each.place.locator),
                each.place.document_id,
                each.place.start,
            ),
        )

    def _titled(self, places: Places) -> list[str]:
        """The ids of the documents whose titles the question gives between 《 and 》."""
        if not places.titles:
            return []
        return [row[0] for row in self.store.titles() if places.names_title(row[2])]

    def _second_look(
        self,
        asked: LexicalQuestion,
        places: Places,
        candidates: Sequence[_Candidate],
        wanted: Wanted | None,
    ) -> list[Examined]:
        """The candidates again, by what their texts say; see `second_look`."""
        looked_at = {each.place.id: each for each in candidates[:_LOOKED_AT]}
        if not looked_at:
            return []
        learned = load_weights()
        scored = []
        for key, passage in self.store.found(list(looked_at)).items():
            candidate = looked_at[key]
            passage = replace(passage, lexical=candidate.lexical, similarity=candidate.similarity)
            values = features(passage, candidate.support, asked.shares, wanted)
            parts = {name: learned[name] * value for name, value in values.items() if value}
            preferred = places.preference(passage)
            parts |= preferred
            passage = replace(passage, score=sum(parts.values()), parts=tuple(parts.items()))
            scored.append(Examined(passage, values, sum(preferred.values())))
        scored.sort(
            key=lambda each: (-each.passage.score, each.passage.document_id, each.passage.start)
        )
        return scored

    def _read_closely(self, question: str, looked_at: Sequence[Examined]) -> list[FoundPassage]:
        """The best of them again, sentence by sentence; see `close_reading`."""
        passages = [each.passage for each in looked_at]
        best, rest = passages[:READ_CLOSELY], passages[READ_CLOSELY:]
        if self._reader is None or "close reading" in self.without or not best:
            return passages
        values = [each.values for each in looked_at[:READ_CLOSELY]]
        scores = self._reader.read(question, best, values).scores
        scores += [each.preferred for each in looked_at[:READ_CLOSELY]]
        # The best keeps the best score; the others follow at their distance, the unread ones last.
        scores += max(each.score for each in best) - scores.max()
        lift = min(0.0, float(scores.min()) - max((each.score for each in rest), default=-np.inf))
        read = [_moved(each, to) for each, to in zip(best, scores.tolist(), strict=True)]
        read.sort(key=lambda each: (-each.score, each.document_id, each.start))
        return read + [_moved(each, each.score + lift) for each in rest]

    def _among(self, candidates: Sequence[str], documents: set[str]) -> list[str]:
        """Those of the candidates that are passages of `documents`."""
        places = self.store.places(candidates)
        return [each for each, place in places.items() if place.document_id in documents]

    def _as_ranked(self, candidates: Sequence[_Candidate], places: Places) -> list[FoundPassage]:
        """The candidates in the order of the first look."""
        found = self.store.found([each.place.id for each in candidates[:_LOOKED_AT]])
        return [
            replace(
                found[each.place.id],
                score=each.score + places.of_article(each.place.locator),
                lexical=each.lexical,
                similarity=each.similarity,
            )
            for each in candidates[:_LOOKED_AT]
            if each.place.id in found
        ]

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


def _with_support(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates with their document's best scores, averaged, added to their own."""
    by_document = defaultdict(list)
    for each in candidates:
        by_document[each.place.document_id].append(each.score)
    support = {
        document: sum(sorted(scores, reverse=True)[:_SUPPORT_DEPTH]) / _SUPPORT_DEPTH
        for document, scores in by_document.items()
    }
    return [
        each._replace(
            support=support[each.place.document_id],
            score=each.score + _SUPPORT_WEIGHT * support[each.place.document_id],
        )
        for each in candidates
    ]


def as_document(passage: FoundPassage) -> Document:
    """A found passage as LangChain's `Document`, everything but the text as metadata."""
    details = asdict(passage)
    return Document(page_content=details.pop("text"), id=details.pop("id"), metadata=details)
