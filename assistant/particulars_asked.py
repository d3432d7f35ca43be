"""Which particulars of a document a question asks for, and the words left that name it.

Number, title, date, issuer, who signed, which meeting adopted it: several may be asked at once
(文号和日期, 标题是什么，哪天印发的). All that asks is taken out of the question; what is left must
name a document and nothing else, so that a question which names one and asks what it says is
none of these. In: a question's text. Out: a frozen `Asked`, or None. Pure functions; imports
`answer_types`' patterns and `vectorstore`'s folding and numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer_types import DATED, DONE, ON
from vectorstore.numbers import find_numbers
from vectorstore.terms import fold

NUMBER, TITLE, WHAT, DATE = "number", "title", "what", "date"
ISSUER, SIGNER, SESSION = "issuer", "signer", "session"
ABOUT, BASIS, ANNEXES = "about", "basis", "annexes"

_WHO = r"(?:谁|哪一?[位个]|什么名字?|啥名?字?|什么|啥)"
_HEAD = r"(?:[市区县州省]长|主任)"
_IS = r"(?:是|叫|为|都|各自?|分别)*"
_OFFICE = r"(?:办公室|部门|单位|机关|机构|委办局|委办|局|家)"
_FORMAL = r"(?:落款|成文|印发|制发|发文|发布|公布|颁布|签发|签署)"
_OURS = r"(?:[我本咱]们?市)?(?:[市县区]?政府)?"
_ENDED = r"(?=$|[^一-龥]|[呢啊呀吗来和与及])"
_THINGS = (
    "管理办法|办法|规定|方案|意见|文件|措施|细则|通知|公告|通告|决定|要点|清单|规章|条例|规划|计划"
)
# Tried in this order: the market of 市长叫什么名字 is a person's, not a title.
_ASKING = (
    (
        SESSION,
        r"(?:是|经|在|由)*(?:市政府|县政府|区政府|政府)?的?(?:哪一?次|第几次|第几届第几次|什么|啥)"
        r"(?:市政府|县政府|区政府|政府)?(?:党组|常务|全体|办公)?会议?上?(?:审议|讨论)?通过的?",
    ),
    (
        SIGNER,
        rf"(?:落款|签发|签署|签名)的?(?:[那这][位个])?(?:{_HEAD}|人)(?:的?名字?)?{_IS}{_WHO}"
        rf"|(?:是|由)?(?:哪一?[位个]|谁)(?:{_HEAD})?(?:签发|签署|签)了?的?"
        rf"|(?:是|由)?(?:什么|啥)人(?:签发|签署|签)了?的?|(?:签发|签署)人{_IS}{_WHO}?",
    ),
    (
        DATE,
        rf"(?P<head>{_HEAD})?(?:的|是|在|于|都|到底|究竟|具体|分别|各自|各|又|才|那个)*"
        rf"(?:{ON}(?:才|被|给)?{DONE}了?的?{_ENDED}"
        rf"|{DATED}(?:是|为|于|在)*{ON}"
        rf"|{_FORMAL}的?(?:日期|时间|日子)|(?<![一-龥])日期|(?<=[和与及的体])日期)",
    ),
    (
        TITLE,
        r"(?:文件|正式|完整)*的?(?:标题|题目|全称|全名|名称|(?<=文件)名)"
        rf"(?:{_IS}(?:什么|啥)(?:名字?)?)?"
        r"|(?:(?<=[文件号令定法案见知\s,》])|^)叫(?:个|做|作)?(?:什么|啥)(?:名字?|名称|名儿|标题|题目)?"
        rf"|(?:印发|公布|发布|颁布|下发)(?:的是|了|的)(?:一?个)?(?:什么|啥|哪个|哪[份项])(?:{_THINGS})",
    ),
    (
        ABOUT,
        r"(?:的|,)*(?:主题|内容|主要内容)(?:是|为)(?:什么|啥)?(?=$|[,?。])"
        r"|(?:是|到底|究竟)*(?:管|关于|针对)(?:什么|啥)的(?=$|[,?。])",
    ),
    (
        ANNEXES,
        r"(?:一共|总共|共|都|后面|后边|有|带|附|了|是)*(?:几|多少)[个份]附件(?=$|[,?。])"
        r"|的?附件(?:一共|总共|共)?(?:有|是)?(?:几|多少)[个份](?=$|[,?。])",
    ),
    (
        BASIS,
        r"(?:是|又|为了?)*(?:根据|依据|按照|依照|贯彻|落实)+的?(?:是)?"
        r"(?P<level>国家|国务院|中央|省里?|省政府|上级)?的?(?:哪一?[个份]|什么|啥)(?:文件|通知|意见|方案)"
        r"(?:精神|的精神|制定的?|来的)?(?=$|[,?。])",
    ),
    (
        WHAT,
        rf"(?:是|叫)(?:一?[个份])?(?:什么|啥|哪[个份])(?:{_THINGS}){_ENDED}",
    ),
    (
        NUMBER,
        rf"(?:的|,)*{_OURS}的?(?:发文号|(?:发文|公文|文件|正式)*(?:字号|文号)){_IS}(?:什么|啥|多少|哪个|几号?)?"
        r"|(?:是|为|的|各自?|分别)*(?:哪个|什么|啥)文号|编?的?(?:什么|啥)号(?=$|[,?。])"
        rf"|(?:是|为|的)*{_OURS}令?第几号[令文]?件?"
        rf"|(?:是|为|的|各自?|分别|,)*{_OURS}的?(?:几|哪个?|哪一|多少)号(?:文件|令|文)",
    ),
    (
        ISSUER,
        rf"(?:是|由|被)*(?:谁|哪一?[个几]?{_OFFICE}|什么{_OFFICE}){DONE}了?的?{_ENDED}"
        rf"|(?:发文|印发|制发|发布|公布)(?:机关|单位|部门|机构)(?:是|为)*(?:谁|哪一?个?{_OFFICE}?|什么|啥)?",
    ),
)
_SIGNED_BY = re.compile(
    rf"^(?P<before>.*?)(?:签发|签署|签)了?(?P<subject>[^,。?]+?)的(?:[那这][位个])?(?:{_HEAD})"
    rf"(?:的?名字?)?(?:是|叫)*{_WHO}"
)
# 是谁印发的，什么时候: when that was.
_WHEN = re.compile(rf"(?:^|(?<=[,?\s]))(?:是|在|又是)?{ON}的?(?=$|[,?。])")
# What only asks politely, or joins what is asked.
_POLITE = (
    r"请问一?下?|请|麻烦|劳驾|帮忙|帮我|给我|告诉我|发给?我|我?想(?:知道|问一?下|问问|问|查一?下|查|了解)?"
    r"|查一?下|查查|找一?下|看一?下|问一?下|说一?下|报一?下|提供(?:一下)?|给个|给一?下|列一?下|一下|谢谢"
    r"|来着|分别|各自|都|又|以及|还有|[和与及跟呢呀啊吗吧哈哦说报查找给是的各]"
)
_ONLY_POLITE = re.compile(rf"^(?:{_POLITE})+$")
_FIRST = re.compile(
    r"^(?:请问一?下?|请(?=告诉|提供|查|帮|列)|麻烦|劳驾|帮忙|帮我|给我|告诉我|我?想(?:知道|问一?下|问问|查一?下|了解)|查一?下|"
    r"查查|找一?下|看一?下|问一?下|一下)+"
)
_LAST = re.compile(r"(?:来着|分别|各自|都|又|以及|还有|[和与及跟呢呀啊吗吧的是各])+$")
_THAT = re.compile(r"[这那](?:[个份张道件条部项本](?=[一-龥]))")
_PIECES = re.compile(r"[,。?;!\s]+")
_STILL_ASKS = re.compile(
    r"[谁啥哪几怎吗]|什么|多少|如何|是否|依据|根据|按照|依照|参照|落实|贯彻|废止|替代|代替|取代|失效"
    r"|引用|提到|附件|附表|第[\d一二三四五六七八九十百]+[条章款项]"
)
# A和B两个方案: what kind both are stands behind the two.
TWO_OF = re.compile(rf"[这那]?[两俩][个份项件](?P<kind>{_THINGS})?$")
_EACH = re.compile(r"分别|各(?!级|类|地|县|区|单位|部门)|[这那]?[两俩][个份项]")


@dataclass(frozen=True)
class Asked:
    """The particulars that a question wants, and the folded words left, which name the document,
    where they are not its number; `each`: it says that it means several; `level`: what it rests
    on is asked of documents of that government (省) alone."""

    wants: frozenset[str]
    subject: str
    each: bool
    level: str = ""


def particulars_asked(text: str) -> Asked | None:
    """What `text` asks of a document as such; None where it asks anything else."""
    rest = fold(without_numbers(text))
    wants, level = set(), ""
    signed = _SIGNED_BY.search(rest)
    if signed:
        wants.add(SIGNER)
        rest = f"{signed['before']},{signed['subject']},{rest[signed.end() :]}"
    for name, pattern in _ASKING:
        found = list(re.finditer(pattern, rest))
        if not found:
            continue
        wants.add(name)
        if name == DATE and any(each["head"] for each in found):
            wants.add(SIGNER)
        if name == BASIS:
            level = next((each["level"] for each in found if each["level"]), "")
        rest = re.sub(pattern, ",", rest)
    if wants & {ISSUER, SIGNER} and _WHEN.search(rest):
        wants.add(DATE)
        rest = _WHEN.sub(",", rest)
    subject = _subject(rest)
    if not wants or _STILL_ASKS.search(subject):
        return None
    return Asked(frozenset(wants), subject, bool(_EACH.search(text)), level)


def without_numbers(text: str) -> str:
    """`text` without the document numbers in it."""
    for _, start, end in reversed(find_numbers(text)):
        text = text[:start] + " " + text[end:]
    return text


def _subject(rest: str) -> str:
    """The pieces of what is left that say more than 请问 and 提供一下."""
    plain = _THAT.sub("", rest)
    pieces = (_LAST.sub("", _FIRST.sub("", each.strip("、"))) for each in _PIECES.split(plain))
    return ",".join(each for each in pieces if each and not _ONLY_POLITE.match(each))
