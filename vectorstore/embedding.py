"""Loads the embedding model, through sentence-transformers, and says which model it is.

In: a folder or a hub name. Out: LangChain `Embeddings` with a name, a fingerprint that the
store remembers, and a batch interface that gives arrays. Knows no store. Imports `errors`.

sentence-transformers takes seconds to import, so it is imported when a text is first embedded;
whether the model can be had at all is checked before, in well under five seconds.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import numpy as np
from langchain_core.embeddings import Embeddings

from vectorstore.errors import EmbeddingModelError

SHIPPED_MODEL = Path(__file__).resolve().parent / "model"
_REACH_SECONDS = 2.0
_BATCH = 256


@dataclass(frozen=True)
class ModelCard:
    """Which model made the vectors. `fingerprint` differs whenever the vectors would."""

    name: str
    fingerprint: str


class PolicyEmbeddings(Embeddings):
    """A sentence-transformers model as LangChain `Embeddings`; loads on first use."""

    def __init__(self, model: str | Path = SHIPPED_MODEL):
        """Check that `model` can be loaded; EmbeddingModelError says in one sentence why not."""
        self._model = str(model)
        self._folder = Path(model) if Path(model).exists() else None
        if self._folder is not None:
            _check_folder(self._folder)
        elif not is_cached(self._model):
            check_reachable(self._model)
        self.card = ModelCard(self._name(), self._fingerprint())

    def _name(self) -> str:
        if self._folder is None:
            return self._model
        shipped = self._folder.resolve() == SHIPPED_MODEL
        return "shipped" if shipped else self._folder.resolve().name

    def _fingerprint(self) -> str:
        if self._folder is None:
            return self._model
        digest = sha256()
        for file in sorted(self._folder.rglob("*")):
            # Documentation may change without the vectors changing.
            if file.is_file() and file.suffix != ".md":
                digest.update(file.relative_to(self._folder).as_posix().encode())
                digest.update(sha256(file.read_bytes()).digest())
        return digest.hexdigest()[:16]

    @cached_property
    def _backend(self):
        if self._folder is not None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from langchain_huggingface import HuggingFaceEmbeddings
        from safetensors import SafetensorError

        local = self._folder is not None or is_cached(self._model)
        try:
            for file in self._folder.rglob("tokenizer.json") if self._folder else ():
                json.loads(file.read_text("utf-8"))  # tokenizers raises a bare Exception for it
            backend = HuggingFaceEmbeddings(
                model_name=self._model,
                model_kwargs={"local_files_only": local, "device": "cpu"},
                encode_kwargs={"normalize_embeddings": True, "batch_size": _BATCH},
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            raise EmbeddingModelError(
                f"The embedding model {self._model} cannot be loaded ({first}); "
                "set POLICY_EMBEDDING_MODEL to a sentence-transformers folder or hub name.",
                f"无法加载向量模型 {self._model}，请将 POLICY_EMBEDDING_MODEL "
                "设为可用的 sentence-transformers 模型。",
            ) from error
        # A model may declare prompts of its own; asking without them costs it accuracy.
        prompts = backend._client.prompts
        passage = next((name for name in ("document", "passage") if prompts.get(name)), None)
        query = {"prompt_name": "query"} if prompts.get("query") else {}
        backend.query_encode_kwargs = backend.encode_kwargs | query
        if passage:
            backend.encode_kwargs = backend.encode_kwargs | {"prompt_name": passage}
        return backend

    def load(self) -> None:
        """Load the model now rather than with the first text."""
        _ = self.dimensions

    @cached_property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return len(self.embed_query("政策"))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's interface: one unit vector a text."""
        return self.array(texts).tolist()

    @cached_property
    def words(self) -> tuple[Any, np.ndarray] | None:
        """The tokenizer and word vectors of a static model without prompts, None for any other.

        The mean of a question's word vectors takes 0.02 ms; the way through torch takes 0.6 ms,
        and twenty times that on a busy machine. There is nothing else in such a model.
        """
        from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

        first, *others = self._backend._client
        if any(self._backend._client.prompts.values()) or not isinstance(first, StaticEmbedding):
            return None
        if not all(isinstance(each, Normalize) for each in others):
            return None
        return first.tokenizer, first.embedding.weight.detach().numpy()

    def embed_query(self, text: str) -> list[float]:
        """LangChain's interface: the unit vector of a question."""
        if self.words is not None:
            return self._means([text])[0].tolist()
        return np.nan_to_num(np.asarray(self._backend.embed_query(text), np.float32)).tolist()

    def array(self, texts: list[str]) -> np.ndarray:
        """Vectors of passages, shape (len(texts), dimensions), float32."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        if self.words is not None:
            return self._means(texts)
        return np.nan_to_num(np.asarray(self._backend.embed_documents(texts), np.float32))

    def _means(self, texts: list[str]) -> np.ndarray:
        """The unit mean of each text's word vectors; zero for a text without a known word."""
        tokenizer, words = self.words
        # LangChain's class takes line breaks for spaces.
        lines = [text.replace("\n", " ") for text in texts]
        means = np.zeros((len(texts), words.shape[1]), np.float32)
        for row, tokens in enumerate(tokenizer.encode_batch_fast(lines, add_special_tokens=False)):
            if tokens.ids:
                means[row] = words[tokens.ids].mean(axis=0)
        return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir() or not (folder / "modules.json").is_file():
        raise EmbeddingModelError(
            f"{folder} holds no sentence-transformers model (no modules.json); "
            "run `make model`, or set POLICY_EMBEDDING_MODEL to another model.",
            f"{folder} 中没有 sentence-transformers 模型（缺少 modules.json），"
            "请运行 make model，或将 POLICY_EMBEDDING_MODEL 设为其他模型。",
        )


def is_cached(name: str) -> bool:
    """Whether the hub's model `name` lies in the local cache."""
    from huggingface_hub import try_to_load_from_cache

    try:
        return any(
            isinstance(try_to_load_from_cache(name, file), str)
            for file in ("modules.json", "config.json")
        )
    except ValueError:  # not a hub name at all
        return False


def check_reachable(name: str) -> None:
    """EmbeddingModelError when the hub cannot be had: its client takes a minute to give up."""
    # A look-up of the host's name has no time-out of its own, hence the thread.
    answer: queue.SimpleQueue[bool] = queue.SimpleQueue()
    threading.Thread(target=lambda: answer.put(_can_connect()), daemon=True).start()
    try:
        reachable = answer.get(timeout=_REACH_SECONDS)
    except queue.Empty:
        reachable = False
    if not reachable:
        raise EmbeddingModelError(
            f"The embedding model {name} is neither a folder nor in the local cache, and the "
            "model hub cannot be reached; give a folder in POLICY_EMBEDDING_MODEL.",
            f"向量模型 {name} 既不是本地文件夹也不在缓存中，且无法连接模型仓库，"
            "请在 POLICY_EMBEDDING_MODEL 中指定本地模型文件夹。",
        )


def _can_connect() -> bool:
    from huggingface_hub import constants

    hub = urlsplit(constants.ENDPOINT)
    target = urlsplit(getproxies().get(hub.scheme, "")) if getproxies() else hub
    target = target if target.hostname else hub
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        socket.create_connection((target.hostname or "", port), _REACH_SECONDS).close()
    except OSError:
        return False
    return True
