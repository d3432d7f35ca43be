"""Which embedding model made a store: mismatches are told, the shipped one is followed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant import PolicyAssistant
from ingest.pipeline import ingest
from tests.conftest import PROJECT, make_model
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import EmbeddingModelError, ModelMismatch
from vectorstore.retriever import PolicyRetriever
from vectorstore.settings import Settings
from vectorstore.store import PolicyStore


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with other vectors for the same texts."""
    return make_model(tmp_path_factory.mktemp("model") / "other", seed=1)


@pytest.fixture
def own_store(store: Path, tmp_path: Path) -> Path:
    """A copy of the shared store, to be changed."""
    shutil.copytree(store, tmp_path / "own")
    return tmp_path / "own"


def test_another_model_is_told_apart(own_store: Path, library: Path, other_model: Path) -> None:
    """Ingesting and asking both name the two models and the ways out; nothing changes."""
    other = PolicyEmbeddings(other_model)
    with pytest.raises(ModelMismatch, match="model tiny, not other") as caught:
        ingest([library], own_store, embeddings=other)
    assert "--rebuild" in str(caught.value)
    with pytest.raises(ModelMismatch, match="tiny, not the present other"):
        PolicyAssistant(own_store, settings=Settings(embedding_model=str(other_model)))
    assert PolicyStore(own_store).version == 1


def test_rebuild_converts(own_store: Path, other_model: Path) -> None:
    """All vectors are made anew, from what is stored alone."""
    other = PolicyEmbeddings(other_model)
    ingest([], own_store, embeddings=other, rebuild=True)
    opened = PolicyStore(own_store)
    assert opened.model == other.card
    found = PolicyRetriever(store=opened, embeddings=other).search("居民卧室和客厅的温度").passages
    assert "十九摄氏度" in found[0].text
    snapshot = opened.snapshot()
    ids = sorted(snapshot.vectors.ids())[:1]
    text = opened.found(ids)[ids[0]]
    context = " ".join(filter(None, (text.number, text.title, *text.headings)))
    expected = other.array([f"{context}\n{text.text}"])[0]
    assert np.allclose(snapshot.vectors.vectors(ids)[ids[0]], expected, atol=1e-5)


def test_a_newer_shipped_model_converts_by_itself(
    library: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update of the program brings its store along; asking before that says how."""
    shipped, store = (tmp_path / "model").resolve(), tmp_path / "store"
    shutil.copytree(model_folder, shipped)
    monkeypatch.setattr("vectorstore.embedding.SHIPPED_MODEL", shipped)
    older = PolicyEmbeddings(shipped)
    assert older.card.name == "shipped"
    ingest([library], store, embeddings=older)
    shutil.rmtree(shipped)
    make_model(shipped, seed=2)
    newer = PolicyEmbeddings(shipped)
    assert newer.card.fingerprint != older.card.fingerprint
    with pytest.raises(ModelMismatch, match="python -m ingest"):
        PolicyAssistant(store, settings=Settings(embedding_model=str(shipped)))
    ingest([library], store, embeddings=newer)
    assert PolicyStore(store).model == newer.card


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", b"version https://git-lfs.github.com/spec/v1"),
        ("tokenizer.json", b"garbage"),
        ("modules.json", b"garbage"),
        ("modules.json", b"[]"),
    ],
)
def test_a_broken_model_is_one_sentence(
    name: str, content: bytes, model_folder: Path, tmp_path: Path
) -> None:
    """Files that were cut off or never fetched are no reason for a traceback."""
    broken = tmp_path / "broken"
    shutil.copytree(model_folder, broken)
    next(broken.rglob(name)).write_bytes(content)
    with pytest.raises(EmbeddingModelError, match="cannot be loaded") as caught:
        PolicyEmbeddings(broken).load()
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    """Told before anything is loaded."""
    with pytest.raises(EmbeddingModelError, match=r"no modules\.json"):
        PolicyEmbeddings(tmp_path)


def test_vectors_are_unit_vectors(embeddings: PolicyEmbeddings) -> None:
    """float32 rows of length one; no texts give no rows; both LangChain methods agree."""
    vectors = embeddings.array(["供暖价格", "共享单车"])
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embeddings.array([]).shape == (0, embeddings.dimensions)
    assert np.allclose(embeddings.embed_documents(["供暖价格"])[0], vectors[0])
    assert np.allclose(embeddings.embed_query("供暖价格"), vectors[0], atol=1e-6)
    assert not np.any(embeddings.embed_query(""))
    assert not np.any(embeddings.array([""]))


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address that takes connections and never answers, as a network that drops packets."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(3):  # fill the queue: the next connection gets no answer at all
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
            waiting.append(one)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for one in waiting:
            one.close()


def test_static_models_give_what_langchain_gives(
    embeddings: PolicyEmbeddings, model_folder: Path
) -> None:
    """Means of word vectors are taken without torch; the vectors are the same."""
    from langchain_huggingface import HuggingFaceEmbeddings

    texts = ["供暖价格为每平方米\n二十五元", "共享单车", "", "😀", "ＡＢＣ " * 300]
    model = HuggingFaceEmbeddings(
        model_name=str(model_folder), encode_kwargs={"normalize_embeddings": True}
    )
    theirs = np.nan_to_num(np.array(model.embed_documents(texts)))
    assert np.allclose(embeddings.array(texts), theirs, atol=1e-6)


def unused_address() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.slow
@pytest.mark.parametrize("program", ["ingest", "assistant"])
@pytest.mark.parametrize("network", ["refusing", "silent"])
def test_a_hub_model_without_network(
    program: str,
    network: str,
    store: Path,
    library: Path,
    tmp_path: Path,
    black_hole: str,
) -> None:
    """One sentence that names the model, and no traceback."""
    environment = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    environment |= {
        "POLICY_EMBEDDING_MODEL": "nobody/no-such-model",
        "HF_ENDPOINT": black_hole if network == "silent" else unused_address(),
        "HF_HOME": str(tmp_path / "cache"),
        "HF_HUB_OFFLINE": "0",
    }
    what = [str(library)] if program == "ingest" else ["供暖价格是多少？"]
    done = subprocess.run(
        [sys.executable, "-m", program, *what, "--store", str(store)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "nobody/no-such-model" in done.stderr
    assert "POLICY_EMBEDDING_MODEL" in done.stderr


def test_an_unreachable_hub_is_given_up_within_five_seconds(
    black_hole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that swallows packets is told from a slow one by a limit of our own: the hub's
    client would wait for about a minute."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", black_hole)
    monkeypatch.setattr("vectorstore.embedding.getproxies", dict)
    started = time.monotonic()
    with pytest.raises(EmbeddingModelError, match="nobody/no-such-model"):
        PolicyEmbeddings("nobody/no-such-model")
    assert time.monotonic() - started < 5
