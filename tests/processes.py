"""Ingests in processes of their own that start in moments and can be killed at a chosen point.

Python's fork server imports the libraries once; every ingest is then a fork of it, a real process
with its own locks, files and death.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

import ingest.pipeline
import vectorstore.versions
import vectorstore.writer
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.lexical import LexicalIndex
from vectorstore.vectors import ChromaVectors
from vectorstore.versions import IndexVersions
from vectorstore.writer import StoreWriter

_COPYTREE, _RMTREE = shutil.copytree, shutil.rmtree
_PRELOADED = ["tests.processes", "langchain_huggingface", "sentence_transformers"]


def start(target: Callable, *arguments) -> BaseProcess:
    """Run `target` in a fresh process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    process = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def ingest_paths(store: Path, model: Path, paths: Sequence[Path], began=None) -> None:
    """Ingest; sets the event `began` when the imports are done."""
    if began is not None:
        began.set()
    ingest.pipeline.ingest(paths, store, embeddings=PolicyEmbeddings(model))


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying_after(owner: object, name: str) -> None:
    whole = getattr(owner, name)

    def dying(*arguments, **options):
        whole(*arguments, **options)
        _die()

    setattr(owner, name, dying)


def _half_a_copy(source: Path, target: Path, **_: object) -> None:
    _COPYTREE(source / "lexical", target / "lexical")
    _die()


def _half_a_removal(folder: Path, **_: object) -> None:
    (Path(folder) / "reader.lock").unlink()
    _RMTREE(Path(folder) / "lexical")
    _die()


def _version_written(self: StoreWriter, key: str, value: str) -> None:
    self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
    if key == "version":
        _die()


# Where an ingest dies -> (what is replaced, where it stands, by what; None: die after it).
STAGES: dict[str, tuple[object, str, Callable | None]] = {
    "library file made, not yet in place": (vectorstore.writer.os, "replace", _die),
    "a file put": (StoreWriter, "put", None),
    "status settled": (vectorstore.writer, "settle", None),
    "embedded": (StoreWriter, "_embed_missing", None),
    "half the old version copied": (vectorstore.versions.shutil, "copytree", _half_a_copy),
    "old version copied": (vectorstore.versions.shutil, "copytree", None),
    "old passages removed": (ChromaVectors, "remove", None),
    "vectors added": (ChromaVectors, "add", None),
    "terms added": (LexicalIndex, "change", None),
    "version verified": (IndexVersions, "_verify", None),
    "version built": (IndexVersions, "build", None),
    "version number written": (StoreWriter, "_write_meta", _version_written),
    "committed": (IndexVersions, "drop_unused", _die),
    "old version half removed": (vectorstore.versions.shutil, "rmtree", _half_a_removal),
}


def ingest_and_die(stage: str, store: Path, model: Path, paths: Sequence[Path]) -> None:
    """Ingest until `stage` is reached, and die there of SIGKILL."""
    owner, name, replacement = STAGES[stage]
    if replacement is None:
        _dying_after(owner, name)
    else:
        setattr(owner, name, replacement)
    ingest_paths(store, model, paths)
