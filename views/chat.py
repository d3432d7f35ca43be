"""The chat view in Gradio: conversation, citations, suggestions, and the API endpoint `/ask`.

In: a function that gives the assistant once it is loaded. Out: the components, built into the
`gr.Blocks` at hand. The server keeps nothing of a conversation: its turns are JSON that the
browser holds in a hidden box, sends along and stores (static/conversations.js). All HTML comes
from `views.answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from vectorstore.errors import PolicyError
from views import answers
from views.language import label, language_of, text
from views.masthead import coverage, masthead_html
from views.turns import Turn, answer_of, history, reply_of, to_json, turns_from

if TYPE_CHECKING:
    from assistant import PolicyAssistant

EXAMPLES = 6
SUGGESTIONS = 3
CONCURRENT_QUESTIONS = 8
CONCURRENT_SUGGESTIONS = 2
_QUIET = {"show_progress": "hidden", "api_visibility": "private"}
_ASKING = {"concurrency_limit": CONCURRENT_QUESTIONS, "concurrency_id": "ask", **_QUIET}


class Handlers:
    """What happens when the page is opened and when somebody asks."""

    def __init__(self, get_assistant: Callable[[], PolicyAssistant]):
        self._get_assistant = get_assistant
        self._welcome: tuple[int, list[str | None], list[str]] | None = None

    def open(self, request: gr.Request) -> Iterator[tuple]:
        """Say that it is loading, then what can be answered, and offer the examples.

        Yields (masthead, panel, chat, scope, chip, heading of the examples, examples).
        """
        language = language_of(request)
        hidden = [gr.skip()] * (EXAMPLES + 3)
        loading = masthead_html(text("chat.loading", language), language)
        welcome = f'<p class="welcome">{text("chat.welcome", language)}</p>'
        yield loading, answers.panel(language), gr.Chatbot(placeholder=welcome), *hidden
        try:
            assistant = self._get_assistant()
            dates, examples = self._read_welcome(assistant)
            scope, chip = self._opened_scope(assistant, request, language)
        except PolicyError as error:
            problem = masthead_html(told(error, language), language)
            yield problem, gr.skip(), gr.skip(), *hidden
            return
        summary = masthead_html(coverage(dates, language), language)
        heading = f"<h2>{text('chat.examples', language)}</h2>" if examples else ""
        shown = [gr.Button(example, visible=True) for example in examples]
        yield (
            *(summary, gr.skip(), gr.skip(), scope, chip, heading),
            *(*shown, *hidden[: EXAMPLES - len(shown)]),
        )

    def _read_welcome(self, assistant: PolicyAssistant) -> tuple[list[str | None], list[str]]:
        """The documents' dates and the examples; read anew only when the store has changed."""
        version = assistant.store.version
        if self._welcome is None or self._welcome[0] != version:
            dates = [each.issued for each in assistant.store.summaries()]
            self._welcome = version, dates, assistant.example_questions()[:EXAMPLES]
        return self._welcome[1:]

    def _opened_scope(
        self, assistant: PolicyAssistant, request: gr.Request, language: str
    ) -> tuple[list[str], Any]:
        """The documents that the page's address confines the questions to, and their sign."""
        wanted = _named_document(request)
        if not wanted:
            return [], gr.skip()
        document = assistant.document(wanted)
        if document is None:
            gr.Warning(text("chat.unknown_document", language))
            return [], gr.skip()
        chip = text("chat.only_in", language, title=document.title)
        return [wanted], gr.Button(chip, visible=True)

    def converse(
        self, question: str, sent: str, scope: list[str] | None, request: gr.Request
    ) -> Iterator[tuple]:
        """Stream one answer; yields (question box, chat, turns, examples, suggestions).

        The box is emptied once, at the start: later it may hold the next question.
        """
        language = language_of(request)
        past = turns_from(sent)
        box, hidden = "", gr.Column(visible=False)
        # None: asked before the page's address was understood.
        wanted = [_named_document(request)] if scope is None else scope
        documents = [each for each in wanted if isinstance(each, str) and each]
        for turn in self._stream(question, past, documents, language):
            turns = [*past, turn]
            yield box, answers.messages(turns, language), to_json(turns), hidden, hidden
            box = hidden = gr.skip()

    def _stream(
        self, question: str, past: list[Turn], documents: list[str], language: str
    ) -> Iterator[Turn]:
        """The turn as it grows."""
        stages = iter((text("chat.searching", language), text("chat.writing", language)))
        turn = Turn(question, status=text("chat.loading", language))
        yield turn
        try:
            assistant = self._get_assistant()
            for event in assistant.stream(question, history=history(past), documents=documents):
                if event.answer is not None:
                    yield Turn(question, reply_of(event.answer, assistant.document))
                    return
                if event.kind == "delta":
                    turn = replace(turn, status="", partial=turn.partial + event.text)
                else:
                    turn = replace(turn, status=next(stages, ""))
                yield turn
        except PolicyError as error:
            yield Turn(question, notice=told(error, language))

    def retry(self, sent: str, scope: list[str] | None, request: gr.Request) -> Iterator[tuple]:
        """Ask the last question again, without its old answer."""
        turns = turns_from(sent)
        if not turns:
            yield (gr.skip(),) * 5
            return
        yield from self.converse(turns[-1].question, to_json(turns[:-1]), scope, request)

    def resume(self, sent: str, request: gr.Request) -> tuple:
        """Show the conversation that the browser has kept; an empty one shows the examples."""
        turns = _stopped(turns_from(sent), language_of(request))
        shown = answers.messages(turns, language_of(request))
        return "", shown, to_json(turns), gr.Column(visible=not turns), gr.Column(visible=False)

    def stop(self, sent: str, request: gr.Request) -> tuple:
        """Leave what was written so far, and say that it was stopped."""
        language = language_of(request)
        turns = _stopped(turns_from(sent), language)
        return answers.messages(turns, language), to_json(turns)

    def suggest(self, sent: str, scope: list[str] | None, request: gr.Request) -> tuple:
        """Questions to go on with, after the answer is shown; (column, heading, buttons)."""
        turns = turns_from(sent)
        questions: tuple[str, ...] = ()
        if turns and turns[-1].reply is not None:
            try:
                assistant = self._get_assistant()
                questions = assistant.suggestions(
                    answer_of(turns[-1]), history(turns), documents=scope or ()
                )
            except PolicyError:
                # The answer is there already; whoever asks on will be told.
                questions = ()
        answered = bool(turns) and turns[-1].reply is not None and turns[-1].reply.answered
        key = "chat.follow_ups" if answered else "chat.rephrased"
        buttons = [gr.Button(each, visible=True) for each in questions[:SUGGESTIONS]]
        buttons += [gr.Button(visible=False)] * (SUGGESTIONS - len(buttons))
        heading = f"<h2>{text(key, language_of(request))}</h2>"
        return gr.Column(visible=bool(questions)), heading, *buttons

    def ask_policies(self, question: str, history: list[dict] | None = None) -> dict[str, Any]:
        """Answer a question from the policies on file, citing numbers and articles, or refuse.

        Args:
            question: one question in Chinese, at most 2,000 characters
            history: the turns before it, each {"role": "user" or "assistant", "content": text}
        """
        try:
            return self._get_assistant().ask(question, history=plain_history(history)).to_dict()
        except PolicyError as error:
            raise gr.Error(error.chinese, print_exception=False) from error


