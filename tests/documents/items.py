"""The facts of a stretch of text, each in one spelling: what `sections` compares.

In: text of a digest or of an original. Out: `Item`s (quantities, dates, phone and document
numbers, references to articles, departments, persons with their posts). Chinese and Arabic
numerals are one by value, 发改委 and 市发展和改革委员会 one by name. Pure functions; imports the
readers of document numbers and of figures.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.figures import figures
from vectorstore.numbers import find_numbers, same_number

QUANTITY, DATE, PHONE = "quantity", "date", "phone"
NUMBER, ARTICLE, DEPARTMENT, PERSON = "number", "article", "department", "person"

_HAN = "〇零一二三四五六七八九十百千万亿两"
_NUM = rf"(?:\d[\d,]*(?:\.\d+)*[百千万亿]*|[{_HAN}]+(?:点[〇零一二三四五六七八九]+)?)"
# Measure words that a restatement may exchange (3家, 3个) are one unit, written 个.
_UNIT = (
    "个百分点|百分点|个工作日|工作日|个小时|小时|个月|平方公里|平方千米|平方米|立方米|公里|千米|"
    "公斤|公顷|周岁|分钟|万元|亿元|元|%|‰|倍|岁|年|天|日|吨|亩|米|斤|户|人|名|位|期|次|周|级|"
    "档|月|度|秒|分|家|所|座|处|项|类|批|套|台|件|张|份|种|条|个|只|头|株|班"
)
_COUNTED = set("家所座处项类批套台件张份种条个只头株期次级档班")
_SAME_UNIT = {
    "个工作日": "工作日",
    "个小时": "小时",
    "周岁": "岁",
    "日": "天",
    "名": "人",
    "位": "人",
    "个百分点": "百分点",
    "平方千米": "平方公里",
    "千米": "公里",
}
_QUANTITY = re.compile(
    rf"(?P<percent>百分之)?(?P<numbers>{_NUM}(?:(?:至|到|或|[-—–~～、/]+){_NUM})*)(?P<unit>{_UNIT})?"
)
# 一个 and 一批 state no quantity, nor do 一次性 and 第一.
_VAGUE = re.compile(rf"一(?:{_UNIT})|[第每]?[一两](?:{_UNIT})")
_DATES = re.compile(
    rf"(?P<year>(?:19|20)\d\d|二[〇零][〇零一二三四五六七八九]{{2}})年(?:度|底|末)?"
    rf"(?:(?P<month>\d{{1,2}}|[{_HAN}]{{1,2}})月(?!内)(?:(?P<day>\d{{1,2}}|[{_HAN}]{{1,3}})日)?)?"
    rf"|(?<![\d个{_HAN}])(?P<month2>\d{{1,2}}|[{_HAN}]{{1,2}})月(?:(?P<day2>\d{{1,2}}|[{_HAN}]{{1,3}})日|(?=[底末初份中前起至]))"
    r"|(?<![\d.])(?P<span>(?:19|20)\d\d(?=[-—–~～至到、](?:19|20)\d\d年))"
)
_PHONE = re.compile(
    r"(?<![\d.])(?:0\d{2,3}-?\d{7,8}|\d{5}-\d{4}|1\d{10}|[2-9]\d{6,7})(?![\d.万元])"
)
_ARTICLE = re.compile(rf"第(?:\d+|[{_HAN}]+)[条款章]")
_MARKER = re.compile(
    rf"(?m)^(?:#+ )?(?:[{_HAN}]+、|\([{_HAN}\d]{{1,3}}\)|\d{{1,2}}[.、)](?!\d)|第[{_HAN}]+[条章])"
    rf"|附件\s*\d+|\([{_HAN}]{{1,3}}\)|\(\d{{1,2}}\)|(?<=[。；;:])\d{{1,2}}[.、](?!\d)"
)
_TITLE = re.compile(r"《[^《》]*》")
_POST = r"(?:长|主任|书记|主席|师|领导|调研员)"
_PERSON = re.compile(
    rf"(?m)(?:^|[:|])(?P<name>[一-鿿]{{2,3}}|[一-鿿] [一-鿿])[ |]+(?P<post>[一-鿿]{{2,25}}{_POST})$"
)
# In a table of offices the name stands before the address.
_HOLDER = re.compile(r"\|([一-鿿]{2,3})\|(?=[^|\n]*[路街][^|\n]*\|)")
_SEPARATORS = re.compile(
    r"[、,;:。()（）<>〈〉“”\"《》\s|｜!?\-]|以及|会同|及|[和与](?=[市省各杨])"
)
_BODY = (
    r"(?:局|委|办|厅|部|处|中心|管委会|政府|法院|检察院|公司|银行|集团|联合会|总队|支队"
    r"|残联|妇联|供销社|科协|海关|支行|开发区)"
)
_DEPARTMENT = re.compile(rf"[一-鿿]{{1,18}}{_BODY}")
_LED = re.compile(
    r"^.*?(?:由|会同|牵头|负责|依托|设在|报|经|向|送|和|与|或|是|为|在)(?=市|省|县|各|区)"
)
_LISTS = re.compile(r"(?:单位|部门):([^()。]*(?:\([^()]*\)[^()。]*)*)")
# Formulas of political language count nothing that a restatement must keep.
_FORMULA = re.compile(
    r"五位一体|[两三四五]个(?:全面|意识|自信|维护|服务|着力|坚持|迈进|强化|推进)|三个代表|三严三实"
)
# 三类：甲、乙、丙 counts what the text itself lists next.
_COUNT = re.compile(
    r"(?P<count>[二两三四五六七八九十]|(?<!\d)\d)(?P<unit>个|类|处|项|种|家|方面|条|点|步|级|件|者)"
)
# 各级政府, the issuers of cited documents and the rest of 全网通办 are no department in charge.
_GENERIC = re.compile(
    r"中共中央|政府$|[省市]委$|省政府$|省委省政府|[级属]|相关|地区政府|区政府$|县乡|(?:政府|有关)?各?部$|.*(?:通办|干部)$"
)
# A piece with one of these is a clause, no name.
_CLAUSE = re.compile(r"[要应可须]|负责|参与|联系|配合|积极|及时|网上|[布结]局|落实|根据|贯彻|报告")
_PLAIN = (
    ("葫芦岛市", ""),
    ("人民政府", "政府"),
    ("委员会", "委"),
    ("办公室", "办"),
    ("监督管理", "监管"),
    ("质量技术监管", "质监"),
    ("卫生和计划生育", "卫生计生"),
    ("发展与改革", "发展改革"),
    ("发改委", "发展改革委"),
    ("人社局", "人力资源社会保障局"),
    ("人力社保局", "人力资源社会保障局"),
    ("住建局", "住房城乡建设局"),
    ("住建委", "住房城乡建设委"),
    ("工信委", "工业信息化委"),
    ("工信局", "工业信息化局"),
    ("工业和信息化", "工业信息化"),
    ("卫计委", "卫生计生委"),
    ("卫健委", "卫生健康委"),
    ("食品药品监管", "食药监"),
    ("国有资产监管", "国资"),
    ("机构编制", "编"),
    ("开发区管委会", "开发区"),
)


@dataclass(frozen=True, order=True)
class Item:
    """A fact of one kind in its one spelling; `unit` is that of a quantity."""

    kind: str
    value: str
    unit: str = ""

    def __str__(self) -> str:
        return self.value + self.unit


def folded(text: str) -> str:
    """Widths folded, list markers and the titles of cited documents taken out."""
    text = re.sub(r"[①-⑳]|(?m:^\d{1,2}．)", " ", text)
    text = unicodedata.normalize("NFKC", text).replace("月的", "月")
    text = re.sub(r"(?<=\d) +(?=[\d\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) +(?=\d)", "", text)
    text = re.sub(r"(?<=\d)\((万?元|%)\)", r"\1", text)
    return _MARKER.sub(" ", re.sub(r"[(〈<]市[)〉>]", "市", text))


def find_items(text: str, known: re.Pattern[str]) -> frozenset[Item]:
    """The facts of `text`, each once; of the departments those of the pattern `known`."""
    plain = folded(text)
    people = {Item(PERSON, m["name"].replace(" ", ""), m["post"]) for m in _PERSON.finditer(plain)}
    people |= {Item(PERSON, name) for name in _HOLDER.findall(plain)}
    found = people | {
        Item(DEPARTMENT, n) for n in known.findall(plain_department(_TITLE.sub(" ", plain)))
    }
    numbers = find_numbers(plain)
    found |= {Item(NUMBER, number) for number, _, _ in numbers}
    for _, start, end in reversed(numbers):
        plain = f"{plain[:start]} {plain[end:]}"
    plain = _FORMULA.sub(" ", _TITLE.sub(" ", plain))
    for kind, pattern in ((PHONE, _PHONE), (DATE, _DATES), (ARTICLE, _ARTICLE)):
        for match in pattern.finditer(plain):
            found.add(Item(kind, _READ[kind](match)))
        plain = pattern.sub(" ", plain)
    return frozenset(found | set(_quantities(plain)))


def listed_departments(text: str) -> set[str]:
    """The departments that lists of responsible ones name, and others called 市… or 省…."""
    plain = folded(text)
    listed = (piece for run in _LISTS.findall(plain) for piece in _SEPARATORS.split(run))
    called = (piece for piece in _SEPARATORS.split(plain) if re.match("[市省各]|葫芦岛市", piece))
    whole = (
        _LED.sub("", p.removesuffix("等")) for p in (*listed, *called) if not _CLAUSE.search(p)
    )
    names = {plain_department(name) for name in whole if _DEPARTMENT.fullmatch(name)}
    return {name for name in names if len(name) > 1 and not _GENERIC.match(name)}


def counts_of_lists(text: str) -> set[Item]:
    """The counts of `text` that are followed by a list of as many entries."""
    plain = folded(text)
    found = set()
    for match in _COUNT.finditer(plain):
        value = figures(f"{match['count']}元")[0]
        tail = plain[match.end() :]
        before = re.split(r"[。\n]", plain[: match.start()])[-1]
        sentence = tail.split("。")[0]
        after = sentence.partition(":")[2]
        lists = [(run, mark) for run in (sentence, after, after.split(";")[0]) for mark in "、,;\n"]
        lists += [(before, "、"), (tail, "\n")]
        sizes = {len(run.strip().split(mark)) for run, mark in lists}
        if sizes & {int(value), int(value) + 1}:
            found.add(Item(QUANTITY, value, "个"))
    return found


def any_of(names: set[str]) -> re.Pattern[str]:
    """A pattern that finds the longest of the names at each place."""
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(f"(?:{longest_first})(?![理法])" if names else r"(?!)")


def plain_department(name: str) -> str:
    """One name for the long and short forms of a department."""
    name = re.sub(r"[\s()<>〈〉（）]", "", name)
    for long, short in _PLAIN:
        name = name.replace(long, short)
    name = re.sub("(?<=[一-鿿]{2})和(?=[一-鿿]{2})", "", name)
    return re.sub("^各?(?:市(?!场))?(?=[一-鿿]{2})", "", name)


def agrees(one: Item, other: Item) -> bool:
    """Whether two items state the same fact, one perhaps less exactly."""
    if one.kind != other.kind:
        return False
    if one.kind == DATE:
        parts = [set(enumerate(item.value.split("-"))) - _UNKNOWN for item in (one, other)]
        return parts[0] <= parts[1] or parts[1] <= parts[0]
    if one.kind == QUANTITY:
        same_unit = one.unit == other.unit or "" in (one.unit, other.unit)
        return one.value == other.value and same_unit
    if one.kind == NUMBER:
        return same_number(one.value, other.value) or _code(one.value) == _code(other.value)
    return one.value == other.value and one.unit == other.unit


_UNKNOWN = {(place, "?") for place in range(3)}


def _code(number: str) -> str:
    """A number without the words of the sentence that stand before its code."""
    return number[max(0, number.find("〔") - 2) :]


def _date(match: re.Match[str]) -> str:
    parts = (
        match["year"] or match["span"],
        match["month"] or match["month2"],
        match["day"] or match["day2"],
    )
    return "-".join(figures(f"{part}年")[0] if part else "?" for part in parts)


def _article(match: re.Match[str]) -> str:
    return figures(match.group())[0]


_READ = {PHONE: lambda match: match.group().replace("-", ""), DATE: _date, ARTICLE: _article}


def _quantities(text: str) -> list[Item]:
    found = []
    for match in _QUANTITY.finditer(text):
        unit = "%" if match["percent"] else match["unit"] or ""
        if _VAGUE.fullmatch(match.group()) or not (unit or re.search(r"\d", match.group())):
            continue
        scale, unit = (
            ("万", "元") if unit == "万元" else ("亿", "元") if unit == "亿元" else ("", unit)
        )
        unit = _SAME_UNIT.get(unit, "个" if unit in _COUNTED else unit)
        for number in re.findall(_NUM, match["numbers"]):
            value = figures(number.replace(",", "") + scale + ("" if scale else "元"))
            if value:
                found.append(Item(QUANTITY, value[0], unit))
    return found
