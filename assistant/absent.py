"""What a question asks for and the documents at hand only name: missing annexes, cited documents.

A notice that announces a list without printing it, or applies a regulation that is not in the
store, says a lot about them and answers nothing of what stands in them; nor does one that only
counts what somebody wants listed. In: a question, the document that fits it best, the stored
titles, the found texts. Out: the title of what is asked for and absent, or whether a list is.
Imports `vectorstore`'s data models, numerals and folding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vectorstore.datamodels import PolicyDocument
from vectorstore.numbers import numeral_value
from vectorstore.terms import bigrams, fold

_TITLE = re.compile(r"《([^《》]{4,60})》")
# What a title ends with when it names something that has contents of its own.
_HAS_CONTENTS = re.compile(
    r"(?:清单|目录|名单|[一-龥]{0,2}表|办法|规定|条例|规程|细则|规划|方案|计划|章程)(?:[（(].*[）)])?$"
)
_ISSUER = re.compile(
    r"^.{2,20}?(?:人民政府办公室|人民政府办公厅|人民政府|办公室|委员会|[省市县区]厅?)"
)
_SHARE = 0.7
_SHORTEST = 5
# What asks for the contents, and not for what the documents at hand say of the whole.
_ASKS_CONTENTS = re.compile(
    r"里(?!程)|[里中]的|第[一二三四五六七八九十\d]+[条项款章类]|原文|列了|列出|一共|具体(?:内容|条款)|怎么规定"
    r"|多少项|几项|哪些项|分了|写了|写的"
)
_SAME_TITLE = 0.75
_COUNT = re.compile(r"\d+|[一二三四五六七八九十百]+")
_ALL_OF_MANY = re.compile(
    r"(?P<count>\d+|[一二三四五六七八九十百]+)大?[项个种条类件家处所户名证块][^。;?!]{0,16}?"
    r"(?:逐[项个一条]|一[项个条]一?[项个条]|分别(?:是|叫|有)|(?:都|具体)?(?:叫|是)(?:哪|什么|啥)|名称|列[出列个给全一])"
)
# A list has about as many separators as items; of few items one cannot tell.
_ITEM = re.compile(r"[、；;\n｜|]|\d[.．、]|[（(][一二三四五六七八九十\d]+[）)]")
_MANY = 8
_LISTED = 0.85


def asks_contents(question: str) -> bool:
    """Whether `question` asks for the contents of something, and not about it as a whole."""
    return bool(_ASKS_CONTENTS.search(fold(question)))


def absent_title(
    question: str, document: PolicyDocument | None, titles: Sequence[str]
) -> str | None:
    """The title whose contents `question` asks for while `document` only names it; else None."""
    asked = fold(question)
    if document is None or not asks_contents(asked):
        return None
    for annex in document.annexes:
        # Of an annex people give the last words: the table of duties, the list of members.
        if annex.missing and fold(annex.title)[-_SHORTEST:] in asked:
            return annex.title
    for title in _named(document):
        core = _ISSUER.sub("", fold(title))
        stored = any(_same(core, each) for each in (*titles, document.title))
        if len(core) >= _SHORTEST and not stored and _says(asked, core):
            return title
    return None


def unlisted(question: str, texts: Sequence[str]) -> bool:
    """Whether `question` wants many things named of which `texts` only say how many there are:
    这20项分别叫什么, where a plan says that it takes in 20 items and nothing prints them."""
    match = _ALL_OF_MANY.search(fold(question))
    count = numeral_value(match["count"]) if match else 0
    if count < _MANY:
        return False
    said = [text for text in map(fold, texts) if _holds_count(text, count)]
    return bool(said) and all(len(_ITEM.findall(text)) < _LISTED * count for text in said)


def _holds_count(text: str, count: int) -> bool:
    return any(numeral_value(each) == count for each in _COUNT.findall(text))


def _named(document: PolicyDocument) -> Iterator[str]:
    """The titles of what has contents of its own and is not part of `document`."""
    present = [each.title for each in document.annexes if not each.missing]
    seen = dict.fromkeys(_TITLE.findall(document.text))
    yield from (
        title
        for title in seen
        if _HAS_CONTENTS.search(title) and not any(_same(fold(title), each) for each in present)
    )


def _same(title: str, other: str) -> bool:
    wanted = set(bigrams(fold(title)))
    return bool(wanted) and len(wanted & set(bigrams(fold(other)))) >= _SAME_TITLE * len(wanted)


def _says(asked: str, core: str) -> bool:
    """Whether the question holds most of a title in one piece."""
    least = max(_SHORTEST, round(_SHARE * len(core)))
    return any(core[i : i + least] in asked for i in range(len(core) - least + 1))
