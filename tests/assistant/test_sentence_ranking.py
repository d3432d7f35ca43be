"""The learned order of sentences: what it looks at, and when there is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant import PolicyAssistant
from assistant.close_ranking import held_out
from assistant.evaluation.records import Gold
from assistant.evidence import in_passages, score_sentences
from assistant.questions import Question, read_question
from assistant.sentence_fitting import figures, labelled
from assistant.sentence_ranking import FEATURES, FILE, SentenceRanker, rows
from tests.conftest import make_model
from tests.library import HEATING_NUMBER
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings


def found(assistant: PolicyAssistant, text: str) -> tuple[Question, tuple[FoundPassage, ...]]:
    """A question and the passages for it."""
    question = read_question(text)
    return question, assistant.retriever.search(question.standalone).passages


def test_a_row_of_features_a_sentence(assistant: PolicyAssistant) -> None:
    """All are numbers; a sentence is as near to itself as can be, and nearer than the others."""
    question, passages = found(assistant, "居民供暖价格为每平方米二十五元，按照套内面积计算。")
    scored, looked_at = in_passages(question, passages, assistant.embeddings)
    table = rows(assistant.embeddings, looked_at)
    assert table.shape == (len(scored), len(FEATURES))
    assert np.isfinite(table).all()
    near = table[:, FEATURES.index("near")]
    same = next(at for at, each in enumerate(scored) if each.text.endswith(question.standalone))
    assert near[same] == near.max() == pytest.approx(1, abs=1e-4)
    assert np.median(near) < 0.8


def test_neighbours_are_of_the_same_passage(assistant: PolicyAssistant) -> None:
    """The first sentence of a passage has nothing before it, the last nothing behind."""
    question, passages = found(assistant, "供暖价格是多少？")
    scored, looked_at = in_passages(question, passages, assistant.embeddings)
    table = rows(assistant.embeddings, looked_at)
    ids = [each.passage.id for each in scored]
    first = np.array([at == 0 or ids[at - 1] != each for at, each in enumerate(ids)])
    last = np.append(first[1:], True)
    assert (table[first, FEATURES.index("near_before")] == 0).all()
    assert (table[last, FEATURES.index("near_after")] == 0).all()
    assert (table[:, FEATURES.index("opens")] == first).all()


def test_the_kept_weights_are_the_shipped_models(shipped: PolicyEmbeddings) -> None:
    """Of these features, with the figures they reached; better among three than alone."""
    kept = json.loads(FILE.read_text("utf-8"))
    assert tuple(kept["features"]) == FEATURES
    assert len(kept["mean"]) == len(FEATURES)
    assert SentenceRanker.for_model(shipped) is not None
    assert 0.75 < kept["held_out"]["sentence@1"] < kept["held_out"]["sentence@3"] <= 1


def test_another_model_has_none(tmp_path: Path, assistant: PolicyAssistant) -> None:
    """Its vectors say other things: the hand-set score orders the sentences."""
    other = PolicyEmbeddings(str(make_model(tmp_path / "model")))
    assert SentenceRanker.for_model(other) is None
    question, passages = found(assistant, "供暖价格每平方米多少元？")
    scored = score_sentences(question, passages, other)
    assert {each.likelihood for each in scored} == {0.0}
    scores = [each.score for each in scored]
    assert scores == sorted(scores, reverse=True)


def gold(question: str, facts: tuple[tuple[str, ...], ...]) -> Gold:
    """A gold question on the heating rules."""
    return Gold(
        id=question, type="factoid", question=question, documents=(HEATING_NUMBER,), facts=facts
    )


def test_the_right_sentence_holds_the_facts(assistant: PolicyAssistant) -> None:
    """Those that hold most of them are right; without a fact there is nothing to learn."""
    question, passages = found(assistant, "供暖价格每平方米多少元？")
    one = gold(question.text, (("二十五元",),))
    example = labelled(assistant, one, question, passages)
    scored, _ = in_passages(question, passages, assistant.embeddings)
    right = [each.text for each, is_right in zip(scored, example.evidence, strict=True) if is_right]
    assert right
    assert all("二十五元" in each for each in right)
    assert labelled(assistant, gold(question.text, (("九百元",),)), question, passages) is None


def test_fitted_without_the_question(assistant: PolicyAssistant) -> None:
    """Every question is judged by a network that was fitted to the others."""
    asked = {
        "供暖价格每平方米多少元？": "二十五元",
        "供暖期从什么时候开始？": "十一月一日",
        "社区书屋每周开放多少小时？": "四十小时",
        "养犬登记费每年多少钱？": "一百元",
        "管网漏损率控制在百分之几以下？": "8.5%",
    }
    examples, fold_of = {}, {}
    for at, (text, fact) in enumerate(asked.items()):
        question, passages = found(assistant, text)
        numbers = tuple({each.number for each in passages if fact in each.text})
        one = Gold(id=text, type="factoid", question=text, documents=numbers, facts=((fact,),))
        examples[text] = labelled(assistant, one, question, passages)
        fold_of[text] = at
    networks, scores = held_out(examples, fold_of)
    assert len(networks) == len(scores) == len(asked)
    assert all(len(scores[text]) == len(examples[text].rows) for text in asked)
    assert set(figures(examples, scores)) == {"sentence@1", "sentence@3"}
