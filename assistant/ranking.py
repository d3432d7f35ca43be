"""Fits the second look's weights: `python -m assistant.ranking GOLD.jsonl… --store DIR`.

Each answerable gold question ranks the candidates of its search; the weights are those under
which a softmax over the candidates gives the passages that prove the answer, and those of the
right document, the greatest likelihood. Writes `second_look.json` beside `vectorstore.second_look`,
with the figures that the weights reach on questions held out in cross-validation.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.matching import (
    can_tell_evidence,
    document_keys,
    from_documents,
    is_evidence,
)
from assistant.evaluation.records import Gold
from assistant.fitting import opened, parser_of
from assistant.policy_assistant import PolicyAssistant
from assistant.wording import understood
from vectorstore.datamodels import FoundPassage
from vectorstore.second_look import FEATURES, FILE, Wanted, load_weights, values_of

FOLDS = 5
DOCUMENT_WEIGHT = 0.7
# The scale that the lexical part keeps, so that scores mean the same after every fit.
_ANCHOR = "lexical"
# Where the fit starts and what it is drawn to: a few hundred questions do not tell weights apart
# that do nearly the same.
_PRIOR = {
    "lexical": 1.0,
    "similarity": 0.35,
    "support": 0.3,
    "body": 0.4,
    "context": 1.1,
    "holds": 0.04,
    "holds_strictly": 0.16,
}
_DECAY = 0.1


@dataclass(frozen=True)
class Example:
    """One question's candidates: features (n, len(FEATURES)), what the place alone adds (n,), and
    which of them prove the answer and which stand in a right document (n, boolean)."""

    rows: np.ndarray
    place: np.ndarray
    evidence: np.ndarray
    documents: np.ndarray


def examples(assistant: PolicyAssistant, golds: list[Gold]) -> list[Example]:
    """The candidates of every question that has an answer among them."""
    retriever = assistant.retriever.model_copy(update={"without": frozenset({"close reading"})})
    found = []
    for gold in golds:
        question = understood(gold.question, gold.history, (), assistant.store)
        if not gold.answerable or question.followup:
            continue
        wanted = Wanted(question.wants.is_held_by, question.wants.strict)
        passages = retriever.search(question.standalone, k=1000, wanted=wanted).passages
        looked = [values_of(each) for each in passages]
        example = Example(
            np.array([[values[name] for name in FEATURES] for values in looked]),
            np.array([sum(v for n, v in each.parts if n not in FEATURES) for each in passages]),
            *labels(gold, passages),
        )
        if example.documents.any():
            found.append(example)
    return found


def labels(gold: Gold, passages: Sequence[FoundPassage]) -> tuple[np.ndarray, np.ndarray]:
    """Which of `passages` prove the answer, and which stand in a right document (n,), boolean."""
    keys, tellable = document_keys(gold), can_tell_evidence(gold)
    return (
        np.array([tellable and is_evidence(each, gold) for each in passages], bool),
        np.array([from_documents(each, keys) for each in passages], bool),
    )


def fit(found: list[Example]) -> np.ndarray:
    """The weights (len(FEATURES),), all positive, the anchor's 1."""
    import torch

    widest = max(len(each.rows) for each in found)
    rows = torch.zeros(len(found), widest, len(FEATURES))
    place = torch.zeros(len(found), widest)
    there, evidence, documents = (
        torch.zeros(len(found), widest, dtype=torch.bool) for _ in range(3)
    )
    for i, each in enumerate(found):
        n = len(each.rows)
        rows[i, :n] = torch.tensor(each.rows)
        place[i, :n] = torch.tensor(each.place)
        evidence[i, :n], documents[i, :n] = map(torch.tensor, (each.evidence, each.documents))
        there[i, :n] = True
    start = torch.log(torch.tensor([_PRIOR[name] for name in FEATURES]))
    logs = start.clone().requires_grad_()
    scale = torch.tensor(3.5, requires_grad=True)
    anchor = FEATURES.index(_ANCHOR)
    optimiser = torch.optim.LBFGS([logs, scale], max_iter=200, line_search_fn="strong_wolfe")

    def surprise(share: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        asked = right.any(1)
        return -torch.logsumexp(share[asked].masked_fill(~right[asked], -1e4), 1).sum() / len(found)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        weights = torch.exp(logs - logs[anchor])
        scores = torch.exp(scale) * (rows @ weights + place)
        share = torch.log_softmax(scores.masked_fill(~there, -1e4), 1)
        total = surprise(share, evidence) + DOCUMENT_WEIGHT * surprise(share, documents)
        total = total + _DECAY * ((logs - start) ** 2).sum()
        total.backward()
        return total

    optimiser.step(loss)
    return torch.exp(logs - logs[anchor]).detach().numpy().astype(float)


def figures(found: list[Example], weights: list[np.ndarray]) -> dict[str, float]:
    """`figures_of` with each example's weights."""
    pairs = zip(found, weights, strict=True)
    return figures_of(found, [each.rows @ weight + each.place for each, weight in pairs])


def figures_of(found: list[Example], scores: list[np.ndarray]) -> dict[str, float]:
    """document@1 and evidence@1, @5, @20 among the candidates, with each example's scores."""
    ranks = [np.argsort(-each, kind="stable") for each in scores]
    pairs = list(zip(found, ranks, strict=True))
    result = {"document@1": np.mean([each.documents[rank[0]] for each, rank in pairs])}
    proved = [(each, rank) for each, rank in pairs if each.evidence.any()]
    for k in (1, 5, 20):
        result[f"evidence@{k}"] = np.mean([each.evidence[rank[:k]].any() for each, rank in proved])
    return {name: round(float(value), 3) for name, value in result.items()}


def held_out(found: list[Example]) -> list[np.ndarray]:
    """For each example the weights that were fitted without it."""
    order = np.random.default_rng(0).permutation(len(found))
    weights: dict[int, np.ndarray] = {}
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS].tolist())
        fitted = fit([each for i, each in enumerate(found) if i not in held])
        weights |= dict.fromkeys(held, fitted)
    return [weights[i] for i in range(len(found))]


def main(arguments: list[str] | None = None) -> int:
    """Fit and write the weights."""
    sources, status = opened(parser_of("ranking").parse_args(arguments))
    found = [one for each in sources for one in examples(each.assistant, each.golds)]
    before = np.array([load_weights()[name] for name in FEATURES])
    result = {
        "weights": dict(zip(FEATURES, fit(found).round(3).tolist(), strict=True)),
        "examples": len(found),
        "before": figures(found, [before] * len(found)),
        "held_out": figures(found, held_out(found)),
    }
    text = json.dumps(result, indent=2)
    FILE.write_text(text + "\n", "utf-8")
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
