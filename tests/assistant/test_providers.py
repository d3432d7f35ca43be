"""Other providers' clients against real servers that speak their protocols: none takes the
built-in answer away. Those that are not installed are skipped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from assistant import Answer, PolicyAssistant
from assistant.endpoint import Endpoint, make_chat_model
from assistant.model_writer import keyed_passages
from assistant.questions import read_question
from assistant.refusal import REFUSAL_MARK
from tests.assistant.behaviours import GOOD, QUESTION
from tests.assistant.chat_server import (
    ANTHROPIC,
    OLLAMA,
    OPENAI,
    ChatServer,
    Reply,
    serving,
)
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ChatModelError
from vectorstore.settings import Settings

PROVIDERS = {
    "openai:test": ("langchain_openai", OPENAI),
    "ollama:test": ("langchain_ollama", OLLAMA),
    "deepseek:test": ("langchain_deepseek", OPENAI),
    "mistralai:test": ("langchain_mistralai", OPENAI),
    "anthropic:test": ("langchain_anthropic", ANTHROPIC),
}
FAILURES = [
    ("401", Reply(status=401), "POLICY_CHAT_API_KEY"),
    ("403", Reply(status=403), "POLICY_CHAT_API_KEY"),
    ("404", Reply(status=404), "POLICY_CHAT_MODEL"),
    ("429", Reply(status=429), "请求过多"),
    ("500", Reply(status=500), "服务端出错"),
    ("529", Reply(status=529), "服务端出错"),
    ("slow", Reply(wait=1.0), "响应超时"),
    ("stalls", Reply([GOOD], between=1.2), "响应超时"),
    ("cut at once", Reply(cut=True), "无法连接"),
    ("cut in the middle", Reply([GOOD, GOOD], cut=True), "无法连接"),
    ("malformed", Reply(raw=b"event: content_block_delta\ndata: {not json\n\n"), "回复格式有误"),
]
Asking = Callable[[Reply], Answer]


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> Iterator[tuple[str, ChatServer]]:
    """A model's name and a server that speaks its protocol; skipped without its package."""
    package, protocol = PROVIDERS[request.param]
    pytest.importorskip(package)
    with serving(protocol) as server:
        yield request.param, server


@pytest.fixture(scope="module")
def assistant_of_city(city_store: Path, shipped: PolicyEmbeddings) -> PolicyAssistant:
    """An assistant that is given one model after the other."""
    made = PolicyAssistant(city_store, settings=Settings())
    made.embeddings = made.retriever.embeddings = shipped
    return made


@pytest.fixture
def asking(provider: tuple[str, ChatServer], assistant_of_city: PolicyAssistant) -> Asking:
    """Asks both ways while the server behaves so; both must agree."""
    name, server = provider

    def ask(reply: Reply) -> Answer:
        settings = Settings(
            chat_model=name, chat_base_url=server.base_url, chat_api_key="geheim-17"
        )
        slow = bool(reply.wait or reply.between)
        endpoint = Endpoint(
            make_chat_model(settings, timeout=10),
            first=0.4 if slow else 10,
            whole=0.8 if slow else 20,
            retries=0,
        )
        assistant_of_city.use_model(endpoint)
        server.script = [reply]
        server.requests.clear()
        answer = assistant_of_city.ask(QUESTION)
        assert list(assistant_of_city.stream(QUESTION))[-1].answer == answer
        return answer

    return ask


def test_a_good_answer(
    asking: Asking, provider: tuple[str, ChatServer], assistant_of_city: PolicyAssistant
) -> None:
    """Is given as the model wrote it, and the key went along."""
    question = read_question(QUESTION)
    passages = assistant_of_city.retriever.search(question.standalone).passages[:8]
    keys = keyed_passages(question, passages)
    key = next(key for key, each in keys.items() if "十九摄氏度" in each.text)
    answer = asking(Reply([GOOD[:5], GOOD[5:], f"[P{key}", "]"]))
    assert answer.text == f"{GOOD}[1]"
    assert answer.warnings == ()
    sent = provider[1].requests[-1]
    assert sent["key"] == "Bearer geheim-17"
    assert QUESTION in str(sent["messages"])


def test_a_refusal(asking: Asking) -> None:
    """Is one with every provider."""
    assert not asking(Reply([REFUSAL_MARK])).answered


@pytest.mark.parametrize(("name", "reply", "said"), FAILURES, ids=[row[0] for row in FAILURES])
def test_a_failure_leads_to_the_built_in_answer(
    asking: Asking, name: str, reply: Reply, said: str
) -> None:
    """With one warning, which says why and does not hold the key."""
    answer = asking(reply)
    assert answer.text.startswith("根据《")
    assert len(answer.warnings) == 1
    assert said in answer.warnings[0]
    assert "geheim" not in answer.warnings[0]


def test_nobody_listens(
    provider: tuple[str, ChatServer], assistant_of_city: PolicyAssistant
) -> None:
    """A wrong address is a failure like any other."""
    settings = Settings(chat_model=provider[0], chat_base_url="http://127.0.0.1:9")
    assistant_of_city.use_model(Endpoint(make_chat_model(settings), retries=0))
    answer = assistant_of_city.ask(QUESTION)
    assert answer.text.startswith("根据《")
    assert len(answer.warnings) == 1
    assert "无法连接" in answer.warnings[0]


@pytest.mark.parametrize(
    ("name", "package", "protocol"),
    [("openai:test", "langchain_openai", OPENAI), ("ollama:test", "langchain_ollama", OLLAMA)],
)
def test_a_client_given_up_does_not_wait_for_ever(name: str, package: str, protocol) -> None:
    """Its connection has a time limit too, under whatever name the provider takes it."""
    pytest.importorskip(package)
    with serving(protocol) as server:
        server.script = [Reply(wait=3)]
        settings = Settings(chat_model=name, chat_base_url=server.base_url)
        endpoint = Endpoint(make_chat_model(settings, timeout=0.5), first=0.1, retries=0)
        with pytest.raises(ChatModelError):
            list(endpoint.stream([HumanMessage("问")]))
        time.sleep(1)
        assert "chat-model" not in [each.name for each in threading.enumerate()]
