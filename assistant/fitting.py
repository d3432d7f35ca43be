"""What the fitting commands begin with: the gold questions and the store to fit on.

In: a command's name and its arguments. Out: an assistant over the store, the usable questions and
an exit code, 1 where some were unusable; and the folds in which they are held out. Imports
`policy_assistant` and the gold records.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.evaluation.records import Gold, read_gold
from assistant.policy_assistant import PolicyAssistant


def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of `python -m assistant.<command> GOLD.jsonl… --store DIR`."""
    parser = argparse.ArgumentParser(prog=f"python -m assistant.{command}")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--store", required=True)
    return parser


def opened(options: argparse.Namespace) -> tuple[PolicyAssistant, list[Gold], int]:
    """The assistant over `options.store`, the questions of `options.gold`, the exit code."""
    golds, status = usable(options.gold)
    return PolicyAssistant(options.store), golds, status


def usable(files: Sequence[Path]) -> tuple[list[Gold], int]:
    """The questions of `files` and the exit code; what is wrong with one is printed to stderr."""
    golds, problems = read_gold(files)
    for problem in problems:
        print(problem, file=sys.stderr)
    return golds, int(bool(problems))


def folds_of(golds: list[Gold], folds: int) -> dict[str, int]:
    """Each question's fold by its id, in an order that has nothing to do with that in the files."""
    order = np.random.default_rng(1).permutation(len(golds))
    return {golds[which].id: at % folds for at, which in enumerate(order)}
