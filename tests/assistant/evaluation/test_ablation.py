"""What each step of retrieval is worth, on the invented city's documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import PolicyAssistant
from assistant.evaluation.ablation import main
from tests.library import HEATING_NUMBER


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two questions, one of them in traditional characters."""
    path = tmp_path / "gold.jsonl"
    rows = [
        {"id": "1", "type": "number", "question": "居民卧室的温度最低多少", "facts": [["十九"]]},
        {"id": "2", "type": "noisy", "question": "臥室溫度最低多少", "facts": [["十九"]]},
    ]  # fmt: skip
    lines = [
        json.dumps(
            {"documents": [HEATING_NUMBER], "section": "第四条", "answer": "十九摄氏度",
             "evidence": "", "history": [], **row}, ensure_ascii=False,
        )
        for row in rows
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_the_steps_one_by_one(
    assistant: PolicyAssistant, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each step with intervals; folding brings the traditional characters in."""
    out = tmp_path / "ablation.json"
    assert main([str(gold), "--store", str(assistant.store.folder), "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "all (2 questions)" in printed
    assert "noisy (1 questions)" in printed
    results = json.loads(out.read_text("utf-8"))
    assert list(results) == [
        "words", "+ bigrams", "+ folding", "+ dense", "+ thesaurus", "+ structure", "+ support",
        "+ second look", "+ close reading",
    ]  # fmt: skip
    found = {name: row["noisy"]["evidence@5"]["value"] for name, row in results.items()}
    assert (found["+ bigrams"], found["+ folding"], found["+ second look"]) == (0.0, 1.0, 1.0)
