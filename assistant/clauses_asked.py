"""Which clauses of an amendment a question asks for: those deleted, all, of one place, or the one
that took out some words.

修订时删掉的是哪几条 asks for those deleted, 第九条第二款改成了什么 for a place, “每年检测一次”
还在不在 for words. In: a question, what is known of validity. Out: statements that cite the
clauses; none where the question names no amended document or asks for something else. Imports
`amendments`, `drafts`, `questions`, `standing`, `status`, `vectorstore`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.amendments import Item, evidence_of, items, shown
from assistant.drafts import Statement
from assistant.questions import Question
from assistant.standing import Change, inner_title
from assistant.status import Validity, chinese_date, named
from vectorstore.datamodels import STATUS_AMENDED
from vectorstore.numbers import numeral_value
from vectorstore.terms import fold, words

_DELETED = re.compile(
    r"(?:删|砍)(?:掉|去|除|减)?(?:了|的|过)*(?:是|有)?(?:哪|几)[几些两]?(?:个)?(?:条|款|项|内容)"
    r"|(?:哪|几)[几些两]?(?:个)?(?:条|款|项)(?:内容)?(?:是|被|给|都)*(?:整条)?(?:删|砍)"
)
_ALTERED = re.compile(
    r"(?:修改|修订|改动|改)(?:了|的|过)*(?:是|有)?(?:哪几?[条些款处项]|哪里)"
    r"|(?:修改|修订|改动)(?:了|的|过)*(?:是|有)?(?:什么|啥)(?:内容|地方|条款|$|[?？])"
)
_NUMERAL = r"[〇零一二三四五六七八九十百\d]{1,5}"
_PLACE = re.compile(
    rf"第(?P<条>{_NUMERAL})条(?:的?第?(?P<款>{_NUMERAL})款)?(?:的?第?[（(]?(?P<项>{_NUMERAL})[）)]?项)?"
)
_NEW_WORDS = re.compile(
    r"(?:改|变|调整|修订)(?:成|为|作)(?:了|的)?(?:是|些)?(?:什么|啥|怎|哪|多少|几)"
    r"|(?:怎么|如何|咋|怎样)(?:修改|改|修订|调整)的?(?:$|\W)"
)
# 还在不在, 还有没有, 还保留吗: behind a requirement, at the end of the question.
_STILL = re.compile(
    r"(?:现在|如今|目前|是不是|是否|今后|以后|到底|究竟)*(?:"
    r"(?:还|仍)(?:然|是|要)*(?:在不在|有没有|在|有|保留|存在|算数|作数|管用|适用|有效|执行|要求)"
    r"|(?:已经?)?被?(?:取消|删掉|删除|删去|删))了?(?:吗|么|没有?|不|没)?了?\W*$"
)
_QUOTED = re.compile(r"[“\"「]([^“”\"「」]{4,})[”\"」]")
_AHEAD = re.compile(
    r"^(?:请问|那么|那|原来|原先|原本|以前|之前|过去|老|旧|里面|里头|里边|里|中|的|对|关于|规定)+"
)
_BEHIND = re.compile(
    r"(?:的|这|那|个|一)*(?:要求|规定|条款|条|项|款|说法|做法|内容|字样|表述|句话|话)?[,，、:：\s]*$"
)
_SHORTEST_NAME = 6
_SHORTEST_WORDS = 8
_SHORTEST_OF_NAMED = 4
_LONGEST = 400


def clauses_asked(question: Question, said: str, validity: Validity) -> list[Statement]:
    """The clauses of an amendment that are asked for; `said` is the question as it is matched."""
    for choose in (_listed_clauses, _at_place, _about_words):
        found = choose(question, said, validity)
        if found:
            return found
    return []


def _listed_clauses(question: Question, said: str, validity: Validity) -> list[Statement]:
    """Those deleted, or all."""
    deleted = bool(_DELETED.search(said))
    if not deleted and not _ALTERED.search(said):
        return []
    found = _items_meant(question, said, validity)
    if deleted:
        found = [each for each in found if each.deed == "删去" and each.places]
    if deleted and "整条" in said:
        found = [each for each in found if each.whole and not each.partly]
    return _clauses(found, validity)


def _at_place(question: Question, said: str, validity: Validity) -> list[Statement]:
    """What has become of one article, or of the paragraph or item of it that is named."""
    asked = list(_PLACE.finditer(said))
    if len(asked) != 1 or not _NEW_WORDS.search(said):
        return []
    found = [
        each for each in _items_meant(question, said, validity) if _is_about(each.text, asked[0])
    ]
    return _clauses(found, validity)


def _is_about(clause: str, asked: re.Match[str]) -> bool:
    """Whether a clause changes the place asked for: none of its parts may be another one."""
    bare = re.sub(r"“[^”]*(?:”|$)", "", fold(clause))
    return any(
        all(
            not place[part]
            or not asked[part]
            or numeral_value(place[part]) == numeral_value(asked[part])
            for part in ("条", "款", "项")
        )
        for place in _PLACE.finditer(bare)
    )


def _about_words(question: Question, said: str, validity: Validity) -> list[Statement]:
    """That the very words asked about were taken out, where they still bind is asked."""
    still = _STILL.search(said)
    if not still:
        return []
    quoted = _QUOTED.findall(said)
    changes = _amendments_meant(question, said, validity)
    least = _SHORTEST_OF_NAMED if changes else _SHORTEST_WORDS
    changes = changes or [each for each in validity.changes if each.status == STATUS_AMENDED]
    phrase = quoted[0] if len(quoted) == 1 else _requirement(said[: still.start()], changes)
    found = [
        (item, old)
        for item in _items(changes, question, validity)
        for old in item.old
        if _says(fold(old), phrase, least)
    ]
    targets = {_target(item.change) for item, _ in found}
    if len(targets) != 1:
        return []
    return [one for item, old in found if (one := _taken_out(item, old, validity))]


def _requirement(before: str, changes: Sequence[Change]) -> str:
    """What a question says of the requirement, without the name of the document it stands in."""
    lengths = [(_named_in(before, title), title) for title in map(_title, changes)]
    longest, title = max(lengths, default=(0, ""))
    if longest >= _SHORTEST_NAME:
        before = before.rpartition(fold(title)[-longest:])[2].lstrip("》〉")
    return _AHEAD.sub("", _BEHIND.sub("", before))


def _says(old: str, phrase: str, least: int) -> bool:
    """Whether `old` says every word of `phrase`, which must be long enough to tell."""
    wanted = words(phrase)
    return len(phrase) >= least and bool(wanted) and all(each in old for each in wanted)


def _taken_out(item: Item, old: str, validity: Validity) -> Statement | None:
    """That `item` took out, or put other words in the place of, the words `old`."""
    source = evidence_of(item, validity)
    if source is None:
        return None
    change, document = item.change, item.document
    by = named(document.number, inner_title(document.title))
    done = "将" if change.since > validity.today.isoformat() else "已"
    since = f"（自{chinese_date(change.since)}起）" if change.since else ""
    lead = f"{_target(change)}中的“{old}”{done}由{by}{item.deed}{since}。"
    text = f"{lead}原文：{_listed([item])}"
    return Statement(text, (source,), (lead,))


def _items_meant(question: Question, said: str, validity: Validity) -> list[Item]:
    """The clauses that change the one document which the question names."""
    return _items(_amendments_meant(question, said, validity), question, validity)


def _items(changes: Iterable[Change], question: Question, validity: Validity) -> list[Item]:
    """The clauses of `changes` up to the date asked about, each once; of the amendments of one
    year where the question says in which."""
    asked = validity.asked(question)
    changes = [each for each in changes if not asked.then or each.since <= asked.on]
    of_year = [each for each in changes if asked.year and each.since.startswith(asked.year)]
    found: dict[tuple[str, int], Item] = {}
    for change in of_year or changes:
        document = validity.document(change.document_id)
        for item in items(change, document) if document else ():
            found[item.document.id, item.start] = item
    return list(found.values())


def _amendments_meant(question: Question, said: str, validity: Validity) -> list[Change]:
    """The amendments of the one document that the question names, by number or title."""
    amending = [each for each in validity.changes if each.status == STATUS_AMENDED]
    if question.numbers:
        of = {id(c) for n in question.numbers for c in validity.changes.named(number=n)}
        found = [each for each in amending if id(each) in of]
        if found:
            return found
    lengths = {id(each): _named_in(said, _title(each)) for each in amending}
    best = max(lengths.values(), default=0)
    if best < _SHORTEST_NAME:
        return []
    meant = [each for each in amending if lengths[id(each)] == best]
    return meant if len({fold(_title(each)) for each in meant}) == 1 else []


def _title(change: Change) -> str:
    return inner_title(change.relation.target_title or "")


def _target(change: Change) -> str:
    return named(change.relation.target_number, change.relation.target_title)


def _named_in(said: str, title: str) -> int:
    """How many of the last signs of `title` the question says in a row: a city's name in front
    is left out in speech."""
    folded = fold(title)
    return next((len(folded) - at for at in range(len(folded)) if folded[at:] in said), 0)


def _clauses(found: Sequence[Item], validity: Validity) -> list[Statement]:
    """What is said of the clauses `found`, of each amending document in one statement."""
    statements = []
    for key in dict.fromkeys(each.document.id for each in found):
        own = [each for each in found if each.document.id == key]
        sources = [evidence for each in own if (evidence := evidence_of(each, validity))]
        change, document = own[0].change, own[0].document
        by = named(document.number, inner_title(document.title))
        lead = f"{by}对{_target(change)}的修改："
        statements.append(Statement(lead + _listed(own), tuple(sources), (lead,)))
    return statements


def _listed(found: Iterable[Item]) -> str:
    """The clauses one after the other, cut short where they are many."""
    texts = [shown(each.text) for each in found]
    if sum(map(len, texts)) > _LONGEST:
        texts = [_opening(each) for each in texts]
    listed = "；".join(texts)
    return listed if listed.endswith("。”") else f"{listed}。"


def _opening(text: str) -> str:
    """A clause without the new text that it quotes: 将第四条修改为新的条文."""
    return re.sub(r"为[:：]?“[^“”]{30,}”?$", "", text)
