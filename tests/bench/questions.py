"""Questions about a generated library, of the kinds that are timed.

In: the documents as read, a count and a seed. Out: questions with the passage they are about.
Imports vectorstore's `datamodels` and `terms`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vectorstore.datamodels import Passage, PolicyDocument
from vectorstore.terms import fold, words

_ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇]+条")
_ASKED = ("怎么规定的？", "有什么要求？", "由谁负责？", "是多少？")
_EVIDENCE = 30


@dataclass(frozen=True)
class Question:
    """`kind` is exact, words, number, restricted (to the document with the id `document`) or year
    (to the documents issued in `year`).

    `evidence` stands in the middle of the passage that is asked about.
    """

    kind: str
    text: str
    source: str
    document: str
    year: str
    evidence: str


def ask_about(documents: Sequence[PolicyDocument], count: int, seed: int = 11) -> list[Question]:
    """`count` questions, the kinds by turns, about passages drawn at random."""
    chance = random.Random(seed)
    pairs = [
        (document, passage)
        for document in documents
        if document.number and document.issued
        for passage in document.passages
        if len(passage.text) > 2 * _EVIDENCE
    ]
    articles = [pair for pair in pairs if _ARTICLE.search(pair[1].locator)]
    kinds = list(KINDS.items())
    found = []
    for turn in range(count):
        kind, write = kinds[turn % len(kinds)]
        # A number is asked about with an article, so that one passage is right.
        document, passage = chance.choice(articles if kind == "number" else pairs)
        middle = (len(passage.text) - _EVIDENCE) // 2
        evidence = passage.text[middle : middle + _EVIDENCE]
        text = write(document, passage, chance)
        year = (document.issued or "")[:4]
        found.append(Question(kind, text, document.source, document.id, year, evidence))
    return found


def _exact(document: PolicyDocument, passage: Passage, chance: random.Random) -> str:
    sentences = [each for each in passage.text.split("。") if len(each) > 15]
    return chance.choice(sentences or [passage.text])


def _some_words(document: PolicyDocument, passage: Passage, chance: random.Random) -> str:
    known = list(dict.fromkeys(each for each in words(fold(passage.text)) if len(each) > 1))
    return "".join(chance.sample(known, min(6, len(known)))) + chance.choice(_ASKED)


def _number(document: PolicyDocument, passage: Passage, chance: random.Random) -> str:
    article = _ARTICLE.findall(passage.locator)[-1]
    return f"{document.number}{article}{chance.choice(_ASKED)}"


KINDS: dict[str, Callable[[PolicyDocument, Passage, random.Random], str]] = {
    "exact": _exact,
    "words": _some_words,
    "number": _number,
    "restricted": _some_words,
    "year": _some_words,
}
