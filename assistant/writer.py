"""The built-in answer writer: no language model, no network, every word from the sources.

It picks the sentences that answer (see `evidence`), widens each to what a reader needs with it
(the list that a lead-in announces, the bracket behind a measure that names who is responsible
or by when, the column heads of a table's row), puts document, number and article in front, and
stops at some 300 characters (half of the answers have less than 250). A question for a document
as a whole, or for its date, is answered from its particulars. In: a `Question`, scored sentences,
the document asked about, if one is. Out: a `Draft`; verification and markers come later. Imports
`drafts`, `evidence`, `questions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.drafts import Draft, Evidence, Statement, evidence_in
from assistant.evidence import Sentence, split_sentences
from assistant.headings import plain_heading
from assistant.questions import Question
from vectorstore.datamodels import (
    STATUS_AMENDED,
    STATUS_EXPIRED,
    STATUS_REPEALED,
    FoundPassage,
    Passage,
    PolicyDocument,
)
from vectorstore.numbers import same_number
from vectorstore.terms import bigrams, fold, words

ABOUT_LENGTH = 310
LIST_LENGTH = 420
_MOST_STATEMENTS = 4
# A further sentence is given when it is nearly as good as the best one.
_NEARLY = 0.81
_NEARLY_ELSEWHERE = 0.97
_TOO_SHORT = 14
# A sentence with this share of the best one's terms is about the same matter.
_ABOUT_MATTER = 0.6
# A heading of whose words the question says at least this share is what it asks for.
_HEADING_SAID = 0.75
_CELL = "｜"
# What an item begins with: 第四条, （七）, 5.
_MARK = re.compile(r"第\S+[条章节]|[（(][^（()）]{1,4}[）)]|\S{1,3}[、.．]")
_NO_LONGER = (STATUS_REPEALED, STATUS_EXPIRED, STATUS_AMENDED)
_INNER_TITLE = re.compile(r"印发[《〈]?(.+?)[》〉]?的通知$")
_LEANS_BACK = re.compile(r"^(?:其中|前款|前述|上述|同时|此外|对此|该|其|逾期|超过|经审|审核)")
_ENDS = re.compile(r"[。；;！？：:、）)｜]$|(?:长|主任|书记|领导|师|员)$")
_BRACKET = re.compile(r"^[（(]")
# （责任单位：…）, which says nothing without the measure in front of it.
_DUTY = re.compile(r"^[（(][^（()）]*(?:负责|责任|牵头|配合|时限|完成)")
_NUMBERED = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]+[）)]|第\S{1,5}条|[一二三四五六七八九十]+、|\d+[.．、])"
)
_HEADED = re.compile(r"^(?:[一二三四五六七八九十]+、.|第\S{1,3}[章节]|附件)")


def write(
    question: Question,
    sentences: Sequence[Sentence],
    first: Sequence[Sentence] = (),
    document: PolicyDocument | None = None,
) -> Draft:
    """An answer from `sentences` (best first).

    `first` are the sentences that answer the question's parts, when it has several; `document`
    is the one that the best sentence stands in.
    """
    if document is not None and sentences:
        if question.kind in ("document", "issued"):
            return Draft((_about(document, sentences),))
        section = section_asked_for(question, document) if question.kind == "list" else ()
        if section:
            return Draft((_outline(sentences[0].passage, document, section),))
    limit = LIST_LENGTH if question.kind == "list" else ABOUT_LENGTH
    statements = _validity(question, sentences, document)
    taken = [evidence for each in statements for evidence in each.evidence]
    for sentence in [*first, *_candidates(question, sentences)]:
        evidence = _widen(question, sentence)
        if any(_overlap(evidence, each) for each in taken):
            continue
        length = sum(len(each.text) for each in statements) + len(evidence.text)
        if statements and length > limit:
            continue
        statements.append(Statement(_lead(evidence, taken) + _shown(evidence), (evidence,)))
        taken.append(evidence)
        if len(statements) == _MOST_STATEMENTS:
            break
    return Draft(tuple(statements))


def _candidates(question: Question, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The best sentence, then those nearly as good; another document must be better still.

    A question that names several documents gets the best sentence of each first.
    """
    if not sentences:
        return []
    sentences = _holding_first(question, sentences)
    best = sentences[0]
    each_document = {
        each.passage.document_id: each
        for each in reversed(sentences)
        if len(question.numbers) > 1
        and any(same_number(each.passage.number or "", number) for number in question.numbers)
    }
    near = [each for each in sentences if _is_nearly(each, best)]
    return [*each_document.values(), best, *near]


def _is_nearly(sentence: Sentence, best: Sentence) -> bool:
    """Whether a further sentence is good enough to be given beside the best one."""
    same = sentence.passage.document_id == best.passage.document_id
    return sentence.score >= best.score * (_NEARLY if same else _NEARLY_ELSEWHERE)


