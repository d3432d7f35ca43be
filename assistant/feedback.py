"""What users thought of answers: kept in SQLite, and given back as candidates for gold questions.

In: an `Answer`, whether it was useful, and a comment. Out: frozen `Feedback` records, and JSONL
in the gold format whose lines are marked `"candidate": true`: the evaluation leaves them out
until somebody has completed their facts and taken the mark away. Nothing that says who asked is
stored, and telephone and identity numbers in what was typed are struck out.
`python -m assistant.feedback` is its command line. May import: assistant.datamodels,
vectorstore.errors, vectorstore.settings.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import re
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.datamodels import Answer
from vectorstore.errors import FeedbackError, PolicyError
from vectorstore.settings import Settings

FEEDBACK_FILE = "feedback.sqlite3"
LONGEST_COMMENT = 1_000
LONGEST_TEXT = 8_000
MOST_TURNS = 12
MOST_CITATIONS = 20
MOST_PER_MINUTE = 60
MOST_PER_DAY = 5_000
LARGEST_FILE = 200 * 2**20
_SCHEMA = """
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, useful INTEGER NOT NULL,
    comment TEXT NOT NULL, question TEXT NOT NULL, standalone_question TEXT NOT NULL,
    history TEXT NOT NULL, answer TEXT NOT NULL, answered INTEGER NOT NULL,
    citations TEXT NOT NULL);
