"""An English question in the Chinese words that the policies use, as far as a glossary knows them.

In: an English question. Out: a question in Chinese to search with, or None where too much of it
is unknown, above all a name: then searching would find something else. The glossary
(`glossary.tsv`) is data; with a language model, that translates instead. Imports `vectorstore`'s
numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from vectorstore.numbers import find_numbers

GLOSSARY = Path(__file__).parent / "glossary.tsv"
STOPWORDS = Path(__file__).parent / "english_stopwords.txt"
_LONGEST_ENTRY = 5
_MOST_UNKNOWN = 0.34
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*|\d+(?:[.,]\d+)*%?")
_TITLE = re.compile(r"《[^《》]+》")
_ORDER = re.compile(r"\b(?:order|decree)\s+(?:no\.?\s*|number\s+)?(\d+)", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:it|this|that|they)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\barticle\s+(\d+)", re.IGNORECASE)
# What is asked for, in Chinese; the first that matches stands at the end of the question.
_ASKS = tuple(
    (re.compile(pattern, re.IGNORECASE), chinese)
    for pattern, chinese in (
        (r"still (?:valid|in force|effective|apply)|in force|repealed|abolished|expired\b|valid\?",
         "还有效吗"),
        (r"take effect|come into (?:force|effect)|effective date", "什么时候起施行"),
        (r"telephone|phone|hotline|call\b|contact number", "电话是多少"),
        (r"\baddress\b|where\b", "在哪里办理"),
        (r"which (?:department|authority|agency|bureau|office|unit)|who (?:handles|is (?:resp|in))"
         r"|responsible for|in charge of", "由哪个部门负责"),
        (r"how much|what (?:is the )?(?:amount|price|fee|cost|fine)|how many yuan|"
         r"(?:fee|price|fine|allowance|subsidy|grant|standard) ", "是多少元"),
        (r"what percentage|percent|\brate\b|ratio|proportion", "比例是多少"),
        (r"how long|time limit|deadline|duration", "多长时间"),
        (r"how (?:warm|cold|hot)", "温度是多少"),
        (r"how many|number of|how (?:low|high)|minimum|maximum", "是多少"),
        (r"\bwhen\b|what (?:date|day)|which (?:date|day|year)", "什么时候"),
        (r"\bwho\b|what is the name", "是谁"),
        (r"(?:what|which) (?:documents|materials|papers)|paperwork", "需要哪些材料"),
        (r"conditions?|requirements?|eligib|qualif", "需要什么条件"),
        (r"how (?:do|can|to|should|does)|procedure|steps?\b", "怎么办理"),
        (r"what (?:does|is) .*(?:say|about)", "主要内容是什么"),
        (r"^(?:is|are|can|may|do|does|must|should)\b", "是否可以"),
        (r"which|what are|list", "有哪些"),
        (r"what", "是什么"),
    )
)  # fmt: skip


def in_chinese(question: str) -> str | None:
    """`question` in Chinese for the search, or None where too little of it is known."""
    kept = [number for number, _, _ in find_numbers(question)] + _TITLE.findall(question)
    rest = _TITLE.sub(" ", question)
    for _, start, end in sorted(find_numbers(rest), key=lambda each: -each[1]):
        rest = rest[:start] + " " + rest[end:]
    kept += [f"令第{number}号" for number in _ORDER.findall(rest)]
    kept += [f"第{number}条" for number in _ARTICLE.findall(rest)]
    known, unknown = _terms(_ORDER.sub(" ", _ARTICLE.sub(" ", rest)))
    if not kept and not known and not unknown and _POINTS.search(rest):
        known = ["它"]
    if not kept and (not known or _names(unknown, rest)):
        return None
    if len(unknown) > _MOST_UNKNOWN * (len(known) + len(unknown) + 2 * len(kept)):
        return None
    asks = next((chinese for pattern, chinese in _ASKS if pattern.search(question)), "")
    asks = "怎么说" if _ARTICLE.search(question) else asks
    return f"{''.join(dict.fromkeys([*kept, *known]))}{asks}？"


def known_terms(text: str) -> list[str]:
    """The Chinese terms for what an English text speaks of."""
    return _terms(text)[0]


def _terms(text: str) -> tuple[list[str], list[str]]:
    """The Chinese of what the glossary has, in order, and the content words that it lacks."""
    words = _WORD.findall(text)
    singular = [_singular(word.lower()) for word in words]
    glossary = load_glossary()
    known: list[str] = []
    unknown: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_ENTRY, len(words) - at), 0, -1):
            for spelled in (singular, [word.lower() for word in words]):
                entry = glossary.get(" ".join(spelled[at : at + length]))
                if entry:
                    break
            if entry:
                known.append(entry)
                at += length
                break
        else:
            word = words[at].lower()
            if word[0].isdigit():
                known.append(words[at])
            elif not {word, singular[at]} & _stopwords() and len(word) > 1:
                unknown.append(words[at])
            at += 1
    return known, unknown


def _names(unknown: list[str], text: str) -> list[str]:
    """Those of the unknown words that are names: capitalised, and not at the beginning."""
    first = _WORD.search(text)
    return [word for word in unknown if word[0].isupper() and not (first and word == first.group())]


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word.removesuffix("'s")


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    lines = STOPWORDS.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def load_glossary() -> dict[str, str]:
    """English expression in the singular -> Chinese term."""
    entries = {}
    for line in GLOSSARY.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            english, _, chinese = line.partition("\t")
            entries |= dict.fromkeys(english.split("|"), chinese)
    return entries
