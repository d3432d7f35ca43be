"""Ask many questions, one JSON object a line in and out, and go on where a run was broken off.

In: a questions file (`id`, `question`, `history` a line) and an `ask` callable. Out: a run file,
one line per question with `id`, `answer` (`Answer.to_dict()`) and `latency_ms`, written as soon
as each answer is there. May import: assistant.datamodels, vectorstore.errors.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from assistant.datamodels import Answer, Citation, RankedPassage
from vectorstore.errors import BadQuestion, UnreadableFile

Ask = Callable[[str, list[dict]], Answer]
Row = TypeVar("Row", Citation, RankedPassage)


@dataclass(frozen=True)
class Question:
    """One question to ask, with the turns that came before it."""

    id: str
    question: str
    history: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class RunRecord:
    """One line of a run file; `latency_ms` is None where the run did not say."""

    id: str
    answer: Answer
    latency_ms: float | None = None

    def to_line(self) -> str:
        """The record as one line of JSON, newline included."""
        row = {"id": self.id, "answer": self.answer.to_dict(), "latency_ms": self.latency_ms}
        return json.dumps(row, ensure_ascii=False) + "\n"


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSONL file; raises BadQuestion at the first line that is not one."""
    questions: dict[str, Question] = {}
    for line, text in numbered_lines(path):
        try:
            question = question_from(json_object(text))
            if question.id in questions:
                raise ValueError(f"id {question.id!r} is there twice")
        except ValueError as error:
            raise BadQuestion(
                f"{path}:{line}: {error}; correct the line or take it out.",
                f"问题文件{path.name}第{line}行无法读取：{error}。请改正或删除该行。",
            ) from error
        questions[question.id] = question
    return list(questions.values())


def answer_questions(
    ask: Ask,
    questions: Sequence[Question],
    out: Path,
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Answer what `out` does not hold yet, appending a line as soon as each answer is there.

    A half-written last line of an earlier run is dropped. A question that cannot be asked is
    recorded as refused, with the reason as a warning; any other failure ends the run, which
    loses nothing that was written.
    """
    done = _resume(out, questions)
    total = len(questions)
    count = sum(question.id in done for question in questions)
    if on_progress:
        on_progress(count, total)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a", encoding="utf-8") as file:
        for question in questions:
            if question.id in done:
                continue
            file.write(_answer(ask, question).to_line())
            file.flush()
            count += 1
            if on_progress:
                on_progress(count, total)


def _answer(ask: Ask, question: Question) -> RunRecord:
    started = time.perf_counter()
    try:
        answer = ask(question.question, [dict(turn) for turn in question.history])
    except BadQuestion as error:
        text = question.question
        answer = Answer(text, text, error.chinese, answered=False, warnings=(error.chinese,))
    return RunRecord(question.id, answer, round((time.perf_counter() - started) * 1000, 3))


def _resume(out: Path, questions: Sequence[Question]) -> set[str]:
    """The ids that `out` already answers; mends an unfinished last line."""
    if not out.exists():
        return set()
    finish_last_line(out)
    asked = {question.id: question for question in questions}
    done = set()
    for line, text in numbered_lines(out):
        try:
            record = record_from(json_object(text))
        except ValueError as error:
            raise _not_a_run(out, line, str(error)) from error
        question = asked.get(record.id)
        if question and not same_question(question.question, record.answer.question):
            raise _not_a_run(out, line, f"{record.id!r} answers another question")
        done.add(record.id)
    return done


def finish_last_line(out: Path) -> None:
    """End a whole last line, cut off a half-written one; leave what is no run as it is."""
    whole = out.read_bytes()
    complete = whole[: whole.rfind(b"\n") + 1]
    fragment = whole[len(complete) :]
    if not fragment:
        return
    if not fragment.startswith(b'{"id"'[: len(fragment)]):
        raise _not_a_run(out, complete.count(b"\n") + 1, "it is not a line of a run")
    try:
        json.loads(fragment)
        keep = whole + b"\n"
    except ValueError:
        keep = complete
    out.write_bytes(keep)


def _not_a_run(out: Path, line: int, reason: str) -> UnreadableFile:
    return UnreadableFile(
        f"{out}:{line}: {reason}; give another file for the answers.",
        f"答案文件{out.name}第{line}行不能接续（{reason}）。请另选一个文件。",
    )


def same_question(one: str, other: str) -> bool:
    """Whether two texts are the same question, white space aside."""
    return "".join(one.split()) == "".join(other.split())


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not blank, with their numbers from 1."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableFile(
            f"{path} cannot be read: {error.strerror or error}; check its name and rights.",
            f"无法读取文件{path.name}：{error.strerror or error}。请检查文件名和权限。",
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8.",
            f"文件{path.name}不是UTF-8编码，请另存为UTF-8。",
        ) from error
    # Only \n ends a line: splitlines() would also break at U+2028, which JSON allows in a string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def json_object(text: str) -> dict[str, Any]:
    """The JSON object in a line; raises ValueError saying what is wrong."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        message = error.msg.removesuffix(" at")  # some of them end on it
        raise ValueError(f"not JSON ({message} at column {error.colno})") from error
    except RecursionError as error:
        raise ValueError("not JSON that can be read (nested too deeply)") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def question_from(row: Mapping[str, Any]) -> Question:
    """A question from a line's object; raises ValueError naming the bad field."""
    history = row.get("history") or []
    if not isinstance(history, list) or not all(_is_turn(turn) for turn in history):
        raise ValueError("field 'history' must be a list of {role, content}")
    return Question(text_field(row, "id"), text_field(row, "question"), tuple(history))


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, dict)
        and turn.get("role") in ("user", "assistant")
        and isinstance(turn.get("content"), str)
    )


