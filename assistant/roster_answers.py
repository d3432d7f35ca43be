"""Answers that a list of members gives as a whole: who has several posts, whom offices have sent.

工作小组组长和副组长都有谁 asks for all rows of each post, 市妇联和团市委的成员是谁 for a row of
each office. In: a question, found passages, the store. Out: a statement for each post, with all
of its rows cited; none where a word of the question is left over, a post or an office has no row,
or not exactly one list answers: what is unsure is left to the search. Imports `drafts`,
`headings`, `language`, `offices`, `questions`, `rosters`, `vectorstore`'s types and terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.drafts import Evidence, Statement, at_passage
from assistant.headings import short_title
from assistant.language import ENGLISH
from assistant.offices import speaks_of
from assistant.questions import Question
from assistant.rosters import LEAST_ROWS, Row, rows_in
from vectorstore.datamodels import FoundPassage, Passage, PolicyDocument
from vectorstore.numbers import numeral_value
from vectorstore.store import PolicyStore
from vectorstore.terms import fold

_BODY = r"(?:联席会议|指挥部|委员会|(?:领导|工作|专项)*(?:专班|小组|组)(?!长))"
_WHO = r"(?:谁|哪[些几]?[位个]?(?:人|同志|领导)?|什么人|什么名字|啥名字?)"
_IS_WHO = (
    rf"(?:(?:分别|各自|各|都|一共)*(?:[是有叫]|包括)?{_WHO}|(?:分别|都)?由{_WHO}来?(?:担任|当))"
)
_ASKED = re.compile(
    rf"^(?:请问|想问一?下|查一?下)?[,，]?(?P<group>.{{2,40}}?)"
    rf"(?:(?P<body>{_BODY})(?:(?:成员)?名单)?|(?:成员)?(?:名单|表))"
    rf"(?:里面?|中|内|上|的)?[,，]?(?P<items>.{{2,60}}?)的?(?:名单|{_IS_WHO})[呢啊呀吗]?[?？。]?$"
)
_YEAR = re.compile(r"^(?:(\d{4})年(?:度|的)?)")
_JOINED = re.compile(r"以及|还有|[、,，和与及跟]")
_COUNTED = re.compile(r"^([一二两三四五六七八九]|\d{1,2})[位名个]")
_ALONE = re.compile(rf"{_IS_WHO}$")
# 正副组长 are a 组长 and his 副组长.
_BOTH = re.compile(r"正[、和]?副([一-龥]{2,3}?)(?=$|[、,，和与及跟以还都各分是有名])")
_MEMBERS = re.compile(
    r"(?<=.)(?:(?:各|分别)?派[去出来]?的?|的?(?=[成委组代人同]))"
    r"(?:成员|委员|组员|代表|人员|人|同志)?$"
)
_EVERYBODY = ("成员", "委员", "组员")
_OF_CITY = re.compile(r"^市(?=.{2})")
# What a group is called beside what its document is called.
_IN_ITS_NAME = re.compile(r"工作|领导|专项|协调|市级?|全市")
_LEAST_NAMED = 4
_LEAST_WORD = 2
_LEAST_ASKED = 2
# An office sends one or two; more rows speak of it otherwise.
_MOST_SENT = 2
_LONGEST = 600


@dataclass(frozen=True)
class _Asked:
    """A question for people on a list: what the list is of, and whose rows of it."""

    group: str
    body: str
    items: tuple[str, ...]


def from_roster(
    question: Question, passages: Sequence[FoundPassage], store: PolicyStore
) -> tuple[Statement, ...]:
    """What a list of members in one of the found passages' documents says of several posts, of a
    post that several people have, or of several offices."""
    if question.language == ENGLISH:
        return ()
    # What was put right in the question may have been right: a 三位 is no slip for 单位.
    texts = (question.standalone, "" if question.followup else question.text)
    each_read = (asked for text in texts if (asked := _read(text)) is not None)
    told = (_told_of(asked, passages, store) for asked in each_read)
    return next(filter(None, told), ())


def _told_of(
    asked: _Asked, passages: Sequence[FoundPassage], store: PolicyStore
) -> tuple[Statement, ...]:
    """What exactly one list tells of those `asked` for."""
    best = {each.document_id: each for each in reversed(passages)}
    found = []
    for key, passage in best.items():
        document = store.document(key)
        if document is None or not _is_of(document, asked):
            continue
        for place, rows in _lists_of(document):
            chosen = _of_posts(asked, rows) or _of_offices(asked, rows)
            if len(chosen) >= _LEAST_ASKED:
                found.append((document, at_passage(passage, place), chosen))
    if len(found) != 1 or sum(len(row.person) for row in found[0][2]) > _LONGEST:
        return ()
    return _told(*found[0])


def _read(text: str) -> _Asked | None:
    """What a question asks of a list; None where it asks otherwise."""
    match = _ASKED.match(re.sub(r"\s+", "", fold(text)))
    if match is None:
        return None
    said = _JOINED.split(_BOTH.sub(r"\1、副\1", match["items"]))
    items = tuple(filter(None, (_ALONE.sub("", each) for each in said)))
    # Whether who leads it is one of the members is for whoever asks to say.
    if not items or items in [(each,) for each in _EVERYBODY]:
        return None
    return _Asked(match["group"], match["body"] or "", items)


def _is_of(document: PolicyDocument, asked: _Asked) -> bool:
    """Whether all that the group is called stands in the title of `document`, which has such a
    body."""
    group, year = asked.group, _YEAR.match(asked.group)
    if year:
        if year[1] != (document.issued or "")[:4]:
            return False
        group = group[year.end() :]
    title, named = fold(document.title), 0
    while group:
        length = next((n for n in range(len(group), 1, -1) if group[:n] in title), 0)
        other = _IN_ITS_NAME.match(group)
        if length < _LEAST_WORD and not other:
            return False
        named += length
        group = group[length or other.end() :]
    return named >= _LEAST_NAMED and asked.body in fold(document.text)


def _lists_of(document: PolicyDocument) -> Iterator[tuple[Passage, tuple[Row, ...]]]:
    """The lists of members in `document`, each of which stands in one passage as a whole."""
    listed = [
        (each, rows) for each in document.passages if (rows := rows_in(each.text, each.start))
    ]
    places = [each.locator for each, _ in listed]
    for passage, rows in listed:
        if len(rows) >= LEAST_ROWS and places.count(passage.locator) == 1:
            yield passage, rows


def _of_posts(asked: _Asked, rows: Sequence[Row]) -> tuple[Row, ...]:
    """All rows of each post asked for; none where the list lacks one of them, or has not so many
    people in it as the question says."""
    chosen: list[Row] = []
    for item in asked.items:
        counted = _COUNTED.match(item)
        post = item[counted.end() :] if counted else item
        held = [row for row in rows if row.role and fold(row.role) == post]
        if not held or (counted and len(held) != _value(counted[1])):
            return ()
        chosen += held
    return tuple(dict.fromkeys(chosen))


def _value(written: str) -> int | None:
    return int(written) if written.isdecimal() else numeral_value(written.replace("两", "二"))


def _of_offices(asked: _Asked, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of each office asked for; none where one of them has none, or too many."""
    chosen: list[Row] = []
    items = [*asked.items[:-1], _MEMBERS.sub("", asked.items[-1])]
    for item in items:
        office = _OF_CITY.sub("", item)
        if len(items) < _LEAST_ASKED or len(office) < _LEAST_WORD:
            return ()
        sent = [row for row in rows if item in fold(row.post)]
        sent = sent or [row for row in rows if office in fold(row.post)]
        if not sent and len(office) > _LEAST_WORD:
            sent = [row for row in rows if speaks_of(row.post, office)]
        if not 0 < len(sent) <= _MOST_SENT or any(row in chosen for row in sent):
            return ()
        chosen += sent
    return tuple(chosen)


