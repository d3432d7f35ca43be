"""Lets a language model write the answer, from numbered passages that it must cite.

In: an `Endpoint`, a `Question`, found passages. Out: a `Draft` whose statements carry the
passages they cite, as verbatim evidence; unknown keys are dropped and reported. A failing model
raises ChatModelError. Nothing here trusts the model: `verification` checks the draft like any
other. The keys have no order and mean nothing, so that a key that was made up, or stands in a
document's text, is hardly ever one of them. Imports `drafts`, `endpoint`, `evidence`, `refusal`,
`replies`, `prompts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

import prompts
from assistant.drafts import Draft, Evidence, Statement, evidence_in
from assistant.endpoint import Endpoint
from assistant.evidence import split_sentences
from assistant.figures import figures
from assistant.language import NAMES, SIMPLIFIED
from assistant.questions import Question
from assistant.refusal import REFUSAL_MARK
from assistant.replies import read_reply, visible
from vectorstore.datamodels import STATUS_UNKNOWN, FoundPassage, content_id
from vectorstore.terms import terms

_SHOWN_PASSAGES = 8
_QUOTE_WHOLE = 160
# An answer has about 200 characters; more is a model that does not stop.
_LONGEST_REPLY = 4_000
_LOOKS_LIKE_KEY = re.compile(r"[\[【［]\s*(?=P\s*\d|段落)", re.IGNORECASE)


class ModelWriter:
    """Writes drafts with one chat model."""

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint

    def write(self, question: Question, passages: Sequence[FoundPassage]) -> Draft:
        """The draft in one piece; ChatModelError when the model fails."""
        return next(item for item in self.stream(question, passages) if isinstance(item, Draft))

    def stream(self, question: Question, passages: Sequence[FoundPassage]) -> Iterator[str | Draft]:
        """Pieces of the text as they come, passage keys left out, and the draft at the end;
        ChatModelError when the model fails, also after some pieces."""
        keyed = keyed_passages(question, passages[:_SHOWN_PASSAGES])
        reply, shown = "", 0
        for piece in self._endpoint.stream(_messages(question, keyed)):
            reply += piece
            text = visible(reply)
            if len(text) > shown:
                yield text[shown:]
                shown = len(text)
            if len(reply) > _LONGEST_REPLY:
                break
        yield _draft(reply, keyed)


def keyed_passages(question: Question, passages: Sequence[FoundPassage]) -> dict[int, FoundPassage]:
    """The passages under keys of three digits, the same ones whenever the same is asked."""
    keyed: dict[int, FoundPassage] = {}
    for passage in passages:
        key = int(content_id(question.standalone, passage.id), 16) % 900
        while key + 100 in keyed:
            key = (key + 1) % 900
        keyed[key + 100] = passage
    return keyed


def _messages(question: Question, keyed: dict[int, FoundPassage]) -> list[BaseMessage]:
    blocks = [
        f"[P{key}] {_header(each)}\n<<<\n{_escaped(each.text)}\n>>>" for key, each in keyed.items()
    ]
    return [
        SystemMessage(
            prompts.load("system", refusal_mark=REFUSAL_MARK, language=NAMES[question.language])
        ),
        HumanMessage(
            prompts.load("question", passages="\n\n".join(blocks), question=_asked(question))
        ),
    ]


def _header(passage: FoundPassage) -> str:
    """Where a passage stands, and whether it still holds."""
    status = passage.status if passage.status != STATUS_UNKNOWN else ""
    issued = f"印发于{passage.issued}" if passage.issued else ""
    place = f"《{_escaped(passage.title)}》{passage.number or ''} {_escaped(passage.locator)}"
    return " ".join(filter(None, (place, issued, status)))


def _asked(question: Question) -> str:
    """The question on its own; in another language with the Chinese that was searched for."""
    if question.language == SIMPLIFIED or question.text == question.standalone:
        return question.standalone
    return f"{question.text}（{question.standalone}）"


def _escaped(text: str) -> str:
    """Document text that can neither close its own delimiters nor pose as a key."""
    return _LOOKS_LIKE_KEY.sub("〔", text.replace("<<<", "〈〈〈").replace(">>>", "〉〉〉"))


def _draft(reply: str, keyed: dict[int, FoundPassage]) -> Draft:
    if REFUSAL_MARK in reply:
        return Draft((), refused=True)
    cited, uncited = read_reply(reply)
    statements, warnings = [], []
    for sentence in cited:
        known = [key for key in sentence.keys if key in keyed]
        if len(known) < len(sentence.keys):
            warnings.append("语言模型引用了不存在的段落，已忽略。")
        if known:
            evidence = tuple(_evidence(sentence.text, keyed[key]) for key in known)
            statements.append(Statement(sentence.text, evidence))
    if uncited:
        warnings.append("语言模型有未注明出处的内容，已删去。")
    return Draft(tuple(statements), tuple(dict.fromkeys(warnings)))


def _evidence(text: str, passage: FoundPassage) -> Evidence:
    """The stretch of a cited passage that the statement rests on."""
    if len(passage.text) <= _QUOTE_WHOLE:
        return evidence_in(passage, passage.start, passage.end)
    wanted, said = set(terms(text)), set(figures(text))
    spans = split_sentences(passage.text)
    shared = [len(wanted & set(terms(passage.text[start:end]))) for start, end in spans]
    best = shared.index(max(shared))
    needed = [
        i
        for i, (start, end) in enumerate(spans)
        if i == best or said & set(figures(passage.text[start:end]))
    ]
    return evidence_in(
        passage, passage.start + spans[needed[0]][0], passage.start + spans[needed[-1]][1]
    )
