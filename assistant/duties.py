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
    marks = list(_marks(item))
    if not marks:
        # Behind the last of several items under one heading, where none of them has another.
        headings = shown.passage.headings
        item = [each for each in document.passages if headings and each.headings == headings]
        marks = list(_marks(item))
        return _cited(shown, marks[0]) if _is_of_all(document, item, marks) else None
    following = next((each for each in marks if each[2] >= shown.end), None)
    if following is None or following[1] < shown.end:
        return None
    between = document.text[shown.end : following[1]]
    own = not any(_NEW_ITEM.match(line) for line in between.splitlines()[1:])
    return _cited(shown, following) if own or _is_of_all(document, item, marks) else None


def _cited(shown: Evidence, mark: tuple[Passage, int, int]) -> Evidence:
    passage, start, end = mark
    return evidence_in(at_passage(shown.passage, passage), start, end)


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


def _marks(item: Sequence[Passage]) -> Iterator[tuple[Passage, int, int]]:
    """The marks in `item`, each with its passage, start and end."""
    for passage in item:
        for start, end in split_sentences(passage.text):
            if _MARK.match(passage.text[start:end]):
                yield passage, passage.start + start, passage.start + end


def _is_of_all(
    document: PolicyDocument,
    items: Sequence[Passage],
    marks: Sequence[tuple[Passage, int, int]],
) -> bool:
    """Whether all of `items` have one mark, on a line of its own behind the last."""
    if len(marks) != 1:
        return False
    _, start, end = marks[0]
    last = items[-1]
    return end >= last.start + len(last.text.rstrip()) and document.text[start - 1] == "\n"
