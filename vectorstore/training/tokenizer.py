"""Makes the tokenizer: a unigram model whose pieces are the words of the training text.

In: texts. Out: a `tokenizers.Tokenizer` that folds (NFKC, lower case), drops everything that is
neither letter nor digit, and cuts the rest into the most probable words, so that callers of the
finished model fold nothing. Imports nothing of the project.

The words are counted with rjieba instead of found by expectation maximisation: the pieces are then
words that a question can share with a passage, not frequent stretches such as 的规定, and counting
takes seconds. Words written in traditional characters are added when the model is exported, as
further spellings of the same rows.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "[UNK]"
LONGEST_WORD = 8

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The folding that the tokenizer itself does, for counting words."""
    return unicodedata.normalize("NFKC", text).lower()


def count_words(texts: Iterable[str], weight: int = 1) -> Counter[str]:
    """How often each word occurs, times `weight`."""
    import rjieba

    counts: Counter[str] = Counter()
    for text in texts:
        for word in rjieba.cut(fold(text)):
            if len(word) <= LONGEST_WORD and _WORD.fullmatch(word):
                counts[word] += weight
    return counts


def make_vocabulary(counts: Counter[str], size: int, always: Iterable[str]) -> list[tuple]:
    """At most `size` pieces with their log-probabilities: `UNKNOWN`, every character, the words."""
    characters: Counter[str] = Counter()
    for word, count in counts.items():
        for character in word:
            characters[character] += count
    wanted = {word for word in always if len(word) > 1}
    # A character met only once is noise more often than a word.
    kept = {c: 0.5 for c, count in characters.items() if count >= 2}
    kept |= {c: counts[c] for c in kept if counts[c] > 0}
    kept |= {word: max(counts[word], 1) for word in sorted(wanted)}
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(kept) >= size - 1:
            break
        kept.setdefault(word, count)
    total = sum(kept.values())
    pieces = sorted(kept.items(), key=lambda item: (-item[1], item[0]))
    floor = round(math.log(0.5 / total) - 1.0, 3)
    return [(UNKNOWN, floor), *((piece, round(math.log(n / total), 3)) for piece, n in pieces)]


def make_tokenizer(vocabulary: list[tuple]) -> Tokenizer:
    """A tokenizer of these pieces; `vocabulary[0]` stands for what none of them covers."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}]+"), "removed")
    return tokenizer