def text_field(row: Mapping[str, Any], name: str) -> str:
    """A field that must hold text; raises ValueError where it does not."""
    if name not in row:
        raise ValueError(f"field {name!r} is missing")
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"field {name!r} must be a text that is not empty, not {value!r:.60}")
    return value


def record_from(row: Mapping[str, Any]) -> RunRecord:
    """A run record from a line's object; raises ValueError naming the bad field."""
    latency = row.get("latency_ms")
    if latency is not None and not _is_finite(latency):
        raise ValueError(f"field 'latency_ms' must be a number, not {latency!r:.60}")
    answer = row.get("answer")
    if not isinstance(answer, dict):
        raise ValueError("field 'answer' is missing or not an object")
    return RunRecord(text_field(row, "id"), answer_from(answer), latency)


def _is_finite(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def answer_from(row: Mapping[str, Any]) -> Answer:
    """The Answer that `Answer.to_dict()` was made from; unknown keys are passed over."""
    if not isinstance(row.get("answered"), bool):
        raise ValueError("field 'answer.answered' must be true or false")
    if not isinstance(row.get("text"), str):
        raise ValueError("field 'answer.text' must be a text")
    question = row.get("question")
    if not isinstance(question, str):
        raise ValueError("field 'answer.question' must be a text")
    return Answer(
        question=question,
        standalone_question=str(row.get("standalone_question") or question),
        text=row["text"],
        answered=row["answered"],
        citations=_rows(Citation, row, "citations"),
        passages=_rows(RankedPassage, row, "passages"),
        warnings=tuple(map(str, row.get("warnings") or ())),
    )


def _rows(kind: type[Row], row: Mapping[str, Any], name: str) -> tuple[Row, ...]:
    values = row.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise ValueError(f"field 'answer.{name}' must be a list of objects")
    return tuple(_row(kind, value, f"answer.{name}") for value in values)


def _row(kind: type[Row], value: Mapping[str, Any], name: str) -> Row:
    known = {field.name for field in fields(kind)}
    try:
        row = kind(**{key: item for key, item in value.items() if key in known})
    except TypeError as error:
        raise ValueError(f"field {name!r}: {error}") from error
    for key in ("title", "locator", "document_id"):
        if not isinstance(getattr(row, key), str):
            raise ValueError(f"field '{name}.{key}' must be a text")
    if type(row.start) is not int or type(row.end) is not int:
        raise ValueError(f"field '{name}.start' and 'end' must be whole numbers")
    if not isinstance(row.number, str | None):
        raise ValueError(f"field '{name}.number' must be a text or null")
    quoted = row.quote if isinstance(row, Citation) else row.text
    if not isinstance(quoted, str):
        raise ValueError(f"field '{name}' must hold a text")
    return row
