"""A follow-up's words put into the question that it leans on.

After 农村分散供养的一年多少钱, 城市的呢 asks 城市分散供养的一年多少钱: what it names stands in for
its counterpart, and the rest of the question stays. In: the folded or typed texts of both. Out:
the question that is meant, none where no counterpart is found; the words of a question that say
what it is about, without those that ask; the office that an answer sent to. The counterparts
stand in `counterparts.txt`. Rules only; imports `answer_types`, `offices`, `vectorstore`'s terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.answer_types import FACT, expected_type
from assistant.offices import offices
from vectorstore.terms import fold

_COUNTERPARTS = Path(__file__).with_name("counterparts.txt")
_LONGEST = 14
_SUPPOSING = re.compile(r"^(?:要是|如果|假如|换成|换做|改成|至于|对于|[它他她其]的?|这个)")
# 集中供养的又是多少 asks nothing of its own.
_ASKS_THE_SAME = re.compile(
    r"(?:的话|这块|那块|方面|那边|这边)?(?:的?(?:[又也则]?(?:是|要|有)?)?(?:多少钱?|怎么样|怎样|什么|啥)|又?[归由]谁管?)?的?$"
)
_PUNCTUATION = re.compile(r"[,，。;；:：?？!！]")
_NUMBER = r"(?:\d+|[一二三四五六七八九十]+)"
_ORDINAL = re.compile(rf"^第{_NUMBER}(?P<measure>[一-龥]{{1,4}})?$")
_YEAR = re.compile(r"^(\d{4})年?(?:[底初度]|的)?$")
_TITLE = re.compile(r"《[^《》]*》|[“\"][^“”\"]*[”\"]")
# 城市管理局, 农村信用社, 哪个单位 and 用人单位 stand beside nothing.
_NO_COUNTERPART = r"(?!管理[局处中]|建设[局委]|规划局|执法|更新|群|信用社|信用联社|商业银行)"
_OF_WHICH = r"(?<![哪个各些么啥人业工设关任头属管理务])"
# What a term may be said of without naming another matter.
_ANYBODY = re.compile(r"^(?:[的类者户]|居民|人员|对象|部门|标准)*$")
_SIGN = r"[一-龥、a-z]"
_ABOUT_OFFICE = (
    "(?P<attribute>(?:办公|联系|单位|咨询)?(?:电话|地址|邮箱|网址|邮编|传真)|联系方式|办公地点"
    "|负责人|法定代表人)"
)
_ATTRIBUTE = re.compile(
    rf"^{_ABOUT_OFFICE}(?:[是叫在](?:谁|啥|哪[儿里]?|什么(?:名字)?|多少)|多少|几号)?$"
)
# Where the last stretch of a question begins that may name the one of whom something is asked.
_SINCE = re.compile(r"^.*(?:[,，。;；\s年月]|[后前里中]|时(?!间))(?=[一-龥])")
_WHO = r"(?:谁|哪(?:[位个名])?(?:市?领导|副?市长|副?[区县]长)?)"
_IN_CHARGE = r"(?:分管|主管|管|联系)"
_OF_WHOM = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?P<of>{_SIGN}{{2,12}}?)(?P<ask>(?:[归由是让跟]|现在)*{_WHO}来?{_IN_CHARGE}.{{0,2}})$",
        rf"^{_IN_CHARGE}(?P<of>{_SIGN}{{2,12}}?)(?P<ask>的?(?:那位)?是?{_WHO})$",
        rf"^(?P<of>{_SIGN}{{2,16}}?)(?P<ask>的?{_ABOUT_OFFICE}.{{0,4}})$",
        rf"^(?P<of>{_SIGN}{{2,12}}?)(?P<ask>(?:算是|属于|归为|[是算属归])(?:什么|啥|哪).{{1,6}})$",
    )
)
_OF_OFFICE = ("contact", "address", "hours")
_OFFICE = re.compile(r"(?:[局委办厅院所站]|中心|大厅|公司|学校|银行|政府|[大支]队)的?$")
# Words that a question may have without naming what it is about: 一次, 当面, 能用, 交钱.
_OF_ANYTHING = re.compile(
    r"[一每半几多哪两当前头][年月日天次回个户人家条项种类点号档批份位]|一个月|个月|多久|多少|哪[儿里]"
    r"|最?[多少高低快慢早晚迟长短]|最后|至[多少]|开始|推行|启动|结束|截止|到期|延长|继续|续期|再续"
    r"|现场|当[面场]|本人|自己|里头|里面|需要|可以|应该|怎样|如何|免费|有?什么|哪些|由谁来?|公布"
    r"|要?钱|的话|还|最|晚|不够|基本|建成|完成|登记|负?责人|联系人|谁来[管办]|前[交报]"
    r"|之[前后]|以[前后]|能?不能|延期|逾期|超期|批准|签字|盖章|代办|网上|到?账|要是|如果|万一"
    r"|[要能可会得该须想再]?[交收用领办拿给罚发报带写填去找打走算补缴花等退查看做搞弄聘续延审批签](?:[钱完到过]|多少|一次)?"
)
_HOW_MUCH = (
    r"(?:一共|总共|分别|大概|到底|至少|至多)?(?:最[高低多少长晚迟][能可]?)?[是有为要给]?"
    r"(?:多少|几)(?:个?工作日|[个]?月|[万亿]?元|万|钱|[个年天日号次项种类家户人条亩岁倍]|平方米)?"
)
_ASKING = re.compile(
    rf"{_HOW_MUCH}|(?:[在从到是有]?(?:什么|啥)(?:时候|时间|地方)?)|[是由归找跟]?谁"
    r"|[在从到去由归是]?哪(?:[一二三四五六七八九十几]?[天年月日里儿些个位家种类项])?(?:部门|单位|领导)?"
    r"|怎么样?|咋|如何|怎样|[是有]?(?<![许很好太更最])多[久长大高远]"
)


@dataclass(frozen=True)
class Exchanged:
    """The question that is meant; `surely` where the words leave no doubt that it goes on."""

    text: str
    surely: bool


def exchanged(rest: str, before: str) -> Exchanged | None:
    """The question `before` with what `rest` names in place of its counterpart, if it has one.

    `rest` is the follow-up without 那 and 呢, and both without what ends a question.
    """
    said = fold(before)
    if found := _attribute(_SUPPOSING.sub("", fold(rest)), said):
        return Exchanged(found, surely=True)
    named = _named(rest)
    if not named or len(named) > _LONGEST or _PUNCTUATION.search(named):
        return None
    # In simplified characters where only so a counterpart is found.
    for said in dict.fromkeys((before, fold(before))):
        for found in (_beside(named, said), _in_order(named, said)):
            if found and found != said:
                return Exchanged(found, surely=True)
        if found := _of_another(named, said):
            # Who is in charge of what is said in one place.
            return Exchanged(found, surely=bool(re.search(_IN_CHARGE, found)))
    return None


def joined(asked: Sequence[str], rest: str) -> str:
    """The question that `rest` asks after what was `asked`: with what it names in place of its
    counterpart, or what it asks instead of what was asked before."""
    found = exchanged(rest, asked[0])
    if found:
        own = [each for each in asked[1:] if asks_itself(each)]
        return f"{'：'.join((matter(found.text), *own))}？" if own else f"{found.text}？"
    if asks_itself(rest):
        own = [each for each in asked[1:] if not asks_itself(each)]
        return f"{'：'.join((matter(asked[0]), *own, rest))}？"
    return f"{'：'.join((*asked, rest))}？"


def narrowed(asked: Sequence[str], rest: str) -> list[str]:
    """What was `asked`, a question and what narrowed it last, after `rest` was asked as well."""
    found = exchanged(rest, asked[0])
    if found:
        return [found.text, *filter(asks_itself, asked[1:])]
    return [asked[0], rest]


def matter(question: str) -> str:
    """`question` without its interrogatives: what it is about."""
    said = _ASKING.sub("", question)
    return _PUNCTUATION.sub("，", said).strip("，、的 ") or question


def of_office_answered(rest: str, asked: Sequence[str], answers: Sequence[str]) -> str:
    """`rest` asked of the one office that the last of `answers` to name any sent to, where it asks
    for an address or a telephone and no office was `asked` about; empty where it is not clear."""
    if expected_type(rest).name not in _OF_OFFICE or any(map(offices, (rest, *asked))):
        return ""
    said = (offices(_TITLE.sub(" ", fold(answer))) for answer in reversed(answers))
    named = next(filter(None, said), ())
    if len(named) != 1:
        return ""
    return f"{matter(asked[0])}：{named[0]}{_asking_part(rest)}？"


def asks_itself(rest: str) -> bool:
    """Whether a follow-up asks something of its own, and does not only name another subject."""
    return expected_type(rest) is not FACT or bool(_ASKING.search(fold(rest)))


def _asking_part(rest: str) -> str:
    """The clauses of a follow-up that ask: 地址在哪 of 我想当面去，地址在哪."""
    asking = [each for each in _PUNCTUATION.split(rest) if each and asks_itself(each)]
    return "，".join(asking) or rest


def of_anything(word: str) -> bool:
    """Whether a question may have this word whatever it is about."""
    return bool(_OF_ANYTHING.fullmatch(word))


def _named(rest: str) -> str:
    """What a follow-up names: 集中供养 of 要是集中供养的呢; empty where it asks on its own."""
    named = _ASKS_THE_SAME.sub("", _SUPPOSING.sub("", fold(rest)))
    return "" if _ASKING.search(named) else named


def _beside(named: str, before: str) -> str:
    """城市 in place of 农村."""
    terms = list(_terms(named))
    left = named
    for term, _ in terms:
        left = left.replace(term, "", 1)
    if not terms or not (_ANYBODY.match(left) or left.strip("的") in before):
        return ""
    said, added, found = before, [], ""
    for term, others in terms:
        replaced = _replaced(said, term, others)
        if replaced:
            said, found = replaced, found or term
        elif term not in before:
            added.append(term)
    if not found:
        return ""
    return said.replace(found, found + "".join(added), 1)


def _terms(named: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The terms in `named` that have counterparts, with these, in their order."""
    found: list[tuple[int, str, tuple[str, ...]]] = []
    for group in _groups():
        for at, alternative in enumerate(group):
            others = tuple(each for i, one in enumerate(group) if i != at for each in one)
            found += [(named.find(each), each, others) for each in alternative if each in named]
    # 个人独资 is no 个人, nor 非机动车 a 机动车.
    longest = [
        each
        for each in found
        if not any(each[1] != other[1] and each[1] in other[1] for other in found)
    ]
    for _, term, others in sorted(longest):
        yield term, others


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[str, ...], ...], ...]:
    lines = _COUNTERPARTS.read_text("utf-8").splitlines()
    return tuple(
        tuple(tuple(alternative.split("/")) for alternative in line.split())
        for line in lines
        if line and not line.startswith("#")
    )


