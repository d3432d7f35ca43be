"""Selection: which stretches of the found passages an answer shows.

The best sentence, then others as long as what they may add is worth their length, each widened
to what a reader needs with it (the list that a lead-in announces, the bracket behind a measure
that names who is responsible or by when). Where it has been learned how likely each sentence
answers, sentences are added until the answer is nearly sure to be among them: a clear case is
answered in one sentence, a doubtful one in some. In: a `Question`, scored sentences. Out:
`Evidence`. Imports `drafts`, `evidence`, `questions`, `rosters`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.drafts import Evidence, evidence_in
from assistant.evidence import Sentence, split_sentences
from assistant.questions import Question
from assistant.rosters import is_member
from assistant.tables import CELL
from vectorstore.numbers import same_number

ABOUT_LENGTH = 310
LIST_LENGTH = 420
# Reached only where it is unsure which of several sentences answers.
MOST_LENGTH = 360
_MOST_STATEMENTS = 4
_MOST_LIKELY = 6
# So likely is the answer among what is shown that no more is added.
_SURE = 0.97
# What a further sentence must be likely for each character of it and of its lead; a sentence that
# continues what is shown needs no lead, and one of another document must be likely itself.
_LEAST_WORTH = 0.0001
_LEAD = 30
_JOINS = 1.5
_LIKELY_ELSEWHERE = 0.13
_LOOKED_AT = 25
# A further sentence is given when it is nearly as good as the best one.
_NEARLY = 0.81
_NEARLY_ELSEWHERE = 0.97
_TOO_SHORT = 14
# A sentence with this share of the best one's terms is about the same matter.
_ABOUT_MATTER = 0.6
_GOES_ON = ("；", ";", "：", ":")
_CLAUSE = re.compile(r"[；;]$")
_SHORT_PERIOD = 110
# A lead-in, or one with the first of its items.
_ANNOUNCES = re.compile(r"[：:]$|(?:下列|以下|如下)[^；;。]*[：:][^：:]*[；;]$")
_WHO = ("responsible", "who")
_LEANS_BACK = re.compile(
    r"^(?:其中|前款|前述|上述|同时|此外|对此|该|其|逾期|超过|经审|审核|会同|并)"
)
_BRACKET = re.compile(r"^[（(]")
_WORDS = re.compile(r"[\u4e00-\u9fff]{2}")
# （责任单位：…）, which says nothing without the measure in front of it.
_DUTY = re.compile(r"^[（(][^（()）]*(?:负责|责任|牵头|配合|时限|完成)")
ENDS = re.compile(r"[。；;！？：:、）)｜]$|(?:长|主任|书记|领导|师|员)$")
NUMBERED = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]+[）)]|第\S{1,5}条|[一二三四五六七八九十]+、|\d+[.．、])"
)


def asks_who(question: Question) -> bool:
    """Whether `question` asks who is responsible, if only among other things."""
    return any(name in _WHO for name in (question.kind, *(p.wants.name for p in question.parts)))


def chosen(
    question: Question,
    sentences: Sequence[Sentence],
    first: Sequence[Sentence],
    before: Sequence[Evidence],
) -> list[Evidence]:
    """What is shown, what counts most in front; nothing of what was said `before`."""
    if question.kind == "effective":
        sentences = _of_effect(question, sentences)
    limit = LIST_LENGTH if question.kind == "list" else ABOUT_LENGTH
    learned = any(each.likelihood for each in sentences)
    taken: list[Evidence] = []
    for sentence in [*first, *_candidates(question, sentences, learned)]:
        evidence = widen(question, sentence)
        if any(overlap(evidence, each) for each in (*before, *taken)):
            continue
        length = sum(len(each.text) for each in (*before, *taken)) + len(evidence.text)
        if (before or taken) and length > limit:
            continue
        taken.append(evidence)
        if len(taken) == _MOST_STATEMENTS:
            break
    return _with_likely(question, sentences, taken, before) if learned else taken


def _of_effect(question: Question, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """What the best document, or those named, say of when they take effect, where they do: what
    else they say has nothing to do with that."""
    best = sentences[0].passage.document_id if sentences else None
    said = [
        each
        for each in sentences
        if each.fits and (each.passage.document_id == best or _is_named(each, question))
    ]
    return said or sentences


def _is_named(sentence: Sentence, question: Question) -> bool:
    """Whether the question says the number of the document that `sentence` stands in."""
    number = sentence.passage.number or ""
    return any(same_number(number, each) for each in question.numbers)


def _with_likely(
    question: Question,
    sentences: Sequence[Sentence],
    chosen: Sequence[Evidence],
    before: Sequence[Evidence],
) -> list[Evidence]:
    """`chosen` with the sentences that are likely the answer for their length, until it is nearly
    sure to be among them."""
    shown = [*before, *chosen]
    # A telephone number alone tells nobody whose it is.
    telling = (each for each in sentences if _WORDS.search(each.text))
    likely = sorted(telling, key=lambda each: -each.likelihood)[:_LOOKED_AT]
    possible = [(each.likelihood, widen(question, each)) for each in likely]
    most = LIST_LENGTH if question.kind == "list" else MOST_LENGTH
    while len(shown) < _MOST_LIKELY and _likelihood(sentences, shown) < _SURE:
        room = most - sum(len(each.text) for each in shown)
        documents = {each.passage.document_id for each in shown}
        worth = [
            (_worth(likelihood, evidence, shown), at)
            for at, (likelihood, evidence) in enumerate(possible)
            if len(evidence.text) <= room
            and (likelihood >= _LIKELY_ELSEWHERE or evidence.passage.document_id in documents)
            and not any(overlap(evidence, each) for each in shown)
        ]
        best, at = max(worth, default=(0.0, 0))
        if best < _LEAST_WORTH:
            break
        shown.append(possible[at][1])
    return shown[len(before) :]


def _worth(likelihood: float, evidence: Evidence, shown: Sequence[Evidence]) -> float:
    """How likely each character of `evidence` and its lead makes the answer."""
    joins = any(_gap(evidence, each) is not None for each in shown)
    return likelihood * (_JOINS if joins else 1.0) / (_LEAD + len(evidence.text))


def _likelihood(sentences: Sequence[Sentence], shown: Sequence[Evidence]) -> float:
    """How likely the answer is among what is `shown`."""
    return sum(
        each.likelihood for each in sentences if any(_holds(evidence, each) for evidence in shown)
    )


def _holds(evidence: Evidence, sentence: Sentence) -> bool:
    same = evidence.passage.document_id == sentence.passage.document_id
    return same and evidence.start <= sentence.start and sentence.end <= evidence.end


def _gap(one: Evidence, other: Evidence) -> tuple[int, int] | None:
    """The stretch of both where one continues the other in their passage, None elsewhere.

    A new item continues only an enumeration: what is said of one measure is not said of the next.
    """
    if one.passage.id != other.passage.id:
        return None
    former, latter = sorted((one, other), key=lambda each: each.start)
    between = one.passage.text[former.end - one.passage.start : latter.start - one.passage.start]
    new = NUMBERED.match(latter.text) and not former.text.endswith(_GOES_ON)
    return None if new or between.strip() else (former.start, latter.end)


def in_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Passages, and what is shown of each, in the order of choice; what stands together is one,
    read from its beginning."""
    order = list(dict.fromkeys(each.passage.id for each in chosen))
    found: list[tuple[int, int, Evidence]] = []
    ranked = [(order.index(each.passage.id), each.start, at) for at, each in enumerate(chosen)]
    for passage, _, at in sorted(ranked):
        both = _gap(found[-1][2], chosen[at]) if found else None
        if both:
            _, first, last = found[-1]
            found[-1] = (passage, min(first, at), evidence_in(last.passage, *both))
        else:
            found.append((passage, at, chosen[at]))
    return [each for _, _, each in sorted(found, key=lambda each: each[:2])]