def _told(
    document: PolicyDocument, passage: FoundPassage, chosen: Sequence[Row]
) -> tuple[Statement, ...]:
    """根据《…》（…）附件：组长：甲 副市长 — a statement for each post, its people one after the
    other."""
    number = f"（{document.number}）" if document.number else ""
    place = passage.locator.rstrip("、.．").replace("/", "")
    lead = f"根据《{short_title(document.title)}》{number}{place}："
    said: list[Statement] = []
    for role, held in groupby(chosen, key=lambda row: row.role):
        rows = list(held)
        named = rows[0].named
        spans = [(row.start, row.end) for row in rows]
        if named and named[0] < rows[0].start:
            spans.insert(0, named)
        people = "；".join(row.person.rstrip("。；;") for row in rows)
        text = f"{'' if said else lead}{f'{role}：' if role else ''}{people}。"
        runs = _together(spans, document.text)
        evidence = (Evidence(passage, *each, document.text[slice(*each)]) for each in runs)
        said.append(Statement(text, tuple(evidence)))
    return tuple(said)


def _together(spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Stretches of `text`, those that stand one behind the other as one."""
    runs = [spans[0]]
    for start, end in spans[1:]:
        last = runs[-1]
        if last[1] <= start and not text[last[1] : start].strip():
            runs[-1] = (last[0], end)
        else:
            runs.append((start, end))
    return runs
