"""What an answer says of validity: the status of what it cites, and answers to "还有效吗".

In: a question, the library's changes (`standing`), the documents that an answer cites. Out:
statements, each with the sentence that repeals, amends, limits or begins as its evidence. Whether
a document is meant is decided by its number or by its title in the question; a document that
only a list of repealed ones names can be asked about as well. Imports `standing`, `asked_date`,
`drafts`, `evidence`, `vectorstore`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.asked_date import AskedDate, asked_date
from assistant.drafts import Evidence, Statement, evidence_in
from assistant.evidence import split_sentences
from assistant.questions import Question
from assistant.standing import Change, Changes, Standing, inner_title, settle
from assistant.tables import CELL
from vectorstore.datamodels import (
    STATUS_AMENDED,
    STATUS_EXPIRED,
    STATUS_NOT_YET,
    STATUS_REPEALED,
    STATUS_UNKNOWN,
    FoundPassage,
    PolicyDocument,
)
from vectorstore.store import PolicyStore, passage_id
from vectorstore.terms import bigrams, fold

# A question for validity and nothing else; others (why was it repealed?) are read like any.
_VALIDITY = re.compile(
    r"(?:还|是否|现在|仍然?|目前|有没)(?:.{0,3})(?:有效|管用|算数|作数|能用)"
    r"|(?:还|是否|仍然?)(?:在|要)?(?:继续)?(?:执行|施行|实行)(?:吗|么|没有?|不|[?]|$)|有效(?:吗|么|没有|不)"
    r"|(?:已经?|是否|有没有|是不是)?被?(?:废止|作废|失效|过期|废掉|取代|替代|废除|停止执行)了?"
    r"(?:吗|么|没有?|没了?|[?]|$)|(?:是否|有没有|是不是)(?:已经?)?被?(?:修改|修订|废止|作废|失效|改)"
    r"|被(?:哪|什么|谁).{0,8}(?:废止|取代|代替|替代|修改|修订|废除)"
    r"|(?:什么时候|何时|哪天|哪年)被?(?:废止|作废|失效|修改|修订)|改过(?:吗|没)|效力(?:如何|怎)"
    r"|(?:现行有效|尚未施行|生效)了?(?:吗|么|没有?)"
    r"|(?:还|现在|如今|目前)(?:在|能|可以|继续|接着)*(?:用|照办)(?:吗|么|不用|不)?[?？。]*$"
)
# What a document does to others, which `effects` answers.
ASKS_WHICH = re.compile(
    r"(?:废止|废掉|取代|修改|修订)了?.{0,4}(?:哪|什么).{0,4}(?:文件|办法|规定|令|通知)?"
)
_TITLE = re.compile(r"《([^《》]{2,80})》")
_DATE = re.compile(r"\d{4}年(?:\d+月)?(?:\d+日)?(?:的?时候?|当时)?")
# 2015年那个…办法: points at a document without being part of its title.
_POINTS = re.compile(r"的?[那这][个份部件]|(?:以前|原来|之前|老)的")
_SHORTEST_TITLE = 5
_SAME_TITLE = 0.8
_TERM = re.compile(r"有效期|试行|期限|施行|执行|实施|生效|废止|失效")
_BEGINS = re.compile(r"(?:自|从).{0,20}起.{0,4}(?:施行|执行|实施|生效)|施行")
_BAD = (STATUS_REPEALED, STATUS_AMENDED, STATUS_EXPIRED, STATUS_NOT_YET)
_SALUTATION = re.compile(r"^各[^。]*[:：]\s*$")
_UNCHANGED = "现有文件中没有将其废止或修改的记载，是否有效以发文机关公布为准。"


@dataclass(frozen=True)
class Validity:
    """Answers questions for validity from one version of a store."""

    store: PolicyStore
    changes: Changes
    today: date
    _read: dict[str, PolicyDocument | None] = field(default_factory=dict, compare=False)

    def answer(self, question: Question) -> list[Statement]:
        """What `question` wants to know of a document's validity; empty where it asks for
        something else, or names no document that anything is known of."""
        said = fold(question.wording)
        if not _VALIDITY.search(said):
            return []
        documents = self.documents(question)
        asked = self._asked_of(question.wording, documents)
        statements = [self._of_document(each, asked) for each in documents]
        if not statements:
            statements = [
                self._of_target(changes, asked) for changes in self.targets(question) if changes
            ]
        return statements

    def names_unknown(self, question: Question) -> bool:
        """Whether `question` asks for the validity of a title that nothing is known of."""
        quoted = [fold(each) for each in _TITLE.findall(question.wording)]
        if not quoted or not _VALIDITY.search(fold(question.wording)):
            return False
        return not self.documents(question) and not any(self.targets(question))

    def warnings(
        self, question: Question, cited: Sequence[FoundPassage], told: Container[str] = ()
    ) -> list[Statement]:
        """A sentence for each cited document that does not hold as it stands at the date asked;
        of those in `told` it has been said already what is amended in them."""
        documents = [self.document(key) for key in dict.fromkeys(p.document_id for p in cited)]
        asked = self._asked_of(question.wording, [each for each in documents if each])
        found = []
        for document in filter(None, documents):
            standing = self.changes.standing(document, asked.on)
            known = standing.status == STATUS_AMENDED and document.id in told
            if (standing.status in _BAD or standing.later) and not known:
                passage = next(each for each in cited if each.document_id == document.id)
                found.append(self._sentence(document, standing, asked, passage))
        return found

    def status(self, document_id: str, question: str) -> str | None:
        """The status to show with a citation: at the date asked where the document does not
        hold then, else today's. None for a document that is not stored."""
        document = self.document(document_id)
        if document is None:
            return None
        asked = self._asked_of(question, [document])
        then = self.changes.standing(document, asked.on).status
        return (
            then if then in _BAD else self.changes.standing(document, self.today.isoformat()).status
        )

    def asked(self, question: Question) -> AskedDate:
        """The date that `question` is about, whatever documents it may mean."""
        return asked_date(question.wording, self.today)

    def standing(self, document_id: str, on: str) -> str:
        """The status of a stored document on an ISO date."""
        document = self.document(document_id)
        return self.changes.standing(document, on).status if document else STATUS_UNKNOWN

    def _asked_of(self, question: str, documents: Sequence[PolicyDocument]) -> AskedDate:
        issued = next((each.issued for each in documents if each.issued), None)
        text = _TITLE.sub("", question)
        for each in documents:
            # 2018年 in a document's own name is no date asked about.
            text = text.replace(inner_title(each.title), "").replace(each.title, "")
        return asked_date(text, self.today, then=issued)

    def document(self, document_id: str) -> PolicyDocument | None:
        """A stored document, read once for an answer."""
        if document_id not in self._read:
            self._read[document_id] = self.store.document(document_id)
        return self._read[document_id]

    def documents(self, question: Question) -> list[PolicyDocument]:
        """The stored documents that the question names by number or title."""
        ids = [each for number in question.numbers for each in self.store.ids_by_number(number)]
        if not ids and not question.numbers:
            titles = {row[0]: row[2] for row in self.store.titles()}
            ids = _best_titles(question, titles)
        found = [self.document(each) for each in dict.fromkeys([*question.documents, *ids])]
        return [each for each in found if each]

    def targets(self, question: Question) -> list[list[Change]]:
        """What is done to the documents that the question names and the store does not have."""
        if question.numbers:
            return [self.changes.named(number=number) for number in question.numbers]
        titles = {
            str(index): each.relation.target_title or ""
            for index, each in enumerate(self.changes)
            if each.relation.target_title
        }
        best = _best_titles(question, titles)
        return [self.changes.named(title=title) for title in dict.fromkeys(map(titles.get, best))]

    def _of_target(self, changes: Sequence[Change], asked: AskedDate) -> Statement:
        """What is known of a document that only others name."""
        status, change, later = settle(changes, asked.on)
        best = Standing(
            status,
            change and _best_mention(changes, change),
            later and _best_mention(changes, later),
        )
        return self._told(_named_target(best.change or best.later), best, asked)

    def _of_document(self, document: PolicyDocument, asked: AskedDate) -> Statement:
        standing = self.changes.standing(document, asked.on)
        return self._sentence(document, standing, asked, asked_for=True)

    def _sentence(
        self,
        document: PolicyDocument,
        standing: Standing,
        asked: AskedDate,
        passage: FoundPassage | None = None,
        asked_for: bool = False,
    ) -> Statement:
        """What is to be said of a stored document; `passage`, or else its beginning, is cited
        where nothing better is."""
        passage = passage or _opening(self.store, document)
        name = named(document.number, inner_title(document.title))
        if standing.change or standing.later:
            known = self.changes.to(document)
            best = Standing(
                standing.status,
                standing.change and _best_mention(known, standing.change),
                standing.later and _best_mention(known, standing.later),
            )
            return self._told(name, best, asked, passage, quoted=asked_for)
        pattern = _BEGINS if standing.status != STATUS_EXPIRED else _TERM
        evidence = _sentence_with(self.store, document, pattern) or (
            _first_sentence(passage) if passage else None
        )
        then = f"{asked.words}时" if asked.stated else "目前"
        if standing.status == STATUS_EXPIRED:
            text = f"{name}有效期至{chinese_date(document.expires)}，{then}已过有效期。"
        elif standing.status == STATUS_NOT_YET:
            text = f"{name}自{chinese_date(document.effective)}起施行，{then}尚未施行。"
        elif standing.status in (STATUS_REPEALED, STATUS_AMENDED):
            text = f"{name}{standing.status}（据其来源页面标注）。"
        else:
            begins = document.effective and f"自{chinese_date(document.effective)}起施行"
            issued = document.issued and f"于{chinese_date(document.issued)}印发"
            until = f"，有效期至{chinese_date(document.expires)}" if document.expires else ""
            stated = f"，来源页面标注为{standing.status}" if document.stated_status else ""
            text = f"{name}{begins or issued or ''}{until}{stated}。{_UNCHANGED}"
        return Statement(text, (evidence,) if evidence else (), (text,))

    def _told(
        self,
        name: str,
        standing: Standing,
        asked: AskedDate,
        passage: FoundPassage | None = None,
        quoted: bool = True,
    ) -> Statement:
        """The sentence on a repeal or an amendment, citing the one who decided it."""
        change = standing.change or standing.later
        evidence = self.evidence(change)
        by = named(change.number, inner_title(change.title))
        place = place_of(evidence.passage.locator) if evidence else ""
        since = f"于{chinese_date(change.since)}" if change.since else ""
        done = "修改" if change.status == STATUS_AMENDED else "废止"
        if standing.change:
            text = f"{name}已{since}{done}，依据是{by}{place}。"
        else:
            then = f"在{asked.words}时" if asked.stated else "目前"
            when = "将" if change.since > self.today.isoformat() else "后来已"
            text = f"{name}{then}尚未{done}，{when}{since}{done}，依据是{by}{place}。"
        if evidence and quoted:
            text += f"原文：{_quoted(evidence.text)}"
        if evidence is None:
            evidence = _first_sentence(passage) if passage else None
        return Statement(text, (evidence,) if evidence else (), (text,))

    def evidence(self, change: Change | None) -> Evidence | None:
        """The sentence or row that states a change."""
        document = self.document(change.document_id) if change else None
        if document is None:
            return None
        relation = change.relation
        at = relation.start
        if relation.end == 0:
            name = relation.target_number or relation.target_title or ""
            at = document.text.find(name)
            if not name or at < 0:
                return None
        return _around(self.store, document, at)


