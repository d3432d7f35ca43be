"""Times reading alone, without embedding: the reader beside LangChain's recursive splitter.

    python -m tests.bench.reading [FOLDER]

In: the text files of FOLDER, or generated gazettes. Out: characters a second of both, measured in
turns in one run, and the most memory that reading takes for few files and for many. Imports
`ingest` and this package.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.files import find_files, load_text
from ingest.reader import read_documents
from tests.bench import library

PASSAGES = 3_000
TURNS = 5
SEPARATORS = ("\n\n", "\n", "。", "；", "！", "？", "，", "")


@dataclass(frozen=True)
class Speed:
    """Characters a second, and how many passages came out."""

    reader: float
    splitter: float
    passages: int
    pieces: int
    characters: int


def read_all(texts: Sequence[str]) -> int:
    """The number of passages in `texts`; nothing is kept."""
    return sum(len(d.passages) for text in texts for d in read_documents(text, "a.txt"))


def split_all(texts: Sequence[str]) -> int:
    """The number of pieces that the recursive splitter makes of `texts`."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=list(SEPARATORS), keep_separator="end", chunk_size=400, chunk_overlap=40
    )
    return sum(len(splitter.split_text(text)) for text in texts)


def measure(texts: Sequence[str], turns: int = TURNS) -> Speed:
    """The best of `turns` for both, taken in turns so that a busy machine slows both."""
    passages, pieces = read_all(texts), split_all(texts)
    best = [float("inf"), float("inf")]
    for _ in range(turns):
        for index, work in enumerate((read_all, split_all)):
            best[index] = min(best[index], _seconds(work, texts))
    characters = sum(map(len, texts))
    return Speed(characters / best[0], characters / best[1], passages, pieces, characters)


def peak_memory(texts: Sequence[str]) -> float:
    """The most MiB that Python holds while `texts` are read one after the other."""
    tracemalloc.start()
    try:
        for text in texts:
            read_all([text])
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def _seconds(work: Callable[[Sequence[str]], int], texts: Sequence[str]) -> float:
    started = time.process_time()
    work(texts)
    return time.process_time() - started


def _texts(folder: Path | None) -> list[str]:
    if folder is None:
        return [each.text for each in library.gazettes(PASSAGES)]
    return [load_text(path) for path in find_files([folder]) if path.suffix == ".txt"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reading")
    parser.add_argument("folder", nargs="?", type=Path, help="text files (default: generated ones)")
    parser.add_argument("--turns", type=int, default=TURNS)
    options = parser.parse_args(arguments)
    texts = _texts(options.folder)
    speed = measure(texts, options.turns)
    print(f"{len(texts)} files, {speed.characters:,} characters; processor time, best of turns")
    print(f"reader:              {speed.reader:>12,.0f} characters/s, {speed.passages} passages")
    print(f"recursive splitter:  {speed.splitter:>12,.0f} characters/s, {speed.pieces} pieces")
    longest = max(texts, key=len)
    for count in (1, 10, 50):
        print(
            f"peak memory, {count:>2} × the longest file: {peak_memory([longest] * count):.1f} MiB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
