"""Finds what a document says about other documents: repeals, amends, implements, cites.

In go a document's text and its passages; out come relations with the offsets of the mention in
that text. Imports vectorstore.datamodels, vectorstore.numbers and ingest.lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.lines import CELL
from vectorstore.datamodels import Passage, Relation
from vectorstore.numbers import canonical_number

_MENTION = re.compile(
    r"《(?P<title>[^《》\n]{3,120})》(?:\s*[（(](?P<number>[^（）()\n]{4,40}(?:[（(]\d{4}[）)][^（）()\n]{0,10})?)[）)])?"
)
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_REPEAL_AFTER = re.compile(r"(?:同时|予以|一并|即行|自行|相应)废止|停止执行|不再执行")
_REPEAL_BEFORE = re.compile(r"(?:决定)?废止$")
_AMEND_BEFORE = re.compile(r"(?:修订|修改|修正)(?:后的)?$")
_AMEND_AFTER = re.compile(r"^(?:（[^）]*）)?\s*(?:作出?(?:如下)?修[改订]|进行修[改订])")
_IMPLEMENT = re.compile(r"贯彻|落实|根据|按照|依据|依照|遵照|转发")


def find_relations(text: str, passages: Sequence[Passage]) -> list[Relation]:
    """The relations that `text` states, in text order, one per mention."""
    relations = [
        relation
        for sentence in _SENTENCE.finditer(text)
        if "《" in sentence.group() and CELL not in sentence.group()
        for relation in _in_sentence(text, sentence.start(), sentence.end())
    ]
    relations += _in_repeal_tables(passages)
    return sorted(relations, key=lambda r: (r.start, r.end))


def stated_relations(stated: Sequence[tuple[str, str]]) -> list[Relation]:
    """Relations that front matter states; they have no place in the text (0, 0)."""
    relations = []
    for kind, target in stated:
        title = re.search(r"《(.+)》", target)
        number = canonical_number(re.sub(r"《.+》", "", target))
        relations.append(Relation(kind, number, title.group(1) if title else None, 0, 0))
    return relations


def _in_sentence(text: str, start: int, end: int) -> list[Relation]:
    relations = []
    sentence = text[start:end]
    repealed = _REPEAL_AFTER.search(sentence)
    for match in _MENTION.finditer(sentence):
        number = canonical_number(match["number"]) if match["number"] else None
        before, after = sentence[: match.start()], sentence[match.end() :]
        kind = _kind(before, after, number, bool(repealed and repealed.start() >= match.end()))
        if kind:
            relations.append(
                Relation(kind, number, match["title"], start + match.start(), start + match.end())
            )
    return relations


def _kind(before: str, after: str, number: str | None, repealed: bool) -> str | None:
    if _REPEAL_BEFORE.search(before) or repealed:
        return "repeals"
    if _AMEND_BEFORE.search(before) or _AMEND_AFTER.match(after):
        return "amends"
    # In 根据《A》（…）、《B》（…） the verb stands before the first of several mentions.
    if _IMPLEMENT.search(_MENTION.sub("", before)[-40:]):
        return "implements"
    return "cites" if number else None


def _in_repeal_tables(passages: Sequence[Passage]) -> list[Relation]:
    """The rows of a table of repealed documents: a column of numbers, a column of names."""
    relations = []
    for passage in passages:
        if "行" not in passage.locator or not passage.headings or CELL not in passage.text:
            continue
        above = "".join(passage.headings)
        header = passage.headings[-1].split(CELL)
        if "废止" not in above and "失效" not in above:
            continue
        cells = passage.text.split(CELL)
        number = next((n for n in map(canonical_number, cells[:4]) if n), None)
        name = next((i for i, h in enumerate(header) if re.search("名称|标题|文件名", h)), None)
        if number is None and name is None:
            continue
        title = cells[name].strip("《》") if name is not None and name < len(cells) else None
        relations.append(Relation("repeals", number, title, passage.start, passage.end))
    return relations
