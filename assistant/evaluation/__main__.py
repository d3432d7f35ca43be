"""`python -m assistant.evaluation`: ask the gold questions, score the answers, report.

In: gold files and options. Out: a run file, tables, and on request JSON and an HTML page.
Exit code 0, or 1 when something was wrong with the input (each named on stderr) while the rest
was scored. May import: everything of this package; the assistant when there is something to ask.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from assistant.batch import Ask, RunRecord, answer_questions, finish_last_line
from assistant.evaluation import console as terminal
from assistant.evaluation.baselines import BASELINES
from assistant.evaluation.comparison import Comparison, compare
from assistant.evaluation.metrics import DocumentText
from assistant.evaluation.operating import Curve, operating_curve
from assistant.evaluation.records import (
    Gold,
    Problem,
    missing_answers,
    read_gold,
    read_run,
    split_of,
)
from assistant.evaluation.report import Evaluation, evaluate
from vectorstore.errors import BadQuestion, PolicyError

if TYPE_CHECKING:
    from assistant import PolicyAssistant


NEEDED = ("bm25s", "ir_measures", "jinja2", "langchain_text_splitters", "scipy")


def open_assistant(store: Path | None) -> PolicyAssistant:
    """The assistant on that store, or on the configured one."""
    from assistant import PolicyAssistant

    return PolicyAssistant(store=store) if store else PolicyAssistant()


def main(
    arguments: Sequence[str] | None = None,
    opener: Callable[[Path | None], PolicyAssistant] = open_assistant,
) -> int:
    """The command line; gives the exit code. `opener` makes the assistant that is asked."""
    options = _parser().parse_args(arguments)
    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        print(
            f"error: {', '.join(lacking)} not installed; install the project with its "
            "[evaluation] extra.",
            file=sys.stderr,
        )
        return 1
    golds, problems = read_gold(options.gold)
    if options.split:
        golds = [gold for gold in golds if split_of(gold.id) == options.split]
    system = System(options.store, opener)
    evaluations: list[Evaluation] = []
    comparison = None
    if golds:
        run = options.run or Path("reports") / f"run-{datetime.now():%Y%m%d-%H%M%S}.jsonl"
        for name in ("assistant", *dict.fromkeys(options.baseline)):
            path = run if name == "assistant" else run.with_suffix(f".{name}{run.suffix}")
            ask = None if options.score_only else _asker(system, name, options.k)
            records = _answers(name, golds, path, ask, problems)
            one = evaluate(golds, records, system.document_text(), k=options.k, name=name)
            evaluations.append(one)
        if options.compare:
            comparison = _compare(evaluations[0], golds, options, system, problems)
        curve = _curve(golds, system) if options.curve else None
        _report(options, evaluations, comparison, problems, run, curve)
    elif not problems:
        problems.append(Problem(str(options.gold[0]), None, f"no question in {options.split}"))
    if options.store and system.failure and system.failure not in map(str, problems):
        problems.append(Problem(str(options.store), None, system.failure))
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant.evaluation",
        description="Ask gold questions, score the answers and report. Answers are saved first, "
        "so a run that was broken off goes on where it stopped.",
    )
    parser.add_argument("gold", nargs="+", type=Path, metavar="GOLD.jsonl")
    parser.add_argument("--store", type=Path, help="folder of the store (default: as configured)")
    parser.add_argument(
        "--run", type=Path, help="run file: answers in it are scored, missing ones are asked for"
    )
    parser.add_argument("--score-only", action="store_true", help="ask nothing, score --run")
    parser.add_argument("--split", choices=("dev", "test"), help="only this part (by id)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--html", type=Path, help="write a self-contained page to this file")
    parser.add_argument("--compare", type=Path, metavar="OTHER.jsonl", help="run to compare with")
    parser.add_argument(
        "--curve", action="store_true", help="also draw what other refusal thresholds would refuse"
    )
    parser.add_argument(
        "--k", type=_depth, default=20, help="how many passages count as found (default: 20)"
    )
    parser.add_argument(
        "--baseline", action="append", default=[], choices=list(BASELINES), help="repeatable"
    )
    return parser


def _depth(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


@dataclass
class System:
    """The assistant and its store, opened when first needed; `failure` says why it is not."""

    folder: Path | None
    opener: Callable[[Path | None], PolicyAssistant]
    failure: str | None = None

    @cached_property
    def assistant(self) -> PolicyAssistant | None:
        try:
            return self.opener(self.folder)
        except PolicyError as error:
            self.failure = str(error)
            return None

    def document_text(self) -> DocumentText:
        """The stored text by document id; None for every document where there is no store."""
        opened = self.assistant
        return lru_cache(maxsize=None)(opened.store.text) if opened else lambda _: None


def _asker(system: System, name: str, k: int) -> Callable[[], Ask | str]:
    """Makes the `ask` of the assistant or a baseline when called; a text says why it cannot."""

    def make() -> Ask | str:
        assistant = system.assistant
        if assistant is None:
            return system.failure or "the store cannot be opened"
        if name == "assistant":
            return lambda question, history: assistant.ask(question, history=history)
        documents = assistant.store.documents()
        return BASELINES[name](documents, assistant.embeddings, k)

    return make


def _answers(
    name: str,
    golds: Sequence[Gold],
    path: Path,
    asker: Callable[[], Ask | str] | None,
    problems: list[Problem],
) -> Mapping[str, RunRecord]:
    """The answers in the run file, after asking for those that are not there."""
    found: list[Problem] = []
    records: dict[str, RunRecord] = {}
    try:
        if path.exists():
            if asker:
                finish_last_line(path)
            records, found = read_run(path, golds)
        missing = [gold for gold in golds if gold.id not in records]
        if asker and missing:
            _ask_missing(name, missing, path, asker)
            records, found = read_run(path, golds)
    except PolicyError as error:
        found.append(Problem(name, None, str(error)))
    except OSError as error:
        found.append(Problem(str(path), None, error.strerror or str(error)))
    except KeyboardInterrupt:
        records, found = read_run(path, golds)
        found.append(Problem(str(path), None, "stopped; give it as --run to go on"))
    problems += [*found, *missing_answers(path, golds, records)]
    return records


def _ask_missing(
    name: str, missing: Sequence[Gold], path: Path, asker: Callable[[], Ask | str]
) -> None:
    ask = asker()
    if isinstance(ask, str):
        raise PolicyError(ask, ask)
    questions = [gold.to_question() for gold in missing]
    # Asked once beforehand, so that loading the models does not count as answering.
    with suppress(BadQuestion):
        ask(questions[0].question, [dict(turn) for turn in questions[0].history])
    columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=len(questions))
        answer_questions(
            ask, questions, path, lambda done, _: progress.update(task, completed=done)
        )


def _curve(golds: Sequence[Gold], system: System) -> Curve | None:
    """What each refusal threshold would refuse of these questions."""
    assistant = system.assistant
    if assistant is None:
        return None
    sure = [
        (gold.answerable, assistant.confidence(gold.question, [dict(t) for t in gold.history]))
        for gold in golds
    ]
    return operating_curve(sure, assistant.operating_point, assistant.caution_point)


def _compare(
    ours: Evaluation,
    golds: Sequence[Gold],
    options: argparse.Namespace,
    system: System,
    problems: list[Problem],
) -> Comparison:
    records, found = read_run(options.compare, golds)
    problems += [*found, *missing_answers(options.compare, golds, records)]
    name = options.compare.name
    return compare(ours, evaluate(golds, records, system.document_text(), k=options.k, name=name))


def _report(
    options: argparse.Namespace,
    evaluations: Sequence[Evaluation],
    comparison: Comparison | None,
    problems: list[Problem],
    run: Path,
    curve: Curve | None = None,
) -> None:
    """Tables on stdout; the files asked for, where they can be written."""
    from assistant.evaluation.page import render  # late: `main` first says if jinja2 is lacking

    # A file or a pipe has no width; rich would take it for 80 columns.
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(f"Answers: {run}", markup=False, highlight=False, soft_wrap=True)
    terminal.show(console, evaluations)
    if curve:
        terminal.show_curve(console, curve)
    if comparison:
        terminal.show_comparison(console, comparison)
    data = {
        "gold": [path.name for path in options.gold],
        "systems": [one.to_dict() for one in evaluations],
        "operating_curve": curve and curve.to_dict(),
        "comparison": comparison and comparison.to_dict(),
        "problems": list(map(str, problems)),
    }
    texts = {
        options.json: lambda: json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False),
        options.html: lambda: render(
            data["gold"], evaluations, comparison, problems, options.k, curve
        ),
    }
    for path, text in texts.items():
        if path is None:
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text() + "\n", encoding="utf-8")
        except OSError as error:
            problems.append(Problem(str(path), None, f"cannot be written: {error.strerror}"))


if __name__ == "__main__":
    sys.exit(main())
