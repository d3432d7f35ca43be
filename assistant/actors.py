"""Who is named in a rule: the offices, and the parties that one of them may deal with.

In: folded text. Out: `Actor`s with their offsets; `goal` where something is done to them (向用户,
告知用户) rather than by them. An office's short form is the office: 住建局 is 住房和城乡建设局.
Pure functions; imports nothing of the project.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

OFFICE, PARTY, POST = "office", "party", "post"
_ENDING = (
    r"(?:委员会|街道办事处|办公室|管理处|(?:服务|管理|审批|保障|指导|交易|救助|监测)中心"
    r"|公司|支队|大队|管委会|监委|宣传部|组织部|(?:人民)?政府(?![令性网投采规工职信文部办副秘法及各门所]|有关|相关|同意)"
    r"|(?<![布格结大全])局|委(?![托派会任员网编宣政组农])|(?<=[信编地审网发])办(?![理法公事案学])|厅|(?<![有相]关|[所下]属|职能|主管)(?<!各)部门|居委会|村委会)"
)
_INNER = r"(?!会同|牵头|负责|配合|协助|分管|联合)[^\W\d_a-z的对由向将把在是及各有被让与按]"
_OFFICE = re.compile(
    r"(?>省|市|县|区|乡镇|镇|乡|街道|社区)(?>(?:\([市区县]\))?)(?>区?)"
    rf"(?!(?:所|属|直|级|区域|内|外|场|和))(?:{_INNER}){{0,14}}?{_ENDING}"
    r"|(?:街道办事处|居委会|村委会|乡镇(?:人民)?政府|县级(?:人民)?政府)"
    rf"|(?<=[、(:由])(?:{_INNER}){{2,8}}?(?:(?<![布格结大全])局|委员会|公司)"
    rf"|(?<![\u4e00-\u9fff])(?:{_INNER}){{2,6}}?公司"
)
_POST = re.compile(r"(?:第一|常务)?副?(?:组长|召集人|总指挥|指挥长|主任委员|会长|办公室主任)")
_PARTY = re.compile(
    r"用户|居民|业主|住户|职工|申请人|企业|公司|单位|经营者|个人|家长|学生|老年人|家庭|承租人|出租人"
    r"|买受人|出卖人|开发商|物业|银行|乘客|驾驶员|机关|政府|医院|学校|雇主|劳动者|当事人|债权人|债务人"
)
_TO = re.compile(
    r"(?:向|给|对|会同|告知|通知|送达|报送|报|交|付给|退还|退给|支付给|补偿给|移交|转交|抄送)[\u4e00-\u9fff]{0,4}$"
)
_SIGN = re.compile(r"省|市|县|区|镇|乡|街道|社区")
_LEVEL = re.compile(r"^(?:省|市|县|区|乡镇|镇|乡|街道|社区)(?:\([市区县]\))?区?")


@dataclass(frozen=True)
class Actor:
    """An office or a party by its name in a text."""

    kind: str
    value: str
    goal: bool
    start: int
    end: int
    bound: str = ""

    def same_value(self, other: Actor) -> bool:
        """Whether the two names are of one office: alike, or one short for the other."""
        if self.kind == POST:
            return self.value == other.value
        levels = [set(_SIGN.findall(_level(name))) for name in (self.value, other.value)]
        if all(levels) and not levels[0] & levels[1]:
            return False
        mine, theirs = _core(self.value), _core(other.value)
        short, long = sorted((mine, theirs), key=len)
        return bool(re.search(".{0,5}?".join(map(re.escape, short)), long))

    def same_bound(self, other: Actor) -> bool:
        """Names are no bounds."""
        return True


def _level(name: str) -> str:
    return found[0] if (found := _LEVEL.match(name)) else ""


def _core(name: str) -> str:
    core = re.sub(rf"{_ENDING}$", "", name.removeprefix(_level(name)))
    return core or name


def actors(text: str, names: Sequence[str] = ()) -> list[Actor]:
    """The offices and parties of a folded text, in order; offices also by the core of `names`."""
    found = [_actor(OFFICE, match, text) for match in _OFFICE.finditer(text)]
    patterns = [(OFFICE, re.compile(re.escape(_core(name)))) for name in dict.fromkeys(names)]
    for kind, pattern in (*patterns, (POST, _POST), (PARTY, _PARTY)):
        found += [
            _actor(kind, match, text)
            for match in pattern.finditer(text)
            if not any(each.start < match.end() and match.start() < each.end for each in found)
        ]
    return sorted(found, key=lambda each: each.start)


def _actor(kind: str, match: re.Match[str], text: str) -> Actor:
    before = text[max(match.start() - 8, 0) : match.start()]
    return Actor(kind, match[0], bool(_TO.search(before)), match.start(), match.end())
