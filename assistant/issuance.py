"""When a document was issued: which document is meant, and the sentence that says it.

A date of issue is asked of a document, by number, by title or by what people remember of it
(那份产教融合方案是哪天印的); a text says many other dates, and money or a list is 发 and 公布 too.
Only a title of the store whose words the question says decides what is meant. In: a question and
the stored titles, or a document and a passage of it. Out: ids of the document meant; a statement
that cites the line that the date stands in. Imports `answer_types`, `drafts`, `evidence`,
`nicknames`, `questions`, `refusal`, `vectorstore`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from assistant.answer_types import ISSUED, NAMED_AS, asks_issue
from assistant.drafts import Evidence, Statement, at_passage, evidence_in
from assistant.evidence import Sentence, split_sentences
from assistant.nicknames import document_meant
from assistant.questions import Question
from assistant.refusal import Library, places_named
from vectorstore.datamodels import FoundPassage, PolicyDocument
from vectorstore.store import PolicyStore
from vectorstore.terms import fold
from vectorstore.thesaurus import load

# What says which document is meant, without being part of its title.
_FILLER = re.compile(
    r"请问|想问问?|问一下|[这那](?:个|份|部|项|篇|道)|[咱我本](?:们)?市(?:里)?|市里|关于|今年|当时|当初|原来|最早"
    r"|到底|究竟|具体|(?:19|20)\d{2}年(?:度)?版?|所谓|的|了|是|在|于|\W"
)
POINTS = re.compile(
    r"^(?:它|该|此|上述|刚才|前面|上面|文件|通知|方案|办法|意见|规定|公告|决定|政策)*$"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年)")
# An issuer or a place of which the title says nothing is another document's.
_OF_OTHERS = re.compile(r"[省国部厅县区镇乡]|中央|市委|.{2}市")
_ANY_KIND = ("文件", "政策", "文", "号", "令")
_PLACE = re.compile(r"^[一-龥]{2,3}?(?:(?<![全本我各])市|[省县区])")
_DATE = re.compile(r"\d{4}年|\d{1,2}月")
_FIGURE = re.compile(r"\d+")
_SIGN = re.compile(r"\w")
_CITY = re.compile(r"^.{2,4}?市(?:人民政府)?(?:办公室)?(?:关于)?")
_TITLE_SAID = 0.75
_FEWEST_SIGNS = 2
_SAYS_WHICH = 4
_LONGEST_LINE = 30
_BY_ORDER = ("公告", "通告")
# 自公布之日起施行: on which day that was, another line says.
_FROM_ISSUE = re.compile(
    r"(?:公布|发布|印发|颁布|下发|发文)(?:之日|当日|之时)起?\S{0,6}(?:施行|执行|实施|生效|实行)"
)


@dataclass(frozen=True)
class Named:
    """What a question says of the document whose particulars it asks for."""

    words: str
    kind: str


def with_issued_document(question: Question, store: PolicyStore) -> Question:
    """`question` as one for a document's date of issue, looked up in that document alone, where
    it asks for one and names it."""
    if question.kind == ISSUED.name or (question.numbers and not question.followup):
        return question
    named = _named(question.wording)
    if named is None:
        return question
    if question.followup and question.numbers and POINTS.match(content_of(named.words)):
        return replace(question, wants=ISSUED)
    ids = _meant(named, question, store)
    return replace(question, wants=ISSUED, documents=tuple(ids), numbers=()) if ids else question


def _named(asked: str) -> Named | None:
    """What the question says of the document; None where it asks for no date of issue."""
    match = asks_issue(fold(asked))
    return called(match["subject"]) if match else None


def called(words: str) -> Named:
    """The document that folded `words` name, with its kind where they end with it."""
    kind = re.search(rf"({NAMED_AS})\W*$", content_of(words))
    return Named(words, kind[1] if kind else "")


def _meant(named: Named, question: Question, store: PolicyStore) -> list[str]:
    """The ids of the document that is named, more than one where it is stored more than once."""
    rows = store.titles()
    shares = {key: (share_said(named, title), title) for key, _, title in rows}
    best = max((share for share, _ in shares.values()), default=0.0)
    titles = {fold(title) for share, title in shares.values() if share == best}
    if best >= _TITLE_SAID and len(titles) == 1:
        ids = [key for key, (share, _) in shares.items() if share == best]
    elif best < _TITLE_SAID and not places_named(named.words):
        # 个转企 for 个体工商户转型升级为企业.
        nickname = document_meant(content_of(named.words), rows)
        ids = [nickname[0]] if nickname else []
    else:
        return []
    documents = [store.document(key) for key in ids]
    years = YEAR.findall(fold(question.wording))
    return [
        each.id
        for each in documents
        if each is not None
        and each.issued
        and (not question.documents or each.id in question.documents)
        and all(year in f"{each.issued}{each.number}{each.title}" for year in years)
    ]


def of_unknown(
    question: Question,
    sentences: Sequence[Sentence],
    library: Library,
    missing: Sequence[str] = (),
) -> bool:
    """Whether a document's date of issue is asked for whose title the library does not hold, or
    whose number is among those `missing`; one that is only cited may still be dated where it is
    named."""
    if question.kind == ISSUED.name and missing:
        texts = [fold(each.text) for each in sentences]
        return not any(
            fold(number) in text and _DATE.search(text) for number in missing for text in texts
        )
    named = None if question.kind == ISSUED.name or question.followup else _named(question.wording)
    if named is None or not named.kind or len(content_of(named.words)) < _SAYS_WHICH:
        return False
    if any(share_said(named, each) >= _TITLE_SAID for each in library.titles):
        return False
    return not any(
        _DATE.search(fold(each.text)) and share_said(named, each.passage.text) >= _TITLE_SAID
        for each in sentences
    )


def content_of(words: str) -> str:
    """The signs of folded `words` that may stand in a title."""
    return _FILLER.sub("", words)


def share_said(named: Named, title: str) -> float:
    """The share of what is said of a document that stands in `title`, in stretches of two signs
    and more or in official words; 0 where it is another kind of document or another's."""
    title = "".join(_SIGN.findall(fold(title)))
    content = content_of(named.words)
    if not named.kind or named.kind in _ANY_KIND:
        content = content.removesuffix(named.kind)
    elif named.kind not in re.findall(NAMED_AS, title):
        return 0.0
    if len(_CITY.sub("", content).removesuffix(named.kind)) < _FEWEST_SIGNS:
        return 0.0
    if any(place not in title for place in (*places_named(named.words), *_PLACE.findall(content))):
        return 0.0
    if set(_FIGURE.findall(content)) - set(_FIGURE.findall(title)):
        return 0.0
    for lay, official in _everyday(content):
        if lay not in title:
            content = content.replace(lay, next((each for each in official if each in title), lay))
    rest = _not_in(title, content)
    return 0.0 if _OF_OTHERS.search(rest) else 1 - len(rest) / len(content)


