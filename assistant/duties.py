"""Who is responsible for an item, where only a mark at its end says so.

（责任单位：…）, （…牵头，…配合） or a line 负责单位：… closes an item, often many sentences behind
the one that a question is about, in the next passage where the item is long, or behind the last
of several items that have none of their own. In: a document and stretches of it that an answer
shows. Out: the stretches with their marks, each cited by itself. Imports `drafts`, `evidence`,
`vectorstore`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.drafts import Evidence, at_passage, evidence_in
from assistant.evidence import split_sentences
from vectorstore.datamodels import Passage, PolicyDocument

# What names offices: （市财政局负责）, （完成时限：…） alone does not.
_MARK = re.compile(
    r"^(?:[（(](?=[^\n]*(?:负责|责任|牵头|配合))[^\n]*[）)][。；;]?"
    r"|(?:负责|责任|牵头|主管|承办)(?:单位|部门|人)[:：][^\n]+)$"
)
_NEW_ITEM = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]+[）)]|第\S{1,5}条|[一二三四五六七八九十]+、|\d+[.．、])"
)


def with_marks(document: PolicyDocument, shown: Sequence[Evidence], most: int) -> list[Evidence]:
    """`shown` with the mark behind each item of `document` that is shown without it, as long as
    all of it has at most `most` characters; the first one's comes in any case."""
    marks = [_mark_of(document, each) for each in shown]
    found: list[Evidence] = []
    for at, (evidence, mark) in enumerate(zip(shown, marks, strict=True)):
        found.append(evidence)
        # Of several stretches of one item the last is followed by its mark.
        if mark is None or any(_same(mark, later) for later in (*marks[at + 1 :], *shown)):
            continue
        first = marks[0] is not None and _same(mark, marks[0])
        length = sum(len(each.text) for each in (*shown, *found[at + 1 :], mark))
        if first or length <= most:
            found.append(mark)
    return found


def _same(mark: Evidence, other: Evidence | None) -> bool:
    """Whether `other` holds `mark`, or is it."""
    return other is not None and (
        mark.passage.document_id == other.passage.document_id
        and other.start <= mark.start < other.end
    )


def _mark_of(document: PolicyDocument, shown: Evidence) -> Evidence | None:
    """The mark that closes the item in which `shown` ends; None where it has none or holds it."""
    if shown.passage.document_id != document.id:
        return None
    item = _item(document, shown)
    for passage, start, end in _behind(item, shown.end):
        text = document.text[start:end]
        if _MARK.match(text):
            return evidence_in(at_passage(shown.passage, passage), start, end)
        if _NEW_ITEM.match(text):
            return None
    ends = [passage.text[a:b] for passage in item for a, b in split_sentences(passage.text)]
    return None if any(map(_MARK.match, ends)) else _mark_of_all(document, shown)


def _item(document: PolicyDocument, shown: Evidence) -> list[Passage]:
    """The passage of `shown` and those that the same item goes on in."""
    own = shown.passage
    at = next((i for i, each in enumerate(document.passages) if each.start == own.start), None)
    if at is None:
        return []
    item = [document.passages[at]]
    for each in document.passages[at + 1 :]:
        if (each.locator, each.headings) != (own.locator, own.headings):
            break
        item.append(each)
    return item


def _behind(item: Sequence[Passage], offset: int) -> Iterator[tuple[Passage, int, int]]:
    """The sentences of `item` behind `offset`, each with its passage."""
    for passage in item:
        for start, end in split_sentences(passage.text):
            if passage.start + start >= offset:
                yield passage, passage.start + start, passage.start + end


def _mark_of_all(document: PolicyDocument, shown: Evidence) -> Evidence | None:
    """The mark on a line of its own behind the last of several items under one heading, where
    none of them has another."""
    headings = shown.passage.headings
    items = [each for each in document.passages if headings and each.headings == headings]
    marks = [
        (each, each.start + start, each.start + end)
        for each in items
        for start, end in split_sentences(each.text)
        if _MARK.match(each.text[start:end])
    ]
    if len(marks) != 1 or marks[0][0] is not items[-1]:
        return None
    passage, start, end = marks[0]
    if end < passage.start + len(passage.text.rstrip()) or document.text[start - 1] != "\n":
        return None
    return evidence_in(at_passage(shown.passage, passage), start, end)
