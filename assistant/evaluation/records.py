"""Gold questions: what they hold, how they are read, and which half of the split they are in.

In: gold files (JSONL) and run files as `assistant.batch` writes them. Out: frozen records, and
the problems found, each with file and line; a bad line never hides the good ones. May import:
assistant.batch, vectorstore.errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from assistant.batch import (
    Question,
    RunRecord,
    json_object,
    numbered_lines,
    question_from,
    record_from,
    same_question,
    text_field,
)
from vectorstore.errors import UnreadableFile

UNANSWERABLE = "unanswerable"
TYPES = {
    "factoid": "事实",
    "number": "数字",
    "date": "日期",
    "person": "人物",
    "contact": "联系方式",
    "list": "列举",
    "procedure": "程序",
    "responsible": "责任单位",
    "table": "表格",
    "lookup": "按文号或标题",
    "lifecycle": "效力",
    "paraphrase": "口语转述",
    "noisy": "带错字",
    "cross": "跨文件",
    "followup": "追问",
    UNANSWERABLE: "无法回答",
}


@dataclass(frozen=True)
class Gold:
    """A question with what a right answer to it needs; `place` is its file and line."""

    id: str
    type: str
    question: str
    history: tuple[Mapping[str, str], ...] = ()
    documents: tuple[str, ...] = ()
    section: str = ""
    answer: str = ""
    facts: tuple[tuple[str, ...], ...] = ()
    evidence: str = ""
    place: str = ""

    @property
    def answerable(self) -> bool:
        return self.type != UNANSWERABLE

    def to_question(self) -> Question:
        """What the assistant gets to see of it."""
        return Question(self.id, self.question, self.history)


@dataclass(frozen=True)
class Problem:
    """Something wrong with the input: where, and what."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


def split_of(question_id: str) -> Literal["dev", "test"]:
    """The half that a question belongs to, by its id alone: about 70 % dev, 30 % test."""
    return "dev" if int(sha256(question_id.encode()).hexdigest()[:8], 16) % 10 < 7 else "test"


def read_gold(paths: Iterable[Path]) -> tuple[list[Gold], list[Problem]]:
    """The usable questions of all files, and what was wrong with the rest.

    An id need only be unique in its file: one that several files use becomes `file name/id`.
    """
    files: list[tuple[Path, list[Gold]]] = []
    problems: list[Problem] = []
    for path in paths:
        golds, found = _read_gold_file(path)
        files.append((path, golds))
        problems += found
    uses = Counter(gold.id for _, golds in files for gold in golds)
    merged: dict[str, Gold] = {}
    for path, golds in files:
        for gold in golds:
            unique = gold if uses[gold.id] == 1 else replace(gold, id=f"{path.stem}/{gold.id}")
            if unique.id in merged:
                message = f"id {unique.id!r} is already at {merged[unique.id].place}; skipped"
                problems.append(Problem(str(path), None, message))
            else:
                merged[unique.id] = unique
    return list(merged.values()), problems


def _read_gold_file(path: Path) -> tuple[list[Gold], list[Problem]]:
    golds: dict[str, Gold] = {}
    problems: list[Problem] = []
    line = None
    try:
        for line, text in numbered_lines(path):
            try:
                gold = gold_from(json_object(text), f"{path}:{line}")
                if gold.id in golds:
                    raise ValueError(f"id {gold.id!r} is already at {golds[gold.id].place}")
            except ValueError as error:
                problems.append(Problem(str(path), line, f"{error}; skipped"))
            else:
                golds[gold.id] = gold
    except UnreadableFile as error:
        return [], [Problem(str(path), None, str(error).removeprefix(f"{path} "))]
    if line is None:
        problems.append(Problem(str(path), None, "is empty; a gold file has a question a line"))
    return list(golds.values()), problems


def gold_from(row: Mapping[str, Any], place: str) -> Gold:
    """A gold question from a line's object; raises ValueError naming the bad field."""
    question = question_from(row)
    if row.get("candidate"):
        raise ValueError(
            f"{question.id!r} is a candidate; complete its documents and facts, then take the "
            "field 'candidate' away"
        )
    kind = text_field(row, "type")
    if kind not in TYPES:
        raise ValueError(f"unknown type {kind!r} (known: {', '.join(TYPES)})")
    needed = ("documents", "facts") if kind != UNANSWERABLE else ()
    for name in needed:
        if name not in row:
            raise ValueError(f"field {name!r} is missing")
    documents = row.get("documents") or []
    if not _is_list_of_texts(documents):
        raise ValueError("field 'documents' must be a list of document numbers")
    facts = row.get("facts") or []
    if not isinstance(facts, list) or not all(_is_list_of_texts(group) for group in facts):
        raise ValueError("field 'facts' must be a list of groups of spellings")
    if not all(facts):
        raise ValueError("field 'facts' has a group with no spelling")
    return Gold(
        id=question.id,
        type=kind,
        question=question.question,
        history=question.history,
        documents=tuple(documents),
        section=_optional_text(row, "section"),
        answer=_optional_text(row, "answer"),
        facts=tuple(map(tuple, facts)),
        evidence=_optional_text(row, "evidence"),
        place=place,
    )


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _optional_text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str | None):
        raise ValueError(f"field {name!r} must be a text, not {value!r:.60}")
    return value or ""


def read_run(path: Path, golds: Sequence[Gold]) -> tuple[dict[str, RunRecord], list[Problem]]:
    """The answers in a run file to these questions, by id, and what was wrong with the rest.

    Answers to other questions are named, line by line; a run in which all are is named as one
    that belongs to another gold file.
    """
    wanted = {gold.id: gold for gold in golds}
    records: dict[str, RunRecord] = {}
    problems: list[Problem] = []
    try:
        lines = list(numbered_lines(path))
    except UnreadableFile as error:
        return {}, [Problem(str(path), None, str(error).removeprefix(f"{path} "))]
    for line, text in lines:
        try:
            record = record_from(json_object(text))
            _check_belongs(record, wanted, records)
        except ValueError as error:
            problems.append(Problem(str(path), line, f"{error}; skipped"))
        else:
            records[record.id] = record
    if lines and not records:
        message = "belongs to another gold file: it answers none of these questions"
        problems.insert(0, Problem(str(path), None, message))
    return records, problems


def _check_belongs(
    record: RunRecord, wanted: Mapping[str, Gold], records: Mapping[str, RunRecord]
) -> None:
    if record.id not in wanted:
        raise ValueError(f"id {record.id!r} is in none of the gold files")
    if record.id in records:
        raise ValueError(f"id {record.id!r} is answered twice; the first answer counts")
    gold = wanted[record.id]
    if not same_question(gold.question, record.answer.question):
        raise ValueError(f"{record.id!r} answers another question than {gold.place} asks")


def missing_answers(
    path: Path, golds: Sequence[Gold], records: Mapping[str, RunRecord]
) -> list[Problem]:
    """One problem for each question that the run does not answer, or one for all."""
    if not records:
        message = f"answers none of the {len(golds)} questions; nothing to score"
        return [Problem(str(path), None, message)]
    return [
        Problem(str(path), None, f"no answer to {gold.id!r} ({gold.place}); not scored")
        for gold in golds
        if gold.id not in records
    ]
