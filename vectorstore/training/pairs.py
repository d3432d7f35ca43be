"""Pairs of texts that mean the same, for contrastive tuning and for measuring.

In: a `Corpus`. Out: training pairs (query, passage) by kind, and held-out `Task`s. Imports
`vectorstore.training.corpus`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.training.corpus import Corpus, Document, Question, in_held_out_share

Pair = tuple[str, str]

_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_STATE = re.compile(r"中华人民共和国")


@dataclass(frozen=True)
class Task:
    """A retrieval task: for each query the indices of the passages that are right."""

    name: str
    queries: tuple[str, ...]
    passages: tuple[str, ...]
    relevant: tuple[frozenset[int], ...]


def training_pairs(corpus: Corpus, seed: int) -> dict[str, list[Pair]]:
    """All pairs but the held-out ones, by kind."""
    draw = random.Random(seed)
    documents = [document for document in corpus.documents if not document.held_out]
    questions = [question for question in corpus.questions if not question.held_out]
    return {
        "document": [pair for each in documents for pair in _document_pairs(each, draw)],
        "question": [pair for each in questions for pair in _question_pairs(each)],
        "service": list(corpus.names),
        "lay": [pair for pair in corpus.lay_pairs if not lay_held_out(pair[1])],
        "thesaurus": list(corpus.thesaurus),
        "asked": list(corpus.asked),
    }


def lay_held_out(official: str) -> bool:
    """Whether an official wording, with all its lay wordings, is kept for measuring (a tenth)."""
    return in_held_out_share(official, 0.10)


def held_out_tasks(corpus: Corpus) -> tuple[Task, ...]:
    """The tasks by which a model is measured; no query of them is in `training_pairs`."""
    held = [document for document in corpus.documents if document.held_out]
    return (
        _question_task(corpus),
        _title_task("title → article of law", [d for d in held if d.genre == "law"]),
        _title_task("title → paragraph of document", [d for d in held if d.genre != "law"]),
        _heading_task(held),
        _lay_task(corpus),
    )


def _document_pairs(document: Document, draw: random.Random) -> Iterator[Pair]:
    title = _STATE.sub("", document.title)
    # A long law would otherwise speak for a quarter of all pairs.
    blocks = draw.sample(document.blocks, min(len(document.blocks), 40))
    for block in blocks:
        kind = draw.random()
        if block.heading and kind < 0.5:
            query = block.heading if len(block.heading) > 6 else f"{title} {block.heading}"
            yield query, block.text
        elif kind < 0.7:
            yield title, block.text
        elif cloze := _cloze(block.text, draw):
            yield cloze


def _question_pairs(question: Question) -> Iterator[Pair]:
    for article in question.articles:
        yield question.text, article
    if question.answer:
        yield question.text, question.answer[:300]


def _cloze(text: str, draw: random.Random) -> Pair | None:
    """One sentence as the query, the others as the passage (inverse cloze)."""
    sentences = [s for s in _SENTENCE.findall(text) if len(s.strip()) >= 8]
    if len(sentences) < 2:
        return None
    chosen = draw.randrange(len(sentences))
    rest = "".join(s for i, s in enumerate(sentences) if i != chosen)
    return sentences[chosen].strip(), rest


def _question_task(corpus: Corpus) -> Task:
    index: dict[str, int] = {}
    queries, relevant = [], []
    for question in corpus.questions:
        rows = frozenset(
            index.setdefault("".join(article.split()), len(index)) for article in question.articles
        )
        if question.held_out and rows:
            queries.append(question.text)
            relevant.append(rows)
    for document in corpus.documents:
        if document.genre == "law" and not document.title.startswith("中华人民共和国"):
            for block in document.blocks[3::25]:
                index.setdefault("".join(block.text.split()), len(index))
    return Task("question → article", tuple(queries), tuple(index), tuple(relevant))


def _title_task(name: str, documents: list[Document]) -> Task:
    passages: list[str] = []
    queries, relevant = [], []
    for document in documents:
        start = len(passages)
        passages += [block.text for block in document.blocks]
        queries.append(_STATE.sub("", document.title))
        relevant.append(frozenset(range(start, len(passages))))
    return Task(name, tuple(queries), tuple(passages), tuple(relevant))


def _heading_task(documents: list[Document]) -> Task:
    """Headings that say something, each against all blocks of all held-out documents."""
    passages = [block.text for document in documents for block in document.blocks]
    headings: dict[str, set[int]] = {}
    blocks = (block for document in documents for block in document.blocks)
    for row, block in enumerate(blocks):
        if len(block.heading) >= 6:
            headings.setdefault(block.heading, set()).add(row)
    return Task(
        "heading → paragraph",
        tuple(headings),
        tuple(passages),
        tuple(frozenset(rows) for rows in headings.values()),
    )


def _lay_task(corpus: Corpus) -> Task:
    """Everyday wordings held out, each against all official wordings of the file."""
    rows = {official: row for row, official in enumerate(dict.fromkeys(_officials(corpus)))}
    right: dict[str, set[int]] = {}
    for lay, official in corpus.lay_pairs:
        if lay_held_out(official):
            right.setdefault(lay, set()).add(rows[official])
    return Task(
        "lay → official wording",
        tuple(right),
        tuple(rows),
        tuple(frozenset(each) for each in right.values()),
    )


def _officials(corpus: Corpus) -> Iterator[str]:
    return (official for _, official in corpus.lay_pairs)
