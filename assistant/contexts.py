"""The values of a text, each with the words that it is said of.

In: folded text, lines kept. Out: `Bound`s. In a sentence the words in front of a value are its
own, back to the value of the same kind before it; values that are only enumerated (一百元、二百元)
share theirs. A clause between two values belongs to the second, and to the first too unless it is
a condition. A sentence that leans back (情节严重的, …) keeps the words of the one before it. A
bracket on who does it, or by when, speaks of the whole item in front of it; a cell of a table of
its row and its column's head. Pure functions; imports `actors`, `measures`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.actors import PARTY, Actor, actors
from assistant.measures import Measure, family, kind_in, measures

Value = Measure | Actor
_SENTENCE = re.compile(r"[^。;!?]+[。;!?]*")
_DUTY = re.compile(r"\((?=[^()]*(?:负责|责任|牵头|配合|时限|完成))(?:[^()]|\([^()]*\))*\)")
_PIECE = re.compile(r"(?:[^,、:]|(?<=\d),(?=\d{3}(?!\d)))+[,、:]*")
_CONDITION = re.compile(r"[的时者后外][,:]?$|^(?:如|若|凡|未经)")
_BEGINS_NEXT = re.compile(rf"{_CONDITION.pattern}|、$")
_ENUMERATED = re.compile(r"(?:[、,和及与或至到/~—–-]|\s|以及)*")
_LEANS_BACK = re.compile(
    r"^(?:其中|其|该|情节|逾期|拒不|仍|另|再|还|同时|此外|超过|造成|构成|上述|前[款述项]|最[高低多少长]|累计|并|且"
    r"|期满|经|但|每|以后|此后|剩余|其余|不足|未|有前|有下列|对此|可(?=以|在|由|按|再|延|给|申))"
)
_ANNOUNCES = re.compile(
    r"[^\d]{13,}:|.*(?:如下|包括|分别为|[两二三四五六七八九十几\d]+[个]?(?:档|类|种|项|方面|条|步)):"
)
_LEANS_ON = re.compile(r"^(?:其中|最[高低多少长]|累计|超过|剩余|其余|不足|期满)")
_BARE = re.compile(r"[\s(]*")
# Of a sentence that never ends the last words are enough.
_LONGEST = 600
_CELL = "|"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_VALUE_SIGNS = re.compile(r"[\d〇零一二三四五六七八九十百千万年月日元底前内起至到个天周岁]")
# A clause with fewer signs beside its value says nothing of it.
_LEAST_SAID = 2
# Where a sentence names whom it is about, it does so at its beginning.
_SUBJECT_WITHIN = 10
_HEADING_LENGTH = 24


@dataclass(frozen=True)
class Bound:
    """A value and the text that it stands in; `beside`: another of its kind in its own clause."""

    value: Value
    context: str
    beside: bool = False


def bound_values(text: str, names: Sequence[str] = ()) -> list[Bound]:
    """The figures and offices of a folded text with their contexts.

    `names` are of offices that the text may name without what commonly begins such a name.
    """
    found: list[Bound] = []
    heads: list[str] = []
    at = 0
    for line in text.split("\n"):
        if _CELL in line:
            cells = line.split(_CELL)
            heads = heads if len(heads) == len(cells) else cells
            found += [_moved(each, at) for each in _row(cells, heads, names)]
        else:
            found += [_moved(each, at) for each in _line(line, names)]
        at += len(line) + 1
    return found


def _moved(bound: Bound, by: int) -> Bound:
    value = bound.value
    return replace(bound, value=replace(value, start=value.start + by, end=value.end + by))


def _values(text: str, names: Sequence[str]) -> list[Value]:
    offices = (each for each in actors(text, names) if each.kind != PARTY)
    return sorted([*measures(text), *offices], key=lambda each: each.start)


def _row(cells: Sequence[str], heads: Sequence[str], names: Sequence[str]) -> Iterator[Bound]:
    """The values of a table's row: said of its cells that hold none, and of their column."""
    held = [_stretch(cell, names) for cell in cells]
    words = " ".join(cell for cell, values in zip(cells, held, strict=True) if not values)
    at = 0
    for cell, head, values in zip(cells, heads, held, strict=True):
        above = head if head != cell else ""
        for each in values:
            value = each.value
            if isinstance(value, Measure) and not value.kind:
                value = replace(value, kind=kind_in(above))
            context = f"{words} {above} {each.context}"
            yield _moved(Bound(value, context, each.beside), at)
        at += len(cell) + 1