def told(error: PolicyError, language: str) -> str:
    """An expected failure in the reader's language."""
    return error.chinese if language == "zh" else str(error)


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


def _named_document(request: gr.Request) -> str:
    return str(dict(request.query_params).get("document") or "")


def _stopped(turns: list[Turn], language: str) -> list[Turn]:
    """The turns, an unfinished one marked as stopped."""
    notice = text("chat.stopped", language)
    return [replace(each, notice=notice, status="") if each.busy else each for each in turns]


def start_afresh() -> tuple:
    """An empty conversation, with the examples again."""
    return "", [], "[]", gr.Column(visible=True), gr.Column(visible=False)


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label=label("chat.conversation"),
        show_label=False,
        container=False,
        height=None,
        buttons=[],
        layout="bubble",
        latex_delimiters=[],
        allow_tags=False,
        feedback_options=None,
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="question",
        label=label("chat.question"),
        show_label=False,
        container=False,
        placeholder=label("chat.placeholder"),
        lines=1,
        max_lines=5,
        scale=1,
    )


def _offered(name: str, count: int, visible: bool) -> tuple[gr.Column, gr.Markdown, list]:
    """A column of questions to click on, empty at first."""
    with gr.Column(elem_id=name, elem_classes="offered", visible=visible) as column:
        heading = gr.Markdown("")
        buttons = [gr.Button("", visible=False, size="sm") for _ in range(count)]
    return column, heading, buttons


