"""The README's promises that a program can check."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.conftest import health, serving
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


def examples(name: str, language: str) -> list[str]:
    """The fenced examples of a README."""
    text = (ROOT / name).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that answers from one of the built-in documents."""
    from ingest import ingest

    store = tmp_path_factory.mktemp("readme") / "store"
    ingest([ROOT / "documents" / "2019-huzhengfa-12.md"], store)
    with serving(store) as site:
        deadline = time.monotonic() + 120
        while not health(site)["ready"]:
            assert time.monotonic() < deadline, "the assistant was not ready after 120 seconds"
            time.sleep(0.2)
        yield site.address


@pytest.mark.slow
@pytest.mark.parametrize("name", READMES)
def test_client_example_runs(name: str, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The example of a program that asks the running server prints the answer and its source."""
    pytest.importorskip("gradio_client")
    (example,) = [each for each in examples(name, "python") if "gradio_client" in each]
    exec(compile(example.replace("http://127.0.0.1:7860", server), name, "exec"), {})
    printed = capsys.readouterr().out
    assert "12%" in printed
    assert "葫政发〔2019〕12号 第四条" in printed


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("name", READMES)
def test_curl_example_runs(name: str, server: str) -> None:
    """Two plain requests give the answer as JSON; a third says that the server is ready."""
    (example,) = examples(name, "sh")
    script = example.replace("http://127.0.0.1:7860", server)
    done = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    *_, data, state = [line for line in done.stdout.splitlines() if line.strip()]
    (answer,) = json.loads(data.removeprefix("data: "))
    assert "12%" in answer["text"]
    assert answer["citations"][0]["number"] == "葫政发〔2019〕12号"
    assert json.loads(state) == {"ready": True, "documents": 1}


@pytest.mark.slow
@pytest.mark.parametrize("name", READMES)
def test_python_example_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python example answers from the built-in documents, with number, place and quote."""
    from ingest import ingest

    ingest([ROOT / "documents" / "2019-huzhengfa-12.md"], tmp_path / "store")
    monkeypatch.setenv("POLICY_STORE", str(tmp_path / "store"))
    (example,) = [each for each in examples(name, "python") if "PolicyAssistant" in each]
    exec(compile(example, name, "exec"), {})
    printed = capsys.readouterr().out
    assert "12%" in printed
    assert "葫政发〔2019〕12号 第四条" in printed
