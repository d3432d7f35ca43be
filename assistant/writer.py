"""The built-in answer writer: no language model, no network, every word from the sources.

It shows the stretches that `selection` picks, puts document, number, article and its name in
front, and gives a table's row its column heads; half of the answers have less than 250
characters. A question for a document as a whole, or for its date, is answered from its
particulars. In: a `Question`, scored sentences, the document asked about, if one is. Out: a
`Draft`; verification and markers come later. Imports `answer_types`, `drafts`, `duties`,
`evidence`, `headings`, `issuance`, `lead_ins`, `questions`, `rosters`, `selection`, `tables`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer_types import asks_day
from assistant.drafts import Draft, Evidence, Statement, at_passage, evidence_in
from assistant.duties import with_marks
from assistant.evidence import Sentence, split_sentences
from assistant.headings import outline_of, plain_heading, short_title
from assistant.issuance import in_force_from_issue, issued_on
from assistant.lead_ins import lead_in
from assistant.questions import Question
from assistant.rosters import role_of
from assistant.selection import (
    ABOUT_LENGTH,
    ENDS,
    LIST_LENGTH,
    asks_who,
    chosen,
    in_order,
    overlap,
    widen,
)
from assistant.tables import CELL, row_with_heads
from vectorstore.datamodels import (
    STATUS_AMENDED,
    STATUS_EXPIRED,
    STATUS_REPEALED,
    FoundPassage,
    Passage,
    PolicyDocument,
)
from vectorstore.terms import bigrams, fold, words

# A heading of whose words the question says at least this share is what it asks for.
_HEADING_SAID = 0.75
# What an item begins with: 第四条, （七）, 5.
_MARK = re.compile(r"第\S+[条章节]|[（(][^（()）]{1,4}[）)]|\S{1,3}[、.．]")
_NO_LONGER = (STATUS_REPEALED, STATUS_EXPIRED, STATUS_AMENDED)
# Behind a name that an item opens with: 集中供养。对…
_AFTER_NAME = "。：:"
# The name of an item behind its mark, and where it ends; in front of a colon it is short and says
# nothing: 有害垃圾：, but not 方式有两种：.
_OPENING = re.compile(
    r"(?:[（(][一二三四五六七八九十\d]+[）)]|第\S{1,5}条|[一二三四五六七八九十]+、|\d+[.．、])\s*"
    r"([^。；;，,：:｜\n“”]{2,24}(?=。|\n)"
    r"|(?![^：:]{0,8}有[一二三四五六七八九十两几\d])[^。；;，,：:｜\n“”是为由可应下含]{2,8}(?=[：:]))"
    r"[。：:]?\s*(?=\S)"
)
_RUN_IN = re.compile(
    r"(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])\s*[^，。；,;：:]{2,12}。\s*"
)
# What is asked for by its parts and not by what they say.
_ENUMERATES = re.compile(
    r"(?:分|包括|包含|含|列了?)(?:了|为|成)?(?:哪|几)|(?:哪|几)(?:些|几)?个?(?:大?方面|部分|环节|阶段|步骤)"
)


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
        if question.kind == "issued":
            said = issued_on(document, short_title(document.title), sentences[0].passage)
            return Draft((said or _about(document, sentences),))
        if question.kind == "document":
            return Draft((_about(document, sentences),))
        section = section_asked_for(question, document) if question.kind == "list" else ()
        if section:
            return Draft((_outline(sentences[0].passage, document, section),))
    statements = _validity(question, sentences, document)
    before = [evidence for each in statements for evidence in each.evidence]
    taken = list(before)
    shown = in_order(chosen(question, sentences, first, before))
    if document is not None and asks_who(question):
        shown = with_marks(document, shown, ABOUT_LENGTH)
    asked_day = asks_day(fold(question.standalone))
    if asked_day:
        shown = in_force_once(shown)
    for evidence in shown:
        statements.append(_statement(evidence, taken))
        taken.append(evidence)
    if document is not None and asked_day:
        statements += _day_of_issue(document, shown)
    return Draft(tuple(statements))


def in_force_once(shown: Sequence[Evidence]) -> list[Evidence]:
    """What is shown; that it is in force from the day of issue, which every annex of a document
    says of itself, is said once of each document."""
    said, kept = set(), []
    for each in shown:
        begins = in_force_from_issue(each.text)
        if not (begins and each.passage.document_id in said):
            kept.append(each)
        if begins:
            said.add(each.passage.document_id)
    return kept


def _day_of_issue(document: PolicyDocument, shown: Sequence[Evidence]) -> list[Statement]:
    """The day that 自公布之日起施行 means, where the first of what is shown says that."""
    first = shown[0] if shown else None
    if (
        first is None
        or first.passage.document_id != document.id
        or not in_force_from_issue(first.text)
    ):
        return []
    said = issued_on(document, short_title(document.title), first.passage)
    return [said] if said else []


def shown_alone(question: Question, sentence: Sentence) -> str:
    """What an answer that rests on `sentence` alone shows."""
    return _statement(widen(question, sentence), ()).text


def _statement(evidence: Evidence, before: Sequence[Evidence]) -> Statement:
    """One stretch with its place in front, unless the one `before` had the same, and with what
    announces it, unless that was shown `before`."""
    name = _name(evidence)
    announced = lead_in(evidence) or role_of(evidence)
    told = announced is None or any(overlap(announced, each) for each in before)
    shown = (evidence,) if told else (announced, evidence)
    text = _lead(evidence, before) + "".join(map(_shown, shown))
    return Statement(text, shown, (name,) if name else ())


def _name(evidence: Evidence) -> str:
    """What the item that `evidence` stands in is called, where it opens with its name and this is
    not shown anyway: 3.有害垃圾。指…"""
    passage = evidence.passage
    last = passage.locator.rpartition("/")[2]
    opening = _OPENING.match(passage.text)
    if not opening or opening.end() > evidence.start - passage.start:
        return ""
    return opening[1] if fold(passage.text).startswith(fold(last)) else ""


def _lead(evidence: Evidence, before: Sequence[Evidence]) -> str:
    """根据《…》（文号）第四条： — what the words that follow are taken from."""
    passage = evidence.passage
    place = _place(passage.locator)
    name = _name(evidence)
    place += f"“{name}”" if name and name not in place else ""
    if before and before[-1].passage.document_id == passage.document_id:
        return f"{place}：" if place and passage.locator != before[-1].passage.locator else ""
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


def _shown(evidence: Evidence) -> str:
    """The evidence as a reader sees it: one paragraph, table rows with their column heads."""
    text = evidence.text
    if CELL in text and "\n" not in text.strip():
        return row_with_heads(text, evidence.passage)
    head, _, rest = text.partition("\n")
    if rest and head.strip() == evidence.passage.locator.rpartition("/")[2]:
        text = rest
    text = re.sub(r"(?<=[。；;：:！？，、）)])\s*\n\s*", "", text)
    text = re.sub(r"\s*\n\s*", "；", text)
    # The place already stands in front.
    last = evidence.passage.locator.rpartition("/")[2]
    opening, rest = text[: len(last)], text[len(last) :]
    if not last or fold(opening) != fold(last):
        return text
    if _MARK.fullmatch(last):
        return rest.lstrip(" 　")
    return rest[1:] if rest[1:].strip() and rest[0] in _AFTER_NAME else text


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
    outline = outline_of(document)
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
    if articles or (_named_only(best) and not _ENUMERATES.search(fold(question.standalone))):
        return ()
    return best


def _named_only(section: Sequence[Passage]) -> bool:
    """Whether the first words of a section's items are but their names: （一）入库条件。企业…"""
    named = [each for each in section if _names_only(each.text)]
    return bool(named) and 2 * len(named) > len(section)


def _names_only(text: str) -> bool:
    """Whether the first sentence of an item is its name, or announces what the others say."""
    name = _RUN_IN.match(text)
    _, first = split_sentences(text)[0]
    end = name.end() if name else first if text[:first].rstrip().endswith(("：", ":")) else 0
    return 0 < end < len(text)


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
        place = at_passage(found, passage)
        evidence.append(Evidence(place, start, end, text))
        shown.append(text)
    heading = section[0].headings[depth - 1] if depth else ""
    lead = _lead(replace(evidence[0], passage=replace(found, locator=heading)), ())
    ended = [text if ENDS.search(text) else text + "；" for text in shown]
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
