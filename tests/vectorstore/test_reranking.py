"""The optional cross-encoder, with a tiny real one made here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assistant import PolicyAssistant
from tests.library import HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import EmbeddingModelError
from vectorstore.reranking import Reranker
from vectorstore.retriever import PolicyRetriever
from vectorstore.settings import Settings
from vectorstore.store import PolicyStore

QUESTION = "居民卧室和客厅的温度不得低于多少摄氏度？"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of one small layer, its weights random but seeded."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("cross-encoder")
    characters = sorted(set("居民卧室和客厅的温度不得低于多少摄氏供暖养犬登记费每年元"))
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    (folder / "vocab.txt").write_text("\n".join(marks + characters), "utf-8")
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(marks) + len(characters), hidden_size=16, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=32, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_scores_lie_between_nought_and_one(folder: Path) -> None:
    """Whatever the model gives; no text, no score."""
    reranker = Reranker(folder)
    scores = reranker.scores(QUESTION, ["温度", "养犬登记费"])
    assert len(scores) == 2
    assert all(0 <= each <= 1 for each in scores)
    assert reranker.scores(QUESTION, []) == []


def test_it_changes_the_order_and_says_so(
    folder: Path, store: Path, embeddings: PolicyEmbeddings
) -> None:
    """The same passages, each with the cross-encoder's part, best first."""
    plain = PolicyRetriever(store=PolicyStore(store), embeddings=embeddings)
    judged = plain.model_copy(update={"reranker": Reranker(folder)})
    before, after = plain.search(QUESTION).passages, judged.search(QUESTION).passages
    assert {each.id for each in before} == {each.id for each in after}
    for each in after:
        part = dict(each.parts)["reranker"]
        own = next(other.score for other in before if other.id == each.id)
        assert each.score == pytest.approx(own + part)
    scores = [each.score for each in after]
    assert scores == sorted(scores, reverse=True)


def test_by_setting(
    folder: Path, store: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """POLICY_RERANKER names it; the assistant answers through it."""
    monkeypatch.setenv("POLICY_RERANKER", os.fspath(folder))
    monkeypatch.setenv("POLICY_EMBEDDING_MODEL", os.fspath(model_folder))
    assistant = PolicyAssistant(store, settings=Settings.load())
    assert assistant.retriever.reranker is not None
    answer = assistant.ask(QUESTION)
    assert HEATING_NUMBER in {each.number for each in answer.passages}


@pytest.mark.parametrize("kind", ["no config", "truncated", "not a model"])
def test_a_folder_that_holds_none(folder: Path, tmp_path: Path, kind: str) -> None:
    """One sentence that names the setting, before or when it is first used."""
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    if kind == "no config":
        (tmp_path / "config.json").unlink()
    elif kind == "truncated":
        weights = tmp_path / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:500])
    else:
        (tmp_path / "config.json").write_text(json.dumps({"model_type": "nothing"}), "utf-8")
    with pytest.raises(EmbeddingModelError, match="POLICY_RERANKER"):
        Reranker(tmp_path).scores(QUESTION, ["文"])


def test_a_name_that_cannot_be_had() -> None:
    """Without network it is said at once, not at the first question."""
    with pytest.raises(EmbeddingModelError, match="hub cannot be reached"):
        Reranker("nobody/no-such-cross-encoder")
