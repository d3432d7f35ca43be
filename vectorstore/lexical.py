"""The lexical index: which passages hold the question's terms, scored with BM25.

tantivy, because it keeps its index on disk, adds and removes single passages, survives a kill (a
commit is atomic), and is the quickest where it matters. At 104,790 passages (processor time of one
question's 60 best on a busy machine; all with the same terms):

    tantivy, the rarer terms as below   p50 1.1 ms, p95 1.7 ms, 80 MiB on disk,  30 MiB in memory
    tantivy, all terms                      1.5         2.7         80               31
    bm25s 0.3.16, rebuilt whole             1.6         4.4        110              120
    SQLite FTS5, terms split beforehand     119         234         88                4

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with tantivy's
fixed k1 = 1.2, b = 0.75: 0.9 and 0.4, which suit some collections better, put the evidence first
for 77.3 % instead of 77.6 % of the development questions, 1.2 and 0.4 for 76.7 %. Only this module
knows tantivy. Imports `terms`, `forward`, `compact`, `errors`.

A question's commonest terms occur in most of a large library and say little. The candidates are
found by its rarer terms, as many as together occur `_POSTINGS` times, and then scored by all of
them (see `forward`), so that a question costs about the same in a library of any size. All
scores are `forward`'s: tantivy's own count removed passages in until it merges their segment.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import tantivy

from vectorstore.compact import as_integers
from vectorstore.errors import damaged_index
from vectorstore.forward import K1, ForwardIndex
from vectorstore.terms import terms

# Terms in the title and heading path speak for a passage, but less than terms in its text.
_CONTEXT_BOOST = 0.6
EXPANSION_WEIGHT = 0.3
_HEAP_BYTES = 100_000_000
_POSTINGS = 150_000
_RAREST = 6
_KNOWN_FREQUENCIES = 100_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("document", stored=False, tokenizer_name="raw")
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(
        "context", stored=False, tokenizer_name="whitespace", index_option="freq"
    )
    return builder.build()


@dataclass(frozen=True)
class _Clause:
    """One term in one field: how many passages have it there, and what it weighs, without and
    with its rarity."""

    frequency: int
    field: str
    term: str
    boost: float
    weight: float


@dataclass(frozen=True)
class LexicalQuestion:
    """A question as clauses, the rarest first. `ideal` is the score of a passage that holds every
    term of its own; without any term it is 0. `shares` are its own terms with the share of its
    weight, by inverse document frequency, that each carries; they sum to one."""

    clauses: tuple[_Clause, ...]
    ideal: float
    shares: Mapping[str, float]


class LexicalIndex:
    """A BM25 index in a folder. One writer at a time; any number of readers."""

    def __init__(
        self,
        folder: Path,
        *,
        create: bool = False,
        analyse: Callable[[str], list[str]] = terms,
    ):
        """Open the index in `folder`, with `create` an empty one; NotAStore when it is damaged.

        `analyse` gives a text's terms; an index is read with what it was made with.
        """
        self._analyse = analyse
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not (folder / "meta.json").is_file():
            raise damaged_index(folder, "meta.json is missing")
        self._schema = _schema()
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
            self._index.reload()
        except (ValueError, OSError) as error:
            raise damaged_index(folder, error) from error
        self._searcher = self._index.searcher()
        self._frequencies: dict[str, tuple[int, int]] = {}
        # An older program kept no terms by passage; its index answers, only slower.
        kept = create or ForwardIndex.exists(folder)
        self._forward = ForwardIndex(folder, create=create) if kept else None
        if self._forward is not None and len(self._forward) != self.count():
            raise damaged_index(folder, "the terms by passage are of another index")

    def change(
        self, add: Iterable[tuple[str, str, str, str]] = (), remove: Sequence[str] = ()
    ) -> None:
        """Remove passages by id, then add (id, document id, context, body) rows; one commit."""
        writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        for passage_id in remove:
            writer.delete_documents_by_term("id", passage_id)

        def indexed() -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
            for passage_id, document_id, context, body in add:
                row, of_context, of_body = (
                    tantivy.Document(),
                    self._analyse(context),
                    self._analyse(body),
                )
                row.add_text("id", passage_id)
                row.add_text("document", document_id)
                row.add_text("context", " ".join(of_context))
                row.add_text("body", " ".join(of_body))
                writer.add_document(row)
                yield passage_id, of_context, of_body

        if self._forward is None:
            for _ in indexed():
                pass
        else:
            self._forward.change(indexed(), remove)
            self._forward.reopen()
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._frequencies.clear()

    def frequency(self, term: str) -> int:
        """In how many passages a term occurs; those that have it in body and context twice."""
        return sum(self._frequency(term))

    def together(self, one: str, other: str) -> int:
        """In how many passages both terms occur in the body, or both in the context."""
        return sum(
            self._searcher.search(
                tantivy.Query.boolean_query(
                    [
                        (
                            tantivy.Occur.Must,
                            tantivy.Query.term_query(self._schema, field, term, "freq"),
                        )
                        for term in (one, other)
                    ]
                ),
                1,
            ).count
            for field in ("body", "context")
        )

    def count(self) -> int:
        """How many passages the index holds."""
        return self._searcher.num_docs

    def ids(self) -> set[str]:
        """The ids of all passages in the index."""
        hits = self._searcher.search(tantivy.Query.all_query(), max(self.count(), 1)).hits
        return {self._searcher.doc(address).get_first("id") for _, address in hits}

    def search(
        self,
        question: str,
        k: int,
        *,
        expansion: Sequence[str] = (),
        documents: Sequence[str] = (),
        ids: Sequence[str] = (),
    ) -> list[tuple[str, float]]:
        """The `k` best (passage id, coverage), best first.

        Coverage is the BM25 score over the score that a passage holding every term of the
        question would get: a share in about [0, 1] that can be added to a cosine similarity.
        `expansion` are other words for what the question says; they count less than its own and
        not towards what full coverage is. `documents` or `ids` restrict the search to those
        documents or passages.
        """
        asked = self.question(question, expansion)
        if not len(ids):
            ids = self.candidates(asked, k, documents)
        scores = self.scores(asked, ids)
        return sorted(((each, score) for each, score in scores.items() if score), key=_best)[:k]

    def question(self, text: str, expansion: Sequence[str] = ()) -> LexicalQuestion:
        """What `candidates` and `scores` are asked with."""
        own = Counter(self._analyse(text))
        weights = {term: EXPANSION_WEIGHT for each in expansion for term in _terms_of(each)} | own
        clauses, rarity, passages = [], {}, self.count()
        for term, weight in weights.items():
            body, context = self._frequency(term)
            if term in own:
                rarity[term] = self._idf(min(body + context, passages), passages)
            for frequency, field, boost in (
                (body, "body", weight),
                (context, "context", weight * _CONTEXT_BOOST),
            ):
                if frequency:
                    score = boost * self._idf(frequency, passages)
                    clauses.append(_Clause(frequency, field, term, boost, score))
        clauses.sort(key=lambda each: each.frequency)
        ideal = sum(own[term] * value for term, value in rarity.items())
        whole = sum(rarity.values())
        shares = {term: value / whole for term, value in rarity.items()}
        return LexicalQuestion(tuple(clauses) if own else (), ideal, shares)

    def candidates(
        self, asked: LexicalQuestion, k: int, documents: Sequence[str] = ()
    ) -> list[str]:
        """The ids of the `k` best passages, of `documents` if any; twice as many where only the
        rarer terms were looked up, which may put them in another order."""
        if not asked.clauses or k < 1:
            return []
        clauses = asked.clauses
        if self._forward is not None and not documents:
            clauses = _affordable(clauses)
        depth = k if len(clauses) == len(asked.clauses) else 2 * k
        return [each for each, _ in self._found(clauses, depth, "document", documents)]

    def scores(self, asked: LexicalQuestion, ids: Sequence[str]) -> dict[str, float]:
        """The coverage of those of the passages `ids` that exist, by all terms of the question."""
        if not asked.clauses or not len(ids):
            return {}
        if self._forward is None:
            found = self._found(asked.clauses, len(ids), "id", ids)
            return {each: score / asked.ideal for each, score in found}
        found = zip(ids, self._forward_scores(asked, as_integers(ids)).tolist(), strict=True)
        return {each: score for each, score in found if not math.isnan(score)}

    def coverage(self, asked: LexicalQuestion, ids: Sequence[str], keys: np.ndarray) -> np.ndarray:
        """As `scores`, in the order of `ids`; `keys` are the same as integers. 0 for an unknown."""
        if not asked.clauses or not len(ids):
            return np.zeros(len(ids))
        if self._forward is None:
            scores = self.scores(asked, list(ids))
            return np.array([scores.get(each, 0.0) for each in ids])
        return np.nan_to_num(self._forward_scores(asked, keys))

    def _forward_scores(self, asked: LexicalQuestion, keys: np.ndarray) -> np.ndarray:
        weights: dict[str, list[float]] = {}
        for each in asked.clauses:
            pair = weights.setdefault(each.term, [0.0, 0.0])
            pair[each.field == "context"] = each.weight / asked.ideal
        return self._forward.scores(weights, keys)

    def _frequency(self, term: str) -> tuple[int, int]:
        """In how many passages a term occurs, in the body and in the context."""
        found = self._frequencies.get(term)
        if found is None:
            if len(self._frequencies) >= _KNOWN_FREQUENCIES:
                self._frequencies.clear()
            found = (
                self._searcher.doc_freq("body", term),
                self._searcher.doc_freq("context", term),
            )
            self._frequencies[term] = found
        return found

    def _found(
        self, clauses: Sequence[_Clause], k: int, field: str, allowed: Sequence[str]
    ) -> list[tuple[str, float]]:
        """The `k` best (id, score) by `clauses`, with one of `allowed` in `field` if there are."""
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._term_query(each)) for each in clauses]
        )
        if allowed:
            only = tantivy.Query.term_set_query(self._schema, field, list(allowed))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(only, 0.0)),
                ]
            )
        return [
            (self._searcher.doc(address).get_first("id"), score)
            for score, address in self._searcher.search(query, k, count=False).hits
        ]

    def _term_query(self, clause: _Clause) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, clause.field, clause.term, "freq")
        return tantivy.Query.boost_query(query, clause.boost)

    @staticmethod
    def _idf(frequency: int, passages: int) -> float:
        """tantivy's inverse document frequency times the largest term weight, k1 + 1."""
        return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5)) * (K1 + 1)


def _affordable(clauses: Sequence[_Clause]) -> Sequence[_Clause]:
    """The rarest clauses, which together occur no more than `_POSTINGS` times."""
    total = 0
    for count, each in enumerate(clauses):
        total += each.frequency
        if total > _POSTINGS and count >= _RAREST:
            return clauses[:count]
    return clauses


@lru_cache(maxsize=4_096)
def _terms_of(text: str) -> tuple[str, ...]:
    return tuple(terms(text))


def _best(hit: tuple[str, float]) -> tuple[float, str]:
    return -hit[1], hit[0]
