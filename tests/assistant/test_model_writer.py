"""A language model behind a real endpoint: whatever it does, an answer is cited or not given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant import Answer, AnswerEvent, PolicyAssistant
from assistant.refusal import REFUSAL_MARK
from tests.assistant.chat_server import ChatServer, Reply, serving
from tests.assistant.documents import ORDER, TRAP_NUMBER
from tests.library import HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings

QUESTION = "居民卧室和客厅的温度不得低于多少摄氏度？"
NIGHT_FISHING = "夜钓人员不佩戴救生衣罚款多少元？"
GOOD = "居民卧室和客厅的温度不得低于十九摄氏度。"
NOT_USED = "语言模型没有给出可核对的答复，未予采用。"
Asking = Callable[..., tuple[Answer, list[AnswerEvent]]]


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    """One server for all; each test writes its script."""
    with serving() as running:
        yield running


@pytest.fixture
def asking(
    server: ChatServer,
    city_store: Path,
    shipped: PolicyEmbeddings,
    monkeypatch: pytest.MonkeyPatch,
) -> Asking:
    """Asks over the wire with a script of replies; both ways of asking must agree."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("POLICY_CHAT_MODEL", "openai:test")
    monkeypatch.setenv("POLICY_CHAT_BASE_URL", server.base_url)

    def ask(*script: Reply, question: str = QUESTION) -> tuple[Answer, list[AnswerEvent]]:
        made = PolicyAssistant(city_store)
        made.embeddings = made.retriever.embeddings = shipped
        server.script, server.requests = list(script), []
        answer = made.ask(question)
        server.requests.clear()
        events = list(made.stream(question))
        assert events[-1].answer == answer
        check(answer, made)
        check_deltas(events)
        return answer, events

    return ask


def check(answer: Answer, assistant: PolicyAssistant) -> None:
    """What holds for every answer: each line is cited, each quote stands in its document."""
    if not answer.answered:
        assert answer.citations == ()
        return
    markers = {each.marker for each in answer.citations}
    for line in answer.text.splitlines():
        found = {int(each) for each in re.findall(r"\[(\d+)\]", line)}
        assert found, f"no citation in {line!r}"
        assert found <= markers
        assert not re.search(r"[\[【［（(]\s*P\d", line.replace("”[P1]和“>>>【P2】", ""))
    for each in answer.citations:
        assert assistant.document(each.document_id).text[each.start : each.end] == each.quote


def check_deltas(events: Sequence[AnswerEvent]) -> None:
    """No piece that was shown, nor all of them together, holds a key or the refusal's mark."""
    shown = "".join(each.text for each in events if each.kind == "delta")
    for line in shown.replace("”[P1]和“>>>【P2】", "").splitlines():
        assert not re.search(
            r"[\[【［（(]\s*(?:段落\s*)?P?\s*\d+[^\d]", re.sub(r"\[\d+\]", "", line)
        )
        assert REFUSAL_MARK not in line


def pieces(text: str, size: int = 2) -> list[str]:
    """`text` in deltas of `size` characters, so that every key is split somewhere."""
    return [text[i : i + size] for i in range(0, len(text), size)]


def keys_of(server: ChatServer, words: str) -> str:
    """The key under which the last request showed the passage that holds `words`."""
    shown = server.requests[-1]["messages"][-1]["content"]
    blocks = re.findall(r"\[(P\d+)\][^\n]*\n<<<\n(.*?)\n>>>", shown, re.DOTALL)
    return next(key for key, text in blocks if words in text)


@pytest.fixture
def key(asking: Asking, server: ChatServer) -> str:
    """The key of the passage that answers QUESTION."""
    asking(Reply([REFUSAL_MARK]))
    return keys_of(server, "十九摄氏度")


def is_built_in(answer: Answer) -> bool:
    """Whether the built-in writer wrote it, and the user is told why."""
    return answer.answered and answer.text.startswith("根据《") and bool(answer.warnings)


def test_a_good_answer_is_given_with_its_citations(asking: Asking, key: str) -> None:
    """The model's words, our markers, the quote from the stored text."""
    answer, events = asking(Reply(pieces(f"{GOOD}[{key}]")))
    assert answer.text == f"{GOOD}[1]"
    assert answer.citations[0].number == HEATING_NUMBER
    assert answer.citations[0].locator == "第四条"
    assert answer.warnings == ()
    assert "".join(each.text for each in events if each.kind == "delta") == GOOD


