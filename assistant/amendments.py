"""What an amending document changes: which places of another, and which words there.

In: a change that one stored document makes to another (`standing`) and the amending text. Out:
`Item`s, one for each clause that changes a place (将第四条中的“十五日”修改为“三十日”), and
whether one is about words that are shown; where neither place nor words agree, it is not.
Imports `drafts`, `figures`, `standing`, `status`, `vectorstore`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.drafts import Evidence
from assistant.figures import figures
from assistant.standing import Change
from assistant.status import Validity, passage_at, place_of
from vectorstore.datamodels import Passage, PolicyDocument
from vectorstore.numbers import numeral_value
from vectorstore.terms import bigrams, fold

_NUMERAL = r"[〇零一二三四五六七八九十百\d]{1,5}"
_DIGIT = r"[〇零一二三四五六七八九十百千万\d.]"
_PLACE = re.compile(
    rf"第(?P<article>{_NUMERAL})条|第(?P<part>{_NUMERAL})部分"
    rf"|(?<![一-龥\d])(?P<section>[一二三四五六七八九十]{{1,3}})、(?=第?[（(]|中)"
    rf"|(?<![条款分）)])第[（(]?(?P<item>{_NUMERAL})[）)]?项"
)
_SECTION = r"([一二三四五六七八九十]+)、"
_BRACKETED = re.compile(rf"^\s*第?\s*[（(](?P<sub>{_NUMERAL})[）)]")
_DEEDS = (
    ("修改", re.compile(r"(?:修[改订]|改|调整|更改)为")),
    ("删去", re.compile(r"删[去除掉]")),
    ("停止执行", re.compile(r"停止执行|不再执行")),
    ("废止", re.compile(r"废止|失效")),
    ("增加", re.compile(r"增加[一二两三]?(?:[章条款项句]|部分)")),
)
_QUOTE = re.compile(r"“([^“”]*)”")
_REPLACED = re.compile(r"“([^“”]*)”[^“”，。；]{0,4}(?:修[改订]|改|调整|更改)为")
_TAKEN_OUT = re.compile(r"删[去除掉][^“”。；]{0,20}“([^“”]*)”|“([^“”]*)”[^“”。；]{0,6}删[去除掉]")
_NO_MORE = re.compile(r"“([^“”]*)”[^“”，。；]{0,8}(?:停止执行|不再执行|废止|失效)")
# 专线电话改为0733-1234567: a telephone number that is replaced without being quoted.
_TELEPHONE = r"\d{3,4}-\d{7,8}"
_NEW_TELEPHONE = re.compile(rf"([一-龥]{{2,8}})(?:修改|更改|调整|改|变更)为({_TELEPHONE})")
_MARK = re.compile(
    r"^\s*(?:(?P<top>附件|第\S{1,4}章)|(?P<one>[一二三四五六七八九十]+、)"
    r"|(?P<two>[（(][一二三四五六七八九十]+[）)])|(?P<three>\d+[.．、])|(?P<four>[（(]\d+[）)]))"
)
_OPENING = re.compile(r"\s*作?出?(?:如下|以下)?修[改订][:：]")
_ENDS = "；。;"
_LEAST_OLD = 4
_LONGEST_CLAUSE = 220


@dataclass(frozen=True)
class Item:
    """One clause of the amending `document`, from `start` to `end` of its text.

    `places` are the keys of what it changes (article 4, section 9); `old` the words it takes out;
    `whole`: it sets a place anew or takes it out as a whole; `telephone` what it calls a telephone
    whose number it replaces.
    """

    change: Change
    document: PolicyDocument
    start: int
    end: int
    deed: str
    places: tuple[str, ...]
    old: tuple[str, ...]
    whole: bool
    telephone: str = ""

    @property
    def partly(self) -> bool:
        """Whether it changes a paragraph of a place, and not its words, so that it is not known
        whether what is shown of that place is among what changes."""
        return self.whole and bool(re.search(rf"第{_NUMERAL}[款项]", _QUOTE.sub("", self.text)))

    @property
    def text(self) -> str:
        """The clause, verbatim."""
        return self.document.text[self.start : self.end]


def items(change: Change, document: PolicyDocument) -> list[Item]:
    """What `document` says that it changes in the target of `change`."""
    begin, end = change.relation.end, _stretch_end(change, document)
    text = document.text
    rest_end = min(_line_end(text, begin), end)
    if deed_of(text[begin:rest_end]):
        return list(_in_piece(change, document, begin, end))
    found: list[Item] = []
    at, base = rest_end + 1, _rank_at(text, begin)
    while at < end:
        stop = _paragraph_end(text, at, end)
        line = text[at:stop]
        changes = bool(deed_of(line) and (_PLACE.search(line) or _QUOTE.search(line)))
        rank = _rank(line)
        about_other = not changes or ("《" in _QUOTE.sub("", line) and not _PLACE.match(line))
        if rank is not None and rank <= base and about_other:
            break
        if changes:
            found += _in_piece(change, document, at, stop)
        at = stop + 1
    return found


def _stretch_end(change: Change, document: PolicyDocument) -> int:
    """Where the next document is taken up that this one changes or repeals."""
    after = (
        each.start
        for each in document.relations
        if each.kind in ("amends", "repeals", "replaces") and each.start >= change.relation.end
    )
    return min(after, default=len(document.text))


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _paragraph_end(text: str, at: int, end: int) -> int:
    """The end of the line at `at`, or of the one in which its quotation ends."""
    stop = min(_line_end(text, at), end)
    while stop < end and text.count("“", at, stop) > text.count("”", at, stop):
        stop = min(_line_end(text, stop + 1), end)
    return stop


def _rank(line: str) -> int | None:
    """How high the mark ranks that a line opens with; 0 is highest, None without one."""
    match = _MARK.match(line)
    return ("top", "one", "two", "three", "four").index(match.lastgroup) if match else None


def _rank_at(text: str, at: int) -> int:
    """The rank of what the line at `at` stands under, its own mark included."""
    for line in reversed(text[: _line_end(text, at)].split("\n")):
        rank = _rank(line)
        if rank is not None:
            return rank
    return 0


def _in_piece(change: Change, document: PolicyDocument, start: int, end: int) -> Iterator[Item]:
    """The items of one sentence or paragraph; a clause without a place is about the last one."""
    text = document.text
    end = min(end, _paragraph_end(text, start, end))
    piece = text[start:end]
    # 三、（三）中的…: what looks like a mark is the place.
    opening = None if _PLACE.match(piece) else _MARK.match(piece) or _OPENING.match(piece)
    begin = start + (opening.end() if opening else 0)
    places: tuple[str, ...] = ()
    for first, last in _clauses(text, begin, end):
        clause = text[first:last]
        deed = deed_of(clause)
        places = _places(clause) or places
        if not deed:
            if start == change.relation.end and _stated_end(text, first):
                return
            continue
        told = _NEW_TELEPHONE.search(clause)
        old = [each for each in _REPLACED.findall(clause) + _NO_MORE.findall(clause) if each]
        old += [each for pair in _TAKEN_OUT.findall(clause) for each in pair if each]
        if not places and not old:
            continue
        whole = bool(places) and not old and deed != "增加"
        yield Item(
            change, document, first, last, deed, places, tuple(old), whole, told[1] if told else ""
        )


def _stated_end(text: str, at: int) -> bool:
    """Whether a full stop stands before `at`: what comes then is the amending document's own."""
    return "。" in text[max(0, at - 2) : at]


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches that end with ； or 。 outside of quotations."""
    begin, depth = start, 0
    for at in range(start, end):
        sign = text[at]
        depth += (sign == "“") - (sign == "”")
        closes = sign == "”" and depth == 0 and text[at - 1] in "。；" and text[begin:at].strip()
        if (depth == 0 and sign in _ENDS) or (closes and text[at + 1 : at + 2] not in "，；。"):
            yield from _trimmed(text, begin, at + 1)
            begin = at + 1
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[begin:end]
    if piece.strip(" 　\n，；。;"):
        lead = len(piece) - len(piece.lstrip(" 　\n，；。"))
        yield begin + lead, begin + len(piece.rstrip(" 　\n；;"))


def deed_of(clause: str) -> str:
    """What a clause does, read outside of its quotations; empty where it changes nothing."""
    bare = _QUOTE.sub("“”", re.sub(r"“[^“”]*$", "“", clause))
    found = [(match.start(), deed) for deed, each in _DEEDS if (match := each.search(bare))]
    return min(found)[1] if found else ""


def _places(clause: str) -> tuple[str, ...]:
    """The keys of the places that a clause names outside of its quotations."""
    bare = re.sub(r"“[^”]*(?:”|$)", "", clause)
    found = []
    for match in _PLACE.finditer(bare):
        sub = _BRACKETED.match(bare[match.end() :])
        inner = f"/{numeral_value(sub['sub'])}" if sub and not match["article"] else ""
        kind = "article" if match["article"] else "section"
        found.append(f"{kind} {numeral_value(match[match.lastgroup])}{inner}")
    return tuple(dict.fromkeys(found))


def _is_at(place: str, passage: Passage, by_articles: bool) -> bool:
    """Whether a passage stands at a place: article 4 in 第四条, or in 四、 where there are no
    articles; section 3/2 in 三、…/（二）."""
    kind, _, figures_ = place.partition(" ")
    value, _, inner = figures_.partition("/")
    parts = passage.locator.split("/")
    if kind == "article" and by_articles:
        return any(_numbered(part, rf"第({_NUMERAL})条") == value for part in parts)
    tops = [
        i
        for i, part in enumerate(parts)
        if _numbered(part, r"([一二三四五六七八九十]+)、") == value
    ]
    if not tops:
        return False
    below = [_numbered(part, rf"[（(]({_NUMERAL})[）)]") for part in parts[tops[0] + 1 :]]
    return not inner or not any(below) or inner in below


def _numbered(part: str, pattern: str) -> str:
    match = re.match(pattern, part)
    return str(numeral_value(match[1])) if match else ""


def touches(item: Item, shown: Evidence, target: PolicyDocument) -> str:
    """The place at which `item` changes what is shown, 有关内容 where it names none that the
    target has; empty where it changes something else."""
    by_articles = any(re.search(r"(?:^|/)第\S{1,5}条", each.locator) for each in target.passages)
    here = [each for each in item.places if _is_at(each, shown.passage, by_articles)]
    resolved = any(
        _is_at(place, each, by_articles) for place in item.places for each in target.passages
    )
    text = _plain(shown.text)
    words = [each for each in item.old if _holds(text, _plain(each))]
    if target.issued and item.change.issued and target.issued >= item.change.issued:
        return ""
    if here and text not in _plain(item.text):
        counted = any(
            figures(each) and set(figures(each)) <= set(figures(shown.text)) for each in item.old
        )
        if item.whole or words or counted:
            place = place_of(shown.passage.locator)
            return place if place.startswith("第") else f"“{place}”"
    elif not resolved and any(len(_plain(each)) >= _LEAST_OLD for each in words):
        return "有关内容"
    if item.telephone and re.search(_TELEPHONE, shown.text):
        called = set(bigrams(item.telephone)) - {"电话", "号码", "话号"}
        if any(each in shown.text for each in called):
            return "有关内容"
    return ""


def _holds(text: str, words: str) -> bool:
    """Whether `text` says `words`: 十日内 is not said by 三十日内."""
    edge = rf"(?<!{_DIGIT})" if re.match(_DIGIT, words) else ""
    return bool(words) and bool(re.search(edge + re.escape(words), text))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", fold(text))


def evidence_of(item: Item, validity: Validity) -> Evidence | None:
    """Where an item stands: its clause in the passage that holds it."""
    passage = passage_at(validity.store, item.document, item.start)
    return Evidence(passage, item.start, item.end, item.text) if passage else None


def shown(text: str) -> str:
    """A clause as it is shown: one paragraph, a long new text cut short."""
    text = re.sub(r"\s*\n\s*", "", text).rstrip("；;。")
    if len(text) > _LONGEST_CLAUSE:
        cut = max(text.rfind(each, 0, _LONGEST_CLAUSE) for each in "。；，")
        text = text[: cut if cut > 0 else _LONGEST_CLAUSE].rstrip("。；，") + "……"
        text += "”" * max(0, text.count("“") - text.count("”"))
    return text
