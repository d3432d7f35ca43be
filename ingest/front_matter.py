"""Reads the fields at the head of a Markdown file (between two lines of ---).

In goes a file's text; out come the fields and the rest. Only `name: value` lines are understood,
which is all that the documents need. Imports nothing of the project.
"""

from __future__ import annotations

import re

FIELDS = (
    "number",
    "title",
    "issuer",
    "kind",
    "issued",
    "effective",
    "expires",
    "gazette",
    "source",
)
_FIELD = re.compile(r"^([A-Za-z_]+)\s*:\s*(.*)$")


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The known fields of the front matter, and the text after it."""
    lines = text.lstrip("\ufeff \n").split("\n")
    if not lines or lines[0].strip() != "---":
        return {}, text
    end = next((i for i, line in enumerate(lines[1:60], 1) if line.strip() in ("---", "...")), None)
    if end is None:
        return {}, text
    fields = {}
    for line in lines[1:end]:
        match = _FIELD.match(line.strip())
        if match and match.group(1).lower() in FIELDS:
            value = match.group(2).strip().strip("\"'").strip()
            if value and value not in ("null", "~"):
                fields[match.group(1).lower()] = value
    return fields, "\n".join(lines[end + 1 :])
