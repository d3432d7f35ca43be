"""The gold questions over the digests (`tests/gold/documents.jsonl`) rest on the digests alone.

In: the gold file and the Markdown digests. Out: pass or fail. Imports nothing of the project but
the reader of digests beside it.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest

from tests.documents.test_digests import (
    DIGESTS,
    ROOT,
    gazettes_text,
    needs_gazettes,
    read_digest,
    squeeze,
    windows,
)

GOLD = ROOT / "tests" / "gold" / "documents.jsonl"
FIELDS = {"id", "type", "question", "documents", "section", "answer", "facts", "evidence"}
# No digest names a person, so there is no question of that type.
LEAST = {
    "factoid": 2,
    "number": 2,
    "date": 2,
    "contact": 2,
    "list": 2,
    "procedure": 2,
    "responsible": 2,
    "table": 2,
    "lookup": 4,
    "lifecycle": 3,
    "paraphrase": 10,
    "noisy": 5,
    "cross": 2,
    "followup": 4,
    "unanswerable": 10,
}


@cache
def questions() -> list[dict]:
    """All gold questions, in the order of the file."""
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


@cache
def digest_texts() -> dict[str, str]:
    """Each digest's number and text, squeezed, under its number."""
    digests = [read_digest(path) for path in DIGESTS]
    return {d.meta["number"]: squeeze(d.meta["number"] + d.body) for d in digests}


def test_questions_have_the_agreed_fields() -> None:
    """Every line has the fields of the format, a unique id and, for a followup, a history."""
    for question in questions():
        assert set(question) - {"history"} == FIELDS
        assert ("history" in question) == (question["type"] == "followup")
    assert [q["id"] for q in questions()] == [f"d{i:03d}" for i in range(1, len(questions()) + 1)]
    assert len({q["question"] for q in questions()}) == len(questions())


def test_every_type_is_asked_often_enough() -> None:
    """No type of question is unknown or too thin."""
    counts = Counter(question["type"] for question in questions())
    assert set(counts) == set(LEAST)
    assert all(counts[kind] >= least for kind, least in LEAST.items())


def test_facts_stand_in_the_digests_named() -> None:
    """Each group of facts has a spelling that stands in a document named as answering."""
    for question in questions():
        texts = [digest_texts()[number] for number in question["documents"]]
        for group in question["facts"]:
            assert any(squeeze(fact) in text for fact in group for text in texts), question["id"]


def test_answers_hold_their_own_facts() -> None:
    """The reference answer would itself be scored right."""
    for question in questions():
        answer = squeeze(question["answer"])
        for group in question["facts"]:
            assert any(squeeze(fact) in answer for fact in group), question["id"]


def test_only_unanswerable_questions_lack_documents() -> None:
    """Answerable questions name documents and facts; unanswerable ones neither."""
    for question in questions():
        answerable = question["type"] != "unanswerable"
        assert bool(question["documents"]) == bool(question["facts"]) == answerable
        assert (len(question["documents"]) == 2) == (question["type"] == "cross")


def test_sections_stand_in_the_digest() -> None:
    """Each step of a section's path is a heading or article of the document."""
    for question in questions():
        for step in filter(None, question["section"].split("/")):
            assert squeeze(step) in digest_texts()[question["documents"][0]], question["id"]


@pytest.mark.gazettes
@needs_gazettes
def test_no_sentence_is_the_gazettes() -> None:
    """No question or answer holds a run of 25 characters from a gazette."""
    for question in questions():
        turns = [turn["content"] for turn in question.get("history", ())]
        for text in (question["question"], question["answer"], *turns):
            assert not any(run in gazettes_text() for run in windows(text)), question["id"]
