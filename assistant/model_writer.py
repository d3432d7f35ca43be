"""Lets a language model write the answer, from numbered passages that it must cite.

In: a LangChain chat model, a `Question`, found passages. Out: a `Draft` whose statements carry
the passages they cite, as verbatim evidence; unknown keys are dropped and reported; a failing
model gives an empty draft with a warning, so that the built-in writer takes over. Nothing here
trusts the model: `verification` checks the draft like any other. Imports `drafts`, `evidence`,
`refusal`, `prompts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import httpx
from langchain.chat_models import init_chat_model
from langchain_core.exceptions import LangChainException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from openai import OpenAIError

import prompts
from assistant.drafts import Draft, Evidence, Statement, evidence_in
from assistant.evidence import split_sentences
from assistant.questions import Question
from assistant.refusal import REFUSAL_MARK
from vectorstore.datamodels import FoundPassage
from vectorstore.errors import ChatModelError
from vectorstore.settings import Settings
from vectorstore.terms import terms

_SHOWN_PASSAGES = 8
_TIMEOUT_SECONDS = 60
_RETRIES = 2
_QUOTE_WHOLE = 160
# What an endpoint, its client or its protocol can fail with; anything else is our own mistake.
_FAILURES = (OpenAIError, httpx.HTTPError, LangChainException, OSError, ValueError)
_KEY = re.compile(r"[\[【［]\s*(P\d+(?:\s*[,，、]\s*P\d+)*)\s*[\]】］]", re.IGNORECASE)
_PIECE = re.compile(
    r"[^。！？；\n]*[。！？；\n]*(?:\s*[\[【［]\s*P[^\]】］]*[\]】］])*", re.IGNORECASE
)
_FIGURE = re.compile(r"\d+(?:\.\d+)*")


def make_chat_model(settings: Settings) -> BaseChatModel | None:
    """The chat model of the settings, or None; ChatModelError names what is missing."""
    if not settings.chat_model:
        return None
    options = {"temperature": 0, "timeout": _TIMEOUT_SECONDS, "max_retries": _RETRIES}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    key = settings.chat_api_key.get_secret_value()
    if key or settings.chat_base_url:
        # Local servers want some key but do not look at it.
        options["api_key"] = key or "none"
    try:
        return init_chat_model(settings.chat_model, **options)
    except ImportError as error:
        package = f"langchain-{settings.chat_model.partition(':')[0].replace('_', '-')}"
        raise ChatModelError(
            f"The chat model {settings.chat_model} needs a package that is not installed; "
            f"run `pip install {package}`.",
            f"语言模型 {settings.chat_model} 所需的软件包未安装，请运行 pip install {package}。",
        ) from error
    except (ValueError, OpenAIError) as error:
        reason = str(error).splitlines()[0]
        raise ChatModelError(
            f"The chat model {settings.chat_model} cannot be used: {reason}",
            f"无法使用语言模型 {settings.chat_model}：{reason}",
        ) from error


class ModelWriter:
    """Writes drafts with one chat model."""

    def __init__(self, model: BaseChatModel):
        """`model` is any LangChain chat model."""
        self._model = model

    def write(self, question: Question, passages: Sequence[FoundPassage]) -> Draft:
        """The draft in one piece."""
        draft = Draft(())
        for item in self.stream(question, passages):
            if isinstance(item, Draft):
                draft = item
        return draft

    def stream(self, question: Question, passages: Sequence[FoundPassage]) -> Iterator[str | Draft]:
        """Pieces of the text as they come, passage keys left out, and the draft at the end."""
        keyed = {f"P{i}": each for i, each in enumerate(passages[:_SHOWN_PASSAGES], start=1)}
        reply, shown = "", 0
        try:
            for chunk in self._model.stream(_messages(question, keyed)):
                reply += chunk.text
                visible = _visible(reply)
                if len(visible) > shown:
                    yield visible[shown:]
                    shown = len(visible)
        except _FAILURES as error:
            kind = type(error).__name__
            yield Draft((), (f"语言模型暂不可用（{kind}），本答复由内置方式生成。",))
            return
        yield _draft(reply, keyed)


def _messages(question: Question, keyed: dict[str, FoundPassage]) -> list[BaseMessage]:
    blocks = [
        f"[{key}] 《{each.title}》{each.number or ''} {each.locator}\n"
        f"<<<\n{_escaped(each.text)}\n>>>"
        for key, each in keyed.items()
    ]
    return [
        SystemMessage(prompts.load("system", refusal_mark=REFUSAL_MARK)),
        HumanMessage(
            prompts.load("question", passages="\n\n".join(blocks), question=question.standalone)
        ),
    ]


def _escaped(text: str) -> str:
    """Passage text that can neither close its own delimiters nor pose as a key."""
    return _KEY.sub(" ", text.replace("<<<", "〈〈〈").replace(">>>", "〉〉〉"))


def _visible(reply: str) -> str:
    """What may be shown of a reply so far: no keys, and nothing that may become one."""
    text = _KEY.sub("", reply)
    opening = max(text.rfind(sign) for sign in "[【［")
    return text[:opening] if opening >= 0 else text


def _draft(reply: str, keyed: dict[str, FoundPassage]) -> Draft:
    statements, warnings = [], []
    waiting = ""
    for piece in _PIECE.findall(reply):
        keys = [
            key.strip().upper()
            for group in _KEY.findall(piece)
            for key in re.split(r"[,，、]", group)
        ]
        text = _KEY.sub("", piece).strip()
        if not keys:
            # A mark at the end of a paragraph covers the sentences before it.
            waiting += text
            continue
        known = [key for key in keys if key in keyed]
        if len(known) < len(keys):
            warnings.append("语言模型引用了不存在的段落，已忽略。")
        full = waiting + text
        waiting = ""
        if full and known:
            evidence = tuple(_evidence(full, keyed[key]) for key in dict.fromkeys(known))
            statements.append(Statement(full, evidence))
    if REFUSAL_MARK in reply:
        return Draft((), ())
    return Draft(tuple(statements), tuple(dict.fromkeys(warnings)))


def _evidence(text: str, passage: FoundPassage) -> Evidence:
    """The stretch of a cited passage that the statement rests on."""
    if len(passage.text) <= _QUOTE_WHOLE:
        return evidence_in(passage, passage.start, passage.end)
    wanted, figures = set(terms(text)), set(_FIGURE.findall(text))
    spans = split_sentences(passage.text)
    shared = [len(wanted & set(terms(passage.text[start:end]))) for start, end in spans]
    best = shared.index(max(shared))
    needed = [
        i
        for i, (start, end) in enumerate(spans)
        if i == best or figures & set(_FIGURE.findall(passage.text[start:end]))
    ]
    return evidence_in(
        passage, passage.start + spans[needed[0]][0], passage.start + spans[needed[-1]][1]
    )
