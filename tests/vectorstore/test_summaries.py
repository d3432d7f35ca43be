"""The whole library at a glance: the same particulars as the documents, without their text."""

from __future__ import annotations

from pathlib import Path

from vectorstore.store import PolicyStore


def test_summaries_agree_with_the_documents(store: Path) -> None:
    """Every document has one summary, in the same order, with the same particulars."""
    opened = PolicyStore(store)
    documents = opened.documents()
    assert [
        (each.id, each.number, each.title, each.issuer, each.kind, each.issued, each.relations)
        for each in opened.summaries()
    ] == [
        (each.id, each.number, each.title, each.issuer, each.kind, each.issued, each.relations)
        for each in documents
    ]
    assert [each.passages for each in opened.summaries()] == [
        len(each.passages) for each in documents
    ]
    assert [each.status for each in opened.summaries()] == [
        opened.status(each.id) for each in documents
    ]


def test_words_are_looked_for_as_they_are_written(store: Path) -> None:
    """A word is found in the text; the signs of a search pattern stand for themselves."""
    opened = PolicyStore(store)
    (dogs,) = opened.ids_by_number("青岚市人民政府令第12号")
    assert opened.ids_containing("养犬登记") == {dogs}
    assert opened.ids_containing("%") == set()
    assert opened.ids_containing("养_登记") == set()
    assert opened.ids_containing("\\") == set()
