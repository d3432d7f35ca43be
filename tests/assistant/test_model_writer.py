"""A language model behind a real endpoint: whatever it does, an answer is cited or not given."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant import Answer, AnswerEvent, PolicyAssistant
from assistant.model_writer import ModelWriter, make_chat_model
from assistant.questions import read_question
from assistant.refusal import REFUSAL_MARK
from tests.assistant.chat_server import ChatServer, Reply, chunk, serving
from tests.assistant.documents import ORDER, TRAP_NUMBER
from tests.library import HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ChatModelError
from vectorstore.settings import Settings

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

    def ask(
        *script: Reply, question: str = QUESTION, timeout: float = 10, retries: int = 2
    ) -> tuple[Answer, list[AnswerEvent]]:
        settings = Settings.load()
        made = PolicyAssistant(
            city_store,
            settings=settings,
            chat_model=make_chat_model(settings, timeout=timeout, retries=retries),
        )
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
    assert re.findall(r"^\[P(\d+)\]", user["content"], re.MULTILINE) == list("12345678")


@pytest.mark.parametrize(
    "form",
    [
        "{0}【{1}】", "{0}［{1}］", "{0}[{1}, {1}]", "{0}[{1}][{1}]", "{0}[{1}、{1}]", "{0}({1})",
        "{0}（{1}）", "{0}[ {1} ]", "{0}\n[{1}]", "{0}[段落{1}]", "{0}[{1}-{1}]", "{0}[{1}；{1}]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 3])
def test_keys_in_any_form(asking: Asking, key: str, form: str, size: int) -> None:
    """Other brackets, several keys, keys split across chunks: one citation, never shown."""
    answer, _ = asking(Reply(pieces(form.format(GOOD, key), size)))
    assert answer.text == f"{GOOD}[1]"
    assert len(answer.citations) == 1


def test_a_key_before_the_full_stop(asking: Asking, key: str) -> None:
    """Belongs to the sentence that it stands in."""
    answer, _ = asking(Reply(pieces(f"{GOOD[:-1]}[{key.lower()}]。")))
    assert answer.text == f"{GOOD}[1]"


def test_a_numbered_list_under_one_key(asking: Asking, key: str) -> None:
    """The list's own numbers are no figures; every line is cited."""
    first, second = "1. **卧室**的温度不得低于十九摄氏度；", "2. 客厅的温度不得低于十九摄氏度。"
    answer, _ = asking(Reply(pieces(f"供暖期内：\n\n{first}\n{second}[{key}]")))
    assert answer.text.splitlines() == [
        "供暖期内：[1]",
        "卧室的温度不得低于十九摄氏度[1]",
        "客厅的温度不得低于十九摄氏度。[1]",
    ]


def test_unknown_keys_are_dropped_and_reported(asking: Asking, key: str) -> None:
    """A sentence with another, known key stays."""
    answer, _ = asking(Reply([f"{GOOD}[{key}][P99]温度由市住建部门监督。[P42]"]))
    assert answer.text == f"{GOOD}[1]"
    assert answer.warnings == ("语言模型引用了不存在的段落，已忽略。",)


@pytest.mark.parametrize(
    "reply",
    [
        GOOD,  # no keys at all
        f"{GOOD}[P99]",
        f"{GOOD}[1]",
        "",
        "\n\n",
        "抱歉，我无法回答。",
        "[P1]",
        "可以。[P1]",
        "明天有雷阵雨，记得带伞出门。[P1]",
    ],
)
def test_an_answer_without_support_is_not_given(asking: Asking, reply: str) -> None:
    """The built-in writer answers, and the user is told."""
    answer, _ = asking(Reply(pieces(reply)))
    assert is_built_in(answer)
    assert NOT_USED in answer.warnings
    assert "十九摄氏度" in answer.text


@pytest.mark.parametrize("figure", ["二十一", "21", "２１", "190", "1.9", "十九点五", "一百一十九"])
def test_an_invented_figure_is_taken_out(asking: Asking, key: str, figure: str) -> None:
    """In Chinese, ASCII or full-width digits; nothing else was said, so the built-in answers."""
    invented = f"居民卧室和客厅的温度不得低于{figure}摄氏度。"
    answer, _ = asking(Reply(pieces(f"{invented}[{key}]")))
    assert is_built_in(answer)
    assert invented not in answer.text
    assert any("找不到" in each for each in answer.warnings)


