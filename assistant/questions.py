"""What is asked: checks a question, makes a follow-up stand alone, says what kind of answer fits.

In: the question as typed and the turns before it. Out: a frozen `Question`. Rules only, no
model. Imports `answer_types`, `followups`, and `vectorstore`'s terms, numbers and errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import prompts
from assistant.answer_types import FACT, AnswerType, expected_type
from assistant.english import in_chinese
from assistant.followups import exchanged, joined, narrowed, of_anything, of_office_answered
from assistant.language import ENGLISH, SIMPLIFIED, language_of
from vectorstore.errors import BadQuestion
from vectorstore.numbers import find_numbers
from vectorstore.terms import fold, words

LONGEST_QUESTION = 2_000
LONGEST_HISTORY = 12
# Of characters that no text has; a file's content is full of them.
_MOST_STRANGE = 0.15
_STRANGE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x9f\ufffd]")
# A search looks at the first 2,000 characters; the follow-up stands at the end.
_LONGEST_SUBJECT = 300

_OPENING = re.compile(r"^(?:那么|那|还有|另外|以及|然后|再问|还想问|顺便问)[，,、\s]*")
_THIS_DOCUMENT = r"[这那](?:个|份|部|项)(?:文件|办法|规定|方案|通知|意见|政策|决定)"
_POINTING = re.compile(
    rf"它|{_THIS_DOCUMENT}"
    r"|该(?:文件|办法|规定|方案|通知|意见|政策|决定)|上述|上面|刚才|前面|此(?:文件|办法|规定)|其中"
)
# 这个 may point back or only fill: 养犬这个登记费.
_MAY_POINT = re.compile(r"这个|这份|这些|这项|那个|这笔|这事|这天|这样|里头|里面|也是|也要|又是")
# Other than those that were spoken of.
_OTHERS = re.compile(r"^(?:其[他它余]|别的|剩下的)")
# 要是谈不拢呢: what was spoken of fails.
_FAILING = re.compile(r"^(?:要是|如果|假如|万一|若是?)[^,。]?[不没未][^,。]{1,4}呢?[?!。]*$")
_ARTICLE_ONLY = re.compile(r"^(?:第[〇零一二三四五六七八九十百千\d]+(?:[条款章项]|个附件)|附件\d*)")
_ASKING = frozenset(
    ("怎么", "多少", "哪些", "哪个", "什么", "时候", "什么时候", "需要", "几", "由")
)
_GENERIC_WORDS = Path(__file__).parent / "generic_words.txt"
_THEN_WHAT = re.compile(r"^[^，,。]{1,10}呢[，,]|呢[？?。\s]*$")
_TITLE = re.compile(r"《[^《》]{2,}》")
_HAN = re.compile(r"[\u3400-\u9fff]")
_AT_DATE = re.compile(r"([年月日])(?:的?时候?|当时|那时)")
_QUESTION_END = re.compile(r"(?:呢|吗|呀|啊|(?<![什怎多那这])么|吧)?[？?。！!\s]*$")


# Where one question ends and the next begins in "期限几年，由谁负责？".
_BETWEEN = re.compile(r"[，,。？?；;！!、\s]+|还有(?=[^，,。]{3})|以及")


@dataclass(frozen=True)
class Part:
    """One of several things that a question asks for at once."""

    text: str
    wants: AnswerType


@dataclass(frozen=True)
class Question:
    """A question ready to be answered.

    `standalone` is what is searched for; `focus` are the words that this turn added, which count
    more; `wants` is the expected answer type; `numbers` are the document numbers it names or, in
    a follow-up, those the previous answer cited; `parts` are the things asked for, when there are
    several; `documents` are the ids of the only documents to look in, all where there are none;
    `language` is the one to answer in; `other` is how else the question may be meant in its
    conversation, on its own or as a follow-up, where its wording alone does not tell; `before` is
    what was asked before a follow-up; `meant` is this turn without its slips, where it has any.
    """

    text: str
    standalone: str
    wants: AnswerType
    focus: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    followup: bool = False
    parts: tuple[Part, ...] = ()
    documents: tuple[str, ...] = ()
    language: str = SIMPLIFIED
    other: Question | None = None
    before: str = ""
    meant: str = ""

    @property
    def wording(self) -> str:
        """The question in Chinese without what its conversation adds."""
        return self.standalone if self.language == ENGLISH else self.meant or self.text

    @property
    def searchable(self) -> bool:
        """Whether there are words to search Chinese documents with."""
        return self.language != ENGLISH or bool(_HAN.search(self.standalone))

    @property
    def kind(self) -> str:
        """The name of the expected answer type."""
        return self.wants.name


def read_question(text: Any, history: Any = (), documents: Sequence[str] = ()) -> Question:
    """Check `text` and `history` and understand them; BadQuestion says what is wrong."""
    return replace(_understood(text, history), documents=tuple(documents))


def _understood(text: Any, history: Any) -> Question:
    text = _checked(text)
    turns = checked_history(history)
    language = language_of(text)
    # In the words of the documents, as far as they are known, before anything is read from it.
    chinese = in_chinese(text) if language == ENGLISH else None
    return replace(_in_context(chinese or text, turns), text=text, language=language)


def _in_context(text: str, turns: Sequence[Mapping[str, str]]) -> Question:
    """The question that `text` asks after `turns`, as its wording suggests, with the other
    reading of it where the wording does not settle the matter."""
    # 时 of 2018年时 would be read as the first sign of the number behind it.
    numbers = _numbers(_AT_DATE.sub(r"\1 ", text))
    alone = Question(text, text, expected_type(text, bool(numbers)), numbers=numbers)
    alone = replace(alone, parts=_parts(text))
    asked = _subject([turn["content"] for turn in turns if turn["role"] == "user"])
    if not asked or numbers or _TITLE.search(text):
        return alone
    leaning = _leaning(text, asked, turns)
    found = exchanged(_rest(text), asked[0])
    office = _of_office(text, asked, turns)
    if office:
        # Which may stand in another document than the one that sent there.
        return replace(leaning, standalone=office, other=replace(alone, standalone=office))
    if points_back(text) or names_no_matter(text) or (found and found.surely):
        return leaning
    if _is_followup(text):
        if found:
            # The same may be asked of it elsewhere than in the document that was cited.
            asks = replace(alone, standalone=leaning.standalone, wants=leaning.wants)
            return replace(leaning, other=asks)
        # 养犬登记费呢 asks of dogs what was asked of heating.
        wants = leaning.wants if alone.wants is FACT and _THEN_WHAT.search(text) else alone.wants
        return replace(leaning, other=replace(alone, standalone=f"{_rest(text)}？", wants=wants))
    return replace(alone, other=leaning)


def _of_office(text: str, asked: Sequence[str], turns: Sequence[Mapping[str, str]]) -> str:
    """`text` asked of the office that the answers sent to, where they sent to one and it asks for
    an address or a telephone without saying whose."""
    if not names_no_matter(text):
        return ""
    users = [turn["content"] for turn in turns if turn["role"] == "user"]
    answers = [turn["content"] for turn in turns if turn["role"] == "assistant"]
    since = answers[-(len(users) - _own(users)) :]
    told = [each for each in since if not _is_refusal(each)]
    return of_office_answered(_rest(text), asked, told)


def _leaning(text: str, asked: Sequence[str], turns: Sequence[Mapping[str, str]]) -> Question:
    """`text` as a follow-up of what was `asked`."""
    rest = _rest(text)
    answered = next((t["content"] for t in reversed(turns) if t["role"] == "assistant"), "")
    # A refusal names the closest document without meaning it.
    cited = _numbers(asked[0] + ("" if _is_refusal(answered) else answered))
    if _ARTICLE_ONLY.match(rest):
        # Another article of the same document, not the one before as well.
        asked = [each for each in asked if not _ARTICLE_ONLY.match(each)] or asked[:1]
    # A question that is whole again has no words that count more.
    focus = () if exchanged(rest, asked[0]) else tuple(words(fold(rest)))
    standalone = joined(asked, rest)
    wants = expected_type(text)
    if wants is FACT:
        wants = expected_type(asked[-1])
    return Question(
        text,
        standalone,
        wants,
        focus=focus,
        numbers=cited[:1],
        followup=True,
        before="：".join(asked),
    )


def _subject(asked: Sequence[str]) -> list[str]:
    """What the questions `asked` so far were about: the last one that stands alone, with what
    others named in place of its counterparts, and the last of those that did not."""
    own = _own(asked)
    subject = [_QUESTION_END.sub("", each)[:_LONGEST_SUBJECT] for each in asked[own : own + 1]]
    for each in asked[own + 1 :]:
        subject = narrowed(subject, _rest(each)[:_LONGEST_SUBJECT])
    return subject


def _own(asked: Sequence[str]) -> int:
    """Which of the questions `asked` is the last that stands alone; the first where none does."""
    return next((i for i in range(len(asked) - 1, -1, -1) if not _is_followup(asked[i])), 0)


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for number, _, _ in find_numbers(text)))


def _is_refusal(answered: str) -> bool:
    heads = (prompts.load(name, closest="")[:12] for name in ("refusal", "refusal.en"))
    return any(fold(answered).startswith(fold(head)) for head in heads)


def _rest(text: str) -> str:
    """A follow-up without 那 and 呢."""
    return _QUESTION_END.sub("", _OPENING.sub("", text))


def _checked(text: Any) -> str:
    if not isinstance(text, str) or not text.strip():
        raise BadQuestion("The question is empty; type one.", "问题是空的，请输入您想问的内容。")
    if len(text) > LONGEST_QUESTION:
        raise BadQuestion(
            f"The question has {len(text):,} characters; ask in at most {LONGEST_QUESTION:,}.",
            f"问题有 {len(text):,} 个字，太长了，请控制在 {LONGEST_QUESTION:,} 字以内。",
        )
    strange = len(_STRANGE.findall(text))
    if strange > _MOST_STRANGE * len(text):
        raise BadQuestion(
            "The question is not a text but something like a file; type it in words.",
            "问题不是文字（像是文件内容），请用文字输入。",
        )
    return _cleaned(text)


def _cleaned(text: str) -> str:
    """`text` on one line; a lone surrogate (from broken JSON) can be neither searched nor shown."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def checked_history(history: Any) -> list[Mapping[str, str]]:
    """The last turns of `history`; BadQuestion when it is not a list of turns."""
    turns = [] if history is None else history
    if not isinstance(turns, (list, tuple)) or not all(map(_is_turn, turns)):
        raise BadQuestion(
            "The history must be a list of {role: user or assistant, content: text}.",
            "对话历史的格式不正确，请重新开始对话。",
        )
    return [
        {"role": turn["role"], "content": _cleaned(turn["content"][:LONGEST_QUESTION])}
        for turn in turns[-LONGEST_HISTORY:]
    ]


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, Mapping)
        and turn.get("role") in ("user", "assistant")
        and isinstance(turn.get("content"), str)
    )


