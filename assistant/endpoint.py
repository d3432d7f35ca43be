"""A language model behind an endpoint: made from settings, asked within bounds, its failures named.

In: settings or a LangChain chat model, messages. Out: the pieces of a reply, or ChatModelError
with the reason and the way out. Retries, the time limit and the naming of failures are wrapped
around the model, whichever provider's it is. Imports `vectorstore`'s settings and errors.

A client's own time limit bounds one read, and its retries multiply that; so the reply is read in
a thread of its own, and whoever waits for it stops waiting when the time is up: `first` seconds
until the first piece, all tries together, `whole` seconds until the last.

Where a provider's client is called, every `Exception` is caught: `init_chat_model` makes models
of two dozen packages whose errors have no base class in common (anthropic, ollama, google and
botocore each derive from Exception itself), most of them not installed here to be named. Nothing
of this project runs inside those calls, so no failure of our own is hidden by it.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from vectorstore.errors import ChatModelError
from vectorstore.settings import Settings

FIRST_SECONDS = 20.0
WHOLE_SECONDS = 60.0
RETRIES = 2
_PAUSE_SECONDS = 0.4
_LONGEST_PAUSE_SECONDS = 5.0
_TRY_AGAIN = frozenset({408, 409, 425, 429})
_INSTALL = re.compile(r"pip install (?:-U )?`?([\w-]+)")
# Clients may bring an HTTP library of their own, whose errors are named as httpx's are.
_NO_CONNECTION = re.compile(r"Connect|RemoteProtocol|ReadError|WriteError|NetworkError|Transport")
_WHAT_WAS_GIVEN = " [type="
_BY_STATUS = (
    (range(401, 402), "the key is not accepted; check POLICY_CHAT_API_KEY",
     "密钥不被接受，请检查 POLICY_CHAT_API_KEY"),
    (range(403, 404), "the key has no right to this model; check POLICY_CHAT_API_KEY",
     "密钥无权使用该模型，请检查 POLICY_CHAT_API_KEY"),
    (range(404, 405), "the model or address does not exist; check POLICY_CHAT_MODEL",
     "模型或地址不存在，请检查 POLICY_CHAT_MODEL 和 POLICY_CHAT_BASE_URL"),
    (range(408, 409), "it took too long", "响应超时"),
    (range(429, 430), "it has too many requests", "请求过多或额度用尽"),
    (range(400, 500), "it does not take the request", "请求不被接受"),
    (range(500, 600), "the endpoint has an error", "服务端出错"),
)  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """Why a model failed, in both languages; `again`: the same request may succeed next time."""

    english: str
    chinese: str
    again: bool = False
    pause: float = 0.0


def make_chat_model(settings: Settings, *, timeout: float = FIRST_SECONDS) -> BaseChatModel | None:
    """The chat model of the settings, or None; ChatModelError names what is missing.

    `timeout` is how many seconds a connection or the next piece of a reply may take.
    """
    if not settings.chat_model:
        return None
    # Retries are made here, where the time they take together is bounded.
    options = {"temperature": 0, "timeout": timeout, "max_retries": 0}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    key = settings.chat_api_key.get_secret_value()
    if key or settings.chat_base_url:
        # Local servers want some key but do not look at it.
        options["api_key"] = key or "none"
    if settings.chat_model.startswith("ollama:"):
        options["client_kwargs"] = _ollama_client(timeout, key)
    try:
        return init_chat_model(settings.chat_model, **options)
    except ImportError as error:
        package = _package(settings.chat_model, error)
        raise ChatModelError(
            f"The chat model {settings.chat_model} needs a package that is not installed; "
            f"run `pip install {package}`.",
            f"语言模型 {settings.chat_model} 所需的软件包未安装，请运行 pip install {package}。",
        ) from error
    except Exception as error:  # see the module's docstring
        reason = _without_secret(_first_line(error), key)
        raise ChatModelError(
            f"The chat model {settings.chat_model} cannot be used: {reason}",
            f"无法使用语言模型 {settings.chat_model}：{reason}",
        ) from error


def _ollama_client(timeout: float, key: str) -> dict:
    """What langchain-ollama takes for its HTTP client alone; given otherwise, it drops them."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return {"timeout": timeout, "headers": headers}


def _package(model: str, error: ImportError) -> str:
    """The package to install: as the error says, else as LangChain names its packages."""
    said = _INSTALL.search(str(error))
    return said[1] if said else f"langchain-{model.partition(':')[0].replace('_', '-')}"


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and "validation error" in lines[0]:
        # pydantic counts its errors, then says where, unless it is the whole, and what the first
        # one is, and what it was given: that may be half a key.
        wrong = lines[1:2] if _WHAT_WAS_GIVEN in lines[1] else lines[1:3]
        said = (line.partition(_WHAT_WAS_GIVEN)[0].removeprefix("Value error, ") for line in wrong)
        lines = [": ".join(said)]
    return lines[0][:200] if lines else type(error).__name__


