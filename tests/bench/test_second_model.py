"""A second local model, end to end: ingest, ask and evaluate by setting one variable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.second_model import main
from tests.library import HEATING_NUMBER

GOLD = {
    "id": "s1",
    "type": "factoid",
    "question": "居民卧室和客厅的温度不得低于多少摄氏度？",
    "documents": [HEATING_NUMBER],
    "answer": "十九摄氏度。",
    "facts": [["十九摄氏度"]],
    "evidence": "",
}


@pytest.mark.slow
def test_figures_with_a_second_model(
    shared_library: Path, model_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The command makes the model, ingests with it, and prints the questions' figures."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(GOLD, ensure_ascii=False) + "\n", "utf-8")
    options = ["--model", str(model_folder), "--dimensions", "16"]
    assert main([str(shared_library), str(gold), *options]) == 0
    printed = capfd.readouterr().out
    assert "it holds 4 documents" in printed
    assert "factoid" in printed
