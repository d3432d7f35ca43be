"""Places within a document: its outline, and the place that an article's name means.

In: a `PolicyDocument` with its passages. Out: `Heading`s and `Place`s with their offsets in the
document's text. Pure; knows no HTML. May import `vectorstore`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorstore.datamodels import Passage, PolicyDocument
from vectorstore.numbers import numeral_value

DEEPEST = 3
LONGEST_OUTLINE = 300
_LONGEST_HEADING = 60
_LONGEST_LABEL = 26
_WINDOW = 4_000
_ROWS = re.compile(r"第\d+行$")
_COUNTED = re.compile(r"第([〇零一二三四五六七八九十百千两\d]+)([编章节条款项])")
_HAN = "[一二三四五六七八九十]"
_MARKED = re.compile(rf"第[^\s]{{1,7}}[编章节条]|{_HAN}+、|（{_HAN}+）")
_ARTICLE = re.compile(r"第[^\s]{1,7}条")
_SENTENCE_END = re.compile(r"[。；;：:]")


@dataclass(frozen=True)
class Heading:
    """An entry of the outline: text[start:…] begins with it; `alone` if it fills its line."""

    start: int
    depth: int
    label: str
    alone: bool


@dataclass(frozen=True)
class Place:
    """A stretch of the text with the locator that names it."""

    locator: str
    start: int
    end: int


def headings(document: PolicyDocument) -> tuple[Heading, ...]:
    """Every heading that the passages know, in text order."""
    found: dict[int, Heading] = {}
    seen: set[tuple[str, ...]] = set()
    after = 0
    for passage in document.passages:
        if _ROWS.search(passage.locator):
            continue
        for depth in range(len(passage.headings)):
            path = passage.headings[: depth + 1]
            if path in seen:
                continue
            seen.add(path)
            start = _position(document.text, path[-1], after, passage)
            if start is not None and start not in found:
                annex = passage.locator.split("/")[0] if depth == 0 else ""
                label = _with_annex(annex, path[-1])
                alone = _line_length(document.text, start) < len(label) + 3
                found[start] = Heading(start, depth, label, alone)
        own = _own_heading(passage)
        path = (*passage.headings, passage.locator)
        if own and path not in seen and passage.start not in found:
            seen.add(path)
            found[passage.start] = Heading(passage.start, len(passage.headings), *own)
        after = max(after, passage.start)
    return tuple(found[start] for start in sorted(found))


def outline(document: PolicyDocument) -> tuple[Heading, ...]:
    """The headings to find one's way by: as deep as a list of readable length allows."""
    every = headings(document)
    for depth in range(DEEPEST, 0, -1):
        kept = tuple(each for each in every if each.depth < depth)
        if len(kept) <= LONGEST_OUTLINE:
            return kept
    return kept[:LONGEST_OUTLINE]


def _position(text: str, heading: str, after: int, passage: Passage) -> int | None:
    """Where a heading above `passage` stands; its line may have been repaired since."""
    lowest = max(0, min(after, passage.start) - _WINDOW)
    start = text.rfind(heading, lowest, passage.end)
    if start < 0:
        return None
    # Only at the beginning of a line is it the heading and not a mention of it.
    line = text.rfind("\n", 0, start) + 1
    return line if not text[line:start].strip() or _is_mark(text[line:start]) else None


def _is_mark(before: str) -> bool:
    return len(before) < 8 and bool(re.search(r"附件\s*\d*\s*[:：.]?\s*$", before))


def _line_length(text: str, start: int) -> int:
    end = text.find("\n", start)
    return (end if end >= 0 else len(text)) - start


def _own_heading(passage: Passage) -> tuple[str, bool] | None:
    """What a passage is called where it begins with a mark of its own; whether on its own line."""
    first, _, rest = passage.text.partition("\n")
    first = first.strip()
    if not _MARKED.match(first):
        return None
    if rest and len(first) <= _LONGEST_HEADING and not _ARTICLE.match(first):
        return first.rstrip("。；;：: "), True
    sentence = _SENTENCE_END.split(first, maxsplit=1)[0]
    if len(sentence) > _LONGEST_LABEL:
        sentence = f"{sentence[:_LONGEST_LABEL]}…"
    return sentence, False


def _with_annex(annex: str, heading: str) -> str:
    named = annex.startswith("附件") and not heading.startswith("附件")
    return f"{annex} {heading}" if named else heading


def find_article(document: PolicyDocument, name: str) -> tuple[Place, ...]:
    """The places that a locator, or the end or beginning of one, means; the most exact only.

    第4条 means 第四条; 第四条 of an annex is meant where nothing else bears the name.
    """
    wanted = _segments(name)
    if not wanted:
        return ()
    paths = [_segments(passage.locator) for passage in document.passages]
    for agrees in (
        lambda path: path == wanted,
        lambda path: path[-len(wanted) :] == wanted,
    ):
        indexes = [index for index, path in enumerate(paths) if agrees(path)]
        if indexes:
            return tuple(_places(document.passages, indexes))
    for agrees in (
        lambda path: path[: len(wanted)] == wanted,
        lambda path: all(map(str.startswith, path, wanted)) and len(path) >= len(wanted),
    ):
        indexes = [index for index, path in enumerate(paths) if agrees(path)]
        if indexes:
            return tuple(_places(document.passages, indexes, name))
    return ()


def locator_address(document: PolicyDocument) -> dict[int, str]:
    """By a passage's start, the locators that mean one place only."""
    runs: dict[str, list[int]] = {}
    previous = ""
    for passage in document.passages:
        if passage.locator != previous:
            runs.setdefault(passage.locator, []).append(passage.start)
        previous = passage.locator
    return {starts[0]: locator for locator, starts in runs.items() if len(starts) == 1}


def _segments(locator: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", locator)
    plain = re.sub(r"\s", "", plain)
    plain = _COUNTED.sub(lambda match: f"第{numeral_value(match[1])}{match[2]}", plain)
    return tuple(filter(None, plain.split("/")))


def _places(
    passages: Sequence[Passage], indexes: Sequence[int], common: str = ""
) -> Iterator[Place]:
    """Passages that follow each other are one place: under one locator, or one `common` name."""
    group = [indexes[0]]
    for index in [*indexes[1:], -1]:
        first, last = passages[group[0]], passages[group[-1]]
        follows = index == group[-1] + 1
        if follows and (common or passages[index].locator == first.locator):
            group.append(index)
            continue
        yield Place(common or first.locator, first.start, last.end)
        group = [index]
