"""Every passage of a version once more, by row: what ranking needs of any passages, without a
search and without SQLite.

Chroma finds the nearest vectors but hands out those of given ids only in milliseconds, and a
hundred candidates are soon dearer to read and fold than to find. Here they are rows of
memory-mapped files, 512 bytes a passage at 256 dimensions and as much again for the text, and
only what is asked for is read. Half precision changes a similarity by less than 0.001.

    ids.u64         the passages' ids as 64-bit integers, in the order of the rows
    vectors.f16     their vectors
    owners.u64      their documents' ids
    starts.u32      where they begin in their documents
    lengths.u32     how much of `texts` is the passage's, and how much its headings'
    texts.u16       the folded passage and its document's title with the headings, row by row, in
                    UTF-16: two bytes a character, whose pairs are compared as numbers
    sentences.*     what the close reading needs (see `sentences`), with a model that it fits

In: ids (16 hexadecimal digits), float32 vectors, folded texts, sentences. Out: arrays by row.
Imports `errors` and `sentences`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vectorstore.errors import damaged_index
from vectorstore.sentences import KeptSentences, Sentences, SentenceWriter

_TYPES = {
    "ids.u64": "<u8",
    "vectors.f16": "<f2",
    "owners.u64": "<u8",
    "starts.u32": "<u4",
    "lengths.u32": "<u4",
    "texts.u16": "<u2",
}
_COPIED_ROWS = 50_000


class Sketch(NamedTuple):
    """What is kept of a passage besides its vector; both texts folded."""

    id: str
    document_id: str
    start: int
    body: str
    context: str


class Texts(NamedTuple):
    """Texts one after the other in UTF-16, of each passage its body, then its context.

    Text `at` is `units[edges[at]:edges[at + 1]]`.
    """

    units: np.ndarray
    edges: np.ndarray

    def text(self, at: int) -> str:
        """One of the texts."""
        return self.units[self.edges[at] : self.edges[at + 1]].tobytes().decode("utf-16-le")


class CompactPassages:
    """The rows of a finished version, for any number of readers."""

    def __init__(self, folder: Path):
        """Open the files in `folder`; NotAStore when they do not fit together."""
        try:
            sizes = {name: (folder / name).stat().st_size for name in _TYPES}
            self.ids, self.owners, self.starts, lengths = (
                np.fromfile(folder / name, _TYPES[name])
                for name in ("ids.u64", "owners.u64", "starts.u32", "lengths.u32")
            )
        except OSError as error:
            raise damaged_index(folder, error.strerror) from error
        rows = len(self.ids)
        dimensions, rest = divmod(sizes["vectors.f16"], max(rows, 1) * 2)
        self._ends = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        whole = (rows * 8, rows * 8, rows * 4, rows * 8, self._ends[-1] * 2)
        if rest or whole != tuple(sizes[name] for name in _TYPES if name != "vectors.f16"):
            raise damaged_index(folder, "its files are cut short")
        self.vectors = (
            np.memmap(folder / "vectors.f16", "<f2", "r", shape=(rows, dimensions))
            if sizes["vectors.f16"]
            else np.zeros((rows, dimensions), "<f2")
        )
        # As a plain array: cutting pieces out of a memmap object takes three times as long.
        self._texts = (
            np.asarray(np.memmap(folder / "texts.u16", "<u2", "r"))
            if sizes["texts.u16"]
            else np.zeros(0, "<u2")
        )
        self._order = np.argsort(self.ids)
        self._sorted = self.ids[self._order]
        # An older program kept none, and another model than the shipped one needs none.
        self.sentences = KeptSentences(folder, rows) if KeptSentences.exist(folder) else None

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether the program that made the version in `folder` kept all of these files."""
        return all((folder / name).is_file() for name in _TYPES)

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, keys: np.ndarray) -> np.ndarray:
        """The rows of the passages with the ids `keys`, as integers; -1 for an unknown one."""
        if not len(self.ids):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(self._sorted, keys), len(self.ids) - 1)
        return np.where(self._sorted[at] == keys, self._order[at], -1)

    def cosines(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The cosine similarity of the unit `vector` and each of the `rows`."""
        if not len(rows):
            # An empty store does not know how many numbers a vector has.
            return np.zeros(0)
        found = self.vectors[rows].astype(np.float32)
        lengths = np.maximum(np.linalg.norm(found, axis=1), 1e-9)
        # Not `@`, which shares so many rows out among threads, and these wait for each other.
        products = np.einsum("rd,d->r", found, np.asarray(vector, np.float32))
        return (products / lengths).astype(np.float64)

    def similarities(self, vector: np.ndarray, ids: Sequence[str]) -> dict[str, float]:
        """The cosine similarity of the unit `vector` and each of those `ids` that exist."""
        rows = self.rows(as_integers(ids))
        known = np.flatnonzero(rows >= 0)
        cosines = self.cosines(vector, rows[known]).tolist() if len(known) else []
        return {ids[at]: cosine for at, cosine in zip(known.tolist(), cosines, strict=True)}

    def has_sentences(self, ids: Sequence[str], sentences: Sentences | None) -> bool:
        """Whether these are the sentences that are kept of the passages `ids`."""
        if sentences is None or self.sentences is None:
            return sentences is self.sentences
        kept = self.sentences.of(self.rows(as_integers(ids)))
        return np.array_equal(kept.rows, sentences.rows) and all(
            np.allclose(one, other) for one, other in zip(kept[:3], sentences[:3], strict=True)
        )

    def texts(self, rows: np.ndarray) -> Texts:
        """The folded passage and context of each of the `rows`."""
        begins, ends = self._ends[2 * rows], self._ends[2 * rows + 2]
        pieces = [
            self._texts[begin:end]
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ]
        middles = self._ends[2 * rows + 1]
        lengths = np.stack([middles - begins, ends - middles], axis=1).ravel()
        units = np.concatenate(pieces) if pieces else np.zeros(0, "<u2")
        return Texts(units, np.concatenate([[0], np.cumsum(lengths)]))


class CompactWriter:
    """Writes the rows of a new version; a context manager."""

    def __init__(
        self, folder: Path, old: CompactPassages | None = None, *, sentences: bool = False
    ):
        """Begin with nothing, or with the rows of `old`; `sentences` come along where wanted."""
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            self._sentences = opened.enter_context(SentenceWriter(folder)) if sentences else None
            self._files = {
                name: opened.enter_context((folder / name).open("wb")) for name in _TYPES
            }
            self._opened = opened.pop_all()
        self._old = old

    def __enter__(self) -> CompactWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    def keep(self, removed: Sequence[str]) -> None:
        """Take over all rows of the old version but those of `removed`."""
        old = self._old
        if old is None:
            return
        kept = ~np.isin(old.ids, as_integers(removed))
        for start in range(0, len(kept), _COPIED_ROWS):
            part = slice(start, min(start + _COPIED_ROWS, len(kept)))
            edges = old._ends[2 * part.start : 2 * part.stop + 1]
            lengths = np.diff(edges).reshape(-1, 2)
            texts = old._texts[edges[0] : edges[-1]]
            self._write(
                old.ids[part][kept[part]],
                old.vectors[part][kept[part]],
                old.owners[part][kept[part]],
                old.starts[part][kept[part]],
                lengths[kept[part]],
                texts[np.repeat(kept[part], lengths.sum(axis=1))],
            )
            if self._sentences is not None:
                self._sentences.add(old.sentences.of(start + np.flatnonzero(kept[part])))

    def add(
        self,
        sketches: Sequence[Sketch],
        vectors: np.ndarray,
        sentences: Sentences | None = None,
    ) -> None:
        """Append rows, with their sentences where these are wanted."""
        if self._sentences is not None:
            self._sentences.add(sentences)
        texts = [
            part.encode("utf-16-le") for each in sketches for part in (each.body, each.context)
        ]
        self._write(
            as_integers([each.id for each in sketches]),
            vectors,
            as_integers([each.document_id for each in sketches]),
            [each.start for each in sketches],
            [len(text) // 2 for text in texts],
            np.frombuffer(b"".join(texts), "<u2"),
        )

    def _write(self, *columns: Sequence[int] | np.ndarray) -> None:
        for (name, file), column in zip(self._files.items(), columns, strict=True):
            file.write(np.asarray(column, _TYPES[name]).tobytes())


def as_integers(ids: Sequence[str]) -> np.ndarray:
    """Ids as the integers that their hexadecimal digits write."""
    digits = "".join([each.rjust(16, "0") for each in ids])
    return np.frombuffer(bytes.fromhex(digits), ">u8").astype("<u8")
