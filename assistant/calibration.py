"""Fits when to refuse: `python -m assistant.calibration GOLD.jsonl… --store DIR
[--also GOLD.jsonl]… [--elsewhere DIR GOLD.jsonl]…`; `make calibration` names all of them.

Answerable gold questions are positive examples; unanswerable ones, and answerable ones whose
documents are left out of what was found, are negative. `--also` adds questions of the home library
that close reading and order of sentences have not learned from.
Writes `unmet.json`, what the words tell that the evidence lacks, `attention.safetensors`, what
networks make of both, and `refusal.json` beside `refusal`, with the figures it was chosen by.
scikit-learn's logistic regression; the threshold is the one that refuses at most `--false-refusal`
of the answerable questions at home, in cross-validation.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant import attention_fitting, close_ranking, sentence_fitting, unmet_fitting
from assistant.answerability import CLOSE, COEFFICIENTS, PLAIN, features, lacking
from assistant.attention import Committee, Pair, pair_of
from assistant.evaluation.records import Gold
from assistant.evidence import score_sentences
from assistant.fitting import Source, folds_of, opened, parser_of, usable
from assistant.policy_assistant import PolicyAssistant
from assistant.ranking import FOLDS
from assistant.refusal import Library, contradiction, doubts
from assistant.sentence_ranking import in_place
from assistant.unmet import Unmet, Weights, save_weights
from assistant.wording import understood
from vectorstore.second_look import Wanted

_SEARCHED = 60
_KEPT = 20
# A left-out document makes an easy negative, of which some are enough; an unanswerable question was
# written to be hard.
_LEFT_OUT_EVERY = 3
_WEIGHTS = {"answerable": 1.0, "left out": 0.6, "unanswerable": 1.0}
_REGULARISATION = 0.3
# The share of the answerable questions that are refused or answered with a caution.
_CAUTIOUS = 0.1
# Of a committee's networks one is fitted without each part of the authors.
_PARTS = 4
# What is weighed where passages are read closely, and where they are not.
_READINGS = {"close": CLOSE, "plain": PLAIN}
# There are a quarter as many questions of other libraries, which are to count nearly as much.
_ELSEWHERE = 3.0


@dataclass(frozen=True)
class Examples:
    """Features (n, len(CLOSE)), labels (n,), and of each example its kind, the id of its question,
    what of that its evidence lacks, both as a network reads them, and whether it is of another
    library (n,)."""

    rows: np.ndarray
    labels: np.ndarray
    kinds: list[str]
    ids: list[str]
    lacking: list[Unmet]
    pairs: list[Pair]
    elsewhere: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """What each example counts (n,)."""
        kinds = np.array([_WEIGHTS[kind] for kind in self.kinds])
        return kinds * np.where(self.elsewhere, _ELSEWHERE, 1.0)


def examples(assistant: PolicyAssistant, golds: list[Gold]) -> Examples:
    """What is found for each question, and for the answerable ones without their documents."""
    store = assistant.store
    library = Library([row[2] for row in store.titles()], store.text, store.document)
    found = []

    def add(question, passages, sentences, missing, kind: str, name: str) -> None:
        if sentences and not contradiction(question, sentences, missing, library):
            against = doubts(question, sentences, library)
            read = assistant.retriever.read_closely(question.standalone, passages)
            evidence = question, passages, sentences, library, against, read
            row = features(*evidence, assistant.embeddings)
            found.append(
                (
                    row,
                    int(kind == "answerable"),
                    kind,
                    name,
                    lacking(question, sentences[0]),
                    pair_of(question, sentences, assistant.embeddings),
                )
            )

    for at, gold in enumerate(golds):
        read = understood(gold.question, gold.history, (), assistant.store)
        first = assistant.retrieve(read)
        question = first.question
        kind = "unanswerable" if gold.type == "unanswerable" else "answerable"
        if not first.validity:
            add(question, first.passages, first.sentences, first.missing, kind, gold.id)
        if gold.documents and not question.numbers and at % _LEFT_OUT_EVERY == 0:
            wanted = Wanted(question.wants.is_held_by, question.wants.strict)
            wider = assistant.retriever.search(question.standalone, k=_SEARCHED, wanted=wanted)
            rest = [each for each in wider.passages if each.number not in gold.documents][:_KEPT]
            sentences = score_sentences(question, rest, assistant.embeddings)
            add(question, rest, sentences, wider.missing, "left out", gold.id)
    return _gathered(found)


def _gathered(found: list[tuple]) -> Examples:
    rows, labels, *others = zip(*found, strict=True)
    here = np.zeros(len(rows), bool)
    return Examples(np.array(rows), np.array(labels), *map(list, others), here)


def held_out_examples(sources: Sequence[Source]) -> Examples:
    """`examples`, each as it is when close reading and order of sentences were fitted without its
    question, elsewhere without its library: what a network says of questions that it learned from
    is surer than what it will say of others."""
    fold_of = folds_of(sources, FOLDS)
    readers = close_ranking.held_out_readers(sources, fold_of)
    learned = {}
    for each in sources:
        learned |= sentence_fitting.examples(each, fold_of, readers)
    fingerprint = sources[0].assistant.embeddings.card.fingerprint
    orders, _ = close_ranking.held_out(learned, fold_of, fingerprint)
    parts = []
    for fold, (reader, order) in enumerate(zip(readers, orders, strict=True)):
        with in_place(order):
            for each in sources:
                each.assistant.retriever.use_reader(reader)
                asked = [gold for gold in each.golds if fold_of[gold.id] == fold]
                if asked:
                    found = examples(each.assistant, asked)
                    there = np.full(len(found.labels), each.elsewhere)
                    parts.append(replace(found, elsewhere=there))
    return together(parts)


def together(parts: Sequence[Examples]) -> Examples:
    """The examples of all `parts`."""
    return Examples(
        np.concatenate([each.rows for each in parts]),
        np.concatenate([each.labels for each in parts]),
        *(
            [one for each in parts for one in getattr(each, name)]
            for name in ("kinds", "ids", "lacking", "pairs")
        ),
        elsewhere=np.concatenate([each.elsewhere for each in parts]),
    )


def with_unmet_words(found: Examples) -> tuple[Examples, Weights]:
    """The examples with what their unmet words tell by weights that have not seen them, and the
    weights of all. A left-out document lacks what the question says whatever that is: nothing is
    learned from it."""
    asked = np.array([kind != "left out" for kind in found.kinds])
    odds = unmet_fitting.held_out(found.lacking, found.labels, found.weights, asked, found.ids)
    rows = found.rows.copy()
    rows[:, CLOSE.index("unmet_odds")] = odds
    lacking = [each for each, learned in zip(found.lacking, asked, strict=True) if learned]
    learned = unmet_fitting.fit(lacking, found.labels[asked], found.weights[asked])
    return replace(found, rows=rows), learned


def with_attention(
    found: Examples, vectors: np.ndarray, fingerprint: str
) -> tuple[Examples, Committee]:
    """The examples with what networks say that have seen no question of the same author, and all of
    these networks: who writes what is asked and what is not gives itself away by wording."""
    authors = [name.rstrip("0123456789") for name in found.ids]
    names = sorted(set(authors))
    folds = np.zeros((len(attention_fitting.WIDTHS), len(authors)), int)
    for way in range(len(folds)):
        order = np.random.default_rng(3 + way).permutation(len(names))
        fold_of = {names[which]: at % _PARTS for at, which in enumerate(order)}
        folds[way] = [fold_of[each] for each in authors]
    odds, committee = attention_fitting.fit_committee(
        found.pairs, found.labels, found.weights, vectors, folds, fingerprint
    )
    rows = found.rows.copy()
    rows[:, CLOSE.index("attention_odds")] = odds
    return replace(found, rows=rows), committee


def fit(names: Sequence[str], found: Examples, false_refusal: float) -> dict:
    """The coefficients of the features `names`, the first of `found`; the threshold that refuses
    `false_refusal` of the answerable questions at home, and the one under which an answer is given
    with a caution; the figures they reach in cross-validation, there and elsewhere."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    rows, labels, weights = found.rows[:, : len(names)], found.labels, found.weights
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    scaled = (rows - mean) / spread
    probability = np.zeros(len(labels))
    for train, held in StratifiedKFold(8, shuffle=True, random_state=0).split(scaled, labels):
        model = LogisticRegression(C=_REGULARISATION, max_iter=500).fit(
            scaled[train], labels[train], weights[train]
        )
        probability[held] = model.predict_proba(scaled[held])[:, 1]
    model = LogisticRegression(C=_REGULARISATION, max_iter=500).fit(scaled, labels, weights)
    at_home = probability[(labels == 1) & ~found.elsewhere]
    threshold, caution = (float(np.quantile(at_home, each)) for each in (false_refusal, _CAUTIOUS))
    slope = model.coef_[0] / spread
    kinds = np.array(found.kinds)

    def refused(where: np.ndarray, least: float = threshold) -> dict[str, float]:
        below = {kind: probability[(kinds == kind) & where] < least for kind in _WEIGHTS}
        return {kind: round(float(each.mean()), 3) for kind, each in below.items() if len(each)}

    return {
        "weights": dict(zip(names, slope.round(4).tolist(), strict=True)),
        "bias": round(float(model.intercept_[0] - slope @ mean), 4),
        "threshold": round(threshold, 4),
        "caution": round(caution, 4),
        "refused": refused(~found.elsewhere),
        "refused elsewhere": refused(found.elsewhere),
        "refused or cautioned": refused(~found.elsewhere, caution),
        "examples": {kind: found.kinds.count(kind) for kind in _WEIGHTS},
    }


def main(arguments: list[str] | None = None) -> int:
    """Fit and write the coefficients."""
    parser = parser_of("calibration")
    parser.add_argument("--false-refusal", type=float, default=0.03)
    parser.add_argument("--also", action="append", default=[], metavar="GOLD", type=Path)
    options = parser.parse_args(arguments)
    sources, status = opened(options)
    assistant = sources[0].assistant
    assistant.load()
    if not assistant.retriever.reads_closely:
        parser.error(
            "the close reading was fitted to another model; run `python -m assistant.close_ranking`"
        )
    also, wrong = usable(options.also)
    status |= wrong
    # Before `held_out_examples` puts other networks in place of those that have not seen these.
    parts = [examples(assistant, also)] if also else []
    parts.insert(0, held_out_examples(sources))
    found, weights = with_unmet_words(together(parts))
    embeddings = assistant.embeddings
    found, committee = with_attention(found, embeddings.words[1], embeddings.card.fingerprint)
    result = {name: fit(names, found, options.false_refusal) for name, names in _READINGS.items()}
    save_weights(weights)
    attention_fitting.save_committee(committee)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    COEFFICIENTS.write_text(text + "\n", "utf-8")
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
