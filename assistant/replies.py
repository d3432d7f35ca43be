"""Reads what a language model wrote: its sentences, and the passage keys behind each.

In: a reply such as 温度不低于若干度。[P1][P2], whole or as far as it has come. Out: sentences
with their keys, or the part that may be shown. Models write keys in many ways (【P1】, (P1、P2),
[P1-P3], ［段落1］); whatever looks like one is taken as one and never shown. Imports `refusal`'s
mark alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.refusal import REFUSAL_MARK

_OPEN, _CLOSE = r"[\[【［(（]", r"[\]】］)）]"
_LABEL = r"(?:段落\s*P?|passage\s*P?|P)\s*"
_KEY = re.compile(
    rf"{_OPEN}\s*{_LABEL}\d+(?:[\s,，、;；和及与\-—–~～至]*(?:{_LABEL})?\d+)*\s*{_CLOSE}",
    re.IGNORECASE,
)
# The end of a text that has come so far and may still turn out to be a key or the mark.
_BEGUN = re.compile(
    rf"{_OPEN}\s*(?:{_LABEL}[\s\dP,，、;；和及与\-—–~～至段落]*|段|pa[a-z]*)?$", re.IGNORECASE
)
_SENTENCE = re.compile(
    rf"(?:(?!{_KEY.pattern})[^。！？!?\n])*[。！？!?\n]*(?:\s*{_KEY.pattern}[。；;，,]?)*",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^(?:[-*•·#>\s]+|[（(]?\d{1,2}[)）.、](?!\d)|[①-⑳])\s*")
_THOUGHTS = re.compile(
    r"(?s)<think>.*?(?:</think>\s*|$)|<(?:t(?:h(?:i(?:n(?:k)?)?)?)?)?$", re.IGNORECASE
)
# What else than a line feed ends a line: within a sentence it would part it from its marker.
_LINE_END = re.compile(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_FOREIGN_MARKER = re.compile(r"\[\^?\d+\]")


@dataclass(frozen=True)
class CitedSentence:
    """A sentence of a reply without its keys; `keys` are numbers of passages, from 1."""

    text: str
    keys: tuple[int, ...]


def visible(reply: str) -> str:
    """What may be shown of a reply so far: no keys, and nothing that may become one."""
    text = _KEY.sub("", _without_thoughts(reply))
    mark = next((i for i in range(len(REFUSAL_MARK), 0, -1) if text.endswith(REFUSAL_MARK[:i])), 0)
    text = text.partition(REFUSAL_MARK)[0] if REFUSAL_MARK in text else text[: len(text) - mark]
    begun = _BEGUN.search(text)
    return text[: begun.start()] if begun else text


def read_reply(reply: str) -> tuple[list[CitedSentence], list[str]]:
    """The cited sentences of a whole reply, and those that no key follows.

    Keys at the end of a paragraph or list hold for all of its sentences (each is verified by
    itself); what announces a list belongs to the paragraph that follows it.
    """
    cited: list[CitedSentence] = []
    uncited: list[str] = []
    waiting: list[str] = []
    for paragraph in re.split(r"\n\s*\n", _without_thoughts(reply)):
        for piece in _SENTENCE.findall(paragraph):
            keys = _keys(piece)
            text = _plain(_KEY.sub("", piece))
            waiting += [text] if text else []
            if keys:
                cited += [CitedSentence(each, keys) for each in waiting]
                waiting = []
        announced = len(waiting) - bool(waiting and waiting[-1].endswith(("：", ":")))
        uncited += waiting[:announced]
        waiting = waiting[announced:]
    return cited, uncited + waiting


def _without_thoughts(reply: str) -> str:
    """The reply without what a reasoning model thinks aloud, also while it still does."""
    return _THOUGHTS.sub("", reply)


def _keys(piece: str) -> tuple[int, ...]:
    groups = _KEY.findall(piece)
    return tuple(dict.fromkeys(int(key) for group in groups for key in re.findall(r"\d+", group)))


def _plain(text: str) -> str:
    """The sentence without list signs, emphasis and markers that are not ours."""
    text = _LINE_END.sub(" ", _FOREIGN_MARKER.sub("", text))
    text = text.replace("**", "").replace("__", "").strip()
    return _ITEM.sub("", text).strip(" \n;；，,")
