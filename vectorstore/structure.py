"""What a question says of the place itself: numbers, titles, articles, annexes, years,
issuers.

In: a question. Out: a frozen `Places`, and how much a passage is preferred for standing in one
of them. Only a document number restricts a search; everything else prefers, so that a year that
is remembered wrong never hides the answer. Imports `numbers`, `terms` and `passages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.numbers import find_numbers, numeral_value
from vectorstore.passages import Place
from vectorstore.terms import bigrams, fold

ARTICLE_BONUS = 0.5
_ANNEX_BONUS = 0.2
_TITLE_BONUS = 0.3
_YEAR_BONUS = 0.05
_ISSUER_BONUS = 0.1
# A title counts as meant when this share of what was said of it is in it.
TITLE_SAID = 0.8
_NUMERAL = r"([〇零一二三四五六七八九十百千\d]+)"
_ARTICLE = re.compile(rf"第\s*{_NUMERAL}\s*条")
_ANNEX = re.compile(rf"附件\s*{_NUMERAL}")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
# 市政府办公室印发的, 市教育局2019年发布的 …
_ISSUER = re.compile(
    r"([一-龥]{0,12}(?:政府办公室|政府办公厅|政府办|政府|委员会|[一-龥]局|[一-龥]委|[一-龥]厅))"
    r"(?:在|于|今年|去年|[\d\s年月日])*(?:印发|发布|公布|出台|下发|制定|发)(?=[的了过]|《)"
)


@dataclass(frozen=True)
class Places:
    """What a question names: canonical document numbers, titles as it spells them, the values of
    the articles, annexes and years, and issuers as it spells them."""

    numbers: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    articles: frozenset[int] = frozenset()
    annexes: frozenset[int] = frozenset()
    years: frozenset[int] = frozenset()
    issuers: tuple[str, ...] = ()

    @property
    def prefers(self) -> bool:
        """Whether any passage can be preferred to another."""
        return bool(self.titles or self.articles or self.annexes or self.years or self.issuers)

    def of_article(self, locator: str) -> float:
        """How much a passage is preferred for its article, which its locator tells."""
        if not self.articles:
            return 0.0
        last = _ARTICLE.search(locator)
        return ARTICLE_BONUS * bool(last and numeral_value(last[1]) in self.articles)

    def preference(self, passage: Place) -> dict[str, float]:
        """What is added to a passage's score for each kind of place that fits."""
        annex = self.annexes and _ANNEX.match(passage.locator)
        found = {
            "article": self.of_article(passage.locator),
            "annex": _ANNEX_BONUS * bool(annex and numeral_value(annex[1]) in self.annexes),
            "title": _TITLE_BONUS * self.names_title(passage.title),
            "year": _YEAR_BONUS * (bool(passage.issued) and int(passage.issued[:4]) in self.years),
            "issuer": _ISSUER_BONUS * any(_issued_by(passage.title, each) for each in self.issuers),
        }
        return {name: value for name, value in found.items() if value}

    def names_title(self, title: str) -> bool:
        """Whether one of the titles that the question gives, perhaps from memory, is `title`."""
        if not self.titles:
            return False
        within = _pairs(title)
        return any(
            len(within & said) >= TITLE_SAID * len(said) for said in map(_pairs, self.titles)
        )


def _issued_by(title: str, issuer: str) -> bool:
    """Whether the office in front of a title's 关于 is `issuer`, whose name may be shortened."""
    office, about, _ = fold(title).partition("关于")
    # A government and its office issue documents of their own.
    if not about or ("政府办" in issuer) != ("政府办" in office):
        return False
    at = -1
    for character in fold(issuer):
        at = office.find(character, at + 1)
        if at < 0:
            return False
    return True


@lru_cache(maxsize=4_096)
def _pairs(title: str) -> frozenset[str]:
    return frozenset(bigrams(fold(title)))


def read_places(question: str) -> Places:
    """What `question` says of the place where the answer stands."""
    numbers = find_numbers(question)
    rest = "".join(_outside(question, [(start, end) for _, start, end in numbers]))
    return Places(
        numbers=tuple(dict.fromkeys(number for number, _, _ in numbers)),
        titles=tuple(dict.fromkeys(_TITLE.findall(rest))),
        articles=_values(_ARTICLE.findall(rest)),
        annexes=_values(_ANNEX.findall(rest)),
        years=frozenset(map(int, _YEAR.findall(rest))),
        issuers=tuple(dict.fromkeys(_ISSUER.findall(rest))),
    )


def _values(numerals: Iterable[str]) -> frozenset[int]:
    return frozenset(map(numeral_value, numerals))


def _outside(text: str, spans: list[tuple[int, int]]) -> Iterable[str]:
    """The pieces of `text` between `spans`: the year in a number is no year that is asked for."""
    at = 0
    for start, end in sorted(spans):
        yield text[at:start]
        at = end
    yield text[at:]
