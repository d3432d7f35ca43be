"""What each step of retrieval is worth: `python -m assistant.evaluation.ablation GOLD --store DIR`.

Runs the same questions through searches that know one step more each time: words alone, then
character bigrams, folding, vectors, the thesaurus, structure, the second look, the close reading.
Prints, for all questions and for each type, document@1 and evidence@1, @5 and @20 with 95 %
bootstrap intervals. May import the other modules of the package, the assistant and `vectorstore`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.evaluation.matching import (
    can_tell_evidence,
    document_keys,
    from_documents,
    is_evidence,
)
from assistant.evaluation.records import Gold, read_gold
from assistant.evaluation.statistics import Estimate, estimate
from assistant.policy_assistant import PolicyAssistant
from assistant.questions import Question, read_question
from vectorstore.datamodels import FoundPassage
from vectorstore.lexical import LexicalIndex
from vectorstore.retriever import STEPS, PolicyRetriever
from vectorstore.second_look import Wanted
from vectorstore.terms import STOPWORDS, bigrams, words

DEPTHS = (1, 5, 20)
MEASURES = ("document@1", *(f"evidence@{k}" for k in DEPTHS))
_ALL = "all"

Search = Callable[[Question], Sequence[FoundPassage]]


def words_alone(text: str) -> list[str]:
    """The words of a text as it stands."""
    return words(text)


def words_and_bigrams(text: str) -> list[str]:
    """Words and character bigrams of a text as it stands."""
    return words(text) + [pair for pair in bigrams(text) if pair not in STOPWORDS]


def lexical_search(
    assistant: PolicyAssistant, folder: Path, analyse: Callable[[str], list[str]]
) -> Search:
    """BM25 alone over the store's passages, with the terms that `analyse` finds."""
    index = LexicalIndex(folder, create=True, analyse=analyse)
    store = assistant.store
    documents = [row[0] for row in store.titles()]
    found = store.found(store.passage_ids(documents))
    index.change(
        (each.id, each.document_id, " ".join((each.title, *each.headings)), each.text)
        for each in found.values()
    )

    def search(question: Question) -> Sequence[FoundPassage]:
        hits = index.search(question.standalone, max(DEPTHS))
        return [found[passage_id] for passage_id, _ in hits]

    return search


def hybrid_search(assistant: PolicyAssistant, without: Sequence[str], **fields: object) -> Search:
    """The assistant's retriever without some of its steps."""
    retriever = PolicyRetriever(
        store=assistant.store,
        embeddings=assistant.embeddings,
        k=max(DEPTHS),
        without=frozenset(without),
        **fields,
    )

    def search(question: Question) -> Sequence[FoundPassage]:
        wanted = Wanted(question.wants.is_held_by, question.wants.strict)
        numbers = question.numbers if question.followup else ()
        documents = [each for n in numbers for each in assistant.store.ids_by_number(n)]
        found = retriever.search(question.standalone, documents=documents, wanted=wanted)
        return found.passages

    return search


def steps(assistant: PolicyAssistant, folder: Path) -> Iterator[tuple[str, Search]]:
    """The searches, each with one step more than the one before."""
    yield "words", lexical_search(assistant, folder / "words", words_alone)
    yield "+ bigrams", lexical_search(assistant, folder / "bigrams", words_and_bigrams)
    yield "+ folding", hybrid_search(assistant, STEPS, dense_weight=0.0)
    yield "+ dense", hybrid_search(assistant, STEPS)
    for i, step in enumerate(STEPS, 1):
        yield f"+ {step}", hybrid_search(assistant, STEPS[i:])


def score(search: Search, golds: Sequence[Gold]) -> dict[str, dict[str, list[float]]]:
    """The score of every question by type and measure."""
    table: dict[str, dict[str, list[float]]] = {}
    for gold in golds:
        if not gold.answerable:
            continue
        question = read_question(gold.question, [dict(turn) for turn in gold.history])
        found = search(question)
        keys = document_keys(gold)
        row = {"document@1": float(bool(found) and from_documents(found[0], keys))}
        if can_tell_evidence(gold):
            proves = [is_evidence(each, gold) for each in found]
            row |= {f"evidence@{k}": float(any(proves[:k])) for k in DEPTHS}
        for kind in (_ALL, gold.type):
            for name, value in row.items():
                table.setdefault(kind, {}).setdefault(name, []).append(value)
    return table


def summed_up(table: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, Estimate]]:
    """Each measure's mean with its interval, by type."""
    return {
        kind: {name: estimate(values, [1.0] * len(values), "mean") for name, values in row.items()}
        for kind, row in table.items()
    }


def main(arguments: list[str] | None = None) -> int:
    """Run all steps and print the table."""
    parser = argparse.ArgumentParser(prog="python -m assistant.evaluation.ablation")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--store", required=True)
    parser.add_argument("--types", default=f"{_ALL},paraphrase,noisy", help="comma-separated")
    parser.add_argument("--json", type=Path, help="all types' figures go here")
    options = parser.parse_args(arguments)
    golds, problems = read_gold(options.gold)
    for problem in problems:
        print(problem, file=sys.stderr)
    assistant = PolicyAssistant(options.store)
    assistant.load()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, search in steps(assistant, Path(folder)):
            results[name] = summed_up(score(search, golds))
    for kind in options.types.split(","):
        some = next(iter(results.values())).get(kind)
        if some is None:
            continue
        print(f"\n{kind} ({some['document@1'].n} questions)")
        print("step".ljust(14), *(name.ljust(20) for name in MEASURES))
        for name, table in results.items():
            cells = (_cell(table[kind].get(measure)) for measure in MEASURES)
            print(name.ljust(14), *(cell.ljust(20) for cell in cells))
    if options.json:
        plain = {
            name: {
                kind: {measure: vars(value) for measure, value in row.items()}
                for kind, row in table.items()
            }
            for name, table in results.items()
        }
        options.json.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 1 if problems else 0


def _cell(value: Estimate | None) -> str:
    if value is None or value.value is None:
        return "–"
    return f"{value.value:.3f} [{value.low:.2f}–{value.high:.2f}]"


if __name__ == "__main__":
    sys.exit(main())
