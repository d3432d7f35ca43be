"""Which annexes a document lists below its text, and which of them came with it.

In go the paragraphs of one document, then the parts that its outline found; out come the list,
the annexes and a warning for each that is listed but not there. Imports ingest.markers and
vectorstore.datamodels only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.markers import (
    annex_label,
    is_closed,
    is_date,
    is_footer,
    is_issuer,
    is_publicity_note,
)
from vectorstore.datamodels import Annex

_LIST = re.compile(r"^附\s*件?\s*[：:]\s*(.*)$")
_NUMBERED = re.compile(r"^(\d{1,2})\s*[.．、]\s*(?!\d)(.+)$")
_NEXT_ENTRY = re.compile(r"[；;。\s]+(?=\d{1,2}\s*[.．、]\s*[^\d\s])")
_LONGEST = 120
_FILE_NAME = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|ofd|jpe?g|png)$", re.IGNORECASE)
_QUOTED = re.compile(r"^《([^《》]*)》$")
_OMITTED = re.compile(r"[（(]\s*(?:略|此略|另发|附后)\s*[）)]$")


@dataclass(frozen=True)
class AnnexList:
    """The (label, title) of each annex listed, and the paragraphs that hold such lists."""

    entries: tuple[tuple[str, str], ...]
    indices: frozenset[int]


def list_of_annexes(paragraphs: Sequence[str], first: int) -> AnnexList:
    """What the first list from paragraph `first` on announces; later ones are only marked."""
    entries: tuple[tuple[str, str], ...] = ()
    indices: set[int] = set()
    index = first
    while index < len(paragraphs):
        lines = _lines_of_list(paragraphs, index)
        if lines:
            entries = entries or tuple(_entries(lines))
            indices.update(range(index, index + len(lines)))
        index += len(lines) or 1
    return AnnexList(entries, frozenset(indices))


def end_of_letter(paragraphs: Sequence[str]) -> int:
    """The index of the first annex; annexes have dates and signatures of their own."""
    listed = list_of_annexes(paragraphs, 0).indices
    labels = (
        index
        for index, text in enumerate(paragraphs)
        if index and index not in listed and annex_label(text) is not None
    )
    return next(labels, len(paragraphs))


def annexes_of(
    listed: AnnexList, found: Iterable[tuple[str, str, bool]]
) -> tuple[tuple[Annex, ...], list[str]]:
    """The annexes, and warnings for the missing; `found` has label, title, whether it has text."""
    parts = {label: (title, has_text) for label, title, has_text in found if label}
    annexes, warnings = [], []
    for label, title in listed.entries:
        known = label if label in parts else _only_one(label, parts)
        own_title, has_text = parts.pop(known, ("", False)) if known else ("", False)
        annexes.append(Annex(label, own_title or title, missing=not has_text))
        if not has_text:
            warnings.append(f"{label}未随文收录：{title}" if title else f"{label}未随文收录")
    # Annexes of annexes and those that no list announces.
    annexes += [
        Annex(label, title) for label, (title, has_text) in parts.items() if has_text or title
    ]
    return tuple(annexes), warnings


def _only_one(label: str, parts: dict[str, tuple[str, bool]]) -> str | None:
    """附件 and 附件1 are the same where there is one."""
    if label not in ("附件", "附件1"):
        return None
    return next((each for each in ("附件", "附件1") if each in parts), None)


def _lines_of_list(paragraphs: Sequence[str], index: int) -> list[str]:
    """The lines of the list that begins at `index`, label included; none where there is none."""
    match = _LIST.match(paragraphs[index])
    if not match or len(paragraphs[index]) > 2000:
        return []
    end = index + 1
    while end < len(paragraphs) and _is_entry(paragraphs[end]):
        end += 1
    if match.group(1):
        return list(paragraphs[index:end])
    if end == index + 1 and end < len(paragraphs) and not _ends_list(paragraphs[end]):
        end += 1  # 附件： and its one title in the next line
    closes = end == len(paragraphs) or _ends_list(paragraphs[end])
    titled = len(paragraphs[end - 1]) <= _LONGEST and not is_closed(paragraphs[end - 1])
    return list(paragraphs[index:end]) if end > index + 1 and closes and titled else []


def _is_entry(text: str) -> bool:
    return len(text) <= _LONGEST and bool(_NUMBERED.match(text)) and "。" not in text


def _ends_list(text: str) -> bool:
    """A signature or the first annex follows a list; an annex's own text does not."""
    return (
        is_date(text)
        or is_issuer(text)
        or is_publicity_note(text)
        or is_footer(text)
        or annex_label(text) is not None
    )


def _entries(lines: Sequence[str]) -> Iterable[tuple[str, str]]:
    first = _LIST.match(lines[0])
    head = first.group(1) if first else ""
    for line in [*_NEXT_ENTRY.split(head), *lines[1:]]:
        match = _NUMBERED.match(line)
        title = (match.group(2) if match else line).strip().rstrip("；;。. ")
        title = _QUOTED.sub(r"\1", _OMITTED.sub("", _FILE_NAME.sub("", title)))
        if title and len(title) <= _LONGEST:
            yield (f"附件{int(match.group(1))}" if match else "附件", title)
