"""Which offices a question names, and whether a text speaks of them.

Who asks for the telephone of 民政局 is not helped with that of 财政局, however alike the rows of
a table are. People shorten names (卫健委 for 卫生健康委员会) and use everyday or older ones; the
thesaurus knows both. In: texts. Out: names, yes or no. Imports folding and the thesaurus.
"""

from __future__ import annotations

import re

from vectorstore.terms import fold
from vectorstore.thesaurus import expand

_ENDING = r"(?:局|委员会|委|办公室|中心|厅|大队|支队|管理站|派出所|法院|检察院|银行|公司)"
# An office's name ends where its kind is named and begins after a word that is none of it.
_OFFICE = re.compile(rf"[一-龥]{{1,12}}?{_ENDING}(?!(?:员|部|里的人))")
_BEFORE = re.compile(
    r"^.*(?:请问|去|到|找|问|给|跟|和|与|向|是|的|在|把|让|要|咱们?|我们?|[你他她]们?"
    r"|里|派|[那这哪每]个|什么|啥|各|几个|某|联系|反映|投诉|咨询|拨打|关于)"
)
_OF_CITY = re.compile(r"^(?:[一-龥]{2,4}?(?:省|市)|市|省)")
# Too general to be an office.
_GENERAL = re.compile(
    r"^(?:政务|服务|办事|购物|市|活动|体育|数据|管理|信息)?(?:中心|局|委|公司|银行|办公室|法院)$"
)
_LONGEST = 14
# 卫健委 is spread over the seven characters of 卫生健康委员会, 工信局 over eight of 工业和信息化局.
_SPREAD = 4
_NAME = re.compile(r"[一-龥]{2,}")


def offices(question: str) -> tuple[str, ...]:
    """The offices that `question` names, without the city."""
    found = []
    for match in _OFFICE.finditer(fold(question)):
        name = _BEFORE.sub("", match[0])
        name = _OF_CITY.sub("", name)
        if 2 < len(name) <= _LONGEST and not _GENERAL.match(name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def speaks_of(text: str, office: str) -> bool:
    """Whether `text` names `office`, in full, shortened, or by the name that it has today."""
    names = _NAME.findall(fold(text))
    official = (_OF_CITY.sub("", fold(each)) for each in expand(office))
    meant = (office, *filter(None, official))
    return any(shortens(each, name) for each in meant for name in names)


def shortens(short: str, name: str) -> bool:
    """Whether the characters of `short` stand in `name` in this order, close enough together."""
    for end in (at for at, character in enumerate(name) if character == short[-1]):
        at = end
        for character in reversed(short[:-1]):
            at = name.rfind(character, 0, at)
            if at < 0:
                break
        if at >= 0 and end - at <= _SPREAD * len(short):
            return True
    return False
