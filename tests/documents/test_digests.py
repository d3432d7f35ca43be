"""The digests in `documents/`: sane front matter always; faithful yet reworded, with the gazettes.

In: the Markdown digests and, where `../shared/policies` is at hand, the gazettes they digest.
Out: pass or fail; `python -m tests.documents.test_digests` prints each digest's figures.
Imports nothing of the project, so that the digests are checked apart from the reader of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GAZETTES = ROOT / ".." / "shared" / "policies"
DIGESTS = sorted((ROOT / "documents").glob("*.md"))
REQUIRED = ("number", "title", "issuer", "kind", "issued", "source")
ISSUERS = ("葫芦岛市人民政府", "葫芦岛市人民政府办公室", "葫芦岛市政务公开领导小组")
NOTE = "本文为政策要点（非原文），以公报原文为准。"
WINDOW = 25

# Two gazettes print punctuation as these characters. Mapping both sides alike keeps comparisons
# fair even where a character means itself.
_FAULTY_GLYPHS = str.maketrans("尧遥袁院曰渊冤掖业野冶", "、。，：；（）〈〉“”")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNITS = "%|元|万元|倍|户|期|周岁|个月|个工作日|年|月|日|天|时|人"
_QUANTITY = re.compile(rf"(\d+(?:\.\d+)?)({_UNITS})")
_CHINESE_QUANTITY = re.compile(
    r"[一二三四五六七八九十]+(?:至[一二三四五六七八九十]+)?[年日月天档倍]"
)
_TITLE = re.compile(r"《[^《》]+》")
_RESPONSIBLE = re.compile(r"（(?:牵头|责任|配合)(?:单位|部门)：[^（）]+）")
_CANONICAL = re.compile(
    r"葫政(?:发|办发|告字|公领发)〔(?P<year>\d{4})〕\d+号|葫芦岛市人民政府令第\d+号"
)
_RELATION = re.compile(
    r"  - (?:repeals|amends|implements|cites): 《.+》(?:（.+〔\d{4}〕\d+号）|（.+）)?"
)

needs_gazettes = pytest.mark.skipif(
    not GAZETTES.is_dir(), reason="the gazettes are not in ../shared/policies"
)
each_digest = pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Digest:
    """A digest file taken apart: its particulars, its relation lines and its body."""

    meta: dict[str, str]
    relations: tuple[str, ...]
    body: str


@dataclass(frozen=True)
class Figures:
    """How a digest stands to its original; the shares are in [0, 1]."""

    shared_runs: float
    shared_runs_without_names: float
    numbers_kept: float
    numbers_missing: frozenset[str]
    numbers_invented: frozenset[str]


def read_digest(path: Path) -> Digest:
    """Split a digest file at its front matter fences."""
    fence, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert fence == "", f"{path.name} does not begin with front matter"
    lines = front.splitlines()
    pairs = (line.split(": ", 1) for line in lines if re.match(r"[a-z]+: ", line))
    relations = tuple(line for line in lines if line.startswith("  - "))
    return Digest(dict(pairs), relations, body)


def squeeze(text: str) -> str:
    """Fold widths as matching does, and drop white space."""
    folded = unicodedata.normalize("NFKC", text.translate(_FAULTY_GLYPHS))
    # A phone number that ends a table row must not run into the number of the next row.
    return re.sub(r"\s+", "", re.sub(r"(?<=\d) *[\t\n]\s*(?=\d)", "|", folded))


def windows(text: str, size: int = WINDOW) -> Iterator[str]:
    """All runs of `size` characters in the squeezed text."""
    squeezed = squeeze(text)
    return (squeezed[i : i + size] for i in range(len(squeezed) - size + 1))


def shared_share(pieces: list[str], gazettes: str) -> float:
    """The share of the pieces' runs that stand in the gazettes word for word."""
    found = [run in gazettes for piece in pieces for run in windows(piece)]
    return sum(found) / max(1, len(found))


def without_names(digest: Digest) -> list[str]:
    """The body's stretches between titles and lists of responsible departments."""
    body = digest.body.replace(digest.meta["title"], "")
    return re.split(f"{_TITLE.pattern}|{_RESPONSIBLE.pattern}", body)


@cache
def gazettes() -> tuple[str, ...]:
    """The squeezed text of each gazette."""
    paths = sorted(GAZETTES.glob("*.txt"))
    return tuple(squeeze(path.read_text(encoding="utf-8")) for path in paths)


@cache
def gazettes_text() -> str:
    """All gazettes, squeezed, one after the other."""
    return "".join(gazettes())


@cache
def original(number: str) -> str:
    """The squeezed text of one document: from its number under the letterhead to the next head."""
    letterhead = "葫芦岛市人民政府(?:办公室)?文件"
    opening = number if "令第" in number else letterhead + re.escape(squeeze(number))
    heads = ((gazette, re.search(opening, gazette)) for gazette in gazettes())
    found = next(((gazette, head) for gazette, head in heads if head), None)
    assert found, f"{number} is not in the gazettes"
    rest = found[0][found[1].end() :]
    following = re.search(letterhead + "葫政", rest)
    return number + (rest[: following.start()] if following else rest)


