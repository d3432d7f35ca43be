"""Fits when to refuse: `python -m assistant.calibration GOLD.jsonl… --store DIR`.

Answerable gold questions are positive examples; unanswerable ones, and answerable ones whose
documents are left out of what was found, are negative. Writes `refusal.json` beside `refusal`,
with the figures it was chosen by. scikit-learn's logistic regression; the threshold is the one
that refuses at most `--false-refusal` of the answerable questions, in cross-validation.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from assistant import close_ranking
from assistant.answerability import CLOSE, COEFFICIENTS, PLAIN, features
from assistant.evaluation.records import Gold
from assistant.evidence import score_sentences
from assistant.fitting import opened, parser_of
from assistant.policy_assistant import PolicyAssistant
from assistant.ranking import FOLDS
from assistant.refusal import Library, contradiction, doubts
from assistant.wording import understood
from vectorstore.close_reading import CloseReader
from vectorstore.second_look import Wanted

_SEARCHED = 60
_KEPT = 20
# A left-out document makes an easy negative; an unanswerable question was written to be hard.
_WEIGHTS = {"answerable": 1.0, "left out": 0.1, "unanswerable": 2.0}
# Without a close reading only what is plainly of another matter can be told.
_PLAIN_WEIGHTS = {"answerable": 1.0, "left out": 0.35, "unanswerable": 3.0}
_REGULARISATION = 0.3


def examples(
    assistant: PolicyAssistant, golds: list[Gold]
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Features (n, len(CLOSE)), labels (n,) and the kind of each example."""
    store = assistant.store
    library = Library([row[2] for row in store.titles()], store.text, store.document)
    rows, labels, kinds = [], [], []

    def add(question, passages, sentences, missing, label: int, kind: str) -> None:
        if sentences and not contradiction(question, sentences, missing, library):
            against = doubts(question, sentences, library)
            read = assistant.retriever.read_closely(question.standalone, passages)
            rows.append(
                features(
                    question, passages, sentences, library, against, read, assistant.embeddings
                )
            )
            labels.append(label)
            kinds.append(kind)

    for gold in golds:
        read = understood(gold.question, gold.history, (), assistant.store)
        found = assistant.retrieve(read)
        question = found.question
        kind = "unanswerable" if gold.type == "unanswerable" else "answerable"
        if not found.validity:
            label = int(kind == "answerable")
            add(question, found.passages, found.sentences, found.missing, label, kind)
        if gold.documents and not question.numbers:
            wanted = Wanted(question.wants.is_held_by, question.wants.strict)
            wider = assistant.retriever.search(question.standalone, k=_SEARCHED, wanted=wanted)
            rest = [each for each in wider.passages if each.number not in gold.documents][:_KEPT]
            sentences = score_sentences(question, rest, assistant.embeddings)
            add(question, rest, sentences, wider.missing, 0, "left out")
    return np.array(rows), np.array(labels), kinds


def held_out_examples(
    assistant: PolicyAssistant, golds: list[Gold]
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """`examples`, each as it is when the close reading was fitted without its question: what a
    network says of questions that it learned from is surer than what it will say of others."""
    ranked = close_ranking.examples(assistant, golds)
    fold_of = {gold.id: at % FOLDS for at, gold in enumerate(shuffled(golds))}
    parts = []
    for fold in range(FOLDS):
        learned = [each for name, each in ranked.items() if fold_of[name] != fold]
        weights = close_ranking.fit(learned)
        assistant.retriever.use_reader(CloseReader(assistant.embeddings, weights))
        parts.append(examples(assistant, [each for each in golds if fold_of[each.id] == fold]))
    rows, labels, kinds = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(labels), [each for some in kinds for each in some]


def shuffled(golds: list[Gold]) -> list[Gold]:
    """The questions in an order that has nothing to do with that in their files."""
    return [golds[at] for at in np.random.default_rng(1).permutation(len(golds))]


def fit(
    names: Sequence[str],
    rows: np.ndarray,
    labels: np.ndarray,
    kinds: list[str],
    false_refusal: float,
    weight_of: Mapping[str, float] = MappingProxyType(_WEIGHTS),
) -> dict:
    """The coefficients of the features `names`, the threshold and the figures they reach in
    cross-validation; `weight_of` says how much each kind of example counts."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    weights = np.array([weight_of[kind] for kind in kinds])
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    scaled = (rows - mean) / spread
    probability = np.zeros(len(labels))
    for train, held in StratifiedKFold(8, shuffle=True, random_state=0).split(scaled, labels):
        model = LogisticRegression(C=_REGULARISATION, max_iter=500).fit(
            scaled[train], labels[train], weights[train]
        )
        probability[held] = model.predict_proba(scaled[held])[:, 1]
    model = LogisticRegression(C=_REGULARISATION, max_iter=500).fit(scaled, labels, weights)
    threshold = float(np.quantile(probability[labels == 1], false_refusal))
    slope = model.coef_[0] / spread
    kinds_array = np.array(kinds)
    return {
        "weights": dict(zip(names, slope.round(4).tolist(), strict=True)),
        "bias": round(float(model.intercept_[0] - slope @ mean), 4),
        "threshold": round(threshold, 4),
        "refused": {
            kind: round(float((probability[kinds_array == kind] < threshold).mean()), 3)
            for kind in _WEIGHTS
        },
        "examples": {kind: kinds.count(kind) for kind in _WEIGHTS},
    }


def main(arguments: list[str] | None = None) -> int:
    """Fit and write the coefficients."""
    parser = parser_of("calibration")
    parser.add_argument("--false-refusal", type=float, default=0.02)
    options = parser.parse_args(arguments)
    assistant, golds, status = opened(options)
    assistant.load()
    if not assistant.retriever.reads_closely:
        parser.error(
            "the close reading was fitted to another model; run `python -m assistant.close_ranking`"
        )
    rows, labels, kinds = held_out_examples(assistant, golds)
    result = {
        "close": fit(CLOSE, rows, labels, kinds, options.false_refusal),
        "plain": fit(
            PLAIN, rows[:, : len(PLAIN)], labels, kinds, options.false_refusal, _PLAIN_WEIGHTS
        ),
    }
    text = json.dumps(result, ensure_ascii=False, indent=2)
    COEFFICIENTS.write_text(text + "\n", "utf-8")
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
