"""Prompt texts as files: `load("answer", passages=…)` reads prompts/answer.md and fills it in.

Placeholders are `{{name}}`; a missing or left-over one is an error, never an empty string.
Imports nothing of the project.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["load"]

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def load(name: str, **values: str) -> str:
    """The prompt `name` with its placeholders filled; KeyError names one that is not given."""
    text = (Path(__file__).parent / f"{name}.md").read_text("utf-8").strip()
    unknown = set(values) - set(_PLACEHOLDER.findall(text))
    if unknown:
        raise KeyError(f"prompt {name} has no placeholder {', '.join(sorted(unknown))}")
    # One pass: a value that looks like a placeholder is data and stays as it is.
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)