def _replaced(before: str, term: str, others: tuple[str, ...]) -> str:
    """`before` with `term` for the one of `others` that it names, empty where it names none or
    several, or `term` as well."""
    open_to = _TITLE.sub(lambda match: " " * len(match[0]), before)
    if term in open_to:
        return ""
    spelled = sorted(others, key=len, reverse=True)
    pattern = re.compile(rf"{_OF_WHICH}(?:{'|'.join(map(re.escape, spelled))}){_NO_COUNTERPART}")
    found = list(pattern.finditer(open_to))
    if len({match[0] for match in found}) != 1:
        return ""
    for match in reversed(found):
        before = before[: match.start()] + term + before[match.end() :]
    return before


def _in_order(named: str, before: str) -> str:
    """第二个 in place of 第一个, 2020年 in place of 2019年."""
    if match := _ORDINAL.match(named):
        measure = match["measure"] or "[一-龥]"
        found = list(re.finditer(rf"第{_NUMBER}{measure}", before))
        return before.replace(found[0][0], named, 1) if len(found) == 1 else ""
    if match := _YEAR.match(named):
        found = list(re.finditer(r"(?<!\d)\d{4}(?=年)", before))
        return before.replace(found[0][0], match[1], 1) if len(found) == 1 else ""
    return ""


def _attribute(named: str, before: str) -> str:
    """市水利局的地址 where its telephone was asked for."""
    match = _ATTRIBUTE.match(named)
    found = list(re.finditer(_ABOUT_OFFICE, before))
    if not match or len(found) != 1 or found[0][0] == match["attribute"]:
        return ""
    return f"{matter(before[: found[0].start()]).rstrip('的')}的{named}"


def _may_be(named: str, match: re.Match[str]) -> bool:
    """Whether what is asked of one may be asked of what is `named`: an address, of an office."""
    return "attribute" not in match.groupdict() or bool(_OFFICE.search(named))


def _of_another(named: str, before: str) -> str:
    """What was asked of one, asked of another: 教育局 of 公安局谁分管."""
    since = _SINCE.match(before)
    start = since.end() if since else 0
    for at in dict.fromkeys((start, 0)):
        for pattern in _OF_WHOM:
            match = pattern.match(before[at:])
            if match and match["of"] != named and _may_be(named, match):
                return f"{before[: at + match.start('of')]}{named}{match['ask']}"
    return ""
