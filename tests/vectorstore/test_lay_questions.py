"""Tests of the everyday questions paired with official wording for the embedding model."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "vectorstore" / "training" / "lay_questions.tsv"
SHORTEST, LONGEST = 2, 200
FEWEST_A_DIGEST = 40


def _lines() -> list[str]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_each_line_is_one_everyday_wording_and_one_official_wording() -> None:
    """Every line that is no comment holds exactly one tab between two sides of usable length."""
    for line in _lines():
        sides = line.split("\t")
        assert len(sides) == 2, line
        assert all(side == side.strip() for side in sides), line
        assert all(SHORTEST <= len(side) <= LONGEST for side in sides), line


def test_no_pair_stands_twice() -> None:
    """A pair written twice would count twice in training, so no line repeats another."""
    lines = _lines()
    assert len(lines) == len(set(lines))


def test_the_two_sides_differ() -> None:
    """A pair whose sides are the same words would teach nothing."""
    for line in _lines():
        everyday, official = line.split("\t")
        assert everyday != official, line


def test_every_digest_has_questions() -> None:
    """Each digest in documents/ has a group of its own with at least forty questions."""
    counts: dict[str, int] = {}
    number = ""
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            number = line.removeprefix("#").strip()
        else:
            counts[number] = counts.get(number, 0) + 1
    for digest in sorted((ROOT / "documents").glob("*.md")):
        wanted = digest.read_text(encoding="utf-8").split("number:", 1)[1].split("\n", 1)[0].strip()
        assert counts.get(wanted, 0) >= FEWEST_A_DIGEST, wanted
