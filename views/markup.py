"""Text from outside as HTML that shows it and obeys none of it.

In: titles, file names, texts, anything that a stranger may have written. Out: escaped text whose
direction controls are visible signs, because they would let a document show other words than it
holds; their number is kept, so that offsets hold. Pure functions; imports nothing of the project.
"""

from __future__ import annotations

import re
from html import escape

# C0 and C1 controls but tab and line end; Arabic and bidi marks, embeddings, overrides, isolates.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with a visible sign for each control character; not yet escaped."""
    return _CONTROLS.sub("\ufffd", text)


def shown(text: str) -> str:
    """The text for an element's content or a quoted attribute."""
    return escape(visible(text))
