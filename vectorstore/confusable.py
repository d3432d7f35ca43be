"""Which characters are written for one another: by their sound, and by their shape.

In: a character, or letters that spell syllables. Out: the characters that may have been meant,
with how near they are (1 for the same sound, less for a like one). The tables are `syllables.txt`
and `shapes.txt`. Imports nothing of the project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

# Characters that both sound the same and look alike are those most often mistaken.
ALIKE, SAME, LIKE = 12.0, 1.0, 0.5
_FOLDER = Path(__file__).parent
_LONGEST_SYLLABLE = 6
_MOST_SYLLABLES = 4
# Sounds that many speakers do not tell apart: zh and z, ch and c, sh and s, ing and in. With n and
# l 亮底 would be 年底.
_MERGED = ((re.compile("^([zcs])h"), r"\1"), (re.compile("([eia])ng$"), r"\1n"))
_SYLLABLE = re.compile("([a-z]+):?([^a-z:]*)")


@lru_cache(maxsize=1)
def _sounds() -> Mapping[str, tuple[str, ...]]:
    """Syllable -> the characters that sound so."""
    text = _without_comments((_FOLDER / "syllables.txt").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    ordered, at = _in_order_of_sound(), {}
    for syllable, characters in _SYLLABLE.findall(text):
        if len(characters) == 1 and syllable not in at:
            at[syllable] = ordered.index(characters)
        else:
            found.setdefault(syllable, []).extend(characters)
    edges = [*at.values(), len(ordered)]
    for syllable, start, end in zip(at, edges, edges[1:], strict=False):
        found.setdefault(syllable, []).extend(ordered[start:end])
    return MappingProxyType({each: tuple(dict.fromkeys(of)) for each, of in found.items()})


def _without_comments(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return "".join("".join(line.split()) for line in lines)


def _in_order_of_sound() -> str:
    """The common characters of GB 2312, which that standard lists by their sound."""
    last = 0xD7F9
    codes = (high << 8 | low for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return b"".join(code.to_bytes(2, "big") for code in codes if code <= last).decode("gb2312")


@lru_cache(maxsize=1)
def _readings() -> Mapping[str, tuple[str, ...]]:
    """Character -> its syllables."""
    found: dict[str, list[str]] = {}
    for syllable, characters in _sounds().items():
        for each in characters:
            found.setdefault(each, []).append(syllable)
    return MappingProxyType({each: tuple(of) for each, of in found.items()})


@lru_cache(maxsize=1)
def _shapes() -> Mapping[str, Mapping[str, bool]]:
    """Character -> those of like shape, and whether they can hardly be told apart."""
    found: dict[str, dict[str, bool]] = {}
    for group in _groups():
        characters = group.replace("=", "")
        for each in characters:
            others = dict.fromkeys(characters.replace(each, ""), "=" in group)
            found.setdefault(each, {}).update(others)
    return MappingProxyType(found)


def _groups() -> Sequence[str]:
    lines = (_FOLDER / "shapes.txt").read_text("utf-8").splitlines()
    return [group for line in lines if not line.startswith("#") for group in line.split()]


def _merged(syllable: str) -> str:
    for pattern, by in _MERGED:
        syllable = pattern.sub(by, syllable)
    return syllable


@lru_cache(maxsize=1)
def _like_sounds() -> Mapping[str, tuple[str, ...]]:
    """Merged syllable -> the syllables that it stands for."""
    found: dict[str, list[str]] = {}
    for syllable in _sounds():
        found.setdefault(_merged(syllable), []).append(syllable)
    return MappingProxyType({each: tuple(of) for each, of in found.items()})


@lru_cache(maxsize=4_096)
def meant_by(character: str) -> Mapping[str, float]:
    """The characters that may be meant where `character` is written, with their nearness."""
    found: dict[str, float] = {}
    for syllable in _readings().get(character, ()):
        for like in _like_sounds()[_merged(syllable)]:
            near = SAME if like == syllable else LIKE
            for each in _sounds()[like]:
                found[each] = max(near, found.get(each, 0.0))
    for each, alike in _shapes().get(character, {}).items():
        found[each] = ALIKE if alike or found.get(each) == SAME else LIKE
    found.pop(character, None)
    return MappingProxyType(found)


def spelt_by(letters: str) -> tuple[tuple[str, ...], ...]:
    """For each syllable that `letters` spell (or one initial), the characters that sound so;
    nothing where they spell none. The fewest syllables count."""
    if len(letters) == 1:
        begin = (each for each in _sounds() if each.startswith(letters))
        found = tuple(dict.fromkeys(of for each in begin for of in _sounds()[each]))
        return (found,) if found else ()
    ways: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(letters) + 1):
        ways.append(
            min(
                (
                    (*ways[start], letters[start:end])
                    for start in range(max(0, end - _LONGEST_SYLLABLE), end)
                    if ways[start] is not None and letters[start:end] in _sounds()
                ),
                key=len,
                default=None,
            )
        )
    found = ways[-1] or ()
    return tuple(_sounds()[each] for each in found) if len(found) <= _MOST_SYLLABLES else ()
