"""How one asks of a table, and how its cells are read: patterns on folded text.

Which words ask for a row, the most, a number or a list, which say only that something stands in a
table, and which say of what. In: a folded question, heads and cells. Out: matches, words, values
to compare. Pure functions; imports `vectorstore`'s folding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import rjieba

from vectorstore.terms import fold

_HAN_NUMBER = "[一二三四五六七八九十百]+"
_NUMBER = rf"(?:\d{{1,3}}|{_HAN_NUMBER})"
# 排在第19号, 序号为19, 第19号是…; 第187号令 is no row.
SERIAL = re.compile(
    rf"(?:排(?:名|行|列)?(?:的?是|在|为)?第?|序号(?:是|为)?第?|第)(?P<number>{_NUMBER})"
    r"(?P<of>号(?!令|文|公告|通告|楼|门|线)|[位名行家](?=[的是为,?？]|$|哪|叫|单位)|(?=的|是|,|，))"
)
WHICH = r"(?:哪(?:些|[一几]?[个家项名位件条种类处所座里儿])|什么|谁)"
_MOST = "最(?P<way>[多高大长贵早远重晚少低小短便近轻])(?:宜)?"
LARGEST = "多高大长贵远重晚近"
# 最多的是哪个街道, 哪个街道…最多: the name is asked for, and not a limit (最多补多少).
EXTREME = re.compile(
    rf"{_MOST}(?:[一-龥]{{0,4}}?的[一-龥]{{0,8}}?)?(?:[是为属数有]|,|，)*(?:在|于)?{WHICH}"
    rf"|{WHICH}[^,，。;；?？]{{0,16}}?{_MOST.replace('way', 'back')}(?:的)?(?=[,，。;；?？]|是|$)"
)
_MEASURE = "[家个名位项种类件处所座条户部支]"
COUNT = re.compile(rf"(?:多少|(?<![哪第前这那好])几)(?P<measure>{_MEASURE})(?P<of>[一-龥]{{0,8}})")
KINDS = "种类"
ALTOGETHER = re.compile(r"一共|总共|合计|共计|全部|共(?=[有计列公])|公布|列[入出了]|收[入录]")
LIST = re.compile(
    rf"(?:都)?(?:有|是|包括|包含)?(?:哪些|哪几{_MEASURE}|哪{_MEASURE})|(?:都)?[有是](?:谁|什么单位)"
    r"|(?:的)?名单|分别[是为](?:谁|哪|什么)"
)
# The rows without something, or beyond what is said, are not those with it.
NOT = re.compile(
    r"[不非没无未]|除了|除去|除外|以外|之外|其余|其他|别的|另外|超过|以上|以下|低于|高于|大于|小于|至少"
    r"|平均|相差|比(?![例重率赛])|[差增减].{0,2}多少|合并|为什么|为何|怎么|如何|是否|吗|或者|还是"
)
# What asks, and what says only that something stands in a table.
FILLER = re.compile(
    rf"请问|麻烦|您好|你好|帮我|告诉我?|想?问一?下|想知道|想了解|查一?下|看一?下|列(?:出来?|举|一下)|举出|说[说出]"
    rf"|属于|归于|属|列为|标[的着]?[是为]?|算(?:是|作)?|排(?:名|行|列)?(?:的?[是在为])?|位于|登记|写[的着]"
    rf"|一共|总共|合计|共计|全部|所有|到底|究竟|里[面头边]|其中|当中|中间|上面|下面|[表单]里|公布|列[入出了]|收[入录]"
    rf"|分别|各[是为自]|都[有是]|叫(?:什么|啥)|什么|名字|名称|名单|名录|姓名|是谁|哪位|谁|多少|几{_MEASURE}?|{WHICH}"
    rf"|(?:这|那|该|本)(?:个|份|批|些|张)?|[咱我本]们?市|全市|市里|现在|目前|目录|表格?|单位|部门|机构|数量|包括|序号"
    rf"|第(?=\d)|的|是|了|呢|啊|呀|和|与|及|在|由|被|按"
)
_NOUN_AFTER = rf"(?:{WHICH}|(?:多少|几){_MEASURE})(?P<noun>[一-龥]{{1,8}})"
_NOUN_BEFORE = (
    rf"(?P<noun>[一-龥]{{1,8}}?)(?:一共|总共|共|都|分别)?[有是为]?"
    rf"(?:{WHICH}|(?:多少|几){_MEASURE})"
)
CLAUSE = re.compile(r"[^,，。;；?？!！]+")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z]{2,}|\d+")
QUANTITY = re.compile(
    r"^(?P<each>每[一-龥]{1,2})?(?P<figure>\d+(?:,\d{3})*(?:\.\d+)?)(?P<unit>[^\d,.]{0,8})$"
)
_DATE = re.compile(
    r"^(?P<year>\d{4})(?:年|-|\.|/)(?:(?P<month>\d{1,2})(?:月|-|\.|/)?(?:(?P<day>\d{1,2})日?)?)?$"
)
BY_TIME = "早晚近"


def parts_of(cell: str) -> list[str]:
    """What a cell lists."""
    return [each.strip() for each in re.split(r"[、，,；;]", cell)]


def nouns(asked: str) -> list[str]:
    """What is asked for: 街道 of 哪个街道, 最多的街道是哪个 and 街道有几个."""
    after = [each["noun"] for each in re.finditer(_NOUN_AFTER, asked)]
    before = [each["noun"] for each in re.finditer(_NOUN_BEFORE, asked)]
    cut = [rjieba.cut(each)[0] for each in after] + [rjieba.cut(each)[-1] for each in before]
    return [each for each in cut if not FILLER.fullmatch(each)]


def said_words(text: str) -> Iterator[str]:
    """The words of a folded text that say of what something is asked."""
    for piece in _WORD.findall(FILLER.sub(" ", text)):
        yield from (word for word in rjieba.cut(piece) if len(word) > 1 or word.isdecimal())


def joined(known: Sequence[str]) -> str:
    return "\n".join("".join(re.findall(r"\w", each)) for each in known)


def is_class(value: str) -> bool:
    """Whether a cell is a word that rows may share, and no figure."""
    return bool(re.fullmatch(r"[\u4e00-\u9fffA-Za-z]{2,12}", value))


@lru_cache(maxsize=256)
def last_word(head: str) -> str:
    return (rjieba.cut(head) or [""])[-1]


def pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if _WORD.fullmatch(text[at : at + 2])]


def longest_end(name: str, clause: str) -> str:
    """The longest end of `name` that stands in `clause`."""
    return next((name[at:] for at in range(len(name)) if name[at:] in clause), "")


def not_in(text: str, said: str) -> str:
    """The signs of `said` that stand in no stretch of two and more that `text` has."""
    rest, at = "", 0
    while at < len(said):
        end = next((e for e in range(len(said), at + 1, -1) if said[at:e] in text), at)
        rest += said[at] if end == at else ""
        at = max(end, at + 1)
    return rest


def comparable(cells: Sequence[str], dates: bool) -> list[tuple[float, ...]] | None:
    """What the cells of a column are compared by; None where not all are of one kind and unit."""
    if dates:
        found = [_DATE.match(fold(each)) for each in cells]
        if not all(found) or len({each.lastindex for each in found}) > 1:
            return None
        return [tuple(float(part or 0) for part in each.groups()) for each in found]
    measured = [QUANTITY.match(fold(each)) for each in cells]
    if not all(measured) or len({(each["each"], each["unit"]) for each in measured}) > 1:
        return None
    return [(float(each["figure"].replace(",", "")),) for each in measured]
