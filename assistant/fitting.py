"""What the fitting commands begin with: the libraries and the gold questions to fit on.

In: a command's name and its arguments. Out: for each library an assistant and the usable questions,
an exit code, 1 where some were unusable; and the folds in which they are held out. What tells one
city's sentences apart need not do so in another's: `--elsewhere` adds the questions of other
libraries. Imports `policy_assistant` and the gold records.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evaluation.records import Gold, read_gold
from assistant.policy_assistant import PolicyAssistant


@dataclass(frozen=True)
class Source:
    """A library and the questions asked of it; `elsewhere` where it is not the home library."""

    assistant: PolicyAssistant
    golds: list[Gold]
    elsewhere: bool = False


def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of `python -m assistant.<command> GOLD.jsonl… --store DIR
    [--elsewhere DIR GOLD.jsonl]…`."""
    parser = argparse.ArgumentParser(prog=f"python -m assistant.{command}")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--store", required=True)
    parser.add_argument(
        "--elsewhere", nargs=2, action="append", default=[], metavar=("STORE", "GOLD")
    )
    return parser


def opened(options: argparse.Namespace) -> tuple[list[Source], int]:
    """The library of `options.store` with the questions of `options.gold`, then those elsewhere;
    the exit code."""
    golds, status = usable(options.gold)
    sources = [Source(PolicyAssistant(options.store), golds)]
    for store, gold in options.elsewhere:
        golds, wrong = usable([Path(gold)])
        status |= wrong
        sources.append(Source(PolicyAssistant(store), golds, elsewhere=True))
    return sources, status


def usable(files: Sequence[Path]) -> tuple[list[Gold], int]:
    """The questions of `files` and the exit code; what is wrong with one is printed to stderr."""
    golds, problems = read_gold(files)
    for problem in problems:
        print(problem, file=sys.stderr)
    return golds, int(bool(problems))


def folds_of(sources: Sequence[Source], folds: int) -> dict[str, int]:
    """Each question's fold by its id, in an order that has nothing to do with that in the files;
    the questions of another library have the same, whose documents are all unseen."""
    found = {}
    for at, source in enumerate(sources):
        order = np.random.default_rng(1).permutation(len(source.golds))
        for place, which in enumerate(order):
            found[source.golds[which].id] = (at if source.elsewhere else place) % folds
    return found
