"""The networks that read a question beside its evidence: what they are given, what they learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from assistant import PolicyAssistant
from assistant.answerability import CLOSE, features
from assistant.attention import (
    FILE,
    MOST,
    READ,
    SUREST,
    Committee,
    Network,
    Pair,
    load_committee,
    pair_of,
)
from assistant.attention_fitting import (
    _Module,
    _padded,
    _rows,
    _words,
    fit,
    fit_committee,
    save_committee,
)
from assistant.evidence import Sentence
from assistant.language import ENGLISH, SIMPLIFIED
from assistant.questions import Question, read_question
from assistant.refusal import Library
from tests.conftest import make_model
from vectorstore.embedding import PolicyEmbeddings

VECTORS = np.random.default_rng(0).normal(size=(60, 16)).astype(np.float32)
TOLD = (0.0,) * (READ + 1)


def found(assistant: PolicyAssistant, text: str) -> tuple[Question, tuple[Sentence, ...]]:
    """A question and the sentences for it."""
    result = assistant.retrieve(read_question(text))
    return result.question, result.sentences


def some_pairs(count: int, seed: int = 1) -> tuple[list[Pair], np.ndarray]:
    """Questions of three words, answered where the last of them stands in the evidence."""
    random = np.random.default_rng(seed)
    pairs, labels = [], []
    for at in range(count):
        asked = random.choice(np.arange(1, 61), 3, replace=False)
        others = [each for each in random.integers(1, 61, 8) if each != asked[2]]
        evidence = [*asked[:2], *others, *([asked[2]] if at % 2 else [])]
        places = (1,) * len(evidence)
        pairs.append(Pair(tuple(map(int, asked)), tuple(map(int, evidence)), places, TOLD))
        labels.append(at % 2)
    return pairs, np.array(labels)


def test_what_the_network_is_given(assistant: PolicyAssistant) -> None:
    """The words of the question and of the best sentences with their headings; the headings that
    several sentences stand under once; whether each holds what is asked for."""
    question, sentences = found(assistant, "供暖价格每平方米多少元？")
    pair = pair_of(question, sentences, assistant.embeddings)
    assert len(pair.evidence) == len(pair.places) <= MOST
    assert set(pair.places) <= set(range(1, READ + 3))
    assert pair.told[0] == float(sentences[0].fits)
    assert pair.told[-1] == float(question.wants.strict)
    assert min(*pair.question, *pair.evidence) >= 1
    once, *_ = sentences
    twice = pair_of(question, [once, once], assistant.embeddings)
    assert READ + 1 in twice.places
    assert READ + 2 not in twice.places


def test_few_sentences_are_enough(assistant: PolicyAssistant) -> None:
    """One alone is read; without a word on either side nothing is said."""
    question, sentences = found(assistant, "供暖价格每平方米多少元？")
    pair = pair_of(question, sentences[:1], assistant.embeddings)
    assert len(pair.told) == READ + 1
    assert set(pair.places) == {1, READ + 1}
    assert Network({}).odds(pair._replace(question=()), VECTORS) == 0.0
    assert Network({}).odds(pair._replace(evidence=()), VECTORS) == 0.0


def test_what_was_fitted_is_what_answers() -> None:
    """The network that is asked says what the one with gradients says, of short and long pairs
    alike, however they are padded."""
    random = np.random.default_rng(2)
    pairs = []
    for _ in range(40):
        evidence = random.integers(1, 61, random.integers(1, MOST))
        places = np.sort(random.integers(1, READ + 3, len(evidence)))
        asked = random.integers(1, 61, random.integers(1, 30))
        told = random.random(READ + 1)
        pairs.append(Pair(*(tuple(each.tolist()) for each in (asked, evidence, places, told))))
    torch.manual_seed(5)
    module = _Module(*_words(VECTORS), width=24).eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter += torch.randn_like(parameter) * 0.2
        expected = module(*_rows(_padded(pairs), torch.arange(len(pairs)))).numpy()
    network = Network({name: each.detach().numpy() for name, each in module.state_dict().items()})
    said = np.array([network.odds(each, VECTORS) for each in pairs])
    assert np.std(expected) > 0.05
    assert said == pytest.approx(expected, abs=1e-4)


def test_it_learns_whether_the_asked_word_is_met() -> None:
    """Of pairs that it has not seen it tells the answered from the others."""
    pairs, labels = some_pairs(1500)
    network = fit(pairs, labels, np.ones(1500), VECTORS, width=64, epochs=20)
    fresh, right = some_pairs(200, seed=9)
    said = np.array([network.odds(each, VECTORS) for each in fresh])
    assert np.mean((said > 0) == right) > 0.9


def saying(odds: float) -> Network:
    """A network that says the same of every pair."""
    weights = fit(*some_pairs(40), np.ones(40), VECTORS, epochs=1).weights
    last = weights["out.3.weight"]
    return Network(weights | {"out.3.weight": 0 * last, "out.3.bias": np.array([odds])})


def test_a_committee_says_the_mean_and_is_never_too_sure() -> None:
    """Of two members; 99 and 33 are bounded after they are put together, not before."""
    (pair, *_), _ = some_pairs(1)
    said = {
        odds: Committee(tuple(map(saying, odds))).odds(pair, VECTORS)
        for odds in ((1.0, 2.0), (99.0, 33.0), (-99.0, 33.0), (9.0, -8.0))
    }
    assert list(said.values()) == pytest.approx([1.5, SUREST, -SUREST, 0.5])


def test_held_out_pairs_are_judged_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels that only the fold's own pairs could teach are not known: one word is answered in
    one fold and never in the other. Each fold of each way gives a member; what is said is the mean
    of the ways."""
    monkeypatch.setattr("assistant.attention_fitting.SUREST", 99.0)
    pair = Pair((1, 2), (1, 3), (1, 1), TOLD)
    labels = np.array([1] * 40 + [0] * 40)
    given = [pair] * 80, labels, np.ones(80), VECTORS
    halves, thirds = np.array([0] * 40 + [1] * 40), np.arange(80) % 3
    said, committee = fit_committee(*given, np.array([halves, halves]))
    assert said[:40].max() < 0 < said[40:].min()
    assert len(committee.members) == 4
    mixed, committee = fit_committee(*given, np.array([halves, thirds]))
    assert len(committee.members) == 5
    assert (np.abs(mixed) < np.abs(said)).all()


