"""When not to answer, and the one text that says so.

Decided from evidence before anything is shown. First come plain contradictions: the question
asks nothing (small talk), speaks of a document or batch that the best document does not know,
begins with another place, or asks for a kind of thing (an amount, a telephone number) that the
evidence does not hold. What passes is weighed by a small regression (see `answerability`), whose
threshold is the operating point (refuse more, err less) and which also hears `doubts`: another
year, another city, another office. What is barely sure enough is answered with `caution_text`.
`refusal_text` is shared by code, prompt and tests. Imports `vectorstore`'s types, terms and
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import rjieba

import prompts
from assistant.absent import absent_title, asks_contents, unlisted
from assistant.answer_types import ANSWER_TYPES
from assistant.drafts import Statement
from assistant.evidence import OF_OFFICES, Sentence, of_office_asked
from assistant.language import ENGLISH, SIMPLIFIED, translated
from assistant.offices import offices, speaks_of
from assistant.questions import Question
from vectorstore.datamodels import FoundPassage, PolicyDocument
from vectorstore.terms import bigrams, fold, words

# What a language model writes instead of an answer; never shown.
REFUSAL_MARK = "【无法回答】"
_CLOSEST = "相近文件：{}，仅供参考。"
# 2020年了 says when it is, not of when the policy is to be.
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年(?!了))")
# A question for this city's policy may well name the place that somebody comes from.
_HERE = re.compile(r"葫芦岛|市里|[我本咱]市|咱们?这")
# What may come before the first word that says something.
_GREETING = re.compile(r"^(?:请问|[您你]好|(?:我?想)?(?:问|知道|了解)(?:一下|问|下)?|听说|\W)+")
# 沈阳人在这里买房 asks of here, 沈阳的公积金 of there.
_FROM_THERE = r"[市省]?(?:人|户|籍|老乡|客商|车牌|牌照|来|过来)"
# 市财政局局长是谁, of which a list of members names a deputy alone.
_HEAD_OF = re.compile(
    r"(?P<office>[一-龥]{2,14}(?:局|委|办|办公室|中心|厅|院))的?(?P<post>局长|主任|厅长|院长)"
    r"(?=是|叫|姓|名字|为|[?？]?$)"
)
_ENTRY = re.compile(r"[;；、,，\n｜|]")
_SAYS = re.compile(r"[一-龥]|[a-z]{2,}")
_FEWEST_SAID = 2
_LETTER = re.compile(r"[^\W\d_]")
_ORDINAL = re.compile(r"第[一二三四五六七八九十\d]+(?:批|期|季度|轮|届)")
_IDENTITY = re.compile(
    r"什么文件|哪.{0,3}文件|叫(?:什么|啥)|名称|标题|哪年|哪一年|(?:什么时候|啥时候|何时|哪天).{0,3}(?:发|印|制)"
)
# Words of small talk: a question that says no more than these asks nothing of a document.
_SMALL_TALK = frozenset(
    (
        "你好", "您好", "大家", "家好", "大家好", "早上", "上好", "早上好", "晚上", "晚上好",
        "晚安", "谢谢", "多谢", "感谢", "辛苦", "再见", "名字", "几点", "几岁", "等于", "讲个",
        "笑话", "今天", "明天", "天气", "机器", "机器人", "聊天", "帮忙",
    )
)  # fmt: skip
# What people say to one who listens, and not to ask for a policy.
_TALK = re.compile(
    r"(?:帮|给|替)我(?:写|画|讲|唱|编|翻译|算|预约|订|约个|猜)|你(?:是真人|是谁|是不是人|叫什么|几岁|多大|会做什么|会不会)"
    r"|提示词|开发者(?:设置|模式)|(?:忽略|无视|忘记).{0,8}(?:规矩|规则|指令|要求|内容|文件)|从现在起(?:你|凡)"
    r"|你(?:给|帮我|来)?猜|你(?:个人)?(?:觉得|认为|怎么看|信不信)|现在就(?:把|给)我|直接(?:告诉用户|回答)"
    r"|(?:真人|人)还是机器|(?:下雨|下雪|天气).{0,3}[没吗么样?]"
)
# Words that say what kind of thing is asked for, not of what.
ASKING = frozenset(
    (
        "多少", "几号", "哪个", "哪些", "哪里", "哪儿", "什么", "怎么", "电话", "号码", "地址",
        "热线", "投诉", "举报", "咨询", "监督", "联系", "多久", "几天", "多长", "时间", "时候",
        "多少钱", "几个", "几年", "规定", "标准", "一年", "一个", "每月", "每年", "最高", "最低",
        "可以", "需要", "能不能", "政府", "现在", "今年",
    )
)  # fmt: skip
# Of a document that is only cited its number may well be said.
_NUMBER_OF = re.compile("文号|第几号|几号[令文]|哪个?号")
_TITLE = re.compile(r"《([^《》]{4,60})》")
_ALL = re.compile(
    r"》的?(?P<article>第[\d〇零一二三四五六七八九十百]+条)?(?:主要|都)?(?:讲|说|写|规定)了?"
    r"(?:什么|啥|哪些)(?:内容|东西)?(?:啊|呢|呀)?[?？]?$"
)
_SAME_TITLE = 0.75
_DOCUMENTS_OF_PARTS = 3
_PLACES = Path(__file__).parent / "places.txt"


@dataclass(frozen=True)
class Library:
    """What refusal needs to know of the store: every stored title, and a text by document id."""

    titles: Sequence[str]
    text_of: Callable[[str], str | None]
    document_of: Callable[[str], PolicyDocument | None] = lambda document_id: None


def refusal_text(closest: FoundPassage | None = None, language: str = SIMPLIFIED) -> str:
    """The refusal, naming the closest document if there is one, without claiming an answer."""
    english = language == ENGLISH
    hint = ""
    if closest is not None:
        hint = "The closest document, for reference only: {}. " if english else _CLOSEST
    # Only the frame is in the language asked for: a title stays as it is.
    frame = prompts.load("refusal.en" if english else "refusal", closest=hint)
    named = f"《{closest.title}》（{closest.number}）" if closest and closest.number else ""
    named = named or (f"《{closest.title}》" if closest else "")
    return translated(frame, language).replace("{}", named)


def caution_text(language: str = SIMPLIFIED) -> str:
    """What stands beside an answer that may be beside the point."""
    return translated(prompts.load("caution.en" if language == ENGLISH else "caution"), language)


def contradiction(
    question: Question, sentences: Sequence[Sentence], missing: Sequence[str], library: Library
) -> str:
    """Why the best document cannot be what the question means; empty when nothing speaks
    against it."""
    if _asks_nothing(question):
        return "nothing"
    best = sentences[0]
    stored = fold(library.text_of(best.passage.document_id) or "")
    passage = best.passage
    record = stored + fold(f"{passage.number or ''}{passage.title}{passage.issued or ''}")
    asked = fold(question.standalone)
    about_validity = any(
        re.search(each.asks, asked)
        for each in ANSWER_TYPES
        if each.name in ("lifecycle", "effective", "basis")
    )
    if missing:
        mentioned = any(fold(number) in stored for number in missing)
        if not mentioned or not (about_validity or _IDENTITY.search(asked)):
            return "number"
    cited = stored if _NUMBER_OF.search(asked) else ""
    if not about_validity and any(
        not _is_stored(title, library.titles) and fold(title) not in cited
        for title in _TITLE.findall(question.standalone)
    ):
        return "title"
    if any(ordinal not in record for ordinal in _ORDINAL.findall(asked)):
        return "ordinal"
    if _of_another_place(asked, record, library.titles):
        return "place"
    if not question.numbers and _says_nothing_of(asked, record):
        return "nothing"
    if question.kind == "person" and _only_deputies(asked, sentences):
        return "post"
    if not about_validity and asks_contents(asked):
        document = library.document_of(passage.document_id)
        if absent_title(asked, document, library.titles):
            return "absent"
    if unlisted(asked, [each.passage.text for each in sentences]):
        return "absent"
    return ""


def _records(
    question: Question, sentences: Sequence[Sentence], record: str, library: Library
) -> Iterator[str]:
    """What the best document says, and the next ones where several things are asked for."""
    yield record
    if len(question.parts) > 1:
        others = dict.fromkeys(each.passage.document_id for each in sentences)
        for document_id in list(others)[1:_DOCUMENTS_OF_PARTS]:
            yield fold(library.text_of(document_id) or "")


def lacks_what_is_asked(question: Question, statements: Sequence[Statement]) -> bool:
    """Whether the question wants a kind of thing that no statement's evidence holds.

    A telephone number in another document than the one that leads the answer is of another
    matter, unless the question names several.
    """
    if not question.wants.strict:
        return False
    leading = _documents(statements[:1])
    return not any(
        question.wants.is_held_by(each.text)
        for each in statements
        if not leading or len(question.parts) > 1 or leading & _documents([each])
    )


def _documents(statements: Sequence[Statement]) -> set[str]:
    return {part.passage.document_id for each in statements for part in each.evidence}


def doubts(question: Question, sentences: Sequence[Sentence], library: Library) -> dict[str, bool]:
    """What speaks against the best document without ruling it out: it knows no year, or no other
    place, that the question names, or the particulars found are of other offices."""
    passage = sentences[0].passage
    stored = fold(library.text_of(passage.document_id) or "")
    record = stored + fold(f"{passage.number or ''}{passage.title}{passage.issued or ''}")
    asked = fold(question.standalone)
    years = _YEAR.findall(asked)
    records = list(_records(question, sentences, record, library)) if years else []
    places = () if _HERE.search(asked) else places_named(asked)
    return {
        "year": bool(years) and not any(_holds_year(each, years) for each in records),
        "place": any(place not in record for place in places),
        "office": _of_another_office(question, sentences),
    }


def _of_another_place(asked: str, record: str, titles: Sequence[str]) -> bool:
    """Whether a question begins with a place, as what it asks of, that neither the best document
    nor any title knows. One that names it later may only tell where somebody comes from."""
    if _HERE.search(asked):
        return False
    asked = _GREETING.sub("", asked)
    named = next((each for each in places_named(asked) if asked.startswith(each)), None)
    return (
        named is not None
        and not re.match(named + _FROM_THERE, asked)
        and named not in record
        and not any(named in fold(title) for title in titles)
    )


def _says_nothing_of(asked: str, record: str) -> bool:
    """Whether of the signs of a question at most one stands in the best document: a citizen's own
    words share some with the official ones, 哇咔咔嘟嘟噜 shares none."""
    said = set(_SAYS.findall(asked))
    return sum(each in record for each in said) < min(_FEWEST_SAID, len(said))


def _only_deputies(asked: str, sentences: Sequence[Sentence]) -> bool:
    """Whether the head of an office is asked for, and of that office only deputies are named."""
    match = _HEAD_OF.search(asked)
    named = offices(match["office"]) if match else ()
    if not named:
        return False
    entries = (one for each in sentences for one in _ENTRY.split(fold(each.text)))
    of_office = [
        one for one in entries if match["post"] in one and any(speaks_of(one, n) for n in named)
    ]
    return bool(of_office) and all(f"副{match['post']}" in one for one in of_office)


def _holds_year(text: str, years: Sequence[str]) -> bool:
    """Whether one of `years` stands in `text`, and not within a telephone number."""
    return any(re.search(rf"(?<!\d){year}(?!\d)", text) for year in years)


def _of_another_office(question: Question, sentences: Sequence[Sentence]) -> bool:
    """Whether the question asks for an office's particulars, and those found are all of others."""
    if question.kind not in OF_OFFICES or question.numbers or not offices(question.standalone):
        return False
    passages = {each.passage.id: each.passage for each in sentences if each.fits}
    return not any(of_office_asked(question, each) for each in passages.values())