def _candidates(question: Question, sentences: Sequence[Sentence], learned: bool) -> list[Sentence]:
    """The best sentence, then, where their likelihood has not been learned, those nearly as
    good; another document must be better still.

    A question that names several documents gets the best sentence of each first.
    """
    if not sentences:
        return []
    sentences = _holding_first(question, sentences)
    best = sentences[0]
    each_document = {
        each.passage.document_id: each
        for each in reversed(sentences)
        if len(question.numbers) > 1 and _is_named(each, question)
    }
    near = [] if learned else [each for each in sentences if _is_nearly(each, best)]
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


def widen(question: Question, sentence: Sentence) -> Evidence:
    """The stretch of the passage that makes sense alone around `sentence`."""
    passage = sentence.passage
    whole = evidence_in(passage, passage.start, passage.end)
    if CELL in sentence.text and len(passage.text) <= ABOUT_LENGTH:
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
    first, last = _period(texts, first, last)
    announces = bool(_ANNOUNCES.search(texts[last]))
    room = LIST_LENGTH if announces or question.kind == "list" else ABOUT_LENGTH
    while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= room:
        short = spans[last][1] - spans[first][0] < _TOO_SHORT and not is_member(texts[last])
        # A heading is no statement: it needs what stands under it.
        heading = last == first and not ENDS.search(texts[last]) and CELL not in texts[last]
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


def _period(texts: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """The short clauses that stand in one row with those from `first` to `last`: 甲类每月5元；乙类
    每月3元。 says of each what it does not say of the other."""
    start, end = first, last
    while start and _CLAUSE.search(texts[start - 1]) and not NUMBERED.match(texts[start]):
        start -= 1
    while (
        end + 1 < len(texts) and _CLAUSE.search(texts[end]) and not NUMBERED.match(texts[end + 1])
    ):
        end += 1
    length = sum(map(len, texts[start : end + 1]))
    return (start, end) if length <= _SHORT_PERIOD else (first, last)


def _measure_of(texts: Sequence[str], bracket: int) -> int:
    """Where the measure begins that a bracket of duty stands behind."""
    first = bracket
    while first and not NUMBERED.match(texts[first]) and not _DUTY.match(texts[first - 1]):
        first -= 1
    return first if sum(map(len, texts[first : bracket + 1])) <= ABOUT_LENGTH else bracket


def _belongs(question: Question, texts: Sequence[str], last: int) -> bool:
    """Whether what was asked for stands only in the bracket behind the sentence, or behind the
    sentences up to that bracket."""
    if question.kind not in (*_WHO, "date", "duration"):
        return False
    following = texts[last + 1 : last + 4]
    bracket = next((i for i, text in enumerate(following) if _BRACKET.match(text)), None)
    if bracket is None or _BRACKET.match(texts[last]):
        return False
    if question.kind not in _WHO and (bracket > 0 or question.wants.is_held_by(texts[last])):
        return False
    return question.wants.is_held_by(following[bracket])


def overlap(one: Evidence, other: Evidence) -> bool:
    """Whether two stretches share any of a document."""
    return (
        one.passage.document_id == other.passage.document_id
        and one.start < other.end
        and other.start < one.end
    )
