"""The chat page in Gradio: conversation, citations, examples, and the API endpoint `/ask`.

In: a function that gives the assistant once it is loaded. Out: the components, built into the
`gr.Blocks` at hand. All text goes through `views.rendering`; the conversation's raw text stays
on the server, so that what the assistant gets as history never passes through HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from vectorstore.errors import PolicyError
from views import rendering

if TYPE_CHECKING:
    from assistant import PolicyAssistant

EXAMPLES = 6
CONCURRENT_QUESTIONS = 8
REMEMBERED_TURNS = 10
_ASKING = {
    "concurrency_limit": CONCURRENT_QUESTIONS,
    "concurrency_id": "ask",
    "show_progress": "hidden",
    "api_visibility": "private",
}


@dataclass(frozen=True)
class Turn:
    """One question and its reply; `answer_text` is None until, or unless, it was answered."""

    question: str
    reply: str
    answer_text: str | None = None


class Handlers:
    """What happens when the page is opened and when somebody asks."""

    def __init__(self, get_assistant: Callable[[], PolicyAssistant]):
        self._get_assistant = get_assistant
        self._welcome: tuple[int, str, list[str]] | None = None

    def open(self) -> Iterator[tuple]:
        """Say that it is loading, then what can be answered, and offer the examples."""
        hidden = [gr.skip()] * EXAMPLES
        yield rendering.masthead(rendering.LOADING), *hidden
        try:
            summary, examples = self._read_welcome(self._get_assistant())
        except PolicyError as error:
            yield rendering.masthead(error.chinese), *hidden
            return
        shown = [gr.Button(example, visible=True) for example in examples]
        yield rendering.masthead(summary), *shown, *hidden[len(shown) :]

    def _read_welcome(self, assistant: PolicyAssistant) -> tuple[str, list[str]]:
        """What can be asked; reads all documents, so only anew when the store has changed."""
        version = assistant.store.version
        if self._welcome is None or self._welcome[0] != version:
            summary = rendering.coverage(assistant.store.documents())
            self._welcome = version, summary, assistant.example_questions()[:EXAMPLES]
        return self._welcome[1:]

    def converse(self, question: str, turns: list[Turn]) -> Iterator[tuple]:
        """Stream one answer; yields (question box, chat, panel, turns, examples).

        The box is emptied once, at the start: later it may hold the next question.
        """
        box, examples = "", gr.Column(visible=False)
        for turn, panel in self._stream(question, history(turns)):
            shown = [*turns, turn]
            yield box, messages(shown), panel, shown, examples
            box = examples = gr.skip()

    def _stream(self, question: str, past: list[dict[str, str]]) -> Iterator[tuple[Turn, Any]]:
        """The turn as it grows, with the citation panel; a bad question leaves the panel."""
        status, partial = rendering.LOADING, ""
        turn = Turn(question, rendering.progress(status, partial))
        yield turn, gr.skip()
        try:
            for event in self._get_assistant().stream(question, history=past):
                if event.answer is not None:
                    reply, text = rendering.reply(event.answer), event.answer.text
                    yield Turn(question, reply, text), rendering.citation_panel(event.answer)
                    return
                if event.kind == "delta":
                    status, partial = "", partial + event.text
                else:
                    status = event.text
                turn = Turn(question, rendering.progress(status, partial))
                yield turn, rendering.panel_with_hint("正在查找依据…")
        except PolicyError as error:
            yield Turn(question, rendering.notice(error.chinese)), gr.skip()

    def ask_api(self, question: str, history: list[dict] | None = None) -> dict[str, Any]:
        """Answer one question; `history` is a list of {"role": …, "content": …} with strings."""
        try:
            return self._get_assistant().ask(question, history=plain_history(history)).to_dict()
        except PolicyError as error:
            raise gr.Error(error.chinese, print_exception=False) from error


def plain_history(messages: list[dict] | None) -> list[dict[str, str]]:
    """The history that a program sent, if it has the form that is asked for."""
    for message in messages or []:
        if not (
            isinstance(message, dict)
            and message.get("role") in ("user", "assistant")
            and isinstance(message.get("content"), str)
        ):
            raise gr.Error(
                'history 的每一项须为 {"role": "user" 或 "assistant", "content": 文字}。',
                print_exception=False,
            )
    return [{"role": item["role"], "content": item["content"]} for item in messages or []]


def history(turns: list[Turn]) -> list[dict[str, str]]:
    """The answered turns as the assistant wants them, oldest first."""
    answered = [turn for turn in turns if turn.answer_text is not None]
    return [
        {"role": role, "content": content}
        for turn in answered[-REMEMBERED_TURNS:]
        for role, content in (("user", turn.question), ("assistant", turn.answer_text))
    ]


def messages(turns: list[Turn]) -> list[dict[str, str]]:
    """The conversation as the chat shows it; an empty question has no bubble."""
    return [
        {"role": role, "content": content}
        for turn in turns
        for role, content in (
            ("user", rendering.shown_question(turn.question)),
            ("assistant", turn.reply),
        )
        if role == "assistant" or turn.question.strip()
    ]


def start_afresh() -> tuple:
    """An empty conversation, with the examples again."""
    return "", [], rendering.panel_with_hint(), [], gr.Column(visible=True)


def build_chat(get_assistant: Callable[[], PolicyAssistant], masthead: gr.Markdown) -> None:
    """The view; `get_assistant` may take long and may raise PolicyError."""
    handlers = Handlers(get_assistant)
    turns = gr.State([])
    with gr.Column(elem_id="desk"):
        chat = gr.Chatbot(
            elem_id="chat",
            label="对话",
            show_label=False,
            container=False,
            height=None,
            buttons=[],
            layout="bubble",
            latex_delimiters=[],
            allow_tags=False,
            feedback_options=None,
            placeholder='<p class="welcome">您想了解哪项政策？</p>',
        )
        with gr.Column(elem_id="examples") as examples:
            buttons = [gr.Button("", visible=False, size="sm") for _ in range(EXAMPLES)]
        with gr.Row(elem_id="ask"):
            question = gr.Textbox(
                elem_id="question",
                label="问题",
                show_label=False,
                container=False,
                placeholder="请输入问题",
                lines=1,
                max_lines=5,
                scale=1,
            )
            send = gr.Button("提问", elem_id="send", variant="primary", scale=0, min_width=72)
            fresh = gr.Button("新对话", elem_id="fresh", scale=0, min_width=72)
        panel = gr.Markdown(rendering.panel_with_hint(), elem_id="citations")
    outputs = [question, chat, panel, turns, examples]
    asked = [
        gr.on(triggers, handlers.converse, [source, turns], outputs, **_ASKING)
        for triggers, source in (
            ([question.submit, send.click], question),
            *(([button.click], button) for button in buttons),
        )
    ]
    fresh.click(start_afresh, None, outputs, cancels=asked, api_visibility="private")
    gr.on(
        None,
        handlers.open,
        None,
        [masthead, *buttons],
        concurrency_limit=None,
        show_progress="hidden",
        api_visibility="private",
    )
    gr.api(handlers.ask_api, api_name="ask", concurrency_limit=CONCURRENT_QUESTIONS)
