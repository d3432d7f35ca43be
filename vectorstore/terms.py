"""Text -> the terms that it is found by: folded words and character bigrams.

`fold` brings spelling variants together (full and half width, case, traditional characters);
`terms` gives the words that jieba finds in search mode and the bigrams of every run of Chinese
characters, so that a word that segmentation misses is still found by its parts. Only what is
matched is folded; what is stored and quoted stays as it was. Document numbers are terms of
their own, in canonical form. Imports `numbers` alone of the project.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import opencc
import rjieba

from vectorstore.numbers import find_numbers, numeral_value

_HAN = "\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:[.%‰][a-z0-9%‰]*)*")
_IS_HAN = re.compile(rf"[{_HAN}]")
# Chinese digits as text has them after folding; the forms of cheques are brought to plain ones.
_PLAIN_DIGITS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟○", "一二三四五六七八九十百千〇")
_NUMERAL = re.compile(
    # Units with digits before or after them (十二, 二十, 一百八十七); not 十分, 百姓, 千方百计.
    "[一二两三四五六七八九十][一二两三四五六七八九〇零]*[十百千][一二三四五六七八九〇零十百千]*"
    "|十[一二三四五六七八九]"
    # Digits one by one (二〇一九); not the pairs of everyday words (一一对应, 三三两两).
    "|[一二三四五六七八九〇零]{3,}"
    # One digit where something is counted (三年, 第五条); not 一般, 统一, 五险一金, 三农.
    "|[一二两三四五六七八九十](?=[年月日天条款项个名人岁元倍次级吨米户亩公平小万亿周倍折])"
)
STOPWORDS = frozenset(
    word
    for line in (Path(__file__).parent / "stopwords.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)


def terms_fingerprint() -> str:
    """Changes whenever the terms of a text may: an index made with other terms finds less."""
    folder = Path(__file__).parent
    made_by = [folder / name for name in ("terms.py", "numbers.py", "stopwords.txt")]
    versions = "".join(version(name) for name in ("rjieba", "opencc"))
    return sha256(versions.encode() + b"".join(map(Path.read_bytes, made_by))).hexdigest()[:16]


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """`text` as it is matched: NFKC, lower case, simplified characters. Length may change."""
    return _simplifier().convert(unicodedata.normalize("NFKC", text).lower())


def words(folded: str) -> list[str]:
    """The words and numbers of an already folded text, in order, stop words left out."""
    found = []
    for run in _RUN.findall(folded):
        pieces = rjieba.cut_for_search(run) if _IS_HAN.match(run) else [run]
        found.extend(piece for piece in pieces if piece not in STOPWORDS)
    return found


def bigrams(folded: str) -> list[str]:
    """The character bigrams of every run of Chinese characters in an already folded text."""
    return [
        run[i : i + 2]
        for run in _RUN.findall(folded)
        if _IS_HAN.match(run)
        for i in range(len(run) - 1)
    ]


def numerals(folded: str) -> list[str]:
    """The numbers that an already folded text writes in Chinese, in digits: 十二 gives 12.

    Written 12 or １２ they are words of their own, so that all spellings have a term in common.
    """
    return [
        str(numeral_value(match[0])) for match in _NUMERAL.finditer(folded.translate(_PLAIN_DIGITS))
    ]


def terms(text: str) -> list[str]:
    """All terms of `text` for the lexical index, repeated as often as they occur."""
    numbers = [number for number, _, _ in find_numbers(text)]
    folded = fold(text)
    found = numbers + words(folded) + numerals(folded)
    # A two-character word is its own bigram: counted once as a word and once as a bigram, which
    # weighs real words above accidental pairs.
    return found + [pair for pair in bigrams(folded) if pair not in STOPWORDS]