def _best_titles(question: Question, titles: dict[str, str]) -> list[str]:
    """The keys of the titles that the question names best: quoted, in full or by their core."""
    said = fold(question.wording)
    quoted = [fold(each) for each in _TITLE.findall(question.standalone)]
    rest = _POINTS.sub("", _DATE.sub("", _VALIDITY.sub("", ASKS_WHICH.sub("", said))))
    pairs = set(bigrams(rest))
    scores: dict[str, float] = {}
    for key, title in titles.items():
        folded = {fold(title), fold(inner_title(title))}
        for each in folded:
            core = set(bigrams(each))
            if each in quoted or (len(each) >= _SHORTEST_TITLE and each in said):
                scores[key] = max(scores.get(key, 0.0), 10.0 + len(each))
            elif any(len(q) >= _SHORTEST_TITLE and q in each for q in quoted):
                scores[key] = max(scores.get(key, 0.0), 9.0)
            elif not quoted and len(pairs) >= _SHORTEST_TITLE - 1:
                share = len(pairs & core) / len(pairs)
                if share >= _SAME_TITLE:
                    scores[key] = max(scores.get(key, 0.0), share)
    best = max(scores.values(), default=0.0)
    return [key for key, score in scores.items() if score == best]


def _best_mention(changes: Sequence[Change], change: Change) -> Change:
    """Of several mentions by one document the last: an annex says more than what announces it."""
    same = [
        each
        for each in changes
        if each.document_id == change.document_id and each.status == change.status
    ]
    return max(same, key=lambda each: each.relation.start, default=change)


