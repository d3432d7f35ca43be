"""Fits the close reading: `python -m assistant.close_ranking GOLD.jsonl… --store DIR
[--elsewhere DIR GOLD.jsonl]…`.

After `assistant.ranking`, whose weights choose the candidates. The network's weights are those
under which a softmax over the candidates gives the passages that prove the answer, and those of
the right document, the greatest likelihood, as there. Several networks are trained from different
beginnings and averaged, which is one wider network. Writes `close_reading.json` beside
`vectorstore.close_reading`, with the figures reached on questions held out in cross-validation,
elsewhere with their libraries.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.evaluation.records import Gold
from assistant.fitting import Source, folds_of, opened, parser_of
from assistant.policy_assistant import PolicyAssistant
from assistant.ranking import DOCUMENT_WEIGHT, FOLDS, Example, figures_of, labels
from assistant.wording import understood
from vectorstore.close_reading import DEPTH, FEATURES, FILE, CloseReader, Weights
from vectorstore.second_look import FEATURES as OF_SECOND_LOOK
from vectorstore.second_look import Wanted, load_weights, values_of

_HIDDEN = 16
_NETWORKS = 4
_EPOCHS = 30
_RATE = 3e-3
_DECAY = 0.1
_BATCH = 64
# Scores of the second look times this are logits of about the right sharpness.
_SCALE = 30.0


def examples(assistant: PolicyAssistant, golds: list[Gold]) -> dict[str, Example]:
    """The best candidates of every question that has its document among them, by its id."""
    retriever = assistant.retriever.model_copy(update={"without": frozenset({"close reading"})})
    reader = CloseReader(assistant.embeddings)
    found = {}
    for gold in golds:
        question = understood(gold.question, gold.history, (), assistant.store)
        if not gold.answerable or question.followup:
            continue
        wanted = Wanted(question.wants.is_held_by, question.wants.strict)
        passages = retriever.search(question.standalone, k=DEPTH, wanted=wanted).passages
        if not passages:
            continue
        rows = reader.read_passages(
            question.standalone, passages, list(map(values_of, passages))
        ).rows
        place = np.array(
            [sum(v for n, v in each.parts if n not in OF_SECOND_LOOK) for each in passages]
        )
        example = Example(rows, place, *labels(gold, passages))
        if example.documents.any():
            found[gold.id] = example
    return found


def held_out_readers(sources: Sequence[Source], fold_of: Mapping[str, int]) -> list[CloseReader]:
    """A reader for each fold, fitted without its questions."""
    found = {}
    for each in sources:
        found |= examples(each.assistant, each.golds)
    embeddings = sources[0].assistant.embeddings
    return [CloseReader(embeddings, each) for each in held_out(found, fold_of)[0]]


def fit(found: list[Example], fingerprint: str = "", networks: int = _NETWORKS) -> Weights:
    """The averaged network."""
    rows = np.concatenate([each.rows for each in found])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    fitted = [_network(found, mean, spread, seed) for seed in range(networks)]
    linear, hidden, bias, out = ([each[i] for each in fitted] for i in range(4))
    return Weights(
        fingerprint=fingerprint,
        mean=mean,
        spread=spread,
        linear=np.mean(linear, axis=0),
        hidden=np.concatenate(hidden),
        bias=np.concatenate(bias),
        out=np.concatenate(out) / networks,
        scale=_SCALE,
    )


def _network(
    found: list[Example], mean: np.ndarray, spread: np.ndarray, seed: int
) -> tuple[np.ndarray, ...]:
    """Linear weights (f,), hidden layer (h, f), its bias (h,), its output (h,)."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rows, place, there, evidence, documents = _padded(found, mean, spread)
    linear = torch.nn.Linear(rows.shape[2], 1, bias=False)
    hidden = torch.nn.Linear(rows.shape[2], _HIDDEN)
    out = torch.nn.Linear(_HIDDEN, 1, bias=False)
    parameters = [*linear.parameters(), *hidden.parameters(), *out.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
    batches = -(-len(found) // _BATCH)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2 * _RATE, total_steps=_EPOCHS * batches)
    for _ in range(_EPOCHS):
        for batch in torch.randperm(len(found)).split(_BATCH):
            scores = linear(rows[batch]) + out(torch.relu(hidden(rows[batch])))
            scores = scores[..., 0] + _SCALE * place[batch]
            share = torch.log_softmax(scores.masked_fill(~there[batch], -1e4), 1)
            loss = _surprise(share, evidence[batch])
            loss = loss + DOCUMENT_WEIGHT * _surprise(share, documents[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            pace.step()
    weights = (linear.weight[0], hidden.weight, hidden.bias, out.weight[0])
    return tuple(each.detach().numpy().astype(np.float64) for each in weights)


def _surprise(share, right):
    """The mean of -log of the share that the right candidates have; 0 where none is right."""
    import torch

    asked = right.any(1)
    of_right = torch.logsumexp(share[asked].masked_fill(~right[asked], -1e4), 1)
    return -of_right.sum() / len(share)


def _padded(found: list[Example], mean: np.ndarray, spread: np.ndarray) -> tuple:
    """Rows (q, n, f), places (q, n), and which candidates there are, prove, and are of a right
    document, each (q, n)."""
    import torch

    widest = max(len(each.rows) for each in found)
    rows = torch.zeros(len(found), widest, found[0].rows.shape[1])
    place = torch.zeros(len(found), widest)
    there, evidence, documents = (
        torch.zeros(len(found), widest, dtype=torch.bool) for _ in range(3)
    )
    for i, each in enumerate(found):
        n = len(each.rows)
        rows[i, :n] = torch.tensor((each.rows - mean) / spread)
        place[i, :n] = torch.tensor(each.place)
        evidence[i, :n], documents[i, :n] = map(torch.tensor, (each.evidence, each.documents))
        there[i, :n] = True
    return rows, place, there, evidence, documents


def held_out(
    found: Mapping[str, Example], fold_of: Mapping[str, int], fingerprint: str = ""
) -> tuple[list[Weights], dict[str, np.ndarray]]:
    """The network of each fold's other questions, and its scores of the fold's candidates."""
    networks, scores = [], {}
    for fold in range(FOLDS):
        others = [each for name, each in found.items() if fold_of[name] != fold]
        network = fit(others, fingerprint)
        networks.append(network)
        for name, each in found.items():
            if fold_of[name] == fold:
                scores[name] = network.scores(each.rows) + each.place
    return networks, scores


def as_json(weights: Weights, features: Sequence[str] = FEATURES, **more: object) -> str:
    """The weights of `features` as they are kept, with `more` beside them."""
    lists = {
        name: getattr(weights, name).round(4).tolist()
        for name in ("mean", "spread", "linear", "hidden", "bias", "out")
    }
    kept = {"fingerprint": weights.fingerprint, "features": features, "scale": weights.scale}
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in (kept | more).items())
    numbers = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in lists.items())
    return "{\n" + ",\n".join((*lines, *numbers)).replace("], [", "],\n[") + "\n}\n"


def main(arguments: list[str] | None = None) -> int:
    """Fit and write the weights."""
    sources, status = opened(parser_of("close_ranking").parse_args(arguments))
    home = examples(sources[0].assistant, sources[0].golds)
    other: dict[str, Example] = {}
    for each in sources[1:]:
        other |= examples(each.assistant, each.golds)
    _, scores = held_out(home | other, folds_of(sources, FOLDS))
    learned = np.array([load_weights()[name] for name in OF_SECOND_LOOK])
    before = {
        name: each.rows[:, : len(OF_SECOND_LOOK)] @ learned + each.place
        for name, each in (home | other).items()
    }
    reached: dict[str, object] = {"examples": len(home) + len(other)}
    for where, found in (("", home), (" elsewhere", other)):
        if found:
            for name, by in (("before", before), ("held_out", scores)):
                reached[name + where] = figures_of(
                    list(found.values()), [by[each] for each in found]
                )
    print(json.dumps(reached, indent=2))
    weights = fit(
        [*home.values(), *other.values()], sources[0].assistant.embeddings.card.fingerprint
    )
    FILE.write_text(as_json(weights, **reached), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
