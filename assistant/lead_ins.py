"""The words that an item of an enumeration needs in front of it to say anything.

（五）未拴绳遛犬； forbids nothing without 禁止下列行为： before it. In: a stretch that an answer
shows. Out: the lead-in of the enumeration that it is an item of, a stretch of the same passage.
Imports `drafts`, `evidence`, `selection`.
"""

from __future__ import annotations

import re

from assistant.drafts import Evidence, evidence_in
from assistant.evidence import split_sentences
from assistant.selection import NUMBERED

# 以下情形不予奖补：擅自改变用途的； — the first item stands behind its lead-in.
_WITH_FIRST = re.compile(r"^[^：:；;]{2,80}[：:](?=.)")
_LEAD_IN = re.compile(r"[：:]$")
_LONGEST = 100


def lead_in(evidence: Evidence) -> Evidence | None:
    """What announces the items of which `evidence` begins with one; None where it begins with no
    item, or holds what announces it."""
    passage = evidence.passage
    spans = split_sentences(passage.text)
    begin = evidence.start - passage.start
    at = next((index for index, span in enumerate(spans) if span[0] == begin), None)
    if not at:
        return None
    texts = [passage.text[start:end] for start, end in spans]
    numbered = bool(NUMBERED.match(texts[at]))
    for before in range(at - 1, -1, -1):
        start, end = spans[before]
        text = texts[before]
        first = None if numbered else _WITH_FIRST.match(text)
        if first and text.endswith(("；", ";")):
            end = start + first.end()
        elif not (numbered and _LEAD_IN.search(text)):
            if NUMBERED.match(text) if numbered else text.endswith(("；", ";")):
                continue
            return None
        if end - start > _LONGEST:
            return None
        return evidence_in(passage, passage.start + start, passage.start + end)
    return None
