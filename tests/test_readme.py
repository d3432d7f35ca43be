"""The README's promises that a program can check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vectorstore.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")


@pytest.mark.parametrize("name", READMES)
def test_names_every_setting(name: str) -> None:
    """A setting that the README does not name is a setting that nobody finds."""
    text = (ROOT / name).read_text("utf-8")
    missing = [field for field in Settings.model_fields if f"{PREFIX}{field.upper()}" not in text]
    assert not missing


@pytest.mark.parametrize("name", READMES)
def test_make_targets_exist(name: str) -> None:
    """Every `make` command that is shown can be run."""
    shown = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / name).read_text("utf-8")))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert {"run", "test"} <= shown <= targets


@pytest.mark.slow
@pytest.mark.parametrize("name", READMES)
def test_python_example_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python example answers from the built-in documents, with number, place and quote."""
    from ingest import ingest

    ingest([ROOT / "documents" / "2019-huzhengfa-12.md"], tmp_path / "store")
    monkeypatch.setenv("POLICY_STORE", str(tmp_path / "store"))
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text("utf-8"), re.S)
    exec(compile(example, name, "exec"), {})
    printed = capsys.readouterr().out
    assert "12%" in printed
    assert "葫政发〔2019〕12号 第四条" in printed
