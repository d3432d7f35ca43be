"""Pairs of texts that mean the same, for contrastive tuning and for measuring.

In: a `Corpus`. Out: training pairs (query, passage) and held-out `Task`s. Imports
`vectorstore.training.corpus`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.training.corpus import Corpus, Document, in_held_out_share

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


def training_pairs(corpus: Corpus, seed: int, lay_repeats: int = 4) -> list[Pair]:
    """All pairs but the held-out ones, shuffled."""
    draw = random.Random(seed)
    documents = [document for document in corpus.documents if not document.held_out]
    pairs: list[Pair] = []
    for document in documents:
        pairs += _document_pairs(document, draw)
    for question in corpus.questions:
        if not question.held_out:
            pairs += [(question.text, article) for article in question.articles]
            if question.answer:
                pairs.append((question.text, question.answer[:300]))
    pairs += corpus.names
    for lay, official in corpus.lay_pairs:
        if not lay_held_out(lay):
            pairs += [(lay, official)] * lay_repeats
    draw.shuffle(pairs)
    return pairs


def lay_held_out(lay: str) -> bool:
    """Whether a lay wording is kept for measuring (one in ten)."""
    return in_held_out_share(lay, 0.10)


def held_out_tasks(corpus: Corpus) -> tuple[Task, ...]:
    """The four tasks by which a model is measured; no text of them is in `training_pairs`."""
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
    officials = {official: i for i, official in enumerate(dict(_reversed(corpus.lay_pairs)))}
    held = [(lay, official) for lay, official in corpus.lay_pairs if lay_held_out(lay)]
    return Task(
        "lay → official wording",
        tuple(lay for lay, _ in held),
        tuple(officials),
        tuple(frozenset([officials[official]]) for _, official in held),
    )


def _reversed(pairs: tuple[Pair, ...]) -> Iterator[Pair]:
    return ((official, lay) for lay, official in pairs)
