"""Any provider's model: made, asked within bounds, its failures named."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from pydantic import BaseModel, model_validator

from assistant import PolicyAssistant
from assistant.endpoint import Endpoint, failure_of, make_chat_model
from tests.assistant.behaviours import GOOD, QUESTION
from tests.assistant.chat_server import ChatServer, Reply, serving
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ChatModelError
from vectorstore.settings import Settings

ASKED = [HumanMessage("问")]


class FailingModel(GenericFakeChatModel):
    """A model whose client raises `error` when it is asked."""

    error: Exception

    def _stream(self, *_: object, **__: object) -> Iterator:
        raise self.error


def failing(error: Exception) -> FailingModel:
    """A chat model that fails so."""
    return FailingModel(messages=iter([AIMessage("。")]), error=error)


def provider_error(name: str, base: type[Exception] = Exception, **attributes: object) -> Exception:
    """An error as some provider's client raises it, with a class of that name."""
    error = type(name, (base,), {})("said the provider")
    for key, value in attributes.items():
        setattr(error, key, value)
    return error


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """A chat server on this machine."""
    with serving() as running:
        yield running


def model_at(server: ChatServer, key: str = ""):
    """A langchain-openai model that asks that server."""
    return make_chat_model(
        Settings(chat_model="openai:test", chat_base_url=server.base_url, chat_api_key=key),
        timeout=10,
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (provider_error("AuthenticationError", status_code=401), "密钥"),  # anthropic, openai
        (provider_error("PermissionDeniedError", status_code=403), "密钥"),
        (provider_error("NotFoundError", status_code=404), "模型或地址不存在"),
        (provider_error("OverloadedError", status_code=529), "服务端出错"),
        (provider_error("RateLimitError", status_code=429), "请求过多"),
        (provider_error("ResponseError", status_code=404), "模型或地址不存在"),  # ollama
        (ConnectionError("no ollama here"), "无法连接"),
        (provider_error("ResourceExhausted", code=429), "请求过多"),  # google
        (provider_error("DeadlineExceeded", code=504), "服务端出错"),
        (provider_error("DefaultCredentialsError"), "密钥"),
        (
            provider_error("ClientError", response={"ResponseMetadata": {"HTTPStatusCode": 403}}),
            "密钥",
        ),  # botocore
        (provider_error("ThrottlingException"), "请求过多"),
        (provider_error("EndpointConnectionError"), "无法连接"),
        (provider_error("ApiError", status_code=422), "请求不被接受"),  # cohere
        (provider_error("HfHubHTTPError", OSError, response=httpx.Response(503)), "服务端出错"),
        (httpx.HTTPStatusError("x", request=None, response=httpx.Response(401)), "密钥"),  # mistral
        (provider_error("RemoteProtocolError"), "无法连接"),  # anthropic's own HTTP library
        (provider_error("GoogleModelNotFoundError"), "模型或地址不存在"),
        (httpx.ReadTimeout("slow"), "响应超时"),
        (httpx.ConnectError("refused"), "无法连接"),
        (provider_error("APITimeoutError"), "响应超时"),
        (TimeoutError(), "响应超时"),
        (KeyError("choices"), "回复格式有误"),
        (TypeError("NoneType"), "回复格式有误"),
        (provider_error("SomethingElse"), "SomethingElse"),
        (provider_error("Weird", code="rate_limit", status="bad", status_code=None), "Weird"),
        (provider_error("True", status_code=True), "True"),
    ],
)
def test_an_error_of_any_provider_is_named(error: Exception, said: str) -> None:
    """By the status it carries, under whatever name, or else by its type."""
    assert said in failure_of(error).chinese
    with pytest.raises(ChatModelError) as caught:
        list(Endpoint(failing(error), retries=0).stream(ASKED))
    assert said in caught.value.chinese
    assert "本次由内置规则作答" in caught.value.chinese
    assert str(caught.value).startswith("The language model is not available")


@pytest.mark.parametrize("error", [provider_error("Odd"), provider_error("Busy", status_code=529)])
def test_any_failing_model_gives_the_built_in_answer(
    city_store: Path, shipped: PolicyEmbeddings, error: Exception
) -> None:
    """Both ways of asking, with one warning."""
    made = PolicyAssistant(city_store, settings=Settings(), chat_model=failing(error))
    made.embeddings = made.retriever.embeddings = shipped
    answer = made.ask(QUESTION)
    assert answer.text.startswith("根据《")
    assert len(answer.warnings) == 1
    assert list(made.stream(QUESTION))[-1].answer == answer