def test_a_figure_in_other_digits_is_the_same(asking: Asking, key: str) -> None:
    """19 for 十九 is no invention."""
    answer, _ = asking(Reply([f"居民卧室和客厅的温度不得低于19摄氏度。[{key}]"]))
    assert (answer.text, answer.warnings) == ("居民卧室和客厅的温度不得低于19摄氏度。[1]", ())


def test_a_figure_of_another_passage_is_invented(asking: Asking, server, key: str) -> None:
    """The price stands in the next article: citing the temperature's does not cover it."""
    answer, _ = asking(Reply([f"{GOOD}[{key}]居民供暖价格为每平方米二十五元。[{key}]"]))
    assert answer.text == f"{GOOD}[1]"
    assert any("25" in each for each in answer.warnings)


def test_an_uncited_sentence_is_taken_out(asking: Asking, key: str) -> None:
    """Behind the cited ones, or in a paragraph of its own in front of them."""
    answer, _ = asking(Reply(pieces(f"您好，很高兴为您服务。\n\n{GOOD}[{key}]祝您生活愉快。")))
    assert answer.text == f"{GOOD}[1]"
    assert answer.warnings == ("语言模型有未注明出处的内容，已删去。",)


def test_a_false_marker_is_taken_out(asking: Asking, key: str) -> None:
    """[7] from the model must not look like a citation."""
    answer, _ = asking(Reply([f"居民卧室和客厅[7]的温度不得低于十九摄氏度。[{key}]"]))
    assert answer.text == f"{GOOD}[1]"


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


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(wait=1.5), "Timeout"),
        (Reply(pieces(GOOD), between=1.5), "Timeout"),
        (Reply(pieces(GOOD), cut=True), "Connection"),
        (Reply(cut=True), "Connection"),
        (Reply(status=429), "RateLimit"),
        (Reply(status=500), "Error"),
        (Reply(status=401), "Authentication"),
        (Reply(status=404), "NotFound"),
        (Reply(pieces(GOOD), raw=b"data: {not json\n\n"), "JSON"),
        (Reply(raw=b"<html>Bad gateway</html>"), ""),
        (Reply(raw=b"data: [1, 2]\n\n"), ""),
        (Reply(raw=b'data: {"choices": [{}]}\n\n'), ""),
        (Reply(raw=b'data: {"error": {"message": "overloaded"}}\n\n'), "APIError"),
        (Reply(raw=b"data: \xff\xfe\n\n"), ""),
        (Reply(raw=chunk(GOOD)[:-40]), ""),
    ],
)
def test_a_failing_endpoint_gives_the_built_in_answer(
    asking: Asking, reply: Reply, kind: str
) -> None:
    """Slow, cut off, refusing or malformed: answered all the same, with a warning why."""
    answer, _ = asking(reply, timeout=0.5, retries=0)
    assert is_built_in(answer)
    assert "十九摄氏度" in answer.text
    assert re.fullmatch(rf"语言模型暂不可用（\w*{kind}\w*）。", answer.warnings[0])


def test_an_empty_stream_gives_the_built_in_answer(asking: Asking) -> None:
    """Chunks without a choice are no failure, but no answer either."""
    answer, _ = asking(Reply(raw=b'data: {"choices": null}\n\ndata: [DONE]\n\n'))
    assert is_built_in(answer)
    assert answer.warnings == (NOT_USED,)


def test_a_refused_request_is_tried_again(asking: Asking, server: ChatServer, key: str) -> None:
    """429, then an answer: the model's answer is given."""
    good = Reply([f"{GOOD}[{key}]"])
    answer, _ = asking(Reply(status=429), good, good)
    assert answer.text == f"{GOOD}[1]"
    assert len(server.requests) == 2