def passage_at(store: PolicyStore, document: PolicyDocument, at: int) -> FoundPassage | None:
    """The smallest passage of `document` that holds the offset `at`."""
    holding = [each for each in document.passages if each.start <= at < each.end]
    if not holding:
        return None
    key = passage_id(document.id, min(holding, key=lambda each: each.end - each.start))
    return store.found([key]).get(key)


def _around(store: PolicyStore, document: PolicyDocument, at: int) -> Evidence | None:
    """The row or the sentence of `document` that holds the offset `at`."""
    found = passage_at(store, document, at)
    if found is None:
        return None
    if CELL in found.text and "\n" not in found.text:
        return evidence_in(found, found.start, found.end)
    for start, end in split_sentences(found.text):
        if found.start + start <= at < found.start + end:
            return evidence_in(found, found.start + start, found.start + end)
    return None


def _sentence_with(
    store: PolicyStore, document: PolicyDocument, pattern: re.Pattern[str]
) -> Evidence | None:
    """The last sentence of `document` that matches: what it says of itself stands at its end."""
    matches = list(pattern.finditer(document.text))
    return next(
        (
            found
            for match in reversed(matches)
            if (found := _around(store, document, match.start()))
        ),
        None,
    )


def _opening(store: PolicyStore, document: PolicyDocument) -> FoundPassage | None:
    """The first passage of `document` that says more than whom it is addressed to."""
    keys = [
        passage_id(document.id, each)
        for each in document.passages
        if not _SALUTATION.match(each.text)
    ]
    return store.found(keys[:1]).get(keys[0]) if keys else None


def _first_sentence(passage: FoundPassage) -> Evidence:
    start, end = split_sentences(passage.text)[0]
    return evidence_in(passage, passage.start + start, passage.start + end)


def place_of(locator: str) -> str:
    """A locator as it is read aloud: 附件2/表/第4行 -> 附件2表第4行."""
    return locator.rstrip("、.．").replace("、/", "").replace("/", "")


def _named_target(change: Change) -> str:
    return named(change.relation.target_number, change.relation.target_title)


def named(number: str | None, title: str | None) -> str:
    """《title》（number） as answers write it."""
    if not title:
        return number or ""
    name = title.replace("《", "〈").replace("》", "〉")
    return f"《{name}》" + (f"（{number}）" if number else "")


def _quoted(text: str) -> str:
    cells = [cell.strip() for cell in text.split(CELL)]
    return "；".join(filter(None, cells)) if len(cells) > 1 else " ".join(text.split())


def chinese_date(iso: str | None) -> str:
    if not iso:
        return ""
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{year}年{month}月{day}日"
