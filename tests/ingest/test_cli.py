"""`python -m ingest`: exit codes, messages and the JSON summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.__main__ import main
from tests.conftest import PROJECT
from tests.library import HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.writer import StoreWriter

SUMMARY = {"files", "documents", "passages", "warnings", "seconds", "failures"}


@pytest.fixture(autouse=True)
def _settings(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model, a store of the test's own, and no .env but the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICY_EMBEDDING_MODEL", str(model_folder))
    monkeypatch.setenv("POLICY_STORE", str(tmp_path / "store"))


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ingest", *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_the_real_command_prints_json_alone(library: Path) -> None:
    """Progress goes to the error stream; the bad file is named there, and the exit code is 1."""
    (library / "empty.txt").write_text("")
    done = run(library, "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report.keys() >= SUMMARY
    assert (report["files"], report["documents"], report["warnings"]) == (4, 4, [])
    assert [Path(each["file"]).name for each in report["failures"]] == ["empty.txt"]
    assert "Not ingested: empty.txt is empty" in done.stderr
    assert "Reading files" in done.stderr
    assert f"4 documents, {report['passages']} passages" in done.stderr
    assert "Traceback" not in done.stderr


def test_summary_for_people(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run says what went in, the second that nothing changed; both exit with 0."""
    assert main([str(library)]) == 0
    assert "it holds 4 documents" in capsys.readouterr().out
    assert main([str(library)]) == 0
    said = capsys.readouterr().out
    assert "4 unchanged" in said
    assert "nothing changed" in said


def test_json_of_a_second_run(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there is counted though nothing was done."""
    main([str(library)])
    capsys.readouterr()
    assert main([str(library), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["changed"] is False
    assert report["documents"] == 4
    assert report["passages"] == report["library_passages"] > 10


def test_removal(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By number, in any spelling; what is not there is named with exit code 1."""
    main([str(library)])
    assert main(["--remove", "青政发[2021]8号"]) == 0
    assert "it holds 3 documents" in capsys.readouterr().out
    assert main(["--remove", HEATING_NUMBER]) == 1
    assert f"no document or file named {HEATING_NUMBER}" in capsys.readouterr().err


def test_rebuild_alone(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Needs no paths."""
    main([str(library)])
    assert main(["--rebuild"]) == 0
    assert "it holds 4 documents" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--store", "x"]])
def test_nothing_to_do_is_bad_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and what to give."""
    assert main(arguments) == 2
    assert "give files or folders" in capsys.readouterr().err


def test_an_unknown_option_is_bad_usage() -> None:
    """argparse's own exit code is 2 as well."""
    with pytest.raises(SystemExit) as caught:
        main(["--nonsense"])
    assert caught.value.code == 2


def test_a_missing_path_does_not_stop_the_rest(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, the library goes in, the exit code is 1."""
    assert main(["nowhere.txt", str(library)]) == 1
    printed = capsys.readouterr()
    assert "Not ingested: nowhere.txt does not exist" in printed.err
    assert "it holds 4 documents" in printed.out


def test_a_second_writer_is_told_to_wait(library: Path, store: Path, tmp_path: Path) -> None:
    """Another process holds the lock: one sentence, exit code 1, nothing done."""
    with StoreWriter(tmp_path / "store", PolicyEmbeddings(os.environ["POLICY_EMBEDDING_MODEL"])):
        done = run(library)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: Another ingest is writing to ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("POLICY_STOER", "x", "Unknown setting POLICY_STOER"),
        ("POLICY_CHAT_BASE_URL", "localhost", "POLICY_CHAT_BASE_URL is unusable: must start with"),
        ("POLICY_EMBEDDING_MODEL", "/", "holds no sentence-transformers model"),
    ],
)
def test_a_bad_setting_is_named(
    name: str,
    value: str,
    message: str,
    library: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence, exit code 1."""
    monkeypatch.setenv(name, value)
    assert main([str(library)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_store_that_is_somebody_elses(
    kind: str, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused and left as it is."""
    other = tmp_path / "other"
    if kind == "folder":
        other.mkdir()
        (other / "thesis.txt").write_text("mine")
    else:
        other.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    assert main([str(library), "--store", str(other)]) == 1
    assert capsys.readouterr().err.startswith("Error: ")
    assert sorted(tmp_path.rglob("*")) == before
