"""The figures that no change may fall below: how they are measured, and how floors are raised.

    python -m tests.gold.floors                    print today's figures beside the floors
    python -m tests.gold.floors --update           raise floors.json to just below them
    python -m tests.gold.floors --update --lower   let it fall too; say why in the commit

In: gold files, the digests, and the gazettes where they are at hand. Out: `floors.json`, run ->
measure -> worst value allowed, a run being a gold file asked over a library (`digests/documents`);
the cities are invented ones that nothing has been fitted on.
May import: the assistant, the evaluation and the ingest.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from assistant import PolicyAssistant
from assistant.batch import answer_questions
from assistant.evaluation import (
    Evaluation,
    check_floors,
    evaluate,
    read_floors,
    read_gold,
    read_run,
)
from assistant.evaluation.metrics import METRICS
from ingest.pipeline import ingest

GOLD = Path(__file__).resolve().parent
ROOT = GOLD.parents[1]
FLOORS = GOLD / "floors.json"
CITIES = ("baihua", "dongchang", "shiqiao", "xiapuwan")
LIBRARIES = {
    "digests": ROOT / "documents",
    "gazettes": ROOT / ".." / "shared" / "policies",
    **{city: GOLD / "cities" / "test" / city / "documents" for city in CITIES},
}
# How far a figure may move before someone has to look: three questions in a hundred and fifty.
MARGIN = 0.02
CHARACTERS = 10
# Of the gazettes' questions every twentieth is asked, of their exam every third, of a city's every
# fourth and second: the same ones each time, and minutes less.
EVERY = {"gazettes-dev": 20, "gazettes-test": 20, "exam-test": 3, "gold": 4, "exam": 2}
HELD = (
    "document_hit_at_1",
    "evidence_recall_at_5",
    "evidence_recall_at_20",
    "fact_accuracy",
    "citation_precision",
    "citation_recall",
    "quote_fidelity",
    "refusal_recall",
    "false_refusal_rate",
    "answer_length_median",
)
_BETTER_HIGHER = {metric.name: metric.better == "higher" for metric in METRICS}


@dataclass(frozen=True)
class Run:
    """A gold file asked over a library."""

    library: str
    gold: str

    @property
    def name(self) -> str:
        return f"{self.library}/{self.gold}"

    @property
    def questions(self) -> Path:
        """The gold file."""
        folder = LIBRARIES[self.library].parent if self.library in CITIES else GOLD
        return folder / f"{self.gold}.jsonl"

    def holds(self, question_id: str) -> bool:
        """Whether the question is asked in this run."""
        number = int(sha256(question_id.encode()).hexdigest()[8:16], 16)
        return number % EVERY.get(self.gold, 1) == 0

    @property
    def at_hand(self) -> bool:
        return LIBRARIES[self.library].is_dir()


RUNS = (
    Run("digests", "documents"),
    Run("digests", "gazettes-dev"),
    Run("digests", "gazettes-test"),
    Run("gazettes", "gazettes-dev"),
    Run("gazettes", "gazettes-test"),
    Run("gazettes", "exam-test"),
    *(Run(city, gold) for city in CITIES for gold in ("gold", "exam")),
)


class Libraries:
    """The assistants on freshly made stores of the libraries, each made when first needed."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._assistants: dict[str, PolicyAssistant] = {}

    def evaluate(self, run: Run) -> Evaluation:
        """Ask the questions of a run and score the answers."""
        assistant = self._assistant(run.library)
        golds, problems = read_gold([run.questions])
        assert not problems, "\n".join(map(str, problems))
        golds = [gold for gold in golds if run.holds(gold.id)]
        out = self.folder / f"{run.library}-{run.gold}.jsonl"
        answer_questions(
            lambda question, history: assistant.ask(question, history=history),
            [gold.to_question() for gold in golds],
            out,
        )
        records, problems = read_run(out, golds)
        assert not problems, "\n".join(map(str, problems))
        return evaluate(golds, records, assistant.store.text, name=run.name)

    def _assistant(self, library: str) -> PolicyAssistant:
        if library not in self._assistants:
            store = self.folder / library
            report = ingest([LIBRARIES[library]], store)
            assert not report.failures, report.failures
            self._assistants[library] = PolicyAssistant(store=store)
        return self._assistants[library]


def floors_below(evaluation: Evaluation) -> dict[str, float]:
    """The floors that today's figures allow: a margin below them, for ceilings above."""
    return {name: _bound(name, evaluation.overall[name].value) for name in HELD}


def _bound(name: str, value: float | None) -> float:
    assert value is not None, f"{name} could not be scored on any question"
    if name == "quote_fidelity":  # a quote that does not stand is a lie, not a matter of degree
        return 1.0
    if name == "answer_length_median":
        return round(value) + CHARACTERS
    return round(max(value - MARGIN, 0) if _BETTER_HIGHER[name] else value + MARGIN, 3)


def renewed(
    old: Mapping[str, float], new: Mapping[str, float], lower: bool = False
) -> dict[str, float]:
    """The stricter of both floors, measure by measure; with `lower`, the new ones."""
    if lower:
        return dict(new)
    stricter = {name: max if _BETTER_HIGHER[name] else min for name in new}
    return {name: stricter[name](old.get(name, bound), bound) for name, bound in new.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all runs at hand; exit code 1 when a floor is broken and stays as it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.gold.floors")
    parser.add_argument("--update", action="store_true", help="raise the floors to these figures")
    parser.add_argument("--lower", action="store_true", help="with --update: lower them as well")
    options = parser.parse_args(arguments)
    floors = dict(read_floors(FLOORS)) if FLOORS.exists() else {}
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        libraries = Libraries(Path(folder))
        for run in filter(lambda run: run.at_hand, RUNS):
            evaluation = libraries.evaluate(run)
            if options.update:
                new = floors_below(evaluation)
                floors[run.name] = renewed(floors.get(run.name, {}), new, options.lower)
            _show(run, evaluation, floors.get(run.name, {}))
            held = check_floors(evaluation, floors.get(run.name, {}))
            broken += [f"{run.name}: {sentence}" for sentence in held]
    if options.update:
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
    for sentence in broken:
        print(f"error: {sentence}", file=sys.stderr)
    return 1 if broken else 0


def _show(run: Run, evaluation: Evaluation, floors: Mapping[str, float]) -> None:
    print(f"{run.name}: {len(evaluation.results)} questions; figure (floor)")
    for name in HELD:
        figure = evaluation.overall[name]
        print(f"  {name:22} {figure.value:8.3f} ({floors.get(name, '-')}) n={figure.n}")


if __name__ == "__main__":
    sys.exit(main())