def _holding_first(question: Question, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """With the best sentence that holds what is asked for in front, where one is about the matter.

    A question for an amount is not answered by a sentence without one, however well it fits.
    """
    if not question.wants.strict or sentences[0].fits:
        return sentences
    enough = _ABOUT_MATTER * (sentences[0].coverage + sentences[0].context)
    holding = next(
        (each for each in sentences if each.fits and each.coverage + each.context >= enough), None
    )
    if holding is None:
        return sentences
    return [holding, *(each for each in sentences if each is not holding)]


def _widen(question: Question, sentence: Sentence) -> Evidence:
    """The stretch of the passage that makes sense alone around `sentence`."""
    passage = sentence.passage
    whole = evidence_in(passage, passage.start, passage.end)
    if _CELL in sentence.text and len(passage.text) <= ABOUT_LENGTH:
        return whole
    if question.kind == "list" and len(passage.text) <= LIST_LENGTH:
        return whole
    spans = [
        (passage.start + start, passage.start + end) for start, end in split_sentences(passage.text)
    ]
    texts = [passage.text[a - passage.start : b - passage.start] for a, b in spans]
    first = last = next(i for i, (start, _) in enumerate(spans) if start == sentence.start)
    if first and _LEANS_BACK.match(texts[first]):
        first -= 1
    if _DUTY.match(texts[first]):
        first = _measure_of(texts, first)
    announces = texts[last].endswith(("：", ":"))
    room = LIST_LENGTH if announces or question.kind == "list" else ABOUT_LENGTH
    while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= room:
        short = spans[last][1] - spans[first][0] < _TOO_SHORT
        # A heading is no statement: it needs what stands under it.
        heading = last == first and not _ENDS.search(texts[last]) and _CELL not in texts[last]
        if not (
            short
            or heading
            or announces
            or question.kind == "list"
            or _belongs(question, texts, last)
        ):
            break
        last += 1
    return evidence_in(passage, spans[first][0], spans[last][1])


def _measure_of(texts: Sequence[str], bracket: int) -> int:
    """Where the measure begins that a bracket of duty stands behind."""
    first = bracket
    while first and not _NUMBERED.match(texts[first]) and not _DUTY.match(texts[first - 1]):
        first -= 1
    return first if sum(map(len, texts[first : bracket + 1])) <= ABOUT_LENGTH else bracket


def _belongs(question: Question, texts: Sequence[str], last: int) -> bool:
    """Whether what was asked for stands only in the bracket behind the sentence, or behind the
    sentences up to that bracket."""
    if question.kind not in ("responsible", "date", "duration"):
        return False
    following = texts[last + 1 : last + 4]
    bracket = next((i for i, text in enumerate(following) if _BRACKET.match(text)), None)
    if bracket is None or _BRACKET.match(texts[last]):
        return False
    if question.kind != "responsible" and (bracket > 0 or question.wants.is_held_by(texts[last])):
        return False
    return question.wants.is_held_by(following[bracket])


def _overlap(one: Evidence, other: Evidence) -> bool:
    return (
        one.passage.document_id == other.passage.document_id
        and one.start < other.end
        and other.start < one.end
    )


def _lead(evidence: Evidence, before: Sequence[Evidence]) -> str:
    """根据《…》（文号）第四条： — what the words that follow are taken from."""
    passage = evidence.passage
    place = _place(passage.locator)
    if before and before[-1].passage.document_id == passage.document_id:
        return f"{place}：" if place and place != _place(before[-1].passage.locator) else ""
    number = f"（{passage.number}）" if passage.number else ""
    return f"根据《{short_title(passage.title)}》{number}{place}："


def _place(locator: str) -> str:
    """A locator as one reads it: 附件2/第五条 -> 附件2第五条, 附件/二、政策 -> 附件“二、政策”."""
    annex, _, inner = locator.rstrip("、.．").partition("/")
    if not (annex.startswith("附件") and inner):
        return locator.rstrip("、.．").replace("/", "")
    inner = inner.replace("/", "")
    # 附件二、 would read as the second annex.
    return f"{annex}{inner}" if inner.startswith("第") else f"{annex}“{inner}”"


def short_title(title: str) -> str:
    """The name of what a notice issues, or the title itself; without quotation brackets."""
    match = _INNER_TITLE.search(title)
    name = match[1] if match else title
    return name.strip("《》〈〉").replace("《", "〈").replace("》", "〉")


def _shown(evidence: Evidence) -> str:
    """The evidence as a reader sees it: one paragraph, table rows with their column heads."""
    text = evidence.text
    if _CELL in text and "\n" not in text.strip():
        return _row(text, evidence.passage)
    head, _, rest = text.partition("\n")
    if rest and head.strip() == evidence.passage.locator.rpartition("/")[2]:
        text = rest
    text = re.sub(r"(?<=[。；;：:！？，、）)])\s*\n\s*", "", text)
    text = re.sub(r"\s*\n\s*", "；", text)
    # The place already stands in front.
    last = evidence.passage.locator.rpartition("/")[2]
    mark = text[: len(last)]
    is_mark = bool(_MARK.fullmatch(last)) and fold(mark) == fold(last)
    return text[len(last) :].lstrip(" 　") if is_mark else text


def _row(text: str, passage: FoundPassage) -> str:
    """葫芦岛市教育局；负责人：… — a table's row with the heads that the heading path holds."""
    cells = [cell.strip() for cell in text.split(_CELL)]
    heads = next(
        (
            [head.strip() for head in heading.split(_CELL)]
            for heading in reversed(passage.headings)
            if heading.count(_CELL) == len(cells) - 1
        ),
        None,
    )
    if heads is None:
        return "；".join(filter(None, cells))
    pairs = [f"{head}：{cell}" for head, cell in zip(heads, cells, strict=True) if cell]
    return "；".join(pairs).rstrip("。") + "。"


def _validity(
    question: Question, sentences: Sequence[Sentence], document: PolicyDocument | None
) -> list[Statement]:
    """What the record says to "is it still in force", where it says that it is not."""
    if question.kind != "lifecycle" or document is None:
        return []
    evidence = _introduction(document, sentences)
    if evidence.passage.status not in _NO_LONGER:
        return []
    number = f"（{document.number}）" if document.number else ""
    text = f"《{short_title(document.title)}》{number}{evidence.passage.status}。"
    return [Statement(text, (evidence,), (evidence.passage.status,))]


def _introduction(document: PolicyDocument, sentences: Sequence[Sentence]) -> Evidence:
    """The found sentence of `document` that says most of its title."""
    named = set(bigrams(fold(document.title)))
    first = max(
        (each for each in sentences if each.passage.document_id == document.id),
        key=lambda each: (len(named & set(bigrams(fold(each.text)))), -each.start),
        default=sentences[0],
    )
    return evidence_in(first.passage, first.start, first.end)


def _about(document: PolicyDocument, sentences: Sequence[Sentence]) -> Statement:
    """What a document is: its particulars and the headings of its outline."""
    number = f"（{document.number}）" if document.number else ""
    issued = _chinese_date(document.issued)
    by = f"，{document.issuer or ''}{issued}印发" if document.issuer or issued else ""
    tops = (each.headings[0] if each.headings else each.locator for each in document.passages)
    outline = [each for each in dict.fromkeys(tops) if _HEADED.match(each)] or list(
        dict.fromkeys(each.headings[0] for each in document.passages if each.headings)
    )
    parts = f"主要内容：{'；'.join(outline[:8])}。" if outline else ""
    text = f"《{document.title}》{number}{by}。{parts}"
    evidence = _introduction(document, sentences)
    return Statement(text, (evidence,), (document.title, document.issued or "", *outline))


def section_asked_for(question: Question, document: PolicyDocument) -> tuple[Passage, ...]:
    """The passages of the section whose heading asks what the question asks, or none.

    "登记流程分哪几个环节" asks for the items under 五、登记流程, not for a sentence.
    """
    asked = set(words(fold(question.standalone)))
    new = asked - set(words(fold(document.title)))
    sections: dict[tuple[str, ...], list[Passage]] = {}
    for passage in document.passages:
        for depth in range(1, len(passage.headings) + 1):
            sections.setdefault(passage.headings[:depth], []).append(passage)
    best, most = (), 0.0
    for path, passages in sections.items():
        heading = set(words(fold(plain_heading(path[-1]))))
        if len(passages) < 2 or len(heading) < 2 or not new & heading:
            continue
        said = len(heading & asked) / len(heading)
        # Of headings that say the same, the narrower one was meant.
        if said >= _HEADING_SAID and said + len(new & heading) >= most:
            best, most = tuple(passages), said + len(new & heading)
    articles = any(each.locator.rpartition("/")[2].startswith("第") for each in best)
    # Articles under a chapter each say something of their own: their first words are no list.
    return () if articles else best


def _outline(
    found: FoundPassage, document: PolicyDocument, section: Sequence[Passage]
) -> Statement:
    """The items of a section one after the other: their headings, or else their first words."""
    depth = min(len(each.headings) for each in section)
    evidence, shown = [], []
    for passage in section:
        start, end = _item(document, passage, depth)
        text = document.text[start:end]
        if text in shown or sum(map(len, shown)) + len(text) > LIST_LENGTH:
            continue
        place = replace(
            found,
            locator=passage.locator,
            headings=passage.headings,
            start=passage.start,
            end=passage.end,
            text=passage.text,
        )
        evidence.append(Evidence(place, start, end, text))
        shown.append(text)
    heading = section[0].headings[depth - 1] if depth else ""
    lead = _lead(replace(evidence[0], passage=replace(found, locator=heading)), ())
    ended = [text if _ENDS.search(text) else text + "；" for text in shown]
    return Statement(lead + "".join(ended), tuple(evidence), (heading,))


def _item(document: PolicyDocument, passage: Passage, depth: int) -> tuple[int, int]:
    """Where the item of a section that `passage` belongs to is named."""
    if len(passage.headings) > depth:
        heading = passage.headings[depth]
        at = document.text.rfind(heading, 0, passage.start)
        if at >= 0:
            return at, at + len(heading)
    start, end = split_sentences(passage.text)[0]
    return passage.start + start, passage.start + end


def _chinese_date(iso: str | None) -> str:
    if not iso:
        return ""
    year, month, day = (int(part) for part in iso.split("-"))
    return f"于{year}年{month}月{day}日"
