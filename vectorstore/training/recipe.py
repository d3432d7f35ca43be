"""The recipe from text to model: reads, learns, tunes, measures, writes.

In: the training folder, an output folder and `Settings`. Out: the model folder with its card, and
the figures of every step. Imports the other modules of `vectorstore.training`.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.training.corpus import LAY_PAIRS, Corpus, read_corpus
from vectorstore.training.export import export_model, quantise, restore
from vectorstore.training.model_card import write_card
from vectorstore.training.pairs import held_out_tasks, training_pairs
from vectorstore.training.scoring import EncodedTask, Figures, score
from vectorstore.training.spoken import spoken_sentences
from vectorstore.training.tokenizer import count_words, make_tokenizer, make_vocabulary
from vectorstore.training.tuning import tune_rows
from vectorstore.training.vectors import fill_unseen, learn_word_vectors, weight_rows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

logger = logging.getLogger(__name__)

# Kinds of pairs whose queries are official wording, and how often each everyday wording is read.
WELL_WORDED = ("document", "service", "thesaurus")
SAID_TIMES = (("lay", 6), ("thesaurus", 4), ("asked", 4))


@dataclass(frozen=True)
class Settings:
    """`steps` are batches of each kind of pairs; `keep` is the tuned vectors' share in the average
    with the untuned ones."""

    seed: int = 7
    vocabulary: int = 32_000
    dimensions: int = 256
    epochs: int = 10
    window: int = 10
    steps: tuple[tuple[str, int], ...] = (
        ("document", 150),
        ("question", 25),
        ("service", 4),
        ("lay", 90),
        ("thesaurus", 40),
        ("spoken", 80),
        ("asked", 300),
    )
    learning_rate: float = 0.003
    sharpness: float = 12.0
    dropped: float = 0.2
    batch: int = 512
    keep: float = 1.0


@dataclass(frozen=True)
class Step:
    """The figures after one step, and how long it took."""

    name: str
    seconds: float
    figures: tuple[Figures, ...]


def train_model(
    data: Path, out: Path, settings: Settings, lay_pairs: Path = LAY_PAIRS
) -> list[Step]:
    """Makes the model in `out` from the text in `data`; the same seed gives the same model."""
    started = time.monotonic()
    corpus = read_corpus(data, lay_pairs)
    texts = unlabelled_texts(corpus)
    spoken = spoken_sentences(texts, corpus.thesaurus, settings.seed)
    pairs = training_pairs(corpus, settings.seed) | {"spoken": [each.pair for each in spoken]}
    vocabulary = _vocabulary(corpus, texts, pairs, settings)
    tokenizer = make_tokenizer(vocabulary)
    sentences = _encode(tokenizer, texts)
    counts = np.bincount(np.concatenate(sentences), minlength=len(vocabulary)).astype(float)
    sentences += _encode(tokenizer, [each.text for each in spoken] + _said(pairs))
    tasks = _encode_tasks(tokenizer, corpus)
    steps: list[Step] = []

    def measure(name: str, rows: np.ndarray) -> None:
        nonlocal started
        seconds, started = time.monotonic() - started, time.monotonic()
        steps.append(Step(name, seconds, tuple(score(rows, task) for task in tasks)))
        logger.info("%s: %.0f s, %s", name, seconds, _summary(steps[-1]))

    size = (len(vocabulary), settings.dimensions)
    random_rows = np.random.default_rng(settings.seed).normal(size=size).astype(np.float32)
    measure("random vectors, weighted", weight_rows(random_rows, counts))
    learned = learn_word_vectors(sentences, *size, settings.epochs, settings.seed, settings.window)
    measure("word2vec", learned)
    start = weight_rows(fill_unseen(learned, [piece for piece, _ in vocabulary]), counts)
    measure("word2vec, weighted", start)
    tuned = _tuned(start, {kind: _encode_pairs(tokenizer, pairs[kind]) for kind in pairs}, settings)
    measure("tuned", tuned)
    final = settings.keep * tuned + (1 - settings.keep) * start
    stored = quantise(final)
    measure("in 8 bits (shipped)", restore(*stored))
    export_model(vocabulary, *stored, out)
    write_card(
        out,
        settings,
        steps,
        rows=len(vocabulary),
        tokens=sum(map(len, sentences)),
        pairs=sum(map(len, pairs.values())),
        lay=len(corpus.lay_pairs),
        officials=len({official for _, official in corpus.lay_pairs}),
        thesaurus=len(corpus.thesaurus),
        asked=len(corpus.asked),
        spoken=len(spoken),
    )
    return steps


def _tuned(start: np.ndarray, pairs: dict[str, list], settings: Settings) -> np.ndarray:
    return tune_rows(
        start,
        pairs,
        dict(settings.steps),
        settings.learning_rate,
        settings.seed,
        batch=settings.batch,
        sharpness=settings.sharpness,
        dropped=settings.dropped,
        spared=WELL_WORDED,
    )


def _said(pairs: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Each everyday wording beside its official one, a few times: they occur nowhere else."""
    return [
        f"{lay}\n{official}"
        for kind, times in SAID_TIMES
        for lay, official in pairs[kind]
        for _ in range(times)
    ]


def unlabelled_texts(corpus: Corpus) -> list[str]:
    """The text that word vectors are learned from: everything that is not held out."""
    documents = [document for document in corpus.documents if not document.held_out]
    texts = [
        f"{document.title}\n{block.heading}\n{block.text}"
        for document in documents
        for block in document.blocks
    ]
    texts += [f"{q.text}\n{q.answer}" for q in corpus.questions if not q.held_out]
    return texts + [f"{name}\n{other}" for name, other in corpus.names]


def _vocabulary(
    corpus: Corpus, texts: list[str], pairs: dict[str, list[tuple[str, str]]], settings: Settings
) -> list[tuple]:
    said = {
        kind: count_words(f"{lay}\n{official}" for lay, official in pairs[kind])
        for kind, _ in SAID_TIMES
    }
    spoken = [f"{q.text}\n{q.answer}" for q in corpus.questions if not q.held_out]
    counts = count_words(texts)
    # The laws outweigh what people write tenfold; everyday words must not fall out for that.
    counts.update(count_words(spoken, weight=3))
    # What stands in one question alone is more often two words run together than a word.
    always = {
        word
        for kind, words in said.items()
        for word, count in words.items()
        if kind != "asked" or count > 1
    }
    return make_vocabulary(counts, settings.vocabulary, always=always)


def _encode(tokenizer: Tokenizer, texts: list[str] | tuple[str, ...]) -> tuple[list[int], ...]:
    return tuple(encoding.ids for encoding in tokenizer.encode_batch(list(texts)))


def _encode_pairs(tokenizer: Tokenizer, pairs: list[tuple[str, str]]) -> list[tuple]:
    left = _encode(tokenizer, [pair[0] for pair in pairs])
    right = _encode(tokenizer, [pair[1] for pair in pairs])
    return list(zip(left, right, strict=True))


def _encode_tasks(tokenizer: Tokenizer, corpus: Corpus) -> list[EncodedTask]:
    return [
        EncodedTask(
            task.name,
            _encode(tokenizer, task.queries),
            _encode(tokenizer, task.passages),
            task.relevant,
        )
        for task in held_out_tasks(corpus)
        if task.queries
    ]


def _summary(step: Step) -> str:
    return ", ".join(
        f"{f.task} {f.recall_1:.3f}/{f.recall_10:.3f}/{f.mrr:.3f}" for f in step.figures
    )
