"""Several questions in one: what each of them asks, and where one leans on another's answer.

"Who heads the heating group, and what is the telephone of that office?" is answered by two
documents; searched as a whole it finds one. In: a question's text, and what answered the question
before. Out: its questions, each as the texts to search for. Rules only, no model. Imports
`answer_types`, `finding`'s types, `offices`, `questions`' words and `vectorstore`'s terms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer_types import expected_type, without_some
from assistant.evidence import OF_OFFICES
from assistant.finding import Found
from assistant.offices import offices
from assistant.questions import generic_words
from vectorstore.terms import fold, words

CLAUSE = re.compile(r"[^，,。？?；;！!\s]+")
ASKS = re.compile(
    r"什么|[啥谁哪咋几吗么]|多[少久长大远高宽厚深重]|何时|何人|何处|何种|为何|如何|怎|呢$|是否|能否|可否"
    r"|([\u4e00-\u9fff])[不没]\1|[样嘛吗]?不$"
)
# Where a clause points to what the one before it named or found.
_OFFICE = r"(?:局|委|部门|单位|机构|办公室)"
_POST = "副?(?:组长|主任|局长|市长|区长|县长|召集人|领导|负责人)"
_POINTS = re.compile(
    rf"(?:[咱本我]市)?(?:[他她它]们?|[这那该]个?)(?:所在的?)?(?:{_OFFICE})"
    rf"|[他她它]们?(?!人)|[那这]位(?:{_POST})?|该(?:人|负责人)|其(?=[电地办])|[这那]事"
)
_OF_AFFAIR = re.compile(r"事$")
_NAMED_OFFICE = re.compile(
    r"市(?!政府|委(?!员)|级|直)[一-龥]{2,12}?"
    r"(?:局|委员会|委(?!员)|办公室|中心|主管机构|办(?=[、，负牵）]))"
)
_PERSON = re.compile(
    r"(?:^|[\s:：、，])([一-龥]{2,3})同志|[:：]([一-龥]{2,4})\s|^([一-龥]{2,3})\s+\S*长"
)
_FEW = 5
_MOST = 4
_OF_SOMEBODY = (*OF_OFFICES, "responsible")
_LEAST_MATTER = 2
_THIS = re.compile(r"[这那][一-龥]|该(?!不)")
_WHEN = re.compile(r"每[年月季周天]|[之以]?前要|公布|公开|发布")
_CHOOSES = re.compile(
    r"[听以按](?:哪[个份项种]|谁的?)(?:$|[？?。，,]|为准|算)"
    r"|哪[个份项种家边](?:更|最|[高低多少早晚大小][？?。，,吗呢]|[高低多少早晚大小]$|在[前先]|算数|管用)"
)
_SAME_ASKED = re.compile(
    r"(?:怎么|咋|如何)(?:说|讲|规定|要求|写)的?$|说法(?:一样|相同|一致)|一样[不吗]"
)
_WHICH = re.compile(r"哪[\u4e00-\u9fff]|几[\u4e00-\u9fff]|[谁啥]|多[久长大远高宽厚深重]")
_ASKING_WORDS = frozenset(
    (
        "什么", "多少", "哪个", "哪些", "哪位", "时候", "什么时候", "几个", "怎么", "分别", "是否",
        "电话", "姓名", "名字", "当面", "咨询",
    )
)  # fmt: skip
_BOTH = re.compile(r"分别|各|都|两|俩|同一|一样|相同|对比|比较")
_SIGNS = r"[^，,。？?；;：:\s]"
_COORDINATED = re.compile(
    rf"(?P<one>{_SIGNS}{{2,24}}?)(?:和|与|跟|以及|[、，,]又)(?P<other>{_SIGNS}{{2,24}}?)"
    r"(?=[这那]?[两俩]|[，,]|分别|各|都|是同|是否|[里上中](?:[，,各都]|面)|的.{0,8}(?:同一|分别))"
)
_BEFORE = re.compile(r"^.*[在从对按把]|^参加")
_ORDER = re.compile(r"^(?:请?(?:对比|比较|核对)(?:一下)?|请问)[，,：:]*")
_HE = re.compile("[他她]")
_HIS_OFFICE = re.compile(rf"的?(?:所在的?)?[这那]?个?{_OFFICE}")
_SOMEBODY = re.compile(rf"那位(?:{_POST})?$|^那位")
_EACH = re.compile(r"分别|各自?|(?<!首)都(?!市)")
_OF_EACH = re.compile(r"^(?:分别|各自?|都)")
_ALIKE = re.compile(
    r"(?:(?:是否|是不是)(?:一致|一样|相同)|(?:一致|一样|相同)[吗不么])(?=[，,？?](?:分别|各))"
)
_PAIR = re.compile(r"(?:^|(?<=[，,]))[这那]?[两俩](?:[个份项类处种部])?(?=[\u4e00-\u9fff，,]|$)")


@dataclass(frozen=True)
class Asked:
    """One of several questions: the texts it may be searched by (alone, and with what the
    question before it was about), and whether it points to what that one finds."""

    texts: tuple[str, ...]
    leans: bool = False


@dataclass(frozen=True)
class _Clause:
    """A clause that asks, and those before it that only say of what."""

    text: str
    situation: str

    @property
    def whole(self) -> str:
        """The question that stands alone."""
        return f"{self.situation}，{self.text}？".lstrip("，")


def asked_in(text: str) -> tuple[Asked, ...]:
    """The questions that `text` asks; none where it asks a single one, or no end of them."""
    asked = _asked_in(text)
    return asked if 1 < len(asked) <= _MOST else ()


def _asked_in(text: str) -> tuple[Asked, ...]:
    clauses = _asking_clauses(text)
    same = [each for each in clauses[1:] if _SAME_ASKED.search(each.text)]
    clauses = [each for each in clauses if each not in same]
    if same and (pair := _Pair.of(f"{same[0].text}，")):
        rest = "，".join(filter(None, (p for e in clauses for p in (e.situation, e.text))))
        return tuple(Asked((f"{each}，{rest}？",)) for each in (pair.one, pair.other))
    if not clauses:
        return _of_each(text)
    if len(clauses) > 1 and _OF_EACH.search(clauses[-1].text) and (pair := _of_each(text)):
        return pair
    if len(clauses) > 1:
        return _one_by_one(clauses)
    return _of_somebody(clauses[0]) or _of_each(text)


def _asking_clauses(text: str) -> list[_Clause]:
    """The clauses that ask, each with those before it that only say of what."""
    found: list[_Clause] = []
    situation: list[str] = []
    for match in CLAUSE.finditer(text):
        clause = match[0]
        if not ASKS.search(without_some(fold(clause))):
            situation.append(clause)
        elif found and not situation and says_little(clause):
            last = found.pop()
            found.append(_Clause(f"{last.text}，{clause}", last.situation))
        else:
            found.append(_Clause(clause, "，".join(situation)))
            situation = []
    return found


def says_little(clause: str) -> bool:
    """Whether a clause asks something more of the same matter: 是谁, 期限几年."""
    if _POINTS.search(clause):
        return False
    return len(own_words(clause)) < _LEAST_MATTER


def own_words(clause: str) -> set[str]:
    """The words of a clause that say of what it asks."""
    said = {word for word in words(fold(_WHICH.sub(" ", clause))) if len(word) > 1}
    return said - _ASKING_WORDS - generic_words()


def has_own_matter(clause: str) -> bool:
    """Whether a clause says alone of what matter it asks: not 这单子归谁公开, 每年几月前要公布."""
    if _THIS.search(clause):
        return False
    return len(own_words(_WHEN.sub(" ", clause))) >= _LEAST_MATTER


def _one_by_one(clauses: Sequence[_Clause]) -> tuple[Asked, ...]:
    """Clauses that each ask, the later ones also with what the first is about."""
    topic = clauses[0].situation or clauses[0].text
    later = (
        Asked((each.whole, f"{topic}，{each.whole}"), bool(_POINTS.search(each.text)))
        for each in clauses[1:]
    )
    return (Asked((clauses[0].whole,)), *later)


def _of_somebody(clause: _Clause) -> tuple[Asked, ...]:
    """管供暖的那位组长，…: who that is, and what is asked of that person."""
    if not _SOMEBODY.search(clause.situation):
        return ()
    pointing = f"那位，{clause.text}？"
    return Asked((f"{clause.situation}是谁？",)), Asked((pointing, clause.whole), leans=True)


def _of_each(text: str) -> tuple[Asked, ...]:
    """A和B分别…: what is asked of A, and what is asked of B."""
    # 时限是否一致，各是几天: of each only how many days it is.
    text = _ALIKE.sub("", text)
    pair = _Pair.of(text) if _BOTH.search(text) and not _CHOOSES.search(text) else None
    if pair is None or ASKS.search(pair.one + pair.other):
        return ()
    return tuple(Asked((f"{pair.before}{each}{pair.after}",)) for each in (pair.one, pair.other))


@dataclass(frozen=True)
class _Pair:
    """A和B in a text, with what stands before and after."""

    before: str
    one: str
    other: str
    after: str

    @classmethod
    def of(cls, text: str) -> _Pair | None:
        """The first pair of `text`, if it names one."""
        match = _COORDINATED.search(text)
        if match is None:
            return None
        head = _BEFORE.match(match["one"])
        # 民政局参加甲与参加乙的: what stands in front of the first 参加 is said of both.
        again = match["one"].find(match["other"][:2])
        cut = max(head.end() if head else 0, again)
        before = _ORDER.sub("", text[: match.start()] + match["one"][:cut])
        after = _PAIR.sub("", _EACH.sub("", text[match.end() :]))
        return cls(before, match["one"][cut:], match["other"], after)


def with_names(asked: Asked, found: Found) -> str:
    """The question with the name of the person or the office that `found`, what answers the one
    before it, points to; empty where it names none."""
    text = asked.texts[0]
    match = _POINTS.search(text)
    if match is None or not found.sentences:
        return ""
    if match[0] == "它" and expected_type(text).name not in _OF_SOMEBODY:
        return ""
    best = found.sentences[0]
    fitting = next((each for each in found.sentences[:_FEW] if each.fits), best)
    passage = fitting.passage
    behind = passage.text[fitting.start - passage.start :]
    person = _PERSON.search(behind) or _PERSON.search(passage.text)
    if _SOMEBODY.search(match[0]) or _is_person(text, match):
        name = next(filter(None, person.groups())) if person else ""
    elif _OF_AFFAIR.search(match[0]):
        return ""
    else:
        said = offices(found.question.standalone)
        name = said[0] if said else _office(behind)
    return f"{text[: match.start()]}{name}{text[match.end() :]}" if name else ""


def _is_person(text: str, match: re.Match[str]) -> bool:
    """Whether a clause points with a bare 他: 也归他吗, but not 他那个局."""
    return bool(_HE.fullmatch(match[0])) and not _HIS_OFFICE.match(text[match.end() :])


def _office(text: str) -> str:
    """The first office that `text` names."""
    match = _NAMED_OFFICE.search(text)
    return match[0] if match else ""