def build_chat(get_assistant: Callable[[], PolicyAssistant], masthead: gr.Markdown) -> None:
    """The view; `get_assistant` may take long and may raise PolicyError."""
    handlers = Handlers(get_assistant)
    # The page's script reads it and writes to it; Gradio's own way would need eval.
    turns = gr.Textbox("[]", elem_id="turns", visible="hidden")
    scope = gr.JSON(None, visible=False)
    with gr.Column(elem_id="desk"):
        with gr.Row(elem_id="tools"):
            fresh = gr.Button(label("chat.fresh"), elem_id="fresh", scale=0, min_width=72)
        chat = _chatbot()
        examples, examples_heading, example_buttons = _offered("examples", EXAMPLES, True)
        suggestions, heading, suggested = _offered("suggestions", SUGGESTIONS, False)
        with gr.Column(elem_id="ask"):
            chip = gr.Button("", elem_id="scope", visible=False, size="sm")
            with gr.Row(elem_id="ask-row"):
                question = _question_box()
                send = gr.Button(
                    label("chat.send"), elem_id="send", variant="primary", scale=0, min_width=72
                )
                stop = gr.Button(label("chat.stop"), elem_id="stop", scale=0, min_width=72)
        panel = gr.Markdown(elem_id="citations")
        retry = gr.Button("retry", elem_id="retry", visible="hidden")
        resume = gr.Button("resume", elem_id="resume", visible="hidden")
    outputs = [question, chat, turns, examples, suggestions]
    asked = [
        gr.on(triggers, handlers.converse, [source, turns, scope], outputs, **_ASKING)
        for triggers, source in (
            ([question.submit, send.click], question),
            *(([button.click], button) for button in (*example_buttons, *suggested)),
        )
    ]
    asked.append(retry.click(handlers.retry, [turns, scope], outputs, **_ASKING))
    for event in asked:
        event.then(
            handlers.suggest,
            [turns, scope],
            [suggestions, heading, *suggested],
            concurrency_limit=CONCURRENT_SUGGESTIONS,
            concurrency_id="suggest",
            **_QUIET,
        )
    stop.click(handlers.stop, turns, [chat, turns], cancels=asked, **_QUIET)
    fresh.click(start_afresh, None, outputs, cancels=asked, **_QUIET)
    resume.click(handlers.resume, turns, outputs, cancels=asked, **_QUIET)
    chip.click(lambda: ([], gr.Button(visible=False)), None, [scope, chip], **_QUIET)
    gr.on(
        None,
        handlers.open,
        None,
        [masthead, panel, chat, scope, chip, examples_heading, *example_buttons],
        concurrency_limit=None,
        **_QUIET,
    )
    gr.api(handlers.ask_policies, api_name="ask", concurrency_limit=CONCURRENT_QUESTIONS)