def _line(line: str, names: Sequence[str]) -> list[Bound]:
    """The values of a line, item by item."""
    found: list[Bound] = []
    item = 0
    for duty in _DUTY.finditer(line):
        whole = line[item : duty.start()]
        found += [_moved(each, item) for each in _stretch(whole, names)]
        found += [
            replace(_moved(each, duty.start()), context=f"{whole} {each.context}")
            for each in _stretch(duty[0], names)
        ]
        item = duty.end()
    return found + [_moved(each, item) for each in _stretch(line[item:], names)]


def _stretch(text: str, names: Sequence[str]) -> list[Bound]:
    """The values of some sentences."""
    sentences = [
        (match.start(), match[0], _values(match[0], names)) for match in _SENTENCE.finditer(text)
    ]
    found: list[Bound] = []
    for kind in dict.fromkeys(family(each.kind) for _, _, values in sentences for each in values):
        heading = topic = last = subject = ""
        for index, (start, sentence, held) in enumerate(sentences):
            subject = _subject(sentence) or subject
            values = [each for each in held if family(each.kind) == kind]
            if not values:
                topic = sentence
                if not index and not held and len(sentence) <= _HEADING_LENGTH:
                    heading = sentence
                continue
            leaning = f"{last} {topic}" if _LEANS_BACK.match(sentence) else ""
            before = f"{heading} {subject} {leaning}"
            bound = _sentence(sentence, values, held)
            found += [
                replace(_moved(each, start), context=f"{before} {each.context}") for each in bound
            ]
            last, topic = " ".join(each.context for each in bound), ""
    return found


def _subject(sentence: str) -> str:
    """The party or office that a sentence begins with, if it does."""
    found = actors(sentence[:_SUBJECT_WITHIN])
    return found[0].value if found and not found[0].goal else ""


def _sentence(sentence: str, values: Sequence[Value], held: Sequence[Value]) -> list[Bound]:
    """The values of one kind in a sentence that holds others too."""
    pieces = [
        # What announces a list is said of each of its items.
        (match.start(), match.end(), "" if _ANNOUNCES.fullmatch(match[0]) else match[0])
        for match in _PIECE.finditer(sentence)
    ]
    measured = {_piece_of(pieces, each.start) for each in held if isinstance(each, Measure)}
    groups = _groups(sentence, values)
    places = [
        (_piece_of(pieces, group[0].start), _piece_of(pieces, group[-1].start)) for group in groups
    ]
    found: list[Bound] = []
    last, beginning, since = "", "", 0
    for index, (group, (first, final)) in enumerate(zip(groups, places, strict=True)):
        later = [start for start, _ in places[index + 1 :] if start > final]
        until = min(later, default=len(pieces))
        own = [piece for _, _, piece in pieces[since : final + 1]]
        # A clause with a figure of its own speaks of that.
        about = min((each for each in measured if final < each), default=until)
        after = [piece for _, _, piece in pieces[final + 1 : min(until, about)]]
        if later:
            after = [piece for piece in after if not _BEGINS_NEXT.search(piece)]
        context = " ".join([*own, *after])
        if index and (places[index - 1][0] == first or _LEANS_ON.match(own[0])):
            context = f"{last} {context}"[-_LONGEST:]
        elif index and _BARE.fullmatch(sentence[pieces[first][0] : group[0].start]):
            # 签约后十二个月内开工、二十四个月内投产
            context = f"{beginning} {context}"
        else:
            beginning = sentence[pieces[first][0] : group[0].start]
        beside = any(
            other is not group and start <= final and first <= end
            for other, (start, end) in zip(groups, places, strict=True)
        )
        found += [Bound(value, context, beside) for value in group]
        last = context
        if index + 1 < len(groups) and places[index + 1][0] > final:
            since = _begin(pieces, since, final, until)
    return found


def _groups(sentence: str, values: Sequence[Value]) -> list[list[Value]]:
    """Values that are only enumerated are one group."""
    groups: list[list[Value]] = []
    for value in values:
        if groups and _ENUMERATED.fullmatch(sentence[groups[-1][-1].end : value.start]):
            groups[-1].append(value)
        else:
            groups.append([value])
    return groups


def _begin(pieces: Sequence[tuple[int, int, str]], since: int, final: int, until: int) -> int:
    """Which piece the words of the next value begin with, after one in the pieces to `final`."""
    if final == since and len(_HAN.findall(_VALUE_SIGNS.sub("", pieces[final][2]))) < _LEAST_SAID:
        # 2022年11月15日前，完成验收: what the value is said of follows it.
        return until
    conditions = [i for i in range(final + 1, until) if _CONDITION.search(pieces[i][2])]
    return conditions[0] if conditions else max(until - 1, final + 1)


def _piece_of(pieces: Sequence[tuple[int, int, str]], offset: int) -> int:
    return next((i for i, (_, end, _) in enumerate(pieces) if offset < end), len(pieces) - 1)
