"""Reads the fields at the head of a Markdown file (between two lines of ---).

In goes a file's text; out come the fields and the rest. Only `name: value` lines are understood,
which is all that the documents need. The loaders of other formats write what they know of a
document in the same way. Imports nothing of the project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

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
    "published",
    "status",
    "publicity",
)
_RELATION = re.compile(
    r"^-\s*(repeals|replaces|amends|forwards|implements|based_on|cites)\s*:\s*(.+)$"
)
_FIELD = re.compile(r"^([A-Za-z_]+)\s*:\s*(.*)$")


@dataclass(frozen=True)
class FrontMatter:
    """The known fields, the stated relations as (kind, target), and the text after them."""

    fields: dict[str, str]
    relations: tuple[tuple[str, str], ...]
    body: str


def split_front_matter(text: str) -> FrontMatter:
    """The front matter of `text`; without one, all of `text` is the body."""
    lines = text.lstrip("\ufeff \n").split("\n")
    end = next(
        (i for i, line in enumerate(lines[1:200], 1) if line.strip() in ("---", "...")), None
    )
    if lines[0].strip() != "---" or end is None:
        return FrontMatter({}, (), text)
    fields: dict[str, str] = {}
    relations = []
    for line in lines[1:end]:
        relation = _RELATION.match(line.strip())
        if relation:
            relations.append((relation.group(1), relation.group(2).strip()))
            continue
        match = _FIELD.match(line.strip())
        if match and match.group(1).lower() in FIELDS:
            value = match.group(2).strip().strip("\"'").strip()
            if value and value not in ("null", "~"):
                fields[match.group(1).lower()] = value
    return FrontMatter(fields, tuple(relations), "\n".join(lines[end + 1 :]))


def with_front_matter(fields: Mapping[str, str], body: str) -> str:
    """`body` under those of `fields` that have a value; what `split_front_matter` reads."""
    lines = [f"{name}: {value}" for name, value in fields.items() if name in FIELDS and value]
    return "\n".join(["---", *lines, "---", "", body]) if lines else body
