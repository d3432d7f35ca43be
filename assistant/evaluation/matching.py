"""When two texts count as the same: the normalisation that every measure shares.

In: texts, gold questions, passages. Out: normalised texts and yes or no. Deliberately knows
nothing of how the assistant matches, so that an error there is not repeated here. May import:
assistant.datamodels and the gold records.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from assistant.datamodels import Answer, Citation, RankedPassage
from assistant.evaluation.records import Gold

EVIDENCE_CHARACTERS = 30

_OPENING, _CLOSING = "〔[(【﹝", "〕])】﹞"
_FOLD = str.maketrans(dict.fromkeys(_OPENING, "〔") | dict.fromkeys(_CLOSING, "〕"))
_NUMBER = re.compile(
    rf"[{re.escape(_OPENING)}](\d{{4}})[{re.escape(_CLOSING)}](?=第?\d+号)", re.ASCII
)


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """NFKC, no white space, and the year of every document number in 〔〕."""
    return _NUMBER.sub(r"〔\1〕", "".join(unicodedata.normalize("NFKC", text).split()))


def document_key(number: str | None, title: str = "") -> str:
    """What a document is told apart by: its number, or its title where it has none."""
    return normalise(number or title).translate(_FOLD)


def document_keys(gold: Gold) -> frozenset[str]:
    """The keys of the documents that answer a question."""
    return frozenset(document_key(number) for number in gold.documents)


def holds_facts(text: str, gold: Gold) -> bool:
    """Whether every group of facts has a spelling in the text."""
    normalised = normalise(text)
    return all(any(normalise(spelling) in normalised for spelling in group) for group in gold.facts)


def can_tell_evidence(gold: Gold) -> bool:
    """Whether the question says enough to recognise a passage that proves its answer."""
    return gold.answerable and bool(normalise(gold.evidence) or (gold.documents and gold.facts))


def is_evidence(passage: RankedPassage, gold: Gold) -> bool:
    """Whether a passage proves the answer.

    It holds the first characters of the evidence; where the question gives none, it is from a
    right document and holds every fact.
    """
    start = normalise(gold.evidence)[:EVIDENCE_CHARACTERS]
    if start:
        return start in normalise(passage.text)
    return from_documents(passage, document_keys(gold)) and holds_facts(passage.text, gold)


def from_documents(place: RankedPassage | Citation, keys: Collection[str]) -> bool:
    """Whether a passage or citation belongs to one of the documents with these keys."""
    return document_key(place.number, place.title) in keys


def plain_text(answer: Answer) -> str:
    """The answer's text without its markers, whose digits must not pass for facts."""
    text = answer.text
    for citation in answer.citations:
        text = text.replace(f"[{citation.marker}]", "")
    return text


def quote_stands(citation: Citation, document_text: str) -> bool:
    """Whether the quote is what the document says at the place named, white space aside."""
    quote = "".join(citation.quote.split())
    if not quote or not 0 <= citation.start < citation.end:
        return False
    return quote == "".join(document_text[citation.start : citation.end].split())
