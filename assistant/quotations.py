"""Whether what a sentence puts in quotation marks, and the titles that it names, are the source's.

In: a sentence and its sources. Out: the first quotation or title that they lack. Whoever reads
“…” takes it for the document's own words, so it must stand there word for word (an ellipsis may
leave some out); a title may be shortened, but not be another's. Pure functions; imports
`vectorstore`'s folding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.terms import bigrams, fold

_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」|『([^『』]+)』")
_TITLE = re.compile(r"《([^《》]+)》")
_LEFT_OUT = re.compile(r"…+|\.{3,}")
# Marks and spaces are set in many ways around the same words.
_WORDS = re.compile(r"[\w%‰.]+")
# Shorter ones name something (所谓“绿色通道”) rather than quote.
_LEAST_QUOTED = 6
# 《供暖办法》 for 《青岚市居民供暖管理办法》
_TITLE_SHARED = 0.6


def foreign_quotation(text: str, sources: Sequence[str]) -> str:
    """The first quotation or title in `text` that is not its sources'; else empty."""
    known = "\n".join(_plain(source) for source in sources)
    for match in _QUOTED.finditer(text):
        quoted = match[1] or match[2] or match[3]
        parts = [_plain(part) for part in _LEFT_OUT.split(quoted)]
        if len("".join(parts)) >= _LEAST_QUOTED and not all(part in known for part in parts):
            return quoted
    titles = [frozenset(bigrams(fold(line))) for source in sources for line in source.split("\n")]
    for match in _TITLE.finditer(text):
        named = frozenset(bigrams(fold(match[1])))
        if _plain(match[1]) not in known and not any(
            len(named & title) >= _TITLE_SHARED * len(named) for title in titles
        ):
            return match[1]
    return ""


def _plain(text: str) -> str:
    return "".join(_WORDS.findall(fold(text)))