def _parts(text: str) -> tuple[Part, ...]:
    """The clauses of `text` that ask for different things; none when it asks for one."""
    parts = [
        Part(clause, wants)
        for clause in _BETWEEN.split(text)
        if (wants := expected_type(clause)) is not FACT and wants.name != "yes_no"
    ]
    return tuple(parts) if len({part.wants.name for part in parts}) > 1 else ()


def points_back(text: str) -> bool:
    """Whether `text` names what it leans on by a word that points there."""
    folded = fold(text)
    pointing = _POINTING.search(folded)
    if pointing and re.match(_THIS_DOCUMENT, pointing[0]):
        # 养犬那个办法 says which.
        return not _matters(folded[: pointing.start()])
    return bool(pointing or _ARTICLE_ONLY.match(folded) or _FAILING.match(_OPENING.sub("", folded)))


def _is_followup(text: str) -> bool:
    """Whether `text` seems to lean on what was said before: it points back, or says too little
    alone."""
    folded = fold(text)
    if points_back(text) or _MAY_POINT.search(folded) or _OTHERS.match(folded):
        return True
    content = _content(folded)
    if _OPENING.match(folded) and len(content) <= 8:
        return True
    if len(content) <= 6 and _THEN_WHAT.search(folded):
        return True
    return names_no_matter(text)


def names_no_matter(text: str) -> bool:
    """怎么申请, 由谁负责: of what, was said before."""
    folded = fold(text)
    content = {word for word in _content(folded) if not of_anything(word)}
    if _matters(folded) or expected_type(text) is FACT:
        return False
    return any(len(word) > 1 for word in content) or not content


def _matters(folded: str) -> set[str]:
    """The words that may say of which matter something is asked."""
    content = {word for word in _content(folded) if len(word) > 1 and not of_anything(word)}
    return content - generic_words()


@lru_cache(maxsize=1)
def generic_words() -> frozenset[str]:
    """Words that say what is asked of a matter, and not which matter."""
    lines = _GENERIC_WORDS.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _content(folded: str) -> list[str]:
    return [word for word in words(_OPENING.sub("", folded)) if word not in _ASKING]
