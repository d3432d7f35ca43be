"""`python -m assistant`: exit codes, messages, JSON, and batches that resume."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.datamodels import Answer
from tests.conftest import PROJECT
from tests.library import HEATING_NUMBER

ANSWERABLE = "居民卧室和客厅的温度不得低于多少摄氏度？"
UNANSWERABLE = "今天天气怎么样？"


@pytest.fixture(autouse=True)
def _settings(
    store: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shared store and the tiny model; no .env but the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICY_EMBEDDING_MODEL", str(model_folder))
    monkeypatch.setenv("POLICY_STORE", str(store))


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading the model would take seconds: a mistake must be told before."""

    def loaded(self) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr("vectorstore.embedding.PolicyEmbeddings._backend", property(loaded))


@pytest.mark.slow
def test_the_real_command_answers_with_a_citation() -> None:
    """The text, then number, place, title and the quoted words; exit code 0."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", ANSWERABLE],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "十九摄氏度" in done.stdout
    assert f"[1] {HEATING_NUMBER} 第四条" in done.stdout
    assert done.stderr == ""


def test_an_answer_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Exactly Answer's fields, and the quote is there."""
    assert main([ANSWERABLE, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [each.name for each in fields(Answer)]
    assert answer["answered"] is True
    assert answer["citations"][0]["number"] == HEATING_NUMBER
    assert "十九摄氏度" in answer["citations"][0]["quote"]


def test_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3, no citation."""
    assert main([UNANSWERABLE, "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert (answer["answered"], answer["citations"]) == (False, [])
    assert main([UNANSWERABLE]) == 3


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "The question is empty"),
        (" \n\u3000", "The question is empty"),
        ("问" * 100_000, "The question has 100,000 characters"),
    ],
)
def test_a_bad_question(question: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit code 1."""
    assert main([question]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"Error: {message}")
    assert error.count("\n") == 1


def in_environment(name: str, value: str, patch: pytest.MonkeyPatch) -> None:
    """Set a variable."""
    patch.setenv(name, value)


def in_dotenv(name: str, value: str, patch: pytest.MonkeyPatch) -> None:
    """Write a .env file in the working directory."""
    patch.delenv(name, raising=False)
    Path(".env").write_text(f"{name}={value}\n", "utf-8")


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize("give", [in_environment, in_dotenv])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("POLICY_STOER", "x", "Unknown setting POLICY_STOER"),
        ("POLICY_STORE", "/nowhere/store", "There is no policy store in /nowhere/store"),
        ("POLICY_CHAT_MODEL", "gpt", "POLICY_CHAT_MODEL is unusable: must be provider:model"),
        ("POLICY_CHAT_BASE_URL", "localhost", "must start with http:// or https://"),
        ("POLICY_EMBEDDING_MODEL", "/", "holds no sentence-transformers model"),
    ],
)
def test_a_bad_setting(
    name: str,
    value: str,
    message: str,
    give: Callable[[str, str, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Named in one sentence, wherever it was set; exit code 1."""
    give(name, value, monkeypatch)
    assert main([ANSWERABLE]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.usefixtures("no_model")
def test_a_store_path_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Given on the command line."""
    (tmp_path / "notes.txt").write_text("notes")
    assert main([ANSWERABLE, "--store", str(tmp_path / "notes.txt")]) == 1
    assert "is a file, not a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["问？", "--questions", "a.jsonl"], ["--questions", "a.jsonl"], ["--answers", "a.jsonl"]],
)
def test_bad_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and what to give."""
    assert main(arguments) == 2
    assert "--questions FILE.jsonl with --answers OUT.jsonl" in capsys.readouterr().err


def test_batches_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run answers only what the first did not; the order stays."""
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    rows = [{"id": "a", "question": ANSWERABLE}, {"id": "b", "question": UNANSWERABLE}]
    questions.write_text("".join(json.dumps(each) + "\n" for each in rows))
    arguments = ["--questions", str(questions), "--answers", str(answers)]
    assert main(arguments) == 0
    whole = answers.read_text("utf-8").splitlines()
    assert [json.loads(each)["answer"]["answered"] for each in whole] == [True, False]
    answers.write_text(whole[0] + "\n" + whole[1][:40], "utf-8")
    assert main(arguments) == 0
    again = answers.read_text("utf-8").splitlines()
    assert again[0] == whole[0]
    assert [json.loads(each)["id"] for each in again] == ["a", "b"]


@pytest.mark.usefixtures("no_model")
def test_a_missing_questions_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Named before the model is loaded."""
    assert main(["--questions", "none.jsonl", "--answers", "out.jsonl"]) == 1
    assert "none.jsonl cannot be read" in capsys.readouterr().err
