"""The rows of a list of members, and the role in front of each.

副组长：刘一 市政府副秘书长 / 陈二 市教育局局长: the second row says nothing of what 陈二 is in the
group unless 副组长 stands before it. In: a sentence, a stretch that an answer shows; a question
with scored sentences; a passage's text. Out: whether it is such a row, the stretch that names its
role; the sentences with whom the office that is asked about has sent in front; all rows. Imports
`drafts`, `evidence`, `offices`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.drafts import Evidence, evidence_in
from assistant.evidence import Sentence
from assistant.offices import offices, speaks_of
from assistant.questions import Question

_ROLE = r"[一-龥][一-龥 　]{0,8}[一-龥][:：]"
_NAME = r"(?:[一-龥]{2,4}|[一-龥][ 　]{1,3}[一-龥])"
_POST = r"(?:\S*|[省市县区局][ 　])(?:长|主任|书记|秘书|主席|师|员|干部|负责人|经理|理事)\S{0,6}"
_ROW = re.compile(rf"^(?P<role>{_ROLE})?[ 　]*{_NAME}(?:同志)?[ 　]+{_POST}[。；;]?$")
# Between two rows, one that names no post known here is somebody all the same.
_LIKE_ROW = re.compile(
    rf"^(?P<role>{_ROLE})?[ 　]*(?P<person>(?:[一-龥·]{{2,12}}|[一-龥][ 　]{{1,3}}[一-龥])(?:同志)?"
    r"[ 　]+(?P<post>[^。；;：:]{2,40}?))[。；;]?$"
)

_OF_SOMEBODY = ("who", "person")
# A list has so many rows at least; an office sends one or two.
LEAST_ROWS = 3
_MOST_SENT = 2


@dataclass(frozen=True)
class Row:
    """Somebody on a list: from where to where in the document, the name with the post, the post,
    the role in the list and where that is named; none where no row says it."""

    start: int
    end: int
    person: str
    post: str
    role: str
    named: tuple[int, int] | None


def rows_in(text: str, start: int) -> tuple[Row, ...]:
    """The rows of the list of members in `text`, which begins at `start` of its document; none
    where it holds two lists, or other lines between the rows."""
    rows: list[Row] = []
    role, named, ended = "", None, False
    at = start
    for line in text.splitlines(keepends=True):
        begin, stripped = at + len(line) - len(line.lstrip()), line.strip()
        at += len(line)
        row = _LIKE_ROW.match(stripped)
        if is_member(stripped) and ended:
            return ()
        if row is None or ended or not (rows or is_member(stripped)):
            ended = bool(rows and stripped)
            continue
        if row["role"]:
            role = re.sub(r"[ 　:：]", "", row["role"])
            named = (begin, begin + len(row["role"]))
        end = begin + len(stripped)
        rows.append(Row(begin, end, row["person"], row["post"], role, named))
    roles = [each for each, _ in groupby(row.role for row in rows)]
    return tuple(rows) if len(set(roles)) == len(roles) else ()


def is_member(text: str) -> bool:
    """Whether `text` is a row of a list of members: a name and a post, perhaps behind a role."""
    return _ROW.match(text.strip()) is not None


def role_of(evidence: Evidence) -> Evidence | None:
    """The role that the row at which `evidence` begins has from a row before it; None where it
    has its own or is no row."""
    passage = evidence.passage
    begin = evidence.start - passage.start
    opening = evidence.text.lstrip().splitlines()[0]
    match = _ROW.match(opening.strip())
    if match is None or match["role"] or begin <= 0:
        return None
    end = begin
    for line in reversed(passage.text[:begin].splitlines()):
        start = passage.text.rfind(line, 0, end)
        end = start
        if not line.strip():
            continue
        row = _ROW.match(line.strip())
        if row is None:
            return None
        if row["role"]:
            first = passage.start + passage.text.index(row["role"], start)
            return evidence_in(passage, first, first + len(row["role"]))
    return None


def sent_by_office(question: Question, sentences: Sequence[Sentence]) -> list[Sentence]:
    """`sentences`, where the best one stands in a list of members and the question names an
    office: with that office's rows of the list in front, and as likely as all of the list."""
    found = list(sentences)
    named = offices(question.standalone) if question.kind in _OF_SOMEBODY else ()
    if not named or not found:
        return found

    def of_office(sentence: Sentence) -> bool:
        return any(speaks_of(sentence.text, each) for each in named)

    if of_office(found[0]) and not is_member(found[0].text):
        return found
    listed = [each for each in found if _place(each) == _place(found[0])]
    rows = [each for each in listed if is_member(each.text)]
    sent = [found[0]] if of_office(found[0]) else [each for each in rows if of_office(each)]
    if len(rows) < LEAST_ROWS or not 0 < len(sent) <= _MOST_SENT:
        return found
    likely = sum(each.likelihood for each in listed) / len(sent)
    best = max(each.score for each in (found[0], *sent))
    front = [replace(each, likelihood=likely, score=best) for each in sent]
    rest = (each for each in found if each not in sent)
    return [*front, *(replace(e, likelihood=0.0) if e in listed else e for e in rest)]


def _place(sentence: Sentence) -> tuple[str, str]:
    """The document and the place in it that a sentence stands in."""
    return sentence.passage.document_id, sentence.passage.locator