def test_a_fit_can_be_repeated() -> None:
    """The same pairs give the same network, with another seed another one."""
    pairs, labels = some_pairs(200)
    one, two, other = (
        fit(pairs, labels, np.ones(200), VECTORS, seed=seed, epochs=2) for seed in (0, 0, 1)
    )
    assert all((one.weights[name] == two.weights[name]).all() for name in one.weights)
    assert not (one.weights["project.weight"] == other.weights["project.weight"]).all()


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    """At half precision, members of any width, with the fingerprint of the model that they were
    fitted to."""
    pairs, labels = some_pairs(200)
    members = tuple(fit(pairs, labels, np.ones(200), VECTORS, width, epochs=2) for width in (8, 16))
    committee = Committee(members, "a fingerprint")
    save_committee(committee, tmp_path / "kept.safetensors")
    again = load_committee(tmp_path / "kept.safetensors")
    assert again.fingerprint == "a fingerprint"
    said, same = ([n.odds(each, VECTORS) for each in pairs] for n in (committee, again))
    assert same == pytest.approx(said, abs=0.02)


def test_the_shipped_networks_are_the_shipped_models(shipped: PolicyEmbeddings) -> None:
    """And small."""
    assert load_committee().fingerprint == shipped.card.fingerprint
    assert FILE.stat().st_size < 2_500_000


def odds_of(assistant: PolicyAssistant, embeddings: PolicyEmbeddings, language: str) -> float:
    """What the regression is told of a question that is answered."""
    question, sentences = found(assistant, "供暖价格每平方米多少元？")
    passages = assistant.retrieve(question).passages
    read = assistant.retriever.read_closely(question.standalone, passages)
    store = assistant.store
    library = Library([row[2] for row in store.titles()], store.text, store.document)
    against = dict.fromkeys(("year", "place", "office"), False)
    asked = replace(question, language=language)
    row = features(asked, passages, sentences, library, against, read, embeddings)
    return row[CLOSE.index("attention_odds")]


def test_another_model_has_none(tmp_path: Path, assistant: PolicyAssistant) -> None:
    """Its words are other rows: the networks are not asked."""
    other = PolicyEmbeddings(str(make_model(tmp_path / "model")))
    assert odds_of(assistant, assistant.embeddings, SIMPLIFIED) > 0.0
    assert odds_of(assistant, other, SIMPLIFIED) == 0.0


def test_a_question_in_english_is_not_read(assistant: PolicyAssistant) -> None:
    """The networks have learned from Chinese alone."""
    assert odds_of(assistant, assistant.embeddings, ENGLISH) == 0.0
