"""The close reading: how near the words of a passage stand to those of a question."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.vectorstore.test_second_look import passage as any_passage
from vectorstore.close_reading import FEATURES, FILE, CloseReader, Weights, load_weights
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.second_look import FEATURES as OF_SECOND_LOOK

NOTHING = dict.fromkeys(OF_SECOND_LOOK, 0.0)
QUESTION = "冬天家里不热找谁？"


def passage(text: str) -> FoundPassage:
    """A found passage with an id of its own."""
    return replace(any_passage(text), id=text)


@pytest.fixture(scope="module")
def shipped() -> PolicyEmbeddings:
    """The shipped model."""
    return PolicyEmbeddings()


@pytest.fixture(scope="module")
def reader(shipped: PolicyEmbeddings) -> CloseReader:
    """A reader with the shipped model."""
    return CloseReader(shipped)


def column(rows: np.ndarray, name: str) -> list[float]:
    """The values of one feature."""
    return rows[:, FEATURES.index(name)].tolist()


def test_a_row_for_every_passage(reader: CloseReader) -> None:
    """FEATURES of each, finite, also where a text or the question has no known word."""
    passages = [passage("供暖温度不得低于十八度。"), passage(""), passage("𠀀𠀁")]
    for question in (QUESTION, "", "？", "𠀀"):
        rows = reader.read_passages(question, passages, [NOTHING] * 3).rows
        assert rows.shape == (3, len(FEATURES))
        assert np.isfinite(rows).all()


def test_the_nearest_sentence_counts(reader: CloseReader) -> None:
    """A passage is as near as its nearest sentence, whatever stands around it."""
    alone = "供热单位应当保证居民室内温度。"
    around = "会议由办公室召集。" * 5 + alone + "文件由档案馆保存。" * 5
    rows = reader.read_passages(QUESTION, [passage(alone), passage(around)], [NOTHING] * 2).rows
    for name in ("sentence", "near_sentence"):
        first, second = column(rows, name)
        assert second == pytest.approx(first, abs=1e-5)


def test_other_words_for_the_same_thing_are_near(reader: CloseReader) -> None:
    """No word is shared, and the right passage is nearer all the same."""
    right, wrong = "供热单位应当保证居民室内温度。", "渔船应当在休渔期内停靠船籍港。"
    near = column(
        reader.read_passages(QUESTION, [passage(right), passage(wrong)], [NOTHING] * 2).rows, "near"
    )
    assert near[0] > near[1] + 0.05


def test_words_in_the_question_are_as_near_as_can_be(reader: CloseReader) -> None:
    """A passage that says the question has every word of it at hand."""
    (row,) = reader.read_passages("居民供暖价格", [passage("居民供暖价格")], [NOTHING]).rows
    assert row[FEATURES.index("near")] == pytest.approx(1.0, abs=1e-3)
    assert row[FEATURES.index("near_9")] == pytest.approx(1.0, abs=1e-3)


def test_the_network(reader: CloseReader) -> None:
    """A linear part and one hidden layer with rectified units, over standardised features."""
    weights = Weights(
        fingerprint="",
        mean=np.array([1.0, 0.0]),
        spread=np.array([2.0, 1.0]),
        linear=np.array([1.0, 0.0]),
        hidden=np.array([[0.0, 1.0]]),
        bias=np.array([-1.0]),
        out=np.array([3.0]),
        scale=10.0,
    )
    rows = np.array([[3.0, 0.0], [1.0, 2.0]])
    assert weights.scores(rows).tolist() == pytest.approx([0.1, 0.3])


def test_only_with_the_model_it_was_fitted_to(shipped, embeddings) -> None:
    """Another model's vectors mean something else: then there is no close reading."""
    assert CloseReader.for_model(shipped) is not None
    assert CloseReader.for_model(embeddings) is None


def test_the_shipped_weights(shipped: PolicyEmbeddings) -> None:
    """Fitted to the shipped model, better on held-out questions than the second look alone."""
    kept = json.loads(FILE.read_text("utf-8"))
    weights = load_weights()
    assert weights.fingerprint == shipped.card.fingerprint
    assert kept["features"] == list(FEATURES)
    assert len(weights.mean) == len(weights.linear) == weights.hidden.shape[1] == len(FEATURES)
    for name in ("document@1", "evidence@1", "evidence@5"):
        assert kept["held_out"][name] > kept["before"][name]
