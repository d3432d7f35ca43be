"""Finds what a document says about other documents: repeals, amends, implements, cites …

In go a document's text, its passages and what it is called itself; out come relations with the
offsets of the mention in that text. The verb that governs a mention decides: the last one before
it in its clause, else what its sentence says after it. Imports vectorstore.datamodels,
vectorstore.numbers, ingest.lines and ingest.relation_lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingest.lines import CELL
from ingest.relation_lists import listed
from vectorstore.datamodels import Passage, Relation
from vectorstore.numbers import canonical_number, find_numbers

_MENTION = re.compile(
    r"《(?P<title>[^《》\n]{3,120})》(?:\s*[（(](?P<number>[^（）()\n]{4,40}(?:[（(]\d{4}[）)][^（）()\n]{0,10})?)[）)])?"
)
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
# What governs a mention from before; "drafts" makes what is not there yet, "" says nothing.
_VERBS: tuple[tuple[str, str], ...] = (
    ("repeals", "废止"),
    ("replaces", "代替|替代|取代"),
    ("amends", "修订(?:后的)?|修改(?:后的)?|修正"),
    ("forwards", "转发|批转"),
    ("implements", "贯彻|落实|执行|实施"),
    ("based_on", "根据|按照|依据|依照|遵照|参照"),
    ("drafts", "(?:制定|制订|起草|出台|编制|填写|签订|出具)(?!的)"),
    ("", "(?:(?<!关于)印发|公布|发布|下发)(?!的)|将|提交|提供|报送|符合|违反|除"),
)
_VERB = re.compile("|".join(f"(?P<v{i}>{words})" for i, (_, words) in enumerate(_VERBS)))
_OTHER_CLAUSE = re.compile("[，；：:;]")
_REPEAL_AFTER = re.compile(
    r"(?:同时|予以|一并|即行|自行|相应|自动|宣布|即|均|一律)\s*(?:废止|失效)|停止执行|不再执行|[》）)]\s*废止"
    r"|^》[^，。；《》]{0,20}之日起\s*(?:废止|失效)"
)
_PARTLY = re.compile(r"^[^，。；]{0,12}(?:第.{1,8}[条款项章]|中的?|有关|关于)")
_REPLACED_AFTER = re.compile(r"^[^，。；]{0,6}(?:由|被)本.{2,8}(?:代替|替代|取代)")
_AMEND_AFTER = re.compile(
    r"^(?:[（(][^）)]*[）)])?\s*(?:作出?(?:如下|以下)?修[改订]|进行修[改订]|修[改订]为)"
    # 第四条中的“十五日”修改为“三十日”, and no other document in between.
    r"|^(?:中的?)?第[〇零一二三四五六七八九十百\d]{1,5}(?:条|部分|章)[^，。；《》]{0,60}?(?:修[改订]|改)为"
)
_FORWARD_AFTER = re.compile(r"^[^。；]{0,40}(?:转发|批转)(?=给|你|各|有关|如下|于后)")
_FORWARDING_TITLE = re.compile(
    r"(?:转发|批转)(?P<target>[^《》\n]{6,120}?的(?:通知|意见|函|报告|决定|通报))的通知$"
)
# What ends so is a rule or a letter; a contract or a form is neither.
_POLICY = re.compile(
    r"(?:法|条例|规定|办法|细则|决定|意见|通知|方案|计划|规划|纲要|规则|规范|标准|通则|准则|公告|通告|通报|"
    r"批复|函|制度|政策|措施|要点|指南|目录|清单|规程|章程|公约|决议|令|名录|守则|预案|解释|指引|意见书)"
    r"(?:[（(][^（）()]{1,24}[）)])*$"
)
_FORM = re.compile(
    r"(?:告知|承诺|申请|登记|许可|合格|证明|委托|处罚|裁定|判决|认定|通知|决定)[书函]$|(?:审批|批准)文件$"
)
# 以下简称《实施方案》: a name within the document only.
_SHORT_NAME = re.compile(
    "(?:实施|工作|行动|指导|若干|管理|暂行|政策|总体|相关|试行)*(?:方案|意见|办法|规定|措施|细则|通知|条例|规划|计划|清单|目录)"
)


@dataclass(frozen=True)
class _Mention:
    number: str | None
    title: str | None
    start: int
    end: int


def find_relations(
    text: str, passages: Sequence[Passage], own: Collection[str] = ()
) -> list[Relation]:
    """The relations that `text` states, in text order, one per mention.

    `own` holds the document's number and titles, its plan's and its annexes': naming them
    relates to nothing.
    """
    ours = {_bare(each) for each in own if each} - {""}
    relations = [
        relation
        for sentence in _SENTENCE.finditer(text)
        if CELL not in sentence.group()
        for relation in _in_sentence(sentence.group(), sentence.start(), ours)
    ]
    relations += listed(passages)
    unique = {(r.start, r.target_number, r.target_title): r for r in relations}
    return sorted(unique.values(), key=lambda r: (r.start, r.end))


def stated_relations(stated: Sequence[tuple[str, str]]) -> list[Relation]:
    """Relations that front matter states; they have no place in the text (0, 0)."""
    relations = []
    for kind, target in stated:
        title = re.search(r"《(.+)》", target)
        number = canonical_number(re.sub(r"《.+》", "", target))
        relations.append(Relation(kind, number, title.group(1) if title else None, 0, 0))
    return relations


def _in_sentence(sentence: str, offset: int, ours: set[str]) -> Iterator[Relation]:
    mentions = list(_mentions(sentence))
    for mention in mentions:
        is_policy = mention.number is not None or _is_policy(mention.title or "")
        if not is_policy or _is_own(mention, ours):
            continue
        before, after = sentence[: mention.start], sentence[mention.end :]
        kind = _governing(before, mentions) or _stated_after(after) or "cites"
        if kind != "drafts" or mention.number:
            place = (offset + mention.start, offset + mention.end)
            kind = "cites" if kind == "drafts" else kind
            yield Relation(kind, mention.number, mention.title, *place)
    forwarding = _FORWARDING_TITLE.search(sentence.rstrip("。"))
    if forwarding:
        span = (offset + forwarding.start("target"), offset + forwarding.end("target"))
        yield Relation("forwards", None, forwarding["target"], *span)


def _mentions(sentence: str) -> Iterator[_Mention]:
    """《…》 with or without a number, and numbers that stand alone."""
    spans = []
    for match in _MENTION.finditer(sentence):
        number = canonical_number(match["number"]) if match["number"] else None
        spans.append((match.start(), match.end()))
        yield _Mention(number, match["title"], match.start(), match.end())
    for number, start, end in find_numbers(sentence):
        if not any(begin <= start < stop for begin, stop in spans):
            former = sentence.startswith("原", start)  # 原青政发〔2014〕9号
            yield _Mention(number[former:], None, start + former, end)


def _governing(before: str, mentions: Sequence[_Mention]) -> str | None:
    """The kind that the last verb before the mention makes it, if they share a clause."""
    begin = max(0, len(before) - 400)
    bare = list(before)
    for each in mentions:
        # Mentions in between are listed with this one: 根据《甲》（…）、《乙》.
        if each.end <= len(before):
            bare[each.start : each.end] = "◇" * (each.end - each.start)
    clause = "".join(bare)[begin:]
    verbs = list(_VERB.finditer(clause))
    if not verbs:
        return None
    last = verbs[-1]
    between = clause[last.end() :]
    kind = _VERBS[int(str(last.lastgroup)[1:])][0]
    plain = between.replace("◇", "")
    if _OTHER_CLAUSE.search(plain) or len(plain) > 40:
        return None
    if kind == "amends" and len(plain) > 2 and "◇" not in between:
        return None
    return kind or None


def _stated_after(after: str) -> str | None:
    repealed = _REPEAL_AFTER.search(f"》{after}")
    if repealed:
        return "amends" if _PARTLY.match(after) else "repeals"
    if _REPLACED_AFTER.match(after):
        return "replaces"
    if _AMEND_AFTER.match(after):
        return "amends"
    return "forwards" if _FORWARD_AFTER.match(after) else None


def _is_own(mention: _Mention, ours: set[str]) -> bool:
    """Whether the document itself, what it issues or one of its annexes is meant."""
    title = _bare(mention.title or "")
    if title in ours or _bare(mention.number or "") in ours:
        return True
    return any(f"{verb}{title}" in each for each in ours for verb in ("印发", "公布", "发布"))


def _is_policy(title: str) -> bool:
    return bool(_POLICY.search(title)) and not (_FORM.search(title) or _SHORT_NAME.fullmatch(title))


def _bare(name: str) -> str:
    return re.sub(r"[\s《》〈〉“”（）()]", "", name)
