"""Checks what a writer wrote, by code: no figure without its source, no quote that differs.

In: statements and the stored texts. Out: the statements that hold, and why others were dropped.
A statement holds when each of its pieces of evidence stands verbatim in the stored document at
its offsets, and every figure (amount, date, percentage, telephone, document number, article)
that it states stands in that evidence or in the cited document's particulars. Imports `drafts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.drafts import Evidence, Statement

_SPACE = re.compile(r"\s+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_MARKER = re.compile(r"\[\d+\]|\[P\d+\]")


def verify(
    statements: Sequence[Statement], text_of: Callable[[str], str | None]
) -> tuple[list[Statement], list[str]]:
    """The statements that hold, and one Chinese sentence for each that does not.

    `text_of` gives a stored document's text by its id.
    """
    kept, problems = [], []
    for statement in statements:
        sound = tuple(each for each in statement.evidence if _is_verbatim(each, text_of))
        if not sound:
            problems.append("有一句话没有可核对的出处，已删去。")
            continue
        unsupported = unsupported_figures(statement.text, sound, statement.particulars)
        if unsupported:
            problems.append(f"有一句话中的“{unsupported[0]}”在所引原文中找不到，该句已删去。")
            continue
        kept.append(replace(statement, evidence=sound))
    return kept, problems


def _is_verbatim(evidence: Evidence, text_of: Callable[[str], str | None]) -> bool:
    stored = text_of(evidence.passage.document_id)
    return (
        stored is not None
        and bool(evidence.text)
        and stored[evidence.start : evidence.end] == evidence.text
    )


def unsupported_figures(
    text: str, evidence: Sequence[Evidence], particulars: Sequence[str] = ()
) -> list[str]:
    """The figures of `text` that stand neither in the evidence nor in the particulars."""
    sources = list(particulars)
    for each in evidence:
        passage = each.passage
        sources += [each.text, passage.number or "", passage.title, passage.locator]
        sources += [passage.issued or "", *passage.headings]
    allowed = set(_figures(" ".join(sources)))
    return [figure for figure in _figures(_MARKER.sub("", text)) if figure not in allowed]


def _figures(text: str) -> list[str]:
    """The figures of `text`; thousands separators and leading zeros make no difference."""
    folded = unicodedata.normalize("NFKC", text)
    return [
        figure.replace(",", "").lstrip("0") or "0"
        for figure in _FIGURE.findall(_SPACE.sub(" ", folded))
    ]
