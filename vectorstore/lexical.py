"""The lexical index: which passages hold the question's terms, scored with BM25.

tantivy, because it keeps its index on disk, adds and removes single passages, answers in about
1 ms at 30,000 passages in 192 MB, and survives a kill (a commit is atomic). bm25s is as quick
but is rebuilt whole and takes 945 MB; SQLite FTS5 takes 61 ms; rank_bm25 169 ms. BM25 after
Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with tantivy's fixed
k1 = 1.2, b = 0.75. Only this module knows tantivy. Imports `terms` and `errors`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from vectorstore.errors import damaged_index
from vectorstore.terms import terms

_K1 = 1.2
# Terms in the title and heading path speak for a passage, but less than terms in its text.
_CONTEXT_BOOST = 0.6
EXPANSION_WEIGHT = 0.3
_HEAP_BYTES = 50_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("document", stored=False, tokenizer_name="raw")
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(
        "context", stored=False, tokenizer_name="whitespace", index_option="freq"
    )
    return builder.build()


class LexicalIndex:
    """A BM25 index in a folder. One writer at a time; any number of readers."""

    def __init__(self, folder: Path, *, create: bool = False):
        """Open the index in `folder`, with `create` an empty one; NotAStore when it is damaged."""
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

    def change(
        self, add: Iterable[tuple[str, str, str, str]] = (), remove: Iterable[str] = ()
    ) -> None:
        """Remove passages by id, then add (id, document id, context, body) rows; one commit."""
        writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        for passage_id in remove:
            writer.delete_documents_by_term("id", passage_id)
        for passage_id, document_id, context, body in add:
            row = tantivy.Document()
            row.add_text("id", passage_id)
            row.add_text("document", document_id)
            row.add_text("context", " ".join(terms(context)))
            row.add_text("body", " ".join(terms(body)))
            writer.add_document(row)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def count(self) -> int:
        """How many passages the index holds."""
        return self._index.searcher().num_docs

    def ids(self) -> set[str]:
        """The ids of all passages in the index."""
        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.all_query(), max(searcher.num_docs, 1)).hits
        return {searcher.doc(address).get_first("id") for _, address in hits}

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
        own = Counter(terms(question))
        weights = {term: EXPANSION_WEIGHT for each in expansion for term in terms(each)} | own
        searcher = self._index.searcher()
        if not own or not searcher.num_docs or k < 1:
            return []
        clauses, ideal = [], 0.0
        for term, weight in weights.items():
            frequency = searcher.doc_freq("body", term) + searcher.doc_freq("context", term)
            if term in own:
                ideal += weight * self._idf(searcher.num_docs, min(frequency, searcher.num_docs))
            for field, boost in (("body", 1.0), ("context", _CONTEXT_BOOST)):
                query = tantivy.Query.term_query(self._schema, field, term, "freq")
                clauses.append(
                    (tantivy.Occur.Should, tantivy.Query.boost_query(query, boost * weight))
                )
        query = tantivy.Query.boolean_query(clauses)
        for field, allowed in (("document", documents), ("id", ids)):
            if allowed:
                only = tantivy.Query.term_set_query(self._schema, field, list(allowed))
                query = tantivy.Query.boolean_query(
                    [
                        (tantivy.Occur.Must, query),
                        (tantivy.Occur.Must, tantivy.Query.const_score_query(only, 0.0)),
                    ]
                )
        return [
            (searcher.doc(address).get_first("id"), score / ideal)
            for score, address in searcher.search(query, k, count=False).hits
        ]

    @staticmethod
    def _idf(passages: int, frequency: int) -> float:
        """tantivy's inverse document frequency times the largest term weight, k1 + 1."""
        return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5)) * (_K1 + 1)
