"""What many tests share: an invented city's documents, a tiny real model, a store of both.

No test may reach the network: connecting to anything but this machine raises.
"""

from __future__ import annotations

import ipaddress
import math
import os
import socket
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.library import LIBRARY
from vectorstore.embedding import PolicyEmbeddings

PROJECT = Path(__file__).resolve().parent.parent


class NetworkUsed(RuntimeError):
    """A test tried to leave the machine."""


def _refuse_strangers(address: object) -> None:
    if not isinstance(address, tuple):  # a Unix socket's path
        return
    host = str(address[0])
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        raise NetworkUsed(f"a test tried to connect to {address}")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self, address):
        _refuse_strangers(address)
        return connect(self, address)

    def guarded_ex(self, address):
        _refuse_strangers(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_settings() -> Iterator[None]:
    """Whoever runs the tests may have POLICY_ variables of their own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.upper().startswith("POLICY_")]:
            patch.delenv(name)
        yield


def write_library(folder: Path, files: dict[str, str] | None = None) -> Path:
    """Write the library's files (or `files`) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (LIBRARY if files is None else files).items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def shared_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four documents of the invented 青岚市; only to be read."""
    return write_library(tmp_path_factory.mktemp("shared") / "library")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The same documents, for this test to change."""
    return write_library(tmp_path / "library")


def make_model(folder: Path, seed: int = 0) -> Path:
    """Save a sentence-transformers model of 500 tokens with random vectors: tiny, but real."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, normalizers

    # Counted here: the library's own trainer makes another vocabulary at every run.
    text = "".join(LIBRARY.values())
    counts = Counter(text) + Counter(map("".join, pairwise(text)))
    tokens = sorted((t for t in counts if t == "".join(t.split())), key=lambda t: (-counts[t], t))
    scores = [("<unk>", 0.0)]
    scores += [(each, math.log(counts[each] / len(text))) for each in tokens[:499]]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    torch.manual_seed(seed)
    module = StaticEmbedding(tokenizer, embedding_dim=32)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model."""
    return make_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def embeddings(model_folder: Path) -> PolicyEmbeddings:
    """The tiny model, loaded once."""
    return PolicyEmbeddings(model_folder)


@pytest.fixture(scope="session")
def store(
    tmp_path_factory: pytest.TempPathFactory, shared_library: Path, embeddings: PolicyEmbeddings
) -> Path:
    """A store of the four documents; only to be read."""
    from ingest.pipeline import ingest

    folder = tmp_path_factory.mktemp("shared") / "store"
    report = ingest([shared_library], folder, embeddings=embeddings)
    assert not report.failures
    return folder
