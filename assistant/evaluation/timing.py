"""Where the time of an answer goes: `python -m assistant.evaluation.timing GOLD.jsonl --store DIR`.

In: gold files. Out: the median and the 95th percentile of a question end to end, and of each
step in it, on stdout. The steps are timed where the assistant calls them; nothing is asked
twice. May import: the gold records, the assistant, numpy, rich.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant import finding, policy_assistant
from assistant.evaluation.records import read_gold
from assistant.policy_assistant import PolicyAssistant
from vectorstore.errors import PolicyError

# The step, and the name under which the assistant calls it.
STEPS = (
    ("read the question", "understood"),
    ("settle follow-ups", "settled"),
    ("search", "search"),
    ("score sentences", "score_sentences"),
    ("the question's parts", "best_for_parts"),
    ("which document counts", "choose"),
    ("contradictions", "contradiction"),
    ("features of refusal", "features"),
    ("write", "write"),
    ("verify", "verify"),
    ("put together", "compose"),
)
WHOLE, REST = "end to end", "the rest (status, records)"
Seconds = dict[str, list[float]]


def measure(assistant: PolicyAssistant, questions: Sequence[tuple[str, list[dict]]]) -> Seconds:
    """The seconds of each question, end to end and by step; a step counts once a question."""
    seconds: Seconds = defaultdict(list)
    spent: dict[str, float] = {}
    with ExitStack() as stack:
        for step, name in STEPS:
            stack.enter_context(_timed(assistant, step, name, spent))
        for question, history in questions:
            spent.clear()
            began = time.perf_counter()
            assistant.ask(question, history)
            whole = time.perf_counter() - began
            seconds[WHOLE].append(whole)
            for step, _ in STEPS:
                seconds[step].append(spent.get(step, 0.0))
            seconds[REST].append(whole - sum(spent.values()))
    return seconds


@contextmanager
def _timed(
    assistant: PolicyAssistant, step: str, name: str, spent: dict[str, float]
) -> Iterator[None]:
    """While this lasts, the time in the function called `name` is added up under `step`."""
    if name == "search":
        retriever = type(assistant.retriever)
        holder, function = retriever, retriever.search
    else:
        holder = finding if hasattr(finding, name) else policy_assistant
        function = getattr(holder, name)
    setattr(holder, name, _counting(function, step, spent))
    try:
        yield
    finally:
        setattr(holder, name, function)


def _counting(function: Callable, step: str, spent: dict[str, float]) -> Callable:
    def run(*arguments, **named):
        inside = sum(spent.values())
        began = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            # What another step did in the meantime is that step's.
            nested = sum(spent.values()) - inside
            spent[step] = spent.get(step, 0.0) + time.perf_counter() - began - nested

    return run


def breakdown(seconds: Seconds) -> list[tuple[str, float, float, float]]:
    """(step, p50 and p95 in milliseconds, share of all time), the whole first."""
    total = sum(seconds[WHOLE]) or 1.0
    rows = []
    for step, values in seconds.items():
        p50, p95 = np.percentile(values, [50, 95]) * 1000
        rows.append((step, float(p50), float(p95), sum(values) / total))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 when the gold files or the store cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m assistant.evaluation.timing")
    parser.add_argument("gold", nargs="+", type=Path, metavar="GOLD.jsonl")
    parser.add_argument("--store", type=Path)
    options = parser.parse_args(arguments)
    golds, problems = read_gold(options.gold)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    try:
        assistant = PolicyAssistant(options.store)
        assistant.load()
    except PolicyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    questions = [(gold.question, [dict(turn) for turn in gold.history]) for gold in golds]
    measure(assistant, questions[:3])  # what is loaded with the first question is no part of it
    table = Table(title=f"{len(questions)} questions", title_justify="left")
    for name in ("step", "p50 ms", "p95 ms", "share"):
        table.add_column(name, justify="left" if name == "step" else "right")
    for step, p50, p95, share in breakdown(measure(assistant, questions)):
        table.add_row(step, f"{p50:.1f}", f"{p95:.1f}", f"{share:.0%}")
    Console(width=100).print(table)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
