"""Prompt files: every placeholder is filled, and only from what is given."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

import prompts

# A changed text needs a new version, here and in its first line.
VERSIONS = {
    "system": (2, "31d3e178"),
    "question": (2, "e8327275"),
    "standalone": (1, "5b58e0ed"),
    "refusal": (1, "8597f655"),
    "refusal.en": (1, "d6ef6b8d"),
    "caution": (1, "4d55b1db"),
    "caution.en": (1, "9c461f13"),
}
FOLDER = Path(prompts.__file__).parent
PLACEHOLDERS = {
    "system": {"refusal_mark", "language"},
    "question": {"passages", "question"},
    "standalone": {"history", "question"},
    "refusal": {"closest"},
    "refusal.en": {"closest"},
    "caution": set(),
    "caution.en": set(),
}


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_changed_prompt_has_a_new_version(name: str) -> None:
    """So that answers of two versions can be told apart; the version itself is not sent."""
    text = (FOLDER / f"{name}.md").read_text("utf-8").partition("\n")[2]
    found = (prompts.version(name), sha256(text.encode()).hexdigest()[:8])
    assert found == VERSIONS[name], f"prompts/{name}.md was changed: raise its version"
    assert "version" not in prompts.load(name, **dict.fromkeys(PLACEHOLDERS[name], "值"))


def test_every_prompt_is_known() -> None:
    """A new file needs its placeholders listed here."""
    assert {each.stem for each in FOLDER.glob("*.md")} == set(PLACEHOLDERS)


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_prompt_with_its_values(name: str) -> None:
    """Exactly these placeholders; filled, none is left."""
    text = (FOLDER / f"{name}.md").read_text("utf-8")
    assert set(re.findall(r"\{\{(\w+)\}\}", text)) == PLACEHOLDERS[name]
    filled = prompts.load(name, **{each: f"值-{each}" for each in PLACEHOLDERS[name]})
    assert "{{" not in filled
    assert all(f"值-{each}" in filled for each in PLACEHOLDERS[name])
    assert filled == filled.strip()


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_missing_value(name: str) -> None:
    """KeyError names it: a prompt without its passages must never be sent."""
    for missing in PLACEHOLDERS[name]:
        given = dict.fromkeys(PLACEHOLDERS[name] - {missing}, "值")
        with pytest.raises(KeyError, match=missing):
            prompts.load(name, **given)


def test_a_value_too_many() -> None:
    """KeyError names prompt and value: a misspelt one would be lost otherwise."""
    with pytest.raises(KeyError, match="refusal has no placeholder closet"):
        prompts.load("refusal", closest="", closet="")


def test_a_value_that_looks_like_a_placeholder() -> None:
    """Is data: a document cannot have the question put into its text."""
    text = prompts.load("question", passages=r"{{question}} {{closest}} \1 \g<0>", question="问？")
    assert r"{{question}} {{closest}} \1 \g<0>" in text
    assert text.count("问？") == 1


def test_an_unknown_prompt() -> None:
    """The file's name is in the error."""
    with pytest.raises(FileNotFoundError, match=r"nosuch\.md"):
        prompts.load("nosuch")
