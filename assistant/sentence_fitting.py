"""Fits the order of sentences: `python -m assistant.sentence_fitting GOLD.jsonl… --store DIR
[--elsewhere DIR GOLD.jsonl]…`.

After `assistant.close_ranking`. A sentence is right when it, shown as the writer shows it, holds
every fact of the gold answer and stands in a right document; where none does, those are that hold
most. The network is that of the close reading, with a softmax over a question's sentences. The
passages are found by a close reading fitted without the question, because those that it learned
from it finds more surely than others. Writes `sentence_ranking.json` beside
`assistant.sentence_ranking`, with the figures reached on questions held out in cross-validation,
elsewhere with their libraries.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from assistant import close_ranking
from assistant.conversation import cited_before, settled
from assistant.evaluation.matching import document_keys, from_documents, normalise
from assistant.evaluation.records import Gold
from assistant.evidence import in_passages
from assistant.fitting import Source, folds_of, opened, parser_of
from assistant.policy_assistant import PolicyAssistant
from assistant.questions import Question
from assistant.ranking import FOLDS, Example
from assistant.sentence_ranking import FEATURES, FILE, rows
from assistant.wording import understood
from assistant.writer import shown_alone
from vectorstore.close_reading import CloseReader
from vectorstore.datamodels import FoundPassage
from vectorstore.second_look import Wanted


def examples(
    source: Source, fold_of: Mapping[str, int], readers: Sequence[CloseReader]
) -> dict[str, Example]:
    """The sentences of every question of which some hold a fact, by the question's id, as its
    fold's reader finds them."""
    found, assistant = {}, source.assistant
    for fold, reader in enumerate(readers):
        assistant.retriever.use_reader(reader)
        for gold in source.golds:
            if fold_of[gold.id] == fold and gold.answerable and gold.facts:
                question, passages = _found(assistant, gold)
                example = labelled(assistant, gold, question, passages)
                if example is not None:
                    found[gold.id] = example
    return found


def labelled(
    assistant: PolicyAssistant,
    gold: Gold,
    question: Question,
    passages: tuple[FoundPassage, ...],
) -> Example | None:
    """The sentences of `passages`, which of them hold most facts and which any; None where none
    does."""
    sentences, looked_at = in_passages(question, passages, assistant.embeddings)
    keys = document_keys(gold)
    held = np.array(
        [
            _facts(shown_alone(question, each), gold) * from_documents(each.passage, keys)
            for each in sentences
        ]
    )
    if not held.any():
        return None
    features = rows(assistant.embeddings, looked_at)
    return Example(features, np.zeros(len(held)), held == held.max(), held > 0)


def _found(assistant: PolicyAssistant, gold: Gold) -> tuple[Question, tuple[FoundPassage, ...]]:
    """The question as it is searched for, and the passages that are found."""
    asked = understood(gold.question, gold.history, (), assistant.store)
    question = settled(asked, assistant.retriever)
    within = question.documents or cited_before(question, assistant.store)
    wanted = Wanted(question.wants.is_held_by, question.wants.strict)
    result = assistant.retriever.search(question.standalone, documents=within, wanted=wanted)
    return question, result.passages


def _facts(text: str, gold: Gold) -> int:
    """How many of the gold facts `text` states."""
    stated = normalise(text)
    return sum(any(normalise(each) in stated for each in group) for group in gold.facts)


def figures(found: dict[str, Example], scores: dict[str, np.ndarray]) -> dict[str, float]:
    """In how many cases the right sentence is the first, or among the first three."""
    ranks = [(each.evidence, np.argsort(-scores[name])) for name, each in found.items()]
    return {
        f"sentence@{k}": round(float(np.mean([right[rank[:k]].any() for right, rank in ranks])), 3)
        for k in (1, 3)
    }


def main(arguments: list[str] | None = None) -> int:
    """Fit and write the weights."""
    sources, status = opened(parser_of("sentence_fitting").parse_args(arguments))
    fold_of = folds_of(sources, FOLDS)
    readers = close_ranking.held_out_readers(sources, fold_of)
    home = examples(sources[0], fold_of, readers)
    other: dict[str, Example] = {}
    for each in sources[1:]:
        other |= examples(each, fold_of, readers)
    found = home | other
    _, scores = close_ranking.held_out(found, fold_of)
    reached: dict[str, object] = {"examples": len(found), "held_out": figures(home, scores)}
    if other:
        reached["held_out elsewhere"] = figures(other, scores)
    print(json.dumps(reached, indent=2))
    fingerprint = sources[0].assistant.embeddings.card.fingerprint
    weights = close_ranking.fit(list(found.values()), fingerprint)
    FILE.write_text(close_ranking.as_json(weights, FEATURES, **reached), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