def _without_secret(text: str, key: str) -> str:
    return text.replace(key, "***") if key else text


class Endpoint:
    """Asks one chat model, within bounds. Thread-safe if the model is."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        first: float = FIRST_SECONDS,
        whole: float = WHOLE_SECONDS,
        retries: int = RETRIES,
    ):
        """`first` and `whole` in seconds; `retries` after the first try, before any piece came."""
        self._model = model
        self._first = first
        self._whole = whole
        self._retries = retries

    def stream(
        self, messages: Sequence[BaseMessage], *, whole: float | None = None
    ) -> Iterator[str]:
        """The pieces of the reply; ChatModelError when there is none, or not all of it, in time."""
        began = time.monotonic()
        end = began + min(whole or self._whole, self._whole)
        for tries_left in range(self._retries, -1, -1):
            first = min(began + self._first, end)
            come = False
            try:
                for piece in _read(self._model, messages, first, end):
                    come = True
                    yield piece
                return
            except _Failed as failed:
                failure = failed.failure
            pause = max(failure.pause, _PAUSE_SECONDS * (self._retries - tries_left + 1))
            if come or not failure.again or not tries_left or time.monotonic() + pause > first:
                break
            time.sleep(pause)
        raise ChatModelError(
            f"The language model is not available: {failure.english}.",
            f"语言模型暂不可用（{failure.chinese}），本次由内置规则作答。",
        )

    def reply(self, messages: Sequence[BaseMessage], *, seconds: float) -> str:
        """The whole reply within `seconds`; ChatModelError as in `stream`."""
        return "".join(self.stream(messages, whole=seconds))


class _Failed(Exception):
    """A try failed."""

    def __init__(self, failure: Failure):
        super().__init__(failure.english)
        self.failure = failure


def _read(
    model: BaseChatModel, messages: Sequence[BaseMessage], first: float, end: float
) -> Iterator[str]:
    """One try: the pieces, each until its deadline (monotonic seconds)."""
    pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    given_up = threading.Event()
    threading.Thread(
        target=_pump, args=(model, messages, pieces, given_up), daemon=True, name="chat-model"
    ).start()
    deadline = first
    try:
        while True:
            try:
                piece = pieces.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                raise _Failed(Failure("it took too long", "响应超时")) from None
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise _Failed(failure_of(piece)) from piece
            if piece:
                deadline = end
                yield piece
    finally:
        given_up.set()


def _pump(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    pieces: queue.SimpleQueue,
    given_up: threading.Event,
) -> None:
    try:
        for chunk in model.stream(list(messages)):
            if given_up.is_set():
                return
            pieces.put(chunk.text)
    except Exception as error:  # handed to the thread that waits, which names it
        pieces.put(error)
    else:
        pieces.put(None)


def failure_of(error: Exception) -> Failure:
    """What an error of any provider's client means, by its status code, type and name."""
    status = _status(error)
    for codes, english, chinese in _BY_STATUS:
        if status in codes:
            again = status >= 500 or status in _TRY_AGAIN
            return Failure(english, chinese, again, _wanted_pause(error))
    names = " ".join(each.__name__ for each in type(error).__mro__)
    if isinstance(error, TimeoutError | httpx.TimeoutException) or "Timeout" in names:
        return Failure("it took too long", "响应超时")
    if isinstance(error, OSError | httpx.TransportError) or _NO_CONNECTION.search(names):
        return Failure("it cannot be reached", "无法连接", again=True)
    if "Auth" in names or "Credential" in names or "PermissionDenied" in names:
        return Failure(*_BY_STATUS[0][1:])
    if "NotFound" in names:
        return Failure(*_BY_STATUS[2][1:])
    if "RateLimit" in names or "ResourceExhausted" in names or "Throttl" in names:
        return Failure(*_BY_STATUS[4][1:], again=True)
    if isinstance(error, ValueError | TypeError | AttributeError | LookupError):
        return Failure("its reply cannot be read", "回复格式有误")
    return Failure(f"it failed with {type(error).__name__}", f"出错：{type(error).__name__}")


def _status(error: Exception) -> int:
    """The HTTP status that an error carries, under any of the names that clients use; else 0."""
    response = getattr(error, "response", None)
    metadata = response.get("ResponseMetadata", {}) if isinstance(response, dict) else {}
    for value in (
        getattr(error, "status_code", None),
        getattr(response, "status_code", None),
        metadata.get("HTTPStatusCode"),
        getattr(error, "http_status", None),
        getattr(error, "status", None),
        getattr(error, "code", None),
    ):
        # google.api_core gives an enumeration whose members are integers.
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:
            return int(value)
    return 0


def _wanted_pause(error: Exception) -> float:
    """The seconds that a server asks to wait, as far as that is worth waiting for."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    wanted = headers.get("retry-after", "")
    return min(float(wanted), _LONGEST_PAUSE_SECONDS) if str(wanted).isdecimal() else 0.0