def test_tries_end(asking: Asking, server: ChatServer) -> None:
    """429 for ever: once and two retries, then the built-in answer."""
    answer, _ = asking(Reply(status=429))
    assert is_built_in(answer)
    assert len(server.requests) == 3


def test_nobody_listens(asking: Asking, server: ChatServer, monkeypatch) -> None:
    """A wrong address is a failing endpoint like any other."""
    monkeypatch.setenv("POLICY_CHAT_BASE_URL", "http://127.0.0.1:9/v1")
    answer, _ = asking(Reply(), retries=0)
    assert is_built_in(answer)


def test_a_reply_that_does_not_end(
    asking: Asking, server: ChatServer, assistant: PolicyAssistant
) -> None:
    """A reply that drips on is given up after the seconds that a whole one may take."""
    asking(Reply([REFUSAL_MARK]))
    server.script = [Reply(["供"] * 1000, between=0.1)]
    model = make_chat_model(Settings.load(), timeout=5)
    found = assistant._retrieve(read_question(QUESTION))
    began = time.monotonic()
    draft = ModelWriter(model, seconds=0.5).write(found.question, found.passages)
    assert time.monotonic() - began < 3
    assert draft.statements == ()
    assert "TimeoutError" in draft.warnings[0]


def test_a_reply_that_is_far_too_long_is_cut(asking: Asking) -> None:
    """A model that repeats itself does not fill the page."""
    _, events = asking(Reply(["供暖期内。" * 100] * 50))
    assert sum(len(each.text) for each in events if each.kind == "delta") < 6_000


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
    assert shown.count("[P1]") == 1
    assert "【P2】" not in shown
    assert "[P9]" not in shown
    assert len(re.findall("^>>>$", shown, re.MULTILINE)) == 8
    assert shown.count(">>>") == 8 + 1  # and where the prompt explains it


def test_the_model_is_not_asked_what_is_refused(asking: Asking, server: ChatServer) -> None:
    """No call when the evidence is too thin, or speaks against the question."""
    answer, _ = asking(Reply([f"{GOOD}[P1]"]), question="大连市的供暖温度是多少度？")
    assert not answer.answered
    assert server.requests == []


def test_an_answer_without_what_was_asked_for(asking: Asking, key: str) -> None:
    """The model's sentence holds no figure though one was asked for: the built-in has it."""
    answer, _ = asking(Reply([f"供暖期内，居民卧室和客厅的温度不得低于标准。[{key}]"]))
    assert is_built_in(answer)
    assert "十九摄氏度" in answer.text


def test_an_english_answer_is_checked_by_its_figures(asking: Asking, key: str) -> None:
    """Words of another language cannot be compared; figures can."""
    answer, _ = asking(Reply([f"At least 19 degrees Celsius. [{key}]"]))
    assert answer.text == "At least 19 degrees Celsius.[1]"
    answer, _ = asking(Reply([f"At least 22 degrees Celsius. [{key}]"]))
    assert is_built_in(answer)


def test_a_provider_that_is_not_installed() -> None:
    """One sentence in each language, with the command that installs it."""
    with pytest.raises(ChatModelError, match="pip install langchain-ollama") as caught:
        make_chat_model(Settings(chat_model="ollama:qwen3"))
    assert "pip install langchain-ollama" in caught.value.chinese
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("provider", ["openai:test", "nosuch:model"])
def test_a_model_that_cannot_be_made(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing key or an unknown provider: one sentence that names the model."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ChatModelError) as caught:
        make_chat_model(Settings(chat_model=provider))
    assert provider in str(caught.value)
    assert provider in caught.value.chinese
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_no_model_is_set() -> None:
    """Then there is none."""
    assert make_chat_model(Settings()) is None


def test_the_key_goes_to_the_endpoint(asking: Asking, server: ChatServer, monkeypatch) -> None:
    """And is no part of what is printed."""
    monkeypatch.setenv("POLICY_CHAT_API_KEY", "geheim-17")
    asking(Reply([REFUSAL_MARK]))
    assert server.requests[-1]["key"] == "Bearer geheim-17"
    assert "geheim-17" not in repr(make_chat_model(Settings.load()))