def test_a_model_that_says_nothing_is_given_up(server: ChatServer) -> None:
    """After `first` seconds, however long the client would wait and try again."""
    server.script = [Reply(wait=5)]
    began = time.monotonic()
    with pytest.raises(ChatModelError, match="too long"):
        list(Endpoint(model_at(server), first=0.3, retries=5).stream(ASKED))
    assert time.monotonic() - began < 2


def test_a_reply_that_drips_on_is_given_up(server: ChatServer) -> None:
    """After `whole` seconds, though pieces keep coming."""
    server.script = [Reply(["供"] * 1000, between=0.1)]
    began = time.monotonic()
    with pytest.raises(ChatModelError, match="too long"):
        list(Endpoint(model_at(server), first=5, whole=0.6).stream(ASKED))
    assert time.monotonic() - began < 3


def test_tries_are_bounded(server: ChatServer) -> None:
    """Once and `retries` more, none after a piece has come, none for a wrong key."""
    for reply, tries in (
        (Reply(status=429), 3),
        (Reply(status=500), 3),
        (Reply(["居"], cut=True), 1),
        (Reply(status=401), 1),
    ):
        server.script, server.requests = [reply], []
        with pytest.raises(ChatModelError):
            list(Endpoint(model_at(server), first=10, retries=2).stream(ASKED))
        assert len(server.requests) == tries


def test_a_try_that_succeeds(server: ChatServer) -> None:
    """429, then an answer."""
    server.script = [Reply(status=429), Reply([GOOD])]
    assert "".join(Endpoint(model_at(server)).stream(ASKED)) == GOOD


def test_nobody_listens() -> None:
    """A wrong address is a failure like any other."""
    model = make_chat_model(
        Settings(chat_model="openai:test", chat_base_url="http://127.0.0.1:9/v1")
    )
    with pytest.raises(ChatModelError, match="cannot be reached"):
        list(Endpoint(model, retries=0).stream(ASKED))


@pytest.mark.parametrize(
    ("model", "package"),
    [
        ("ollama:qwen3", "langchain-ollama"),
        ("anthropic:claude", "langchain-anthropic"),
        ("google_genai:gemini", "langchain-google-genai"),
        ("bedrock:x", "langchain-aws"),
        ("deepseek:deepseek-chat", "langchain-deepseek"),
    ],
)
def test_a_provider_that_is_not_installed(model: str, package: str) -> None:
    """One sentence in each language, with the command that installs it."""
    if find_spec(package.replace("-", "_")):
        pytest.skip(f"{package} is installed")
    with pytest.raises(ChatModelError) as caught:
        make_chat_model(Settings(chat_model=model))
    assert str(caught.value).endswith(f"run `pip install {package}`.")
    assert f"pip install {package}。" in caught.value.chinese
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("provider", ["openai:test", "nosuch:model", "azure_openai:x"])
def test_a_model_that_cannot_be_made(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing key or an unknown provider: one sentence that names the model."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ChatModelError) as caught:
        make_chat_model(Settings(chat_model=provider))
    assert provider in str(caught.value)
    assert provider in caught.value.chinese
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


class Strict(BaseModel):
    """What a provider's model may check."""

    temperature: float = 0

    @model_validator(mode="after")
    def has_region(self) -> Strict:
        """Something about the model as a whole."""
        raise ValueError("You must specify a region.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"temperature": "geheim-17"}, "temperature: Input should be a valid number"),
        ({}, "You must specify a region."),
    ],
)
def test_what_pydantic_says_is_cut_down(
    given: dict, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To what is wrong: what it was given may be a key."""

    def made(*_: object, **__: object) -> None:
        Strict(**given)

    monkeypatch.setattr("assistant.endpoint.init_chat_model", made)
    with pytest.raises(ChatModelError) as caught:
        make_chat_model(Settings(chat_model="some:model"))
    assert said in str(caught.value)
    assert "input_value" not in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_no_model_is_set() -> None:
    """Then there is none."""
    assert make_chat_model(Settings()) is None


def test_the_key_goes_to_the_endpoint_and_nowhere_else(server: ChatServer) -> None:
    """It is no part of what is printed, nor of an error."""
    server.script = [Reply(status=401)]
    model = model_at(server, "geheim-17")
    with pytest.raises(ChatModelError) as caught:
        list(Endpoint(model).stream(ASKED))
    assert server.requests[-1]["key"] == "Bearer geheim-17"
    assert "geheim-17" not in repr(model) + str(caught.value) + caught.value.chinese
