"""What is asked of a matter: its price, its colour, who pays the postage.

A document on the right matter need not say what is asked of it. In: a question, a text, both
folded. Out: the attributes that the question asks for, and how many of them the text says
nothing of. The attributes are kept in `attributes.tsv`, which says how to add one. Imports
nothing of the project.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "attributes.tsv"
# What is done with an amount: 收 in 收多少钱, 补 in 补几万.
_DONE = re.compile(r"([一-龥])[到了给过上]?(?:多少|[几哪])(?!个部|些)")
_NO_DEED = frozenset("是有要能个年月在第这那一二三的得和跟又还")


@dataclass(frozen=True)
class Attribute:
    """How a question asks for something, and how a text says it."""

    asks: re.Pattern[str]
    says: re.Pattern[str]


@lru_cache(maxsize=1)
def attributes() -> tuple[Attribute, ...]:
    """All that are kept."""
    lines = (line for line in _FILE.read_text("utf-8").splitlines() if line)
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple(Attribute(re.compile(asks), re.compile(says)) for asks, says in pairs)


def asked_attributes(question: str) -> tuple[Attribute, ...]:
    """The attributes that a folded `question` asks for."""
    return tuple(each for each in attributes() if each.asks.search(question))


def unsaid(asked: Sequence[Attribute], text: str) -> int:
    """How many of the attributes `asked` a folded `text` says nothing of."""
    return sum(not each.says.search(text) for each in asked)


def deeds(question: str) -> tuple[str, ...]:
    """The verbs, a character each, in front of what a folded `question` wants to know."""
    return tuple(each for each in _DONE.findall(question) if each not in _NO_DEED)
