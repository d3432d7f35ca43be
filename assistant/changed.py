"""What an answer says in front of words that a later document has changed.

An answer must not state 十五日 where a later document made thirty of it. In: the statements of an
answer, the question, what is known of validity. Out: the statements, with the change in front of
each that shows the very words which a clause of an amending document is about (`amendments`),
and with what a document that does away with a rule says of the same matter instead. Imports
`amendments`, `drafts`, `evidence`, `figures`, `questions`, `standing`, `status`, `tables`,
`verification`, `vectorstore`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.amendments import deed_of, evidence_of, items, shown, touches
from assistant.drafts import Evidence, Statement, documents_of
from assistant.evidence import split_sentences
from assistant.figures import without_figures
from assistant.questions import Question
from assistant.standing import Change, inner_title
from assistant.status import Validity, chinese_date, named, passage_at, place_of
from assistant.tables import CELL
from assistant.verification import verify
from vectorstore.datamodels import STATUS_AMENDED, PolicyDocument
from vectorstore.terms import bigrams, fold

_MARK = re.compile(r"^(?:第\S{1,5}条|[（(]\S{1,4}[）)]|\S{1,3}[、.．])\s*")
# The mark in front of a clause and the sign behind it.
_SLACK = 6
_DONE_AWAY = ("删去", "停止执行", "废止")
_SAME_MATTER = 0.35
_MOST_ITEMS = 3
_IN_PARTS = re.compile(r"其中[^。]{0,30}自[^。]{0,20}起")


def with_changes(
    statements: Sequence[Statement],
    question: Question,
    validity: Validity,
    text_of: Callable[[str], str | None],
) -> tuple[list[Statement], set[str]]:
    """`statements` with what is said of changes to the very words that they show, each in front
    of the one that shows them; and the ids of the documents of which it is said."""
    asked = validity.asked(question)
    told: set[str] = set()
    said: set[tuple[str, int]] = set()
    found: list[tuple[Statement, bool]] = []
    for statement in statements:
        for evidence in statement.evidence:
            for change in _amending(evidence, validity):
                if asked.then and change.since > asked.on:
                    continue
                before = [each for one, _ in found for each in one.evidence]
                one = _in_front(change, evidence, validity, said, before)
                if one is not None and verify([one], text_of)[0]:
                    told.add(evidence.passage.document_id)
                    found.append((one, True))
        found.append((statement, False))
    spans = [span for one, new in found if new for span in one.evidence]
    kept = []
    for at, (one, new) in enumerate(found):
        behind = found[at + 1] if at + 1 < len(found) else None
        # What comes behind may owe it the name of its document.
        alone = behind is None or behind[1] or not documents_of(one) & documents_of(behind[0])
        if new or not (alone and _said(one, spans, told)):
            kept.append(one)
    return kept, told


def _said(statement: Statement, spans: Sequence[Evidence], told: set[str]) -> bool:
    """Whether all that a statement shows stands in what is said of changes, or it says no more
    than that a document of which that is `told` has been amended."""
    if statement.particulars == (STATUS_AMENDED,):
        return documents_of(statement) <= told
    # What announces a stretch stands in front of it.
    stated = statement.evidence[-1:] if len(statement.evidence) < 3 else statement.evidence
    return bool(stated) and all(_within(each, spans) for each in stated)


def _within(one: Evidence, spans: Sequence[Evidence]) -> bool:
    """Whether a stretch lies in one of others."""
    return any(
        one.passage.document_id == each.passage.document_id
        and each.start - _SLACK <= one.start
        and one.end <= each.end + _SLACK
        for each in spans
    )


def _amending(evidence: Evidence, validity: Validity) -> list[Change]:
    target = validity.document(evidence.passage.document_id)
    changes = validity.changes.to(target) if target else []
    return [each for each in changes if each.status == STATUS_AMENDED]


def _in_front(
    change: Change,
    evidence: Evidence,
    validity: Validity,
    said: set[tuple[str, int]],
    shown_before: Sequence[Evidence],
) -> Statement | None:
    """The statement that `change` alters what `evidence` shows, short where the clause that does
    was `shown_before`; None where it does not, or where that has been `said`."""
    document = validity.document(change.document_id)
    target = validity.document(evidence.passage.document_id)
    if document is None or target is None:
        return None
    touching = [
        (item, place)
        for item in items(change, document)
        if (item.document.id, item.start) not in said and (place := touches(item, evidence, target))
    ][:_MOST_ITEMS]
    sources = [found for item, _ in touching if (found := evidence_of(item, validity))]
    if not sources:
        return None
    said.update((item.document.id, item.start) for item, _ in touching)
    place = touching[0][1]
    name = named(target.number, inner_title(target.title))
    by = named(document.number, inner_title(document.title))
    deeds = {item.deed if item.whole else "修改" for item, _ in touching}
    deed = deeds.pop() if len(deeds) == 1 else "修改"
    future = change.since > validity.today.isoformat()
    # 其中第五部分自2024年6月1日起施行: which part that is, nobody has read.
    known = change.since and not _IN_PARTS.search(document.text)
    since = f"（自{chinese_date(change.since)}起）" if known else ""
    lead = f"{name}{place}{'将' if future else '已'}由{by}{deed}{since}"
    partly = any(item.partly for item, _ in touching)
    before = "以下原文未含上述修改：" if partly else f"以下为{deed}前的原文："
    if all(_within(each, shown_before) for each in sources):
        return Statement(f"{lead}，{before}", tuple(sources), (lead,))
    clauses = _ended("；".join(shown(each.text) for each in sources))
    instead = _instead(document, evidence, validity) if deed in _DONE_AWAY else None
    if instead is not None:
        sources.append(instead)
        clauses += (
            f"该文件{place_of(instead.passage.locator)}规定：{_ended(_unmarked(instead.text))}"
        )
    return Statement(f"{lead}：{clauses}{before}", tuple(sources), (lead,))


def _ended(text: str) -> str:
    return text if text.endswith(("。", "。”")) else f"{text}。"


def _unmarked(text: str) -> str:
    return _MARK.sub("", " ".join(text.split()))


def _instead(document: PolicyDocument, old: Evidence, validity: Validity) -> Evidence | None:
    """What a document that does away with a rule says of the same matter, in nearly its words."""
    best, share = None, _SAME_MATTER
    for passage in document.passages:
        for start, end in split_sentences(passage.text):
            text = passage.text[start:end]
            alike = _alike(text, old.text)
            if alike > share and not deed_of(text) and CELL not in text:
                best, share = (passage.start + start, passage.start + end), alike
    found = passage_at(validity.store, document, best[0]) if best else None
    return Evidence(found, *best, document.text[slice(*best)]) if found else None


def _alike(one: str, other: str) -> float:
    """The share of character pairs that two texts have in common but for their figures (Dice)."""
    first, second = (set(bigrams(fold(without_figures(each)))) for each in (one, other))
    return 2 * len(first & second) / max(len(first) + len(second), 1)