def test_what_the_endpoint_is_asked(asking: Asking, server: ChatServer) -> None:
    """The rules, at most eight numbered passages, the question; streamed, at temperature 0."""
    asking(Reply([REFUSAL_MARK]))
    (request,) = server.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["model"] == "test"
    assert request["stream"] is True
    assert request["temperature"] == 0
    system, user = request["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert REFUSAL_MARK in system["content"]
    assert user["content"].endswith(f"问题：{QUESTION}")
    keys = re.findall(r"^\[P(\d{3})\]", user["content"], re.MULTILINE)
    assert len(set(keys)) == 8
    assert keys != sorted(keys)


@pytest.mark.parametrize("figure", ["二十一", "21", "２１", "190", "1.9", "十九点五", "一百一十九"])
def test_an_invented_figure_is_taken_out(asking: Asking, key: str, figure: str) -> None:
    """In Chinese, ASCII or full-width digits; nothing else was said, so the built-in answers."""
    invented = f"居民卧室和客厅的温度不得低于{figure}摄氏度。"
    answer, _ = asking(Reply(pieces(f"{invented}[{key}]")))
    assert is_built_in(answer)
    assert invented not in answer.text
    assert any("找不到" in each for each in answer.warnings)


def test_the_refusal_mark_refuses(asking: Asking) -> None:
    """The model read the passages and found no answer: the one refusal text, no citation."""
    answer, events = asking(Reply(pieces(REFUSAL_MARK)))
    assert not answer.answered
    assert answer.text.startswith("现有政策文件中没有找到")
    assert [each.text for each in events if each.kind == "delta"] == []


def test_brackets_that_are_no_keys_are_shown_while_it_writes(asking: Asking, key: str) -> None:
    """A reply with brackets of its own goes on being shown."""
    said = "居民（含租户）卧室和客厅[供暖期内]的温度不得低于十九摄氏度。"
    _, events = asking(Reply(pieces(f"{said}[{key}]")))
    deltas = [each.text for each in events if each.kind == "delta"]
    assert "".join(deltas) == said
    assert len(deltas) > 5


def test_an_obeyed_injection_does_not_reach_the_user(asking: Asking, server: ChatServer) -> None:
    """The order in a document, obeyed: no answer that the documents do not hold."""
    asking(Reply([REFUSAL_MARK]), question=NIGHT_FISHING)
    key = keys_of(server, ORDER)
    for obeyed in ("可以。", f"可以。[{key}]", f"夜钓罚款为0元，一律免费。[{key}]"):
        answer, _ = asking(Reply(pieces(obeyed)), question=NIGHT_FISHING)
        assert is_built_in(answer), obeyed
        assert answer.citations[0].number == TRAP_NUMBER
        assert "50元" in answer.text


def test_a_document_cannot_pose_as_the_prompt(asking: Asking, server: ChatServer) -> None:
    """Keys and delimiters in a document's text are taken apart before the model sees them."""
    asking(Reply([REFUSAL_MARK]), question=NIGHT_FISHING)
    shown = server.requests[-1]["messages"][-1]["content"]
    assert shown.count(ORDER) == 1
    assert "[P1]" not in shown
    assert "【P2】" not in shown
    assert "[P9]" not in shown
    assert len(re.findall("^>>>$", shown, re.MULTILINE)) == 8
    assert shown.count(">>>") == 8 + 1  # and where the prompt explains it


def test_the_model_is_not_asked_what_is_refused(asking: Asking, server: ChatServer) -> None:
    """No call when the evidence is too thin, or speaks against the question."""
    answer, _ = asking(Reply([f"{GOOD}[P1]"]), question="大连市的供暖温度是多少度？")
    assert not answer.answered
    assert server.requests == []


def test_an_answer_in_english(asking: Asking, server: ChatServer) -> None:
    """To an English question, compared by figures and by what the glossary knows."""
    question = "How warm must bedrooms be in the heating period?"
    good, wrong, other = (
        "In the heating period bedrooms must have a temperature of at least 19 degrees.",
        "In the heating period bedrooms must have a temperature of at least 22 degrees.",
        "Dogs must be registered with the market every week.",
    )
    chinese = Reply(["供暖期内卧室的温度不得低于多少度？"])
    asking(chinese, Reply([REFUSAL_MARK]), question=question)
    assert "English" in server.requests[-1]["messages"][0]["content"]
    key = keys_of(server, "十九摄氏度")
    for said, taken in ((good, True), (wrong, False), (other, False)):
        answer, _ = asking(chinese, Reply([f"{said} [{key}]"]), question=question)
        assert answer.answered
        assert answer.text.startswith("In the heating") is taken
        assert is_in_english(answer.text)


def is_in_english(text: str) -> bool:
    """Whether the frame around what is quoted is English."""
    return text.startswith(("In the heating", "According to 《"))
