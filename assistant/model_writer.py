"""Lets a language model write the answer, from numbered passages that it must cite.

In: a LangChain chat model, a `Question`, found passages. Out: a `Draft` whose statements carry
the passages they cite, as verbatim evidence; unknown keys are dropped and reported; a failing
model gives an empty draft with a warning, so that the built-in writer takes over. Nothing here
trusts the model: `verification` checks the draft like any other. Imports `drafts`, `evidence`,
`refusal`, `replies`, `prompts`.
"""

from __future__ import annotations

import re
import time
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
from assistant.figures import figures
from assistant.questions import Question
from assistant.refusal import REFUSAL_MARK
from assistant.replies import read_reply, visible
from vectorstore.datamodels import FoundPassage
from vectorstore.errors import ChatModelError
from vectorstore.settings import Settings
from vectorstore.terms import terms

_SHOWN_PASSAGES = 8
_TIMEOUT_SECONDS = 60
_RETRIES = 2
_QUOTE_WHOLE = 160
# What an endpoint or its client can fail with. Clients stumble over malformed replies with the
# last four; our own code runs outside of what is caught.
_FAILURES = (
    OpenAIError, httpx.HTTPError, LangChainException, OSError,
    ValueError, TypeError, AttributeError, LookupError,
)  # fmt: skip
# An answer has about 200 characters; more is a model that does not stop.
_LONGEST_REPLY = 4_000
_WHOLE_REPLY_SECONDS = 120
_LOOKS_LIKE_KEY = re.compile(r"[\[【［]\s*(?=P\s*\d|段落)", re.IGNORECASE)


def make_chat_model(
    settings: Settings, *, timeout: float = _TIMEOUT_SECONDS, retries: int = _RETRIES
) -> BaseChatModel | None:
    """The chat model of the settings, or None; ChatModelError names what is missing.

    `timeout` is how many seconds a connection or the next piece of a reply may take.
    """
    if not settings.chat_model:
        return None
    options = {"temperature": 0, "timeout": timeout, "max_retries": retries}
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

    def __init__(self, model: BaseChatModel, *, seconds: float = _WHOLE_REPLY_SECONDS):
        """`model` is any LangChain chat model; a whole reply may take `seconds`."""
        self._model = model
        self._seconds = seconds

    def write(self, question: Question, passages: Sequence[FoundPassage]) -> Draft:
        """The draft in one piece."""
        draft = Draft(())
        for item in self.stream(question, passages):
            if isinstance(item, Draft):
                draft = item
        return draft

    def stream(self, question: Question, passages: Sequence[FoundPassage]) -> Iterator[str | Draft]:
        """Pieces of the text as they come, passage keys left out, and the draft at the end."""
        keyed = dict(enumerate(passages[:_SHOWN_PASSAGES], start=1))
        reply, shown = "", 0
        for piece in self._pieces(_messages(question, keyed)):
            if isinstance(piece, Draft):
                yield piece
                return
            reply += piece
            text = visible(reply)
            if len(text) > shown:
                yield text[shown:]
                shown = len(text)
            if len(reply) > _LONGEST_REPLY:
                break
        yield _draft(reply, keyed)

    def _pieces(self, messages: list[BaseMessage]) -> Iterator[str | Draft]:
        """The reply as it comes; an empty draft with a warning when the model fails."""
        deadline = time.monotonic() + self._seconds
        chunks = iter(self._model.stream(messages))
        while True:
            try:
                if time.monotonic() > deadline:
                    raise TimeoutError
                piece = next(chunks).text
            except StopIteration:
                return
            except _FAILURES as error:
                yield Draft((), (f"语言模型暂不可用（{type(error).__name__}）。",))
                return
            yield piece


def _messages(question: Question, keyed: dict[int, FoundPassage]) -> list[BaseMessage]:
    blocks = [
        f"[P{key}] 《{_escaped(each.title)}》{each.number or ''} {_escaped(each.locator)}\n"
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
