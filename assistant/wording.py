"""What was typed or said with slips -> the question as it was meant, and what to tell the user.

In: a question with its history, a store. Out: a `Question` whose `meant` is the wording that was
searched for, where that is another than the one typed; what words may be meant depends on what the
library speaks of (see `vectorstore.repair`), after dialect is in common words (see `spoken`) and
numbers are written out (see `said_numbers`). Imports `questions`, `language`, `said_numbers`,
`spoken` and `vectorstore`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.language import ENGLISH, language_of
from assistant.questions import Question, checked_history, read_question
from assistant.said_numbers import with_numbers_written
from assistant.spoken import in_common_words
from vectorstore.repair import repair
from vectorstore.snapshot import Snapshot
from vectorstore.store import PolicyStore, VersionGone

_RETRIES = 5
_UNDERSTOOD = "已按“{}”理解。"


def understood(text: Any, history: Any, documents: Sequence[str], store: PolicyStore) -> Question:
    """The question that is meant by `text`; BadQuestion says what is wrong with it."""
    asked = read_question(text, history, documents)
    snapshot = _snapshot(store)
    if snapshot is None or asked.language == ENGLISH:
        return asked
    meant, turns = _meant(asked.text, snapshot, store), checked_history(history)
    repaired = [
        {**turn, "content": _meant(turn["content"], snapshot, store)}
        if turn["role"] == "user"
        else turn
        for turn in turns
    ]
    if meant == asked.text and repaired == turns:
        return asked
    question = read_question(meant, repaired, documents)
    told = "" if meant == asked.text else meant
    other = question.other and replace(question.other, meant=told)
    return replace(question, text=asked.text, language=asked.language, meant=told, other=other)


def said_of(question: Question) -> list[str]:
    """The sentence that tells how the question was understood, where not as it was typed."""
    return [_UNDERSTOOD.format(question.meant.rstrip("？?。！!"))] if question.meant else []


def _snapshot(store: PolicyStore) -> Snapshot | None:
    """The store's current indexes; a writer may switch them just while they are opened."""
    for _ in range(_RETRIES):
        try:
            return store.snapshot()
        except VersionGone:
            continue
    # As it was typed, then: the search says that the store changes too fast.
    return None


def _meant(text: str, snapshot: Snapshot, store: PolicyStore) -> str:
    if language_of(text) == ENGLISH:
        return text
    return with_numbers_written(repair(in_common_words(text), snapshot.lexical).text, store)