@lru_cache(maxsize=64)
def _everyday(content: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The everyday expressions in `content`, each with the official words for it."""
    return tuple(
        (lay, tuple(map(fold, official))) for lay, official in load().items() if lay in content
    )


def _not_in(title: str, content: str) -> str:
    """The signs of `content` that stand in no stretch of two and more that `title` has."""
    rest, at = "", 0
    while at < len(content):
        end = next((e for e in range(len(content), at + 1, -1) if content[at:e] in title), at)
        rest += content[at] if end == at else ""
        at = max(end, at + 1)
    return rest


def in_force_from_issue(text: str) -> bool:
    """Whether `text` says that something takes effect on the day that it is issued."""
    return bool(_FROM_ISSUE.search(fold(text)))


def issued_on(document: PolicyDocument, title: str, found: FoundPassage) -> Statement | None:
    """《…》（文号）于2018年8月21日印发。, cited from the line with that date; `title` is how the
    document is called, `found` any passage of it. None where no date is known."""
    if not document.issued:
        return None
    day = date.fromisoformat(document.issued)
    number = f"（{document.number}）" if document.number else ""
    done = "公布" if "令" in (document.number or "") else "印发"
    done = "发布" if document.kind in _BY_ORDER else done
    text = f"《{title}》{number}于{day.year}年{day.month}月{day.day}日{done}。"
    evidence = date_line(document, found, day)
    particulars = (document.title, document.issued)
    return Statement(text, (evidence,), particulars) if evidence else None


def date_line(document: PolicyDocument, found: FoundPassage, day: date) -> Evidence | None:
    """Where the date stands: the line of the signature with who signs, or else the sentence."""
    spelled = rf"{day.year}\s*年\s*0?{day.month}\s*月\s*0?{day.day}\s*日"
    signed = re.search(
        rf"(?m)^(?:(?P<by>\S.{{0,{_LONGEST_LINE}}})\n\s*)?{spelled}\s*$", document.text
    )
    match = signed or re.search(spelled, document.text)
    if match is None:
        return None
    start, end = match.start(), match.end()
    before = [each for each in document.passages if each.start <= start]
    if not before:
        return None
    passage = next((each for each in before if end <= each.end), before[-1])
    place = at_passage(found, passage)
    if signed is None and end <= passage.end:
        for first, last in split_sentences(passage.text):
            if passage.start + first <= start < passage.start + last:
                return evidence_in(place, passage.start + first, passage.start + last)
    quote = document.text[start:end].rstrip()
    return Evidence(place, start, start + len(quote), quote)