def quantities(text: str) -> set[str]:
    """Numbers with their units, and spelt-out terms such as 三年 and 一至五年."""
    squeezed = squeeze(text)
    pairs = {number + unit for number, unit in _QUANTITY.findall(squeezed)}
    return pairs | set(_CHINESE_QUANTITY.findall(squeezed))


def measure(path: Path) -> Figures:
    """Compare one digest with its original and with all gazettes."""
    digest = read_digest(path)
    source = original(digest.meta["number"])
    ours, theirs = (set(_NUMBER.findall(squeeze(text))) for text in (digest.body, source))
    return Figures(
        shared_runs=shared_share([digest.body], gazettes_text()),
        shared_runs_without_names=shared_share(without_names(digest), gazettes_text()),
        numbers_kept=len(ours & theirs) / len(theirs),
        numbers_missing=frozenset(theirs - ours),
        numbers_invented=frozenset(ours - theirs | quantities(digest.body) - quantities(source)),
    )


@each_digest
def test_front_matter_names_the_document(path: Path) -> None:
    """Every digest says which document it digests, in canonical form, and that it is a digest."""
    meta = read_digest(path).meta
    assert all(meta.get(key) for key in REQUIRED)
    assert _CANONICAL.fullmatch(meta["number"])
    assert meta["source"] == "digest"
    assert meta["issuer"] in ISSUERS
    assert meta["title"].endswith(meta["kind"])


@each_digest
def test_dates_are_iso_dates_in_order(path: Path) -> None:
    """A document is issued in the year of its number, and takes effect no earlier than that."""
    meta = read_digest(path).meta
    issued = date.fromisoformat(meta["issued"])
    assert _CANONICAL.fullmatch(meta["number"])["year"] in (str(issued.year), None)
    for key in ("effective", "expires"):
        assert key not in meta or date.fromisoformat(meta[key]) >= issued


@each_digest
def test_relations_name_a_kind_and_a_title(path: Path) -> None:
    """Each relation has one of the four kinds and a title in 《》; a document may have none."""
    assert all(_RELATION.fullmatch(line) for line in read_digest(path).relations)


@each_digest
def test_body_opens_with_title_and_note(path: Path) -> None:
    """A reader sees the official title, then at once that this is not the original."""
    digest = read_digest(path)
    title, note = [line for line in digest.body.splitlines() if line][:2]
    assert title == f"# {digest.meta['title']}"
    assert note == NOTE


def test_digests_are_of_different_documents() -> None:
    """No document is digested twice, and the folder is not empty."""
    numbers = [read_digest(path).meta["number"] for path in DIGESTS]
    assert numbers
    assert len(set(numbers)) == len(numbers)


def test_shared_share_counts_copied_runs() -> None:
    """The measure sees a copy through white space and widths, and passes over other words."""
    sentence = "".join(chr(0x4E00 + i) for i in range(40))
    spaced = "\n".join(sentence)
    assert shared_share([spaced], squeeze(sentence)) == 1.0
    assert shared_share([sentence[::-1]], squeeze(sentence)) == 0.0


@pytest.mark.gazettes
@needs_gazettes
@each_digest
def test_digest_is_in_our_own_words(path: Path) -> None:
    """Hardly a run of 25 characters is the gazette's, names and titles counted or not."""
    figures = measure(path)
    assert figures.shared_runs < 0.10
    assert figures.shared_runs_without_names < 0.03


@pytest.mark.gazettes
@needs_gazettes
@each_digest
def test_digest_invents_no_number_and_loses_few(path: Path) -> None:
    """Numbers, dates, amounts and terms are the original's, and nearly all of them are kept."""
    figures = measure(path)
    assert not figures.numbers_invented
    assert figures.numbers_kept >= 0.95


@pytest.mark.gazettes
@needs_gazettes
@each_digest
def test_particulars_are_those_of_the_original(path: Path) -> None:
    """Title, date of issue and date of effect stand in the original, as do all articles."""
    digest = read_digest(path)
    source = original(digest.meta["number"])
    assert squeeze(digest.meta["title"]) in source
    for key in ("issued", "effective"):
        if key in digest.meta:
            day = date.fromisoformat(digest.meta[key])
            assert f"{day.year}年{day.month}月{day.day}日" in source
    marker = r"(?m)^(?:#+ )?(第[一二三四五六七八九十]+条)|^#+ ([一二三四五六七八九十]+、\S+)"
    for locator in ("".join(groups) for groups in re.findall(marker, digest.body)):
        assert squeeze(locator) in source


if __name__ == "__main__":
    for digest_path in DIGESTS:
        print(digest_path.name, measure(digest_path))
