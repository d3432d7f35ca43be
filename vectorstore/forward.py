"""The terms of every passage, by passage: the scores of given passages without a search.

An inverted index finds the best passages quickly, but to score given ones it walks through most
of what the question's terms occur in, which takes longer the larger the library is. From the
terms of the passages themselves the same scores follow in a time that does not grow.

    forward.rows    for each passage its id, where its terms begin, and its two lengths
    forward.terms   32 bits a term: 24 of its hash, 1 for the field, 7 for how often it occurs

In: ids (16 hexadecimal digits) and terms of the two fields, body and context. Out: sums of term
weights after BM25 as tantivy computes it, lengths rounded as it rounds them. Two terms of a
question and a passage have the same 24 bits once in some two thousand passages, which changes a
score by one term. Imports `compact` and `errors`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np

from vectorstore.compact import as_integers
from vectorstore.errors import damaged_index

K1, B = 1.2, 0.75
BODY, CONTEXT = 0, 1
_ROWS, _TERMS = "forward.rows", "forward.terms"
_ROW = np.dtype([("id", "<u8"), ("start", "<u8"), ("body", "<u4"), ("context", "<u4")])
_HASH, _FIELD, _TIMES = 0xFFFFFF00, 0x80, 0x7F
_COPIED_ROWS = 50_000


def _lengths() -> np.ndarray:
    """The lengths that tantivy tells apart: to 40 all of them, then eight of each step."""
    steps = np.repeat(2 ** np.arange(1, 27), 8)
    return np.concatenate([np.arange(41), 40 + np.cumsum(steps)])


class ForwardIndex:
    """The terms of the passages in one folder. One writer at a time; any number of readers."""

    def __init__(self, folder: Path, *, create: bool = False):
        """Open the files in `folder`, with `create` empty ones; NotAStore when they do not fit."""
        self._folder = folder
        if create:
            (folder / _ROWS).touch()
            (folder / _TERMS).touch()
        self._open()

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether the program that made the index in `folder` kept the passages' terms."""
        return (folder / _ROWS).is_file()

    def __len__(self) -> int:
        return len(self._order)

    def _open(self) -> None:
        try:
            rows = np.fromfile(self._folder / _ROWS, _ROW)
            size = (self._folder / _TERMS).stat().st_size
        except OSError as error:
            raise damaged_index(self._folder, error.strerror) from error
        if size % 4 or (len(rows) and rows["start"][-1] > size // 4):
            raise damaged_index(self._folder, f"{_TERMS} is cut short")
        # As a plain array: cutting pieces out of a memmap object takes three times as long.
        self._terms = (
            np.asarray(np.memmap(self._folder / _TERMS, "<u4", "r"))
            if size
            else np.zeros(0, np.uint32)
        )
        self._order = np.argsort(rows["id"])
        self._sorted = rows["id"][self._order]
        self._starts = np.append(rows["start"], np.uint64(size // 4)).astype(np.int64)
        self._norms = np.empty((len(rows), 2), np.float32)
        table = _lengths()
        for field, name in ((BODY, "body"), (CONTEXT, "context")):
            rounded = table[np.searchsorted(table, rows[name], "right") - 1]
            average = max(float(rows[name].mean()), 1e-9) if len(rows) else 1.0
            self._norms[:, field] = K1 * (1 - B + B * rounded / average)

    def change(
        self, add: Sequence[tuple[str, Sequence[str], Sequence[str]]], remove: Sequence[str] = ()
    ) -> None:
        """Remove passages by id, then append (id, context terms, body terms)."""
        if len(remove):
            self._remove(as_integers(remove))
        start = (self._folder / _TERMS).stat().st_size // 4
        with (
            (self._folder / _ROWS).open("ab") as rows,
            (self._folder / _TERMS).open("ab") as terms,
        ):
            for passage_id, context, body in add:
                packed = _packed(body, BODY) + _packed(context, CONTEXT)
                terms.write(np.asarray(packed, "<u4").tobytes())
                row = (int(passage_id, 16), start, len(body), len(context))
                rows.write(np.array([row], _ROW).tobytes())
                start += len(packed)

    def reopen(self) -> None:
        """See what was changed."""
        self._open()

    def _remove(self, ids: np.ndarray) -> None:
        lengths = np.diff(self._starts)
        rows = np.fromfile(self._folder / _ROWS, _ROW)
        kept = ~np.isin(rows["id"], ids)
        rows = rows[kept]
        rows["start"] = np.concatenate([[0], np.cumsum(lengths[kept])])[: len(rows)]
        fresh = self._folder / f"{_TERMS}.new"
        with fresh.open("wb") as file:
            for first in range(0, len(kept), _COPIED_ROWS):
                part = slice(first, first + _COPIED_ROWS)
                own = slice(self._starts[first], self._starts[first] + lengths[part].sum())
                file.write(self._terms[own][np.repeat(kept[part], lengths[part])].tobytes())
        fresh.replace(self._folder / _TERMS)
        (self._folder / _ROWS).write_bytes(rows.tobytes())
        self._open()

    def scores(self, weights: Mapping[str, tuple[float, float]], keys: np.ndarray) -> np.ndarray:
        """The BM25 score of each of the passages with the ids `keys`, as integers; 0 where no
        term occurs, NaN for an unknown passage.

        `weights` gives each term's weight in the body and in the context, idf included.
        """
        scores = np.full(len(keys), np.nan)
        if not len(keys) or not len(self):
            return scores
        at = np.minimum(np.searchsorted(self._sorted, keys), len(self._sorted) - 1)
        known = self._sorted[at] == keys
        rows = self._order[at[known]]
        scores[known] = self._sums(weights, rows) if len(weights) and len(rows) else 0.0
        return scores

    def _sums(self, weights: Mapping[str, tuple[float, float]], rows: np.ndarray) -> np.ndarray:
        hashes = np.fromiter((_hash(term) for term in weights), np.uint32, len(weights))
        values = np.array(list(weights.values()), np.float64)
        order = np.argsort(hashes)
        hashes, values = hashes[order], values[order]
        begins, ends = self._starts[rows].tolist(), self._starts[rows + 1].tolist()
        pieces = [self._terms[begin:end] for begin, end in zip(begins, ends, strict=True)]
        owners = np.repeat(np.arange(len(rows)), [len(each) for each in pieces])
        entries = np.concatenate(pieces)
        # A small table first: nearly all terms of a passage are none of the question's.
        maybe = np.zeros(1 << 16, bool)
        maybe[hashes >> 16] = True
        hits = np.flatnonzero(maybe[entries >> 16])
        entries, owners = entries[hits], owners[hits]
        slots = np.minimum(np.searchsorted(hashes, entries & _HASH), len(hashes) - 1)
        same = hashes[slots] == entries & _HASH
        entries, owners, slots = entries[same], owners[same], slots[same]
        times = (entries & _TIMES).astype(np.float64)
        fields = (entries & _FIELD != 0).astype(np.int64)
        shares = times / (times + self._norms[rows[owners], fields])
        return np.bincount(owners, values[slots, fields] * shares, len(rows))


@lru_cache(maxsize=200_000)
def _hash(term: str) -> int:
    return crc32(term.encode()) & _HASH


def _packed(terms: Sequence[str], field: int) -> list[int]:
    return [
        _hash(term) | field * _FIELD | min(times, _TIMES) for term, times in Counter(terms).items()
    ]