def _asks_nothing(question: Question) -> bool:
    if _TALK.search(fold(question.standalone)) and not question.numbers:
        return True
    said = words(fold(question.standalone))
    return not question.numbers and all(
        len(word) < 2 or word in _SMALL_TALK or not _LETTER.search(word) for word in said
    )


def asks_for_all_of(question: Question, best: Sentence) -> bool:
    """Whether the question asks what a document in 《》, or an article of it, says, and `best` is
    of that document, and of that article."""
    asked = _ALL.search(question.standalone)
    if asked is None or (asked["article"] and "article" not in dict(best.passage.parts)):
        return False
    title = best.passage.title
    named = _TITLE.findall(question.standalone)
    return any(fold(each) in fold(title) or _is_stored(each, [title]) for each in named)


def _is_stored(title: str, titles: Sequence[str]) -> bool:
    wanted = set(bigrams(fold(title)))
    return any(
        len(wanted & set(bigrams(fold(each)))) >= _SAME_TITLE * len(wanted) for each in titles
    )


def places_named(text: str) -> list[str]:
    """The provinces and cities that `text` names."""
    pieces = (word.removesuffix("市").removesuffix("省") for word in rjieba.cut(fold(text)))
    return [piece for piece in pieces if piece in _known_places()]


@lru_cache(maxsize=1)
def _known_places() -> frozenset[str]:
    lines = _PLACES.read_text("utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
