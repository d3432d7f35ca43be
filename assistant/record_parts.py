"""What belongs to a document beside its particulars: its annexes and the document it rests on.

In: a stored document and a passage of it. Out: statements that cite the line where the annexes are
listed, or the sentence that names what the document implements; None where it is not sure.
Imports `drafts`, `evidence`, `headings`, `vectorstore`'s types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.drafts import Evidence, Statement, at_passage, evidence_in
from assistant.evidence import split_sentences
from assistant.headings import short_title
from vectorstore.datamodels import FoundPassage, Passage, PolicyDocument

# Titles that together are longer are counted only.
_LONGEST_LIST = 260
_RESTS = ("implements", "based_on")
# What an opening says of other documents; further down each item has its own.
_OPENING = 3
_OF_STATE = re.compile(r"^(?:中华人民共和国|国务院|国家|中共中央|中央|国发|国办)")
_OF_PROVINCE = re.compile(r"^[^市县区]{2,8}?省|^(?:中共)?[^市县区]{2,8}?省委")


def annexes_of(document: PolicyDocument, found: FoundPassage) -> Statement | None:
    """How many annexes a document has, and their titles, cited from where it lists them."""
    annexes, places = document.annexes, []
    labels = [each.label for each in annexes]
    if not annexes or labels not in (["附件"], [f"附件{at + 1}" for at in range(len(annexes))]):
        return None
    at = 0
    for each in annexes:
        at = document.text.find(each.title, at) if each.title else -1
        if at < 0:
            return None
        places.append((at, at + len(each.title)))
        at = places[-1][1]
    titles = [each.title for each in annexes]
    if len(titles) > 1:
        titles = [f"{number}.{title}" for number, title in enumerate(titles, 1)]
    told = "；".join(titles)
    told = f"：{told}" if len(told) <= _LONGEST_LIST else ""
    number = f"（{document.number}）" if document.number else ""
    count = f"共有{len(titles)}个附件" if len(titles) > 1 else "有1个附件"
    listed = _listed(document, found, places)
    text = f"《{short_title(document.title)}》{number}{count}{told}。"
    return Statement(text, listed, (document.title, document.number or "", count, *titles))


def _listed(
    document: PolicyDocument, found: FoundPassage, places: Sequence[tuple[int, int]]
) -> tuple[Evidence, ...]:
    """The titles at `places`, those of one passage in one quotation."""
    spans: dict[Passage, tuple[int, int]] = {}
    for start, end in places:
        before = [each for each in document.passages if each.start <= start]
        if before:
            passage = next((each for each in before if start < each.end), before[-1])
            spans[passage] = (spans.get(passage, (start, end))[0], end)
    return tuple(
        Evidence(at_passage(found, passage), start, end, document.text[start:end])
        for passage, (start, end) in spans.items()
    )


def basis_of(document: PolicyDocument, found: FoundPassage, level: str) -> Statement | None:
    """The sentence of the opening that says what the document implements or rests on; with
    `level`, only where that is a document of the state or of the province."""
    for passage in document.passages[:_OPENING]:
        for start, end in split_sentences(passage.text):
            first, last = passage.start + start, passage.start + end
            rests = [
                each
                for each in document.relations
                if each.kind in _RESTS and first <= each.start < last
            ]
            if rests and any(_is_of(level, each.target_title or "") for each in rests):
                sentence = evidence_in(at_passage(found, passage), first, last)
                return Statement(document.text[first:last].strip(), (sentence,))
    return None


def _is_of(level: str, title: str) -> bool:
    """Whether a document called `title` is of the government that `level` says."""
    if level.startswith("省"):
        return bool(_OF_PROVINCE.match(title))
    if level == "上级":
        return bool(_OF_PROVINCE.match(title) or _OF_STATE.match(title))
    return not level or bool(_OF_STATE.match(title))
