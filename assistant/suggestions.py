"""What to ask next: follow-ups beside an answer's passage, and after a refusal questions that do
have answers.

Made from the headings near the cited (or the closest) passages, and each asked before it is
offered. In: an `Answer`, how a document is read, and an `ask` callable. Out: questions. Imports
`datamodels`, `examples`, `headings` and `vectorstore`'s types and terms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.datamodels import Answer
from assistant.examples import question_about
from assistant.headings import plain_heading
from vectorstore.datamodels import Passage, PolicyDocument
from vectorstore.terms import bigrams, fold

FOLLOW_UPS = 3
REPHRASED = 2
_TRIED = 8
_TRIED_OF_ONE = 4
_NAME = re.compile(r"[\u4e00-\u9fff“”、]{4,16}")
# A first line that is a sentence rather than a heading.
_CLAUSE = re.compile(
    r"必须|应[当符按]|不得|下列|可以|本[办规细方意通]|^[自由将对按]|[的是]$|施行|如下"
)
# Headings that every document has; to ask for them leads nowhere.
_COMMON = frozenset(
    ("总则", "附则", "正文", "其他", "其它", "总体要求", "指导思想", "基本原则", "工作要求",
     "保障措施", "组织领导", "主要任务", "重点任务", "工作目标", "有关要求")
)  # fmt: skip
_WHOLE = "主要讲了什么？"
_PUBLISHED = re.compile(
    r"(?:印发|转发|公布|发布)《?(.{4,40}?(?:方案|办法|规定|细则|政策|规划|意见|条例))》?的通知$"
)
_MATTER = re.compile(r"关于.{4,30}$")


def suggestions(
    answer: Answer,
    document_of: Callable[[str], PolicyDocument | None],
    ask: Callable[[str], Answer],
) -> tuple[str, ...]:
    """Up to three follow-ups to an answer, or up to two questions instead of a refused one."""
    if answer.answered:
        places = [(each.document_id, each.start, each.end) for each in answer.citations]
        found = _answered_near(answer, places[:1], document_of, ask, FOLLOW_UPS)
        return tuple(found)
    places = [(each.document_id, each.start, each.start) for each in answer.passages]
    return tuple(_answered_near(answer, places, document_of, ask, REPHRASED))


def _answered_near(
    answer: Answer,
    places: Sequence[tuple[str, int, int]],
    document_of: Callable[[str], PolicyDocument | None],
    ask: Callable[[str], Answer],
    wanted: int,
) -> list[str]:
    """Questions that are answered from the documents at `places`, first document first."""
    found: list[str] = []
    tried = 0
    for document_id, start, end in {each[0]: each for each in reversed(places)}.values():
        document = document_of(document_id)
        if document is None:
            continue
        share = wanted if answer.answered else 1
        for question in _candidates(document, answer, start, end):
            if share == 0 or len(found) == wanted or tried == _TRIED:
                break
            tried += 1
            if question not in found and _is_new(ask(question), answer, document):
                found.append(question)
                share -= 1
    return found


def _is_new(tried: Answer, answer: Answer, document: PolicyDocument) -> bool:
    """Whether the question is answered from `document`, and not by what is on screen already."""
    shown = {(each.document_id, each.start) for each in answer.citations}
    cited = {(each.document_id, each.start) for each in tried.citations}
    return tried.answered and {each[0] for each in cited} == {document.id} and not cited <= shown


def _candidates(document: PolicyDocument, answer: Answer, start: int, end: int) -> Iterator[str]:
    """Questions about what stands near text[start:end], those that share its words first."""
    asked = set(bigrams(fold(answer.question)))
    own = {
        name
        for passage in document.passages
        if answer.answered and passage.start < end and start < passage.end
        for name in _names(passage)
    }
    nearest: dict[str, tuple[int, int]] = {}
    for passage in document.passages:
        distance = max(passage.start - end, start - passage.end, 0)
        for name in _names(passage):
            shared = len(asked & set(bigrams(fold(name))))
            rank = (0 if answer.answered else -shared, distance)
            nearest[name] = min(nearest.get(name, rank), rank)
    names = sorted((name for name in nearest if name not in own), key=nearest.__getitem__)
    subject = _subject(document)
    for name in names[:_TRIED_OF_ONE]:
        yield question_about(name) or f"{subject}对{name}有什么规定？"
    yield f"{subject}{_WHOLE}"


def _names(passage: Passage) -> Iterator[str]:
    """What the headings over a passage, and its own first line, are about."""
    first = passage.text.split("\n", 1)[0].split("。", 1)[0]
    for heading in (*passage.headings, first):
        name = plain_heading(heading)
        if _NAME.fullmatch(name) and name not in _COMMON and not _CLAUSE.search(name):
            yield name


def _subject(document: PolicyDocument) -> str:
    """A document by the name that people use for it: its short title, or its number."""
    found = _PUBLISHED.search(document.title)
    if found:
        return f"《{found[1]}》"
    matter = _MATTER.search(document.title)
    if matter and "《" not in matter[0]:
        return f"《{matter[0]}》"
    return document.number or f"《{document.title}》"
