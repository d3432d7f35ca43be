"""The invented cities: their documents are read, and their gold questions rest on them.

In: `cities/dev` and `cities/test`, each city with its documents and questions. Out: pass or fail.
What is fitted may learn from the cities of `dev`; those of `test` say how it does elsewhere.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from assistant.evaluation import Gold, read_gold
from assistant.evaluation.matching import normalise
from ingest.reader import read_documents
from tests.documents.test_digests import gazettes_text, needs_gazettes, squeeze, windows
from tests.gold.floors import CITIES, GOLD
from tests.gold.test_gold_files import own_words

FOLDERS = sorted(path for split in ("dev", "test") for path in (GOLD / "cities" / split).iterdir())
COPIED = 20

each_city = pytest.mark.parametrize("city", FOLDERS, ids=lambda city: city.name)


@cache
def golds(city: Path) -> tuple[Gold, ...]:
    """A city's questions; any problem with one is a failure."""
    found, problems = read_gold(_files(city))
    assert not problems, "\n".join(map(str, problems))
    return tuple(found)


@cache
def texts(city: Path) -> dict[str, str]:
    """What each document of a city says, title included, by its number."""
    documents = [
        one
        for path in sorted((city / "documents").iterdir())
        for one in read_documents(path.read_text("utf-8"), path.name)
    ]
    return {one.number: f"{one.number}\n{one.title}\n{one.text}" for one in documents if one.number}


def test_the_cities_of_the_floors_are_those_held_out() -> None:
    """A city that moves to `dev` has no floor any more, and must not be asked for one."""
    assert {city.name for city in FOLDERS if city.parent.name == "test"} == set(CITIES)


@each_city
def test_documents_are_read(city: Path) -> None:
    """Each file is one document with its number, and both kinds of question are asked."""
    assert len(texts(city)) == len(list((city / "documents").iterdir())) >= 8
    assert min(Counter(one.answerable for one in golds(city)).values()) >= 80


@each_city
def test_facts_stand_in_the_documents_named(city: Path) -> None:
    """Answerable: documents of this city that print each fact. Unanswerable: neither."""

    def wrong(one: Gold) -> bool:
        named = [normalise(texts(city)[number]) for number in one.documents]
        found = all(
            any(normalise(fact) in text for fact in group for text in named) for group in one.facts
        )
        return not (bool(named) == bool(one.facts) == one.answerable and found)

    assert [one.id for one in golds(city) if wrong(one)] == []


def test_ids_and_questions_are_asked_once() -> None:
    """No id and no question occurs twice, in whatever city."""
    every = [one for city in FOLDERS for one in golds(city)]
    counts = Counter(one.id for one in every) + Counter(normalise(one.question) for one in every)
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.gazettes
@needs_gazettes
@each_city
def test_no_sentence_is_the_gazettes(city: Path) -> None:
    """Neither a document nor a question copies 20 characters of a gazette; lists of offices are
    no sentence."""
    printed = gazettes_text()
    said = list(texts(city).values())
    said += [f"{row['question']} {row['answer']}" for row in map(json.loads, _lines(city))]
    parts = [part for text in said for part in own_words(text)]
    copied = [run for part in parts for run in windows(squeeze(part), COPIED) if run in printed]
    assert copied == []


def _lines(city: Path) -> list[str]:
    return [line for path in _files(city) for line in path.read_text("utf-8").splitlines()]


def _files(city: Path) -> list[Path]:
    """Hard pairs in all cities, an examiner's questions in some."""
    return sorted(city.glob("*.jsonl"))
