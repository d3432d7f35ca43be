"""Passages cut in sentences and those in tokens: what the close reading needs of a passage.

To cut, tokenise and sum thirty passages takes longer than all the rest of a search, so it is done
when they are stored, and kept by row beside what `compact` keeps:

    sentences.rows     for each passage how many pieces and how many tokens it has, and what else
                       its text looks like (`ROW`)
    sentences.pieces   for each piece how many of these it has, and its length
    sentences.u16      the token ids, piece by piece

The pieces of a passage are its document's title, its headings, both together, and its sentences.
A piece's length is that of the sum of its tokens' vectors: what a cosine is divided by.

In: the texts of passages and the word vectors of a static embedding model. Out: `Sentences`, the
same arrays whether they were kept or are made on the spot. Imports `errors` and `embedding`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import damaged_index

# The pieces before the sentences.
TITLE, HEADINGS, PLACE, SENTENCES = range(4)
_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_ROWS, _PIECES, _IDS = "sentences.rows", "sentences.pieces", "sentences.u16"
# What a text may look like.
TABLE, ANNEX, DIGIT = 1, 2, 4
_CELL = "｜"
_DIGIT = re.compile(r"\d")
ROW = np.dtype(
    [
        ("pieces", "<u4"),
        ("tokens", "<u4"),
        ("characters", "<u4"),
        ("headings", "<u2"),
        ("looks", "<u2"),
    ]
)
_PIECE = np.dtype([("tokens", "<u4"), ("length", "<f4")])
_ID = np.dtype("<u2")
# So many vectors are summed at a time: as many as the processor keeps at hand.
_SUMMED = 1_024


class Source(NamedTuple):
    """A passage as it is cut."""

    title: str
    headings: Sequence[str]
    text: str
    locator: str


class Sentences(NamedTuple):
    """Passages one after the other: the `ids` of their tokens, how many of these each piece has
    (`sizes`, never 0) and its length (`lengths`), and a ROW of each passage."""

    ids: np.ndarray
    sizes: np.ndarray
    lengths: np.ndarray
    rows: np.ndarray


def cut(embeddings: PolicyEmbeddings, sources: Sequence[Source]) -> Sentences:
    """The passages in pieces, with the model's tokens."""
    tokenizer, words = embeddings.words
    # The passages of a document have its title and most of their headings in common. The first
    # piece stands for all without a known word: the one unknown token, whose vector is zero.
    number = {"": 0}
    pieces = [
        [number.setdefault(piece, len(number)) for piece in _pieces(each)] for each in sources
    ]
    encoded = tokenizer.encode_batch_fast(list(number), add_special_tokens=False)
    ids = [each.ids for each in encoded]
    ids[0] = [0]
    sizes = np.fromiter(map(len, ids), np.int64, len(ids))
    flat = np.fromiter(chain.from_iterable(ids), _ID, sizes.sum())
    lengths = _lengths(words, flat, sizes)
    told, rows = [], np.zeros(len(sources), ROW)
    for at, (source, own) in enumerate(zip(sources, pieces, strict=True)):
        places = [each if ids[each] else 0 for each in own[:SENTENCES]]
        sentences = [each for each in own[SENTENCES:] if ids[each]] or [0]
        told += places + sentences
        rows[at] = (
            SENTENCES + len(sentences),
            0,
            len(source.text),
            len(source.headings),
            _looks(source),
        )
    told = np.array(told, np.int64)
    bounds = edges(sizes[told])
    rows["tokens"] = np.diff(bounds[edges(rows["pieces"])])
    begins = np.repeat(edges(sizes)[told] - bounds[:-1], sizes[told])
    return Sentences(flat[begins + np.arange(len(begins))], sizes[told], lengths[told], rows)


def _pieces(source: Source) -> tuple[str, ...]:
    headings = " ".join(source.headings)
    return source.title, headings, f"{source.title} {headings}", *_SENTENCE.findall(source.text)


