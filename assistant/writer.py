"""The built-in answer writer: no language model, no network, every word from the sources.

It picks the sentences that answer (see `evidence`), widens each to what a reader needs with it
(the list a lead-in announces, the department in the bracket behind a measure), puts the
document, number and article in front, and stops at about 250 characters. Questions for a whole
document get its particulars and outline. In: a `Question`, scored sentences, found passages.
Out: a `Draft`; verification and markers come later. Imports `drafts`, `evidence`, `questions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.drafts import Draft, Evidence, Statement
from assistant.evidence import Sentence, split_sentences
from assistant.questions import Question
from vectorstore.datamodels import PolicyDocument

ABOUT_LENGTH = 250
LIST_LENGTH = 420
_MOST_STATEMENTS = 3
# A further sentence is given when it is nearly as good as the best one.
_NEARLY = 0.86
_NEARLY_ELSEWHERE = 0.97
_TOO_SHORT = 14
_RESPONSIBLE = re.compile(r"[（(][^（()）]{2,}(?:[（(〈<][^（()）]*[）)〉>][^（()）]*)*[）)]\s*$")
_INNER_TITLE = re.compile(r"印发[《〈]?(.+?)[》〉]?的通知$")
_LEANS_BACK = re.compile(r"^(?:其中|前款|前述|上述|同时|此外|对此|该|其|逾期|超过|经审|审核)")


def write(
    question: Question, sentences: Sequence[Sentence], document: PolicyDocument | None = None
) -> Draft:
    """An answer from `sentences` (best first); `document` is the one asked about as a whole."""
    if question.kind == "document" and document is not None and sentences:
        return Draft((_about(document, sentences),))
    limit = LIST_LENGTH if question.kind == "list" else ABOUT_LENGTH
    statements: list[Statement] = []
    taken: list[Evidence] = []
    for sentence in _candidates(sentences):
        evidence = _widen(question, sentence)
        if any(_overlap(evidence, each) for each in taken):
            continue
        if statements and sum(len(s.text) for s in statements) + len(evidence.text) > limit:
            continue
        same = bool(taken) and taken[-1].passage.document_id == evidence.passage.document_id
        lead = _lead(evidence) if not same else f"{evidence.passage.locator}："
        extra = _responsible(question, evidence)
        shown = evidence.text + (extra.text if extra else "")
        statements.append(
            Statement(lead + _flat(shown), (evidence, extra) if extra else (evidence,))
        )
        taken.append(evidence)
        if len(statements) == _MOST_STATEMENTS:
            break
    return Draft(tuple(statements))


def _candidates(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The best sentence, and those nearly as good; another document must be better still."""
    if not sentences:
        return []
    best = sentences[0]
    return [
        each
        for each in sentences
        if each.score
        >= best.score
        * (_NEARLY if each.passage.document_id == best.passage.document_id else _NEARLY_ELSEWHERE)
    ]


def _widen(question: Question, sentence: Sentence) -> Evidence:
    """The stretch of the passage that makes sense alone around `sentence`."""
    passage = sentence.passage
    spans = [
        (passage.start + start, passage.start + end) for start, end in split_sentences(passage.text)
    ]
    at = next(i for i, (start, _) in enumerate(spans) if start == sentence.start)
    if question.kind == "list" and len(passage.text) <= LIST_LENGTH:
        return Evidence(passage, passage.start, passage.end)
    first = last = at
    if at and _LEANS_BACK.match(sentence.text):
        first -= 1
    wanted = LIST_LENGTH if _announces(sentence.text) or question.kind == "list" else 0
    while last + 1 < len(spans):
        length = spans[last][1] - spans[first][0]
        following = spans[last + 1][1] - spans[first][0]
        if (length >= _TOO_SHORT and not wanted) or following > max(wanted, ABOUT_LENGTH):
            break
        last += 1
    return Evidence(passage, spans[first][0], spans[last][1])


def _announces(text: str) -> bool:
    return text.rstrip().endswith(("：", ":"))


def _responsible(question: Question, evidence: Evidence) -> Evidence | None:
    """The bracket at the passage's end that names the departments, when they are asked for."""
    passage = evidence.passage
    match = _RESPONSIBLE.search(passage.text)
    if question.kind != "responsible" or match is None:
        return None
    start, end = passage.start + match.start(), passage.start + match.end()
    return None if start < evidence.end else Evidence(passage, start, end)


def _overlap(one: Evidence, other: Evidence) -> bool:
    return (
        one.passage.document_id == other.passage.document_id
        and one.start < other.end
        and other.start < one.end
    )


def _lead(evidence: Evidence) -> str:
    """根据《…》（文号）第四条： — what the words that follow are taken from."""
    passage = evidence.passage
    number = f"（{passage.number}）" if passage.number else ""
    return f"根据《{short_title(passage.title)}》{number}{passage.locator}："


def short_title(title: str) -> str:
    """The name of what a notice issues, or the title itself; without quotation brackets."""
    match = _INNER_TITLE.search(title)
    name = match[1] if match else title
    return name.strip("《》〈〉").replace("《", "〈").replace("》", "〉")


def _flat(text: str) -> str:
    """Several lines as one paragraph."""
    return re.sub(r"\s*\n\s*", "", text)


def _about(document: PolicyDocument, sentences: Sequence[Sentence]) -> Statement:
    """What a document is: its particulars and the headings of its outline."""
    first = min(
        (each for each in sentences if each.passage.document_id == document.id),
        key=lambda each: each.start,
        default=sentences[0],
    )
    number = f"（{document.number}）" if document.number else ""
    issued = _chinese_date(document.issued)
    by = f"，{document.issuer or ''}{issued}印发" if document.issuer or issued else ""
    outline = list(dict.fromkeys(each.headings[0] for each in document.passages if each.headings))
    parts = f"主要内容：{'；'.join(outline[:8])}。" if outline else ""
    text = f"《{document.title}》{number}{by}。{parts}"
    evidence = Evidence(first.passage, first.start, first.end)
    return Statement(text, (evidence,), (document.title, document.issued or "", *outline))


def _chinese_date(iso: str | None) -> str:
    if not iso:
        return ""
    year, month, day = (int(part) for part in iso.split("-"))
    return f"于{year}年{month}月{day}日"