CREATE INDEX feedback_by_time ON feedback (time);
"""
_COLUMNS = (
    "id, time, useful, comment, question, standalone_question, history, answer, answered, citations"
)
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MARKER = re.compile(r"\[\d{1,3}\]")


@dataclass(frozen=True)
class Feedback:
    """One judgement; `time` is ISO 8601 in UTC, `citations` are as in `Answer.to_dict()`."""

    id: int
    time: str
    useful: bool
    comment: str
    question: str
    standalone_question: str
    history: tuple[Mapping[str, str], ...]
    answer: str
    answered: bool
    citations: tuple[Mapping[str, Any], ...]

    def to_candidate(self) -> dict[str, Any]:
        """A line of a gold file; only what a useful answer rested on is taken over."""
        cited = self.citations if self.useful else ()
        first = cited[0] if cited else {}
        refused_rightly = self.useful and not self.answered
        kind = "unanswerable" if refused_rightly else "followup" if self.history else "paraphrase"
        return {
            "id": f"feedback-{self.id}",
            "type": kind,
            "question": self.question,
            "history": [dict(turn) for turn in self.history],
            "documents": list(dict.fromkeys(each["number"] for each in cited if each["number"])),
            "section": first.get("locator", ""),
            "answer": _MARKER.sub("", self.answer).strip() if cited else "",
            "facts": [],
            "evidence": first.get("quote", ""),
            "candidate": True,
            "useful": self.useful,
            "comment": self.comment,
            "time": self.time,
            "given": {"answer": self.answer, "citations": [dict(each) for each in self.citations]},
        }


class FeedbackStore:
    """The feedback in one SQLite file; any number of threads and processes may write."""

    def __init__(self, file: str | Path):
        """Nothing is made on disk before the first judgement."""
        self.file = Path(file)

    def add(
        self,
        answer: Answer,
        history: Sequence[Mapping[str, str]] = (),
        useful: bool = True,
        comment: str = "",
    ) -> int:
        """Keep a judgement and give its number; FeedbackError when there is no room for it."""
        turns = [
            {"role": turn["role"], "content": _cleaned(turn["content"], LONGEST_TEXT)}
            for turn in history[-MOST_TURNS:]
        ]
        citations = [_cited(asdict(each)) for each in answer.citations[:MOST_CITATIONS]]
        row = (
            int(time.time()),
            int(useful),
            _cleaned(comment, LONGEST_COMMENT),
            _cleaned(answer.question, LONGEST_TEXT),
            _cleaned(answer.standalone_question, LONGEST_TEXT),
            json.dumps(turns, ensure_ascii=False),
            _cleaned(answer.text, LONGEST_TEXT, personal=False),
            int(answer.answered),
            json.dumps(citations, ensure_ascii=False),
        )
        with self._changing() as connection:
            _check_room(connection, row[0])
            return connection.execute(
                "INSERT INTO feedback (time, useful, comment, question, standalone_question, "
                "history, answer, answered, citations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid

    def revise(self, number: int, useful: bool, comment: str = "") -> bool:
        """Change a judgement that was given; whether there is one with that number."""
        with self._changing() as connection:
            changed = connection.execute(
                "UPDATE feedback SET useful = ?, comment = ? WHERE id = ?",
                (int(useful), _cleaned(comment, LONGEST_COMMENT), number),
            )
            return bool(changed.rowcount)

    def delete(self, numbers: Sequence[int]) -> int:
        """Remove judgements for good; how many there were."""
        with self._changing() as connection:
            return sum(
                connection.execute("DELETE FROM feedback WHERE id = ?", (number,)).rowcount
                for number in numbers
            )

    def entries(self, *, useful: bool | None = None, limit: int = -1) -> list[Feedback]:
        """The judgements, newest first; only the useful or useless ones when asked."""
        if not self.file.exists():
            return []
        with _opened(self.file) as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM feedback WHERE ? IS NULL OR useful = ? "
                "ORDER BY id DESC LIMIT ?",
                (useful, useful, limit),
            ).fetchall()
        return [_feedback(row) for row in rows]

    def count(self) -> tuple[int, int]:
        """How many useful and how many useless answers were reported."""
        if not self.file.exists():
            return 0, 0
        with _opened(self.file) as connection:
            useful, every = connection.execute(
                "SELECT COALESCE(SUM(useful), 0), COUNT(*) FROM feedback"
            ).fetchone()
        return useful, every - useful

    def candidates(self, *, useful: bool | None = None) -> str:
        """The judgements as candidates for gold questions, oldest first, one JSON line each."""
        return "".join(
            json.dumps(each.to_candidate(), ensure_ascii=False) + "\n"
            for each in reversed(self.entries(useful=useful))
        )

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction of a writer; it waits for others."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.with_suffix(".lock").open("w") as lock:
                # SQLite does not wait for others while a file is set up; a lock does.
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not self.file.exists():
                    self._make()
        except OSError as error:
            raise _unusable(self.file, error.strerror or str(error)) from error
        with _opened(self.file) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def _make(self) -> None:
        # Under another name first: a reader never meets a file without tables.
        fresh = self.file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with _opened(fresh) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
        fresh.replace(self.file)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(file, timeout=30, isolation_level=None)
        try:
            yield connection
        finally:
            # A transaction that did not end is undone by this.
            connection.close()
    except sqlite3.Error as error:
        raise _unusable(file, str(error)) from error


def _unusable(file: Path, detail: str) -> FeedbackError:
    return FeedbackError(
        f"The feedback in {file} cannot be used ({detail}); check the file, its rights and the "
        "disk's space.",
        f"无法读写反馈文件 {file}（{detail}），请检查文件、权限和磁盘空间。",
    )


def _check_room(connection: sqlite3.Connection, now: int) -> None:
    """FeedbackError when so much came in that it can only be a program, or no space is left."""
    for seconds, most, period, chinese in (
        (60, MOST_PER_MINUTE, "minute", "分钟"),
        (86_400, MOST_PER_DAY, "day", "天"),
    ):
        (count,) = connection.execute(
            "SELECT COUNT(*) FROM feedback WHERE time > ?", (now - seconds,)
        ).fetchone()
        if count >= most:
            raise FeedbackError(
                f"There were {count} judgements in the last {period}, the most that are taken; "
                "try again later.",
                f"最近一{chinese}收到的反馈已达上限（{most} 条），请稍后再试。",
            )
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    if pages * size >= LARGEST_FILE:
        raise FeedbackError(
            f"The feedback has reached {LARGEST_FILE // 2**20} MB; export it and delete old ones.",
            f"反馈已达到 {LARGEST_FILE // 2**20} MB 的上限，请管理员导出并删除旧反馈。",
        )


def _cleaned(text: str, longest: int, personal: bool = True) -> str:
    """Text that SQLite and JSON can hold, within bounds, without personal numbers."""
    text = _CONTROL.sub("", text.encode("utf-8", "replace").decode())[:longest]
    return _PERSONAL.sub("***", text) if personal else text


def _cited(citation: dict[str, Any]) -> dict[str, Any]:
    return citation | {"quote": _cleaned(citation["quote"], LONGEST_TEXT // 4, personal=False)}


def _feedback(row: tuple) -> Feedback:
    return Feedback(
        id=row[0],
        time=datetime.fromtimestamp(row[1], UTC).isoformat(timespec="minutes"),
        useful=bool(row[2]),
        comment=row[3],
        question=row[4],
        standalone_question=row[5],
        history=tuple(json.loads(row[6])),
        answer=row[7],
        answered=bool(row[8]),
        citations=tuple(json.loads(row[9])),
    )


def feedback_file(settings: Settings, store: Path | None = None) -> Path:
    """Where the feedback on the answers from a store is kept."""
    return settings.data_of(store or settings.store) / FEEDBACK_FILE


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0, or 1 when the feedback could not be had."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.load()
        feedback = FeedbackStore(options.file or feedback_file(settings, options.store))
        if options.delete:
            print(f"Deleted: {feedback.delete(options.delete)}", file=sys.stderr)
        if options.export:
            lines = feedback.candidates(useful=False if options.complaints else None)
            if str(options.export) == "-":
                sys.stdout.write(lines)
            else:
                options.export.write_text(lines, "utf-8")
                print(
                    f"Wrote {lines.count(chr(10))} candidates to {options.export}; complete "
                    "their facts and take `candidate` away.",
                    file=sys.stderr,
                )
        if not (options.delete or options.export):
            useful, useless = feedback.count()
            print(f"{feedback.file}: {useful} useful, {useless} not useful")
    except PolicyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Error: {options.export} cannot be written ({error.strerror}).", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant.feedback",
        description="Count the feedback, or export it as candidates for gold questions.",
    )
    parser.add_argument("--export", type=Path, metavar="FILE", help="write JSONL (- for stdout)")
    parser.add_argument("--complaints", action="store_true", help="export only what was not useful")
    parser.add_argument(
        "--delete", type=int, action="append", metavar="ID", help="delete for good; repeatable"
    )
    parser.add_argument("--store", type=Path, help="the store's folder (POLICY_STORE)")
    parser.add_argument("--file", type=Path, help="the feedback's file, if it is elsewhere")
    return parser


if __name__ == "__main__":
    sys.exit(main())