def _looks(source: Source) -> int:
    return (
        TABLE * (_CELL in source.text)
        | ANNEX * source.locator.startswith("附件")
        | DIGIT * (_DIGIT.search(source.text) is not None)
    )


def _lengths(words: np.ndarray, ids: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The length of the sum of each piece's vectors; 0 for a piece without a token."""
    lengths, full = np.zeros(len(sizes), np.float32), np.flatnonzero(sizes)
    ends = np.cumsum(sizes[full])
    starts = ends - sizes[full]
    first = 0
    while first < len(full):
        begin = starts[first]
        last = max(first + 1, int(np.searchsorted(ends, begin + _SUMMED, "right")))
        found = words[ids[begin : ends[last - 1]]]
        sums = np.add.reduceat(found, starts[first:last] - begin, axis=0)
        lengths[full[first:last]] = np.sqrt(np.einsum("pd,pd->p", sums, sums))
        first = last
    return lengths


class KeptSentences:
    """The sentences of a finished version's passages, by row, for any number of readers."""

    def __init__(self, folder: Path, rows: int):
        """Open the files in `folder`; NotAStore when they are not of that many `rows`."""
        try:
            self._rows = np.fromfile(folder / _ROWS, ROW)
            # As bytes: to join pieces of a structured array takes ten times as long.
            self._pieces = _mapped(folder / _PIECES, np.dtype(np.uint8))
            self._ids = _mapped(folder / _IDS, _ID)
        except (OSError, ValueError) as error:
            raise damaged_index(folder, "the sentences cannot be read") from error
        self._piece_edges, self._edges = edges(self._rows["pieces"]), edges(self._rows["tokens"])
        told = rows, self._piece_edges[-1] * _PIECE.itemsize, self._edges[-1]
        if told != (len(self._rows), len(self._pieces), len(self._ids)):
            raise damaged_index(folder, "the sentences are cut short")

    @staticmethod
    def exist(folder: Path) -> bool:
        """Whether sentences were kept in `folder`."""
        return (folder / _ROWS).is_file()

    def of(self, rows: np.ndarray) -> Sentences:
        """The sentences of the passages at `rows`."""
        pieces = _joined(self._pieces, self._piece_edges * _PIECE.itemsize, rows).view(_PIECE)
        ids = _joined(self._ids, self._edges, rows)
        return Sentences(ids, pieces["tokens"], pieces["length"], self._rows[rows])


class SentenceWriter:
    """Writes the sentences of a new version; a context manager."""

    def __init__(self, folder: Path):
        """Begin with nothing in `folder`, which exists."""
        with ExitStack() as opened:
            self._files = [
                opened.enter_context((folder / name).open("wb")) for name in (_ROWS, _PIECES, _IDS)
            ]
            self._opened = opened.pop_all()

    def __enter__(self) -> SentenceWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    def add(self, sentences: Sentences) -> None:
        """Append passages."""
        pieces = np.empty(len(sentences.sizes), _PIECE)
        pieces["tokens"], pieces["length"] = sentences.sizes, sentences.lengths
        for file, column in zip(self._files, (sentences.rows, pieces, sentences.ids), strict=True):
            file.write(column.tobytes())


def _mapped(file: Path, dtype: np.dtype) -> np.ndarray:
    # As a plain array: cutting pieces out of a memmap object takes three times as long.
    return np.asarray(np.memmap(file, dtype, "r")) if file.stat().st_size else np.zeros(0, dtype)


def edges(counts: np.ndarray) -> np.ndarray:
    """Where each of so many begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def _joined(values: np.ndarray, edges: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The values of the `rows`, one after the other."""
    spans = zip(edges[rows].tolist(), edges[rows + 1].tolist(), strict=True)
    parts = [values[begin:end] for begin, end in spans]
    return np.concatenate(parts) if parts else values[:0]
