"""Whether the best sentences say what a question asks for, as a committee of small networks reads
them.

Each word of the question attends to the words of the three best sentences and of the headings they
stand under, is compared with what it finds there, and what the comparisons come to is one number
(attend, compare, aggregate: Parikh et al., "A Decomposable Attention Model", 2016), over the static
word vectors of the shipped embedding model, with the neighbours of each word taken in. It is told
which words are met exactly and how near the others come. One network alone remembers too much of
what it was fitted to; several, each fitted to another part of it, err differently, and the mean of
their log-odds is better than any of them (bagging: Breiman, "Bagging Predictors", 1996). Fitted by
`python -m assistant.calibration` to what was asked and what was found, kept in
`attention.safetensors` with the fingerprint of the model that they were fitted to. In: a question
and its sentences. Out: log-odds, higher where the question is more likely answered. Imports
`asked_date`, `evidence`, `questions`, `vectorstore`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors import safe_open

from assistant.asked_date import without_date
from assistant.evidence import Sentence
from assistant.questions import Question
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.terms import fold

FILE = Path(__file__).with_name("attention.safetensors")
READ = 3
# What a word of the evidence belongs to: one of the sentences, the headings of the first, other
# headings. 0 is no word.
PLACES = READ + 2
_QUESTION, _FIRST, _OTHER, _HEADINGS = 40, 80, 40, 24
MOST = 150
SUREST = 6.0
EXACT = 0.99
_TINY = 1e-6


class Pair(NamedTuple):
    """A question and its evidence as rows of the word vectors, counted from 1: the question (q,),
    the evidence (e,), the place of each of its words (e,), and what else is told (READ + 1,)."""

    question: tuple[int, ...]
    evidence: tuple[int, ...]
    places: tuple[int, ...]
    told: tuple[float, ...]


def pair_of(
    question: Question, sentences: Sequence[Sentence], embeddings: PolicyEmbeddings
) -> Pair:
    """What the network is given."""
    tokenizer, _ = embeddings.words

    def rows(text: str, most: int) -> list[int]:
        ids = tokenizer.encode(fold(text), add_special_tokens=False).ids[:most]
        return [each + 1 for each in ids]

    evidence, places = [], []
    headings = [" ".join((*each.passage.headings, each.passage.title)) for each in sentences]
    for at, each in enumerate(sentences[:READ]):
        of_sentence = rows(each.text, _OTHER if at else _FIRST)
        said_before = at and headings[at] == headings[0]
        of_headings = [] if said_before else rows(headings[at], _HEADINGS)
        evidence += [*of_sentence, *of_headings]
        places += [at + 1] * len(of_sentence) + [READ + 1 + bool(at)] * len(of_headings)
    fits = [float(each.fits) for each in sentences[:READ]]
    return Pair(
        # Another year is mostly asked for in vain; a question on a past state is none of these.
        tuple(rows(without_date(question.standalone), _QUESTION)),
        tuple(evidence[:MOST]),
        tuple(places[:MOST]),
        (*fits, *[0.0] * (READ - len(fits)), float(question.wants.strict)),
    )


class _Matched(NamedTuple):
    """What every network is told of a pair: unit word vectors of question (q, d) and evidence
    (e, d), how near they are (q, e) and come in each place (q, PLACES), the log lengths of the
    question's (q, 1), the places (e,), and what else is told."""

    asked: np.ndarray
    found: np.ndarray
    near: np.ndarray
    best: np.ndarray
    lengths: np.ndarray
    places: np.ndarray
    told: tuple[float, ...]


def _matched(pair: Pair, vectors: np.ndarray) -> _Matched | None:
    """With word vectors (n, d); None without words on either side."""
    if not pair.question or not pair.evidence:
        return None
    asked, lengths = _unit(vectors[np.array(pair.question) - 1])
    found, _ = _unit(vectors[np.array(pair.evidence) - 1])
    places = np.array(pair.places)
    near = asked @ found.T
    best = np.full((len(asked), PLACES), -1.0)
    for place in range(PLACES):
        here = places == place + 1
        if here.any():
            best[:, place] = near[:, here].max(axis=1)
    return _Matched(asked, found, near, best, np.log(np.maximum(lengths, 1e-3)), places, pair.told)


@dataclass(frozen=True)
class Network:
    """The fitted weights by name; `attention_fitting` names them."""

    weights: Mapping[str, np.ndarray]

    def odds(self, pair: Pair, vectors: np.ndarray) -> float:
        """The log-odds that the evidence answers, with word vectors (n, d); 0 without words."""
        matched = _matched(pair, vectors)
        return self.odds_of(matched) if matched else 0.0

    def odds_of(self, pair: _Matched) -> float:
        """The same of a pair whose words are matched."""
        w = self.weights
        near = pair.near
        share = np.exp(w["sharpness"] * (near - near.max(axis=1, keepdims=True)))
        share /= share.sum(axis=1, keepdims=True)
        asked, found = (
            each + np.tanh(_neighbours(each, w[f"{name}.weight"], w[f"{name}.bias"]))
            for name, each in (
                ("asked", pair.asked @ w["project.weight"].T),
                ("found", pair.found @ w["project.weight"].T),
            )
        )
        met = share @ found
        row = np.concatenate(
            (
                asked, met, asked * met, np.abs(asked - met), pair.best, pair.best > EXACT,
                pair.lengths, share @ w["place.weight"][pair.places],
            ),
            axis=1,
        )  # fmt: skip
        for layer in ("compare.0", "compare.3"):
            row = np.maximum(row @ w[f"{layer}.weight"].T + w[f"{layer}.bias"], 0.0)
        weight = (row @ w["attend.weight"].T)[:, 0]
        weight = np.exp(weight - weight.max())
        whole = np.concatenate((weight / weight.sum() @ row, row.max(axis=0), pair.told))
        hidden = np.maximum(w["out.0.weight"] @ whole + w["out.0.bias"], 0.0)
        return float(w["out.3.weight"][0] @ hidden + w["out.3.bias"][0])


@dataclass(frozen=True)
class Committee:
    """Networks that were fitted to different questions, and to which model's word vectors."""

    members: tuple[Network, ...]
    fingerprint: str = ""

    def odds(self, pair: Pair, vectors: np.ndarray) -> float:
        """The mean of what the members say; 0 without words. Never surer than `SUREST`: of matters
        that they have not read of they are sure without reason."""
        matched = _matched(pair, vectors)
        if matched is None:
            return 0.0
        mean = np.mean([each.odds_of(matched) for each in self.members])
        return float(np.clip(mean, -SUREST, SUREST))


def _unit(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows at unit length, and their lengths (n, 1)."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, _TINY), lengths


def _neighbours(rows: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """A convolution over three words: rows (n, d), weight (d, d, 3), bias (d,)."""
    padded = np.pad(rows, ((1, 1), (0, 0)))
    return sum(padded[at : at + len(rows)] @ weight[:, :, at].T for at in range(3)) + bias


@lru_cache(maxsize=2)
def load_committee(file: Path = FILE) -> Committee:
    """The networks kept beside this module."""
    members: dict[str, dict[str, np.ndarray]] = {}
    with safe_open(str(file), "numpy") as kept:
        for key in kept.keys():  # noqa: SIM118, no mapping
            member, name = key.split(".", 1)
            members.setdefault(member, {})[name] = kept.get_tensor(key).astype(np.float32)
        fingerprint = (kept.metadata() or {}).get("fingerprint", "")
    return Committee(tuple(Network(weights) for weights in members.values()), fingerprint)
