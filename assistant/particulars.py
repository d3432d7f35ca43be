"""What a document is, said from its record: number, title, date, issuer, who signed, who adopted.

A question for these (《…》的文号是多少; 某政发〔2024〕8号，标题是什么，哪天印发的) is not answered
from the body, which says other numbers and dates. Only where what the question says beside them
is a stored number, or the words of the title of one stored document, is anything said; of two
documents (A和B分别是哪天发的) both are told, or none. In: a question and a store. Out: statements
that cite the line of the signature, with the record's values as particulars. Imports
`particulars_asked`, `record_parts`, `issuance`, `drafts`, `evidence`, `headings`, `nicknames`,
`questions`, `verification`, `vectorstore`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.drafts import Evidence, Statement, at_passage, evidence_in
from assistant.evidence import split_sentences
from assistant.headings import outline_of, short_title
from assistant.issuance import POINTS, YEAR, called, content_of, date_line, share_said
from assistant.language import ENGLISH
from assistant.nicknames import document_meant
from assistant.particulars_asked import (
    ABOUT,
    ANNEXES,
    BASIS,
    DATE,
    ISSUER,
    NUMBER,
    SESSION,
    SIGNER,
    TITLE,
    TWO_OF,
    WHAT,
    Asked,
    particulars_asked,
    without_numbers,
)
from assistant.questions import Question
from assistant.record_parts import annexes_of, basis_of
from assistant.verification import verify
from vectorstore.datamodels import FoundPassage, PolicyDocument
from vectorstore.store import PolicyStore
from vectorstore.terms import fold

# What answers of another kind say of the document as well.
_FROM_THE_BODY = ("basis", "effective", "lifecycle")
_TITLE_SAID = 0.8
_NAMED_FULLY = 1.0
_MOST = 3
_OUTLINE = 8
_BETWEEN = re.compile(r"和|与|跟|以及|、|,")
_HIGHER = re.compile(r"^(?:全国|国家|国务院|中央|省|部)")
_SIGNED = re.compile(
    r"^(?P<post>[一-龥]{0,8}?(?:市长|县长|区长|州长|省长|主席|主任|局长|厅长|部长))[:：\s]*"
    r"(?P<name>[一-龥·]{2,8})$"
)
_ADOPTED = re.compile(r"(?:常务|全体|党组|办公)?会议?[^。\n]{0,12}(?:通过|审定|审议同意)")
_SIGN = re.compile(r"\w")
_MONTH = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})年(?P<month>1[0-2]|0?[1-9])月份?(?!\d)")
_Row = tuple[str, str | None, str]
_BY_ORDER = ("公告", "通告")


@dataclass(frozen=True)
class Told:
    """What is said from the records of the documents `ids`."""

    statements: tuple[Statement, ...] = ()
    ids: tuple[str, ...] = ()


def told_of_documents(question: Question, store: PolicyStore) -> Told:
    """The particulars that `question` asks for; nothing where it asks for anything else, or
    does not surely name stored documents that have them."""
    if question.language == ENGLISH:
        return Told()
    asked = particulars_asked(question.wording)
    if asked is None or (question.kind in _FROM_THE_BODY and BASIS not in asked.wants):
        return Told()
    if ABOUT in asked.wants and not question.numbers:
        # 方案的内容 is its text.
        return Told()
    documents = [store.document(each) for each in _meant(question, asked, store)]
    if not documents or not _better_here(asked.wants, len(documents)):
        return Told()
    statements: list[Statement] = []
    for document in documents:
        said = _said_of(document, asked, store) if document else []
        if not said:
            return Told()
        statements += said
    if verify(statements, store.text)[1]:
        return Told()
    return Told(tuple(statements), tuple(each.id for each in documents if each))


def _better_here(wants: frozenset[str], documents: int) -> bool:
    """Whether the search does not say as much: it knows one document's date and outline, and the
    meeting stands in a sentence."""
    return documents > 1 or wants not in ({DATE}, {SESSION}, {WHAT}, {ABOUT}, {BASIS})


def _meant(question: Question, asked: Asked, store: PolicyStore) -> list[str]:
    """The ids of the documents whose particulars are asked for; none where one is not sure."""
    numbers = question.numbers
    if question.followup and POINTS.match(content_of(asked.subject)):
        # 那文号呢: of what was cited last.
        ids = [_of_number(each, question, store) for each in numbers[:1]]
    elif numbers and not question.followup:
        ids = [_of_number(each, question, store) for each in numbers]
        if len(set(ids)) != len(numbers) or not _goes_with(asked.subject, ids, store):
            return []
    else:
        ids = _of_titles(question, asked, store)
    return [each for each in ids if each] if all(ids) and len(ids) <= _MOST else []


def _of_number(number: str, question: Question, store: PolicyStore) -> str:
    """The id of the only document of that number; empty where there is none or several."""
    ids = store.ids_by_number(number)
    allowed = [each for each in ids if not question.documents or each in question.documents]
    return allowed[0] if len(allowed) == 1 else ""


def _goes_with(subject: str, ids: Sequence[str], store: PolicyStore) -> bool:
    """Whether nothing is said beside the numbers, or what is said stands in the title."""
    if POINTS.match(content_of(subject)) or content_of(subject) in ("令", "号令", "文", "号文"):
        return True
    titles = {row[0]: row[2] for row in store.titles()}
    named = called(subject)
    return len(ids) == 1 and share_said(named, titles.get(ids[0], "")) >= _TITLE_SAID


def _of_titles(question: Question, asked: Asked, store: PolicyStore) -> list[str]:
    """The ids of the one document, or the two, that the words name; an empty one where it is not
    sure which."""
    titles = _Titles.of(question, store)
    pairs = list(_pairs(asked.subject))
    for one, other in pairs:
        ids = [titles.named(each) for each in (one, other)]
        if all(ids) and ids[0] != ids[1]:
            return ids
    if asked.each:
        return []
    # 老旧车报废补贴的文号 names a document all the same; its date may be the money's.
    kind = _says_kind(asked.subject)
    if not kind and asked.wants != {NUMBER}:
        return []
    # Of 就业意见和养老意见 it does not hold one, unless a title has both.
    return [titles.named(asked.subject, _TITLE_SAID if kind and not pairs else _NAMED_FULLY)]


def _pairs(subject: str) -> Iterator[tuple[str, str]]:
    """A and B of A和B, in every way to take it apart where each is called a kind of document."""
    both = TWO_OF.search(subject)
    kind = (both["kind"] or "") if both else ""
    subject = subject[: both.start()] if both else subject
    for cut in _BETWEEN.finditer(subject):
        pair = (subject[: cut.start()] + kind, subject[cut.end() :] + kind)
        if all(map(_says_kind, pair)):
            yield pair


def _says_kind(subject: str) -> bool:
    """Whether the words end with what kind of document it is, or with 》."""
    return bool(called(subject).kind) or subject.endswith(("》", "〉"))


@dataclass(frozen=True)
class _Titles:
    """The stored titles that a question may mean, and the years that it says of what it means,
    with the months (2019-08)."""

    rows: tuple[_Row, ...]
    years: tuple[str, ...]
    months: tuple[str, ...]
    store: PolicyStore

    @classmethod
    def of(cls, question: Question, store: PolicyStore) -> _Titles:
        """Those of the documents that `question` may be answered from."""
        only = question.documents
        rows = tuple(row for row in store.titles() if not only or row[0] in only)
        wording = fold(without_numbers(question.wording))
        months = tuple(f"{each['year']}-{each['month']:0>2}" for each in _MONTH.finditer(wording))
        return cls(rows, tuple(YEAR.findall(wording)), months, store)

    def named(self, subject: str, least: float = _TITLE_SAID) -> str:
        """The id of the only document that `subject` can mean; empty where it is not sure."""
        subject = _MONTH.sub(lambda match: f"{match['year']}年", subject)
        named, content = called(subject), content_of(subject)
        shares = {row: share_said(named, row[2]) for row in self.rows} if content else {}
        said = {row: share for row, share in shares.items() if share >= least}
        years = tuple(YEAR.findall(subject)) or self.years
        fitting = {row: share for row, share in said.items() if self._is_of(years, row)}
        if fitting:
            best = [row for row, share in fitting.items() if share == max(fitting.values())]
            exact = [row for row in best if _signs(short_title(row[2])).endswith(_signs(content))]
            ids = [row[0] for row in (exact or best)]
            return ids[0] if len(ids) == 1 else ""
        if said or least == _NAMED_FULLY or _HIGHER.match(content):
            return ""
        nickname = document_meant(content, self.rows)
        # 供暖方案的清单 is not what 供暖方案 names.
        if nickname is None or nickname[1] != content:
            return ""
        row = next(row for row in self.rows if row[0] == nickname[0])
        return row[0] if self._is_of(years, row) else ""

    def _is_of(self, years: Sequence[str], row: _Row) -> bool:
        """Whether a document is of all of `years`, as its number, title or date tells."""
        document = self.store.document(row[0]) if years or self.months else None
        issued = (document.issued if document else "") or ""
        return all(map(issued.startswith, self.months)) and all(
            year in f"{issued}{row[1]}{row[2]}" for year in years
        )


def _signs(text: str) -> str:
    return "".join(_SIGN.findall(fold(text)))


def _said_of(document: PolicyDocument, asked: Asked, store: PolicyStore) -> list[Statement]:
    """The sentence with what is wanted of `document`; none where its record lacks any of it."""
    wants = asked.wants
    found = next(iter(store.found(store.passage_ids([document.id])[:1]).values()), None)
    signed = _SIGNED.match(document.signature or "")
    lacking = {
        NUMBER: not document.number,
        DATE: not document.issued,
        ISSUER: not document.issuer,
        SIGNER: signed is None,
    }
    if found is None or any(lacking.get(each) for each in wants):
        return []
    on = _day(document)
    if signed and SIGNER in wants:
        by, done = f"{signed['post']}{signed['name']}", "签发"
        tail = f"{on and f'于{on}'}由{by}{done}"
    else:
        by, done = document.issuer or "", _done(document)
        tail = f"{by and f'由{by}'}{on and f'于{on}'}{done}" if by or on else ""
    outline = outline_of(document)[:_OUTLINE] if ABOUT in wants else []
    contents = f"主要内容：{'；'.join(outline)}。" if outline else ""
    # The record's values in one line, since they belong together.
    record = f"{by}{on}{done}"
    said = Statement(
        f"{_head(document, wants)}{tail}。{contents}",
        (_evidence(document, found),),
        (document.title, document.number or "", record, *outline),
    )
    further = [] if wants == {ANNEXES} else [said]
    if SESSION in wants:
        further.append(_adopted(document, found))
    if BASIS in wants:
        further.append(basis_of(document, found, asked.level))
    if ANNEXES in wants:
        further.append(annexes_of(document, found))
    return further if all(further) else []


def _head(document: PolicyDocument, wants: frozenset[str]) -> str:
    """《…》（文号）, with the title in full where it is asked for."""
    full = re.sub(r"^《(.*)》$", r"\1", document.title)
    nested = full.replace("《", "〈").replace("》", "〉")
    title = nested if wants & {TITLE, WHAT, ABOUT} else short_title(document.title)
    return f"《{title}》（{document.number}）" if document.number else f"《{title}》"


def _done(document: PolicyDocument) -> str:
    """What the issuer did with the document on that day."""
    if "令" in (document.number or ""):
        return "公布"
    return "发布" if document.kind in _BY_ORDER else "印发"


def _day(document: PolicyDocument) -> str:
    """The day of issue in words; empty where it is not known."""
    if not document.issued:
        return ""
    day = date.fromisoformat(document.issued)
    return f"{day.year}年{day.month}月{day.day}日"


def _evidence(document: PolicyDocument, found: FoundPassage) -> Evidence:
    """The line of the signature, or else the document's first sentence."""
    day = date.fromisoformat(document.issued) if document.issued else None
    signed = date_line(document, found, day) if day else None
    if signed:
        return signed
    start, end = split_sentences(found.text)[0]
    return evidence_in(found, found.start + start, found.start + end)


def _adopted(document: PolicyDocument, found: FoundPassage) -> Statement | None:
    """The sentence that says which meeting adopted the document, where it opens with it."""
    for passage in document.passages[:_MOST]:
        for start, end in split_sentences(passage.text):
            text = passage.text[start:end]
            if _ADOPTED.search(text):
                at = at_passage(found, passage)
                sentence = evidence_in(at, passage.start + start, passage.start + end)
                return Statement(text.strip(), (sentence,))
    return None
