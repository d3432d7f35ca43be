"""Settings: from the environment and .env, each mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from vectorstore.errors import BadSetting
from vectorstore.settings import PROJECT, Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without a .env."""
    monkeypatch.chdir(tmp_path)


def test_defaults() -> None:
    """Without settings everything stays in the project, and no language model is asked."""
    settings = Settings.load()
    assert settings.store == PROJECT / ".store"
    assert (settings.embedding_model, settings.chat_model) == ("", "")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_dotenv_is_read_and_the_environment_wins(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file as editors on Windows save it is read too."""
    Path(".env").write_text(f"{mark}POLICY_STORE=库\nPOLICY_CHAT_MODEL=ollama:qwen3\n", "utf-8")
    monkeypatch.setenv("POLICY_CHAT_MODEL", "openai:gpt-5-mini")
    settings = Settings.load()
    assert settings.store == Path("库")
    assert settings.chat_model == "openai:gpt-5-mini"


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template's `POLICY_STORE=` does not make the working directory the store."""
    monkeypatch.setenv("POLICY_STORE", "")
    Path(".env").write_text("POLICY_DOCUMENTS=\n", "utf-8")
    settings = Settings.load()
    assert settings.store == PROJECT / ".store"
    assert settings.documents == PROJECT / "documents"


@pytest.mark.parametrize("in_file", [True, False])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("POLICY_STOER", "x", "Unknown setting POLICY_STOER; the known ones are POLICY_"),
        ("POLICY_CHAT_BASE_URL", "ftp://x", "POLICY_CHAT_BASE_URL is unusable: must start with"),
        ("POLICY_CHAT_MODEL", "gpt-5", "POLICY_CHAT_MODEL is unusable: must be provider:model"),
        ("POLICY_CHAT_MODEL", "openai:", "POLICY_CHAT_MODEL is unusable"),
    ],
)
def test_mistakes_are_named(
    name: str, value: str, message: str, in_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both languages."""
    if in_file:
        Path(".env").write_text(f"{name}={value}\n", "utf-8")
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=message) as caught:
        Settings.load()
    assert name in caught.value.chinese


def test_other_peoples_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the prefix counts."""
    monkeypatch.setenv("POLICYHOLDER", "x")
    Path(".env").write_text("OPENAI_API_KEY=x\n", "utf-8")
    Settings.load()


def test_a_dotenv_in_another_encoding() -> None:
    """Named, with the way out."""
    Path(".env").write_bytes("POLICY_STORE=政策库\n".encode("gb18030"))
    with pytest.raises(BadSetting, match=r"\.env cannot be read"):
        Settings.load()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when the settings are printed."""
    monkeypatch.setenv("POLICY_CHAT_API_KEY", "swordfish")
    settings = Settings.load()
    assert "swordfish" not in repr(settings)
    assert settings.chat_api_key.get_secret_value() == "swordfish"
