"""Prompt texts as files: `load("answer", passages=…)` reads prompts/answer.md and fills it in.

Placeholders are `{{name}}`; a missing or left-over one is an error, never an empty string. The
first line of a file is its version, which grows whenever the text changes. Imports nothing of
the project.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["load", "version"]

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_VERSION = re.compile(r"<!-- version (\d+) -->\n")


def load(name: str, **values: str) -> str:
    """The prompt `name` with its placeholders filled; KeyError names one that is not given."""
    text = _VERSION.sub("", _read(name), count=1).strip()
    unknown = set(values) - set(_PLACEHOLDER.findall(text))
    if unknown:
        raise KeyError(f"prompt {name} has no placeholder {', '.join(sorted(unknown))}")
    # One pass: a value that looks like a placeholder is data and stays as it is.
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def version(name: str) -> int:
    """The version of the prompt `name`; ValueError when its first line has none."""
    found = _VERSION.match(_read(name))
    if not found:
        raise ValueError(f"prompt {name} does not begin with <!-- version N -->")
    return int(found[1])


def _read(name: str) -> str:
    return (Path(__file__).parent / f"{name}.md").read_text("utf-8")
