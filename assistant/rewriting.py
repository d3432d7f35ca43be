"""Lets a language model make a question stand alone: in a conversation, or in another language.

In: a `Question` as the rules understood it, the turns before it. Out: the question with the
model's wording as what is searched for, or unchanged when the model fails, takes too long or
brings in a figure that nobody said. Imports `endpoint`, `figures`, `questions`, `prompts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from langchain_core.messages import HumanMessage

import prompts
from assistant.endpoint import Endpoint
from assistant.figures import figures
from assistant.language import ENGLISH
from assistant.questions import Question, checked_history, read_question
from vectorstore.errors import ChatModelError

_SECONDS = 8.0
_LONGEST = 200
_TURNS = 6
_LONGEST_TURN = 400
_HAN = re.compile(r"[\u3400-\u9fff]")
_LABEL = re.compile(r"^(?:改写后的?)?(?:问题|提问)?[:：]\s*")


class Rewriter:
    """Rewrites questions with one chat model."""

    def __init__(self, endpoint: Endpoint, *, seconds: float = _SECONDS):
        """A rewriting may take `seconds`; the answer is still to be written."""
        self._endpoint = endpoint
        self._seconds = seconds

    def rewritten(self, question: Question, history: Sequence[Mapping[str, str]]) -> Question:
        """`question` on its own, in Chinese."""
        turns = checked_history(history)[-_TURNS:]
        if not turns and question.language != ENGLISH:
            return question
        told = "\n".join(f"{each['role']}: {each['content'][:_LONGEST_TURN]}" for each in turns)
        prompt = prompts.load("standalone", history=_escaped(told), question=question.text)
        try:
            reply = self._endpoint.reply([HumanMessage(prompt)], seconds=self._seconds)
        except ChatModelError:
            # The rules' wording serves as well; whether the model answers shows when it writes.
            return question
        wording = _usable(reply, f"{told}\n{question.text}\n{question.standalone}")
        return _reworded(question, wording) if wording else question


def _escaped(text: str) -> str:
    return text.replace("<<<", "〈〈〈").replace(">>>", "〉〉〉")


def _usable(reply: str, said: str) -> str:
    """The wording in `reply`; empty when it is none, or states a figure that was not `said`."""
    lines = [line.strip() for line in re.sub(r"(?s)<think>.*?</think>", "", reply).splitlines()]
    line = next((_LABEL.sub("", each).strip("“”\"' ") for each in lines if each), "")
    if not _HAN.search(line) or len(line) > _LONGEST:
        return ""
    return "" if set(figures(line)) - set(figures(said)) else line


def _reworded(question: Question, wording: str) -> Question:
    """The question as `wording` asks it; typed and answered as before."""
    alone = read_question(wording)
    followup = question.followup and not alone.numbers
    return replace(
        alone,
        text=question.text,
        language=question.language,
        focus=question.focus,
        other=None,
        numbers=alone.numbers or (question.numbers if followup else ()),
        followup=followup,
        documents=question.documents,
    )
