"""Gold questions, answers and documents of an invented city, 云川市, with what does not matter
filled in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assistant.batch import RunRecord
from assistant.datamodels import Answer, Citation, RankedPassage
from assistant.evaluation.records import Gold

HEATING = "云政发〔2021〕7号"
MARKET = "云川市人民政府令第12号"
HEATING_TEXT = (
    "第一条 为规范供热管理，制定本办法。\n第二条 供热期为每年十一月一日至次年三月三十一日。\n"
)
TEXTS = {"heating": HEATING_TEXT}


def gold(**changes: Any) -> Gold:
    """An answerable question about the heating season."""
    values: dict[str, Any] = {
        "id": "q1",
        "type": "date",
        "question": "供热什么时候开始？",
        "documents": (HEATING,),
        "facts": (("十一月一日", "11月1日"),),
        "evidence": "供热期为每年十一月一日至次年三月三十一日。",
        "place": "gold.jsonl:1",
    }
    return Gold(**(values | changes))


def unanswerable(**changes: Any) -> Gold:
    """A question that no document answers."""
    values = {"type": "unanswerable", "documents": (), "facts": (), "evidence": ""}
    return gold(**(values | changes))


def passage(text: str = "", number: str | None = HEATING, title: str = "供热办法") -> RankedPassage:
    """A passage of a document."""
    return RankedPassage(number, title, "第二条", text, "a.txt", 1.0, "heating", 0, len(text))


def citation(
    quote: str = "供热期", number: str | None = HEATING, start: int | None = None, **changes: Any
) -> Citation:
    """A citation of HEATING_TEXT, at the place where the quote stands unless told otherwise."""
    start = HEATING_TEXT.find(quote) if start is None else start
    values = {
        "marker": 1,
        "number": number,
        "title": "供热办法",
        "locator": "第二条",
        "quote": quote,
        "source": "a.txt",
        "start": start,
        "end": start + len(quote),
        "status": "现行有效",
        "document_id": "heating",
    }
    return Citation(**(values | changes))


def answer(text: str = "自11月1日起供热。[1]", answered: bool = True, **changes: Any) -> Answer:
    """An answer to the question of `gold()`."""
    values = {"question": "供热什么时候开始？", "standalone_question": "供热什么时候开始？"}
    return Answer(text=text, answered=answered, **(values | changes))


def record(one: Answer | None = None, id: str = "q1", latency_ms: float | None = 10.0) -> RunRecord:
    """A line of a run."""
    return RunRecord(id, one or answer(), latency_ms)


def gold_row(**changes: Any) -> dict[str, Any]:
    """A line of a gold file, as written by hand."""
    values: dict[str, Any] = {
        "id": "q1",
        "type": "date",
        "question": "供热什么时候开始？",
        "documents": [HEATING],
        "section": "第二条",
        "answer": "每年十一月一日",
        "facts": [["十一月一日", "11月1日"]],
        "evidence": "供热期为每年十一月一日至次年三月三十一日。",
    }
    return values | changes


def write_lines(path: Path, *rows: Any) -> Path:
    """A JSONL file; a row that is text already is written as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def write_run(path: Path, *records: RunRecord) -> Path:
    """A run file as the batch runner writes it."""
    path.write_text("".join(one.to_line() for one in records), encoding="utf-8")
    return path
