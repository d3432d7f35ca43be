"""The benchmark runs, and its generated library is what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.reader import read_documents
from tests.bench import large, library, plot, table
from tests.bench.__main__ import KEPT, PROJECT, main
from tests.bench.questions import KINDS, ask_about
from tests.bench.systems import SYSTEMS


def test_a_larger_library_begins_with_the_smaller_one() -> None:
    """Growth is measured on the same texts; another seed gives others."""
    small = [each.text for each in library.gazettes(400)]
    large = [each.text for each in library.gazettes(900)]
    assert len(large) > len(small)
    assert large[: len(small)] == small
    assert next(library.gazettes(400, seed=8)).text != small[0]


def test_the_reader_finds_what_was_written() -> None:
    """Every document with its own number, and about as many passages as were asked for."""
    issues = list(library.gazettes(600))
    documents = [one for each in issues for one in read_documents(each.text, each.name)]
    numbers = [one.number for one in documents]
    assert len(documents) == library.DOCUMENTS_AN_ISSUE * len(issues)
    assert None not in numbers
    assert len(set(numbers)) == len(numbers)
    passages = [one.text for each in documents for one in each.passages]
    assert 600 <= len(passages) <= 780
    assert 120 <= sum(map(len, passages)) / len(passages) <= 180


def test_questions_are_of_all_kinds_and_about_the_library() -> None:
    """Every kind comes equally often, and the evidence stands in the document that is named."""
    documents = read_documents(library.gazette(0).text, "a.txt")
    texts = {each.id: each.text for each in documents}
    questions = ask_about(documents, 50)
    kinds = [each.kind for each in questions]
    assert all(kinds.count(kind) == 10 for kind in KINDS)
    assert all(len(each.year) == 4 for each in questions)
    assert all(each.evidence in texts[each.document] for each in questions)
    assert questions == ask_about(documents, 50)


@pytest.mark.parametrize(
    ("ours", "theirs", "more", "told"),
    [
        (2.0, 6.0, False, "3.0× better"),
        (6.0, 2.0, False, "3.0× worse"),
        (6.0, 2.0, True, "3.0× better"),
        (0.0, 2.0, False, "–"),
    ],
)
def test_ratios_say_who_is_better(ours: float, theirs: float, more: bool, told: str) -> None:
    """Less time is better, more passages a second are better."""
    assert table.ratio(ours, theirs, more_is_better=more) == told


@pytest.mark.slow
def test_the_benchmark_runs(
    tmp_path: Path, model_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tiny run fills, asks and measures all three systems and writes figures without paths."""
    options = ["--sizes", "60,120", "--questions", "12", "--note", "a test"]
    assert main([*options, "--reports", str(tmp_path), "--model", str(model_folder)]) == 0
    text = (tmp_path / "bench.json").read_text("utf-8")
    report = json.loads(text)
    assert report["note"] == "a test"
    for one in report["sizes"]:
        for name in SYSTEMS:
            assert one["search"][name]["all"]["p95_ms"] >= one["search"][name]["all"]["p50_ms"] > 0
            assert one["add_one_s"][name] > 0
            assert one["disk_mib"][name] > 0
            assert one["memory_mib"][name] > 50
        stages = one["ingest"]["store"]
        parts = ("read_s", "embed_s", "index_s", "verify_and_switch_s")
        assert sum(stages[part] for part in parts) == pytest.approx(stages["whole_s"], rel=0.01)
    assert str(PROJECT) not in text
    assert str(tmp_path) not in text
    page = (tmp_path / "bench.html").read_text("utf-8")
    assert page.count("<svg") == len(plot.CHARTS)
    assert "a test" in page
    assert "http" not in page
    assert plot.image(report).count("<svg") == 1 + len(plot.CHARTS)
    assert "plain Chroma" in capsys.readouterr().out


@pytest.mark.slow
def test_a_large_library_is_measured_alone(tmp_path: Path) -> None:
    """A size for this store only; a second run finds it filled, the plot shows what there is."""
    first = large.measure(100, tmp_path)
    assert first["ingest"]["store"]["whole_s"] > 0
    again = large.measure(100, tmp_path)
    assert "ingest" not in again
    for one in again["search"].values():
        assert one["all"]["p95_ms"] >= one["all"]["p50_ms"] > 0
    assert again["memory_mib"]["store"] > again["memory_mib"]["none"] > 50
    drawn = plot.image(json.loads((KEPT / "results.json").read_text("utf-8")) | {"large": [first]})
    here = f"at {first['passages']:,} passages"
    told = [each for each in drawn.split("<title>") if here in each]
    # Both systems' two search charts, and this store's filling, memory and disk.
    assert sum(each.startswith("plain Chroma: ") for each in told) == 2
    assert sum(each.startswith("this store: ") for each in told) == 5
    assert not any(each.startswith("LangChain") for each in told)
