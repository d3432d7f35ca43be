"""The command line: asks, goes on, scores, reports, and names what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation.__main__ import main
from vectorstore.datamodels import PolicyDocument
from vectorstore.errors import StoreNotFound

from .examples import (
    HEATING,
    HEATING_TEXT,
    answer,
    citation,
    gold_row,
    passage,
    record,
    write_lines,
    write_run,
)

GOOD = answer(
    citations=(citation("供热期"),),
    passages=(passage("供热期为每年十一月一日至次年三月三十一日。"),),
)


class Store:
    """One document, findable."""

    def text(self, document_id):
        return HEATING_TEXT if document_id == "heating" else None

    def documents(self):
        return [PolicyDocument("a.txt", HEATING_TEXT, "供热办法", HEATING)]


class Assistant:
    """Always gives the good answer, and remembers what it was asked."""

    def __init__(self):
        self.store, self.embeddings, self.asked = Store(), None, []
        self.operating_point = self.caution_point = 0.5

    def ask(self, question, history=()):
        self.asked.append(question)
        return GOOD

    def confidence(self, question, history=()):
        return 0.7 if "供热" in question else 0.2


def no_store(folder):
    raise StoreNotFound(f"There is no policy store in {folder}.", "没有政策库。")


@pytest.fixture
def gold_file(tmp_path) -> Path:
    return write_lines(tmp_path / "gold.jsonl", gold_row(), gold_row(id="q2"))


def test_asks_saves_scores_and_writes_every_report(tmp_path, gold_file, capsys):
    """Figures on stdout, JSON and HTML in the files asked for, the run beside them, exit 0."""
    run, out, html = (tmp_path / "new" / name for name in ("run.jsonl", "o.json", "o.html"))
    options = ["--run", run, "--json", out, "--html", html, "--baseline", "bm25"]
    assert main([str(one) for one in (gold_file, *options)], lambda _: Assistant()) == 0
    data = json.loads(out.read_text())
    ours, bm25 = data["systems"]
    assert (ours["name"], bm25["name"]) == ("assistant", "bm25")
    for name in ("fact_accuracy", "quote_fidelity", "citation_recall", "evidence_recall_at_1"):
        assert (ours["overall"][name]["value"], ours["overall"][name]["n"]) == (1.0, 2)
    assert len(run.read_text().splitlines()) == 2
    assert len((tmp_path / "new" / "run.bm25.jsonl").read_text().splitlines()) == 2
    assert html.read_text().startswith("<!DOCTYPE html>")
    printed = capsys.readouterr()
    assert "fact_accuracy" in printed.out
    assert "error" not in printed.err


def test_asks_only_what_the_run_does_not_hold(tmp_path, gold_file):
    """One answer is there, the other half-written: only that one is asked (and once to warm up)."""
    run = write_run(tmp_path / "run.jsonl", record(GOOD))
    with run.open("ab") as file:
        file.write('{"id": "q2", "answer": {"text": "十'.encode()[:-1])
    assistant = Assistant()
    assert main([str(gold_file), "--run", str(run)], lambda _: assistant) == 0
    assert len(assistant.asked) == 2
    assert [json.loads(line)["id"] for line in run.read_text().splitlines()] == ["q1", "q2"]


def test_a_full_run_is_scored_without_a_store(tmp_path, gold_file, capsys):
    """Quotes cannot be checked then, which is counted; all else is scored, exit 0."""
    run = write_run(tmp_path / "run.jsonl", record(GOOD), record(GOOD, "q2"))
    out = tmp_path / "o.json"
    assert main([str(gold_file), "--run", str(run), "--json", str(out)], no_store) == 0
    overall = json.loads(out.read_text())["systems"][0]["overall"]
    assert (overall["quote_fidelity"]["n"], overall["quote_fidelity"]["unscorable"]) == (0, 2)
    assert overall["fact_accuracy"]["value"] == 1.0
    assert capsys.readouterr().err == ""


def test_a_store_that_was_named_and_is_not_there_is_an_error(tmp_path, gold_file, capsys):
    """The run is scored all the same."""
    run = write_run(tmp_path / "run.jsonl", record(GOOD), record(GOOD, "q2"))
    assert main([str(gold_file), "--run", str(run), "--store", "nowhere"], no_store) == 1
    printed = capsys.readouterr()
    assert "no policy store in nowhere" in printed.err
    assert "fact_accuracy" in printed.out


def test_bad_gold_and_missing_answers_are_named_and_the_rest_scored(tmp_path, capsys):
    """Each with its place on stderr, no traceback, exit code 1."""
    path = write_lines(tmp_path / "gold.jsonl", "{", gold_row(), gold_row(id="q2"))
    run = write_run(tmp_path / "run.jsonl", record(GOOD), record(GOOD, "elsewhere"))
    out = tmp_path / "o.json"
    arguments = [path, "--run", run, "--json", out, "--score-only"]
    assert main(list(map(str, arguments)), no_store) == 1
    printed = capsys.readouterr().err
    assert f"{path}:1: not JSON" in printed
    assert f"{run}:2: id 'elsewhere' is in none of the gold files" in printed
    assert f"{run}: no answer to 'q2'" in printed
    assert "Traceback" not in printed
    assert json.loads(out.read_text())["systems"][0]["scored"] == 1


def test_no_store_to_ask_is_one_error(tmp_path, gold_file, capsys):
    """What to do about it is said by the store's own message."""
    assert main([str(gold_file), "--run", str(tmp_path / "run.jsonl")], no_store) == 1
    assert "There is no policy store" in capsys.readouterr().err


def test_compares_with_another_run(tmp_path, gold_file, capsys):
    """The question that got worse is listed."""
    worse = answer("不详", answered=False)
    run = write_run(tmp_path / "run.jsonl", record(worse), record(GOOD, "q2"))
    other = write_run(tmp_path / "other.jsonl", record(GOOD), record(GOOD, "q2"))
    arguments = [str(gold_file), "--run", str(run), "--compare", str(other)]
    assert main(arguments, no_store) == 0
    assert "- q1 (date): right -> wrongly_refused" in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_named(tmp_path, gold_file, capsys):
    """A folder is no file."""
    run = write_run(tmp_path / "run.jsonl", record(GOOD), record(GOOD, "q2"))
    assert main([str(gold_file), "--run", str(run), "--json", str(tmp_path)], no_store) == 1
    assert f"{tmp_path}: cannot be written" in capsys.readouterr().err


def test_the_operating_curve_is_in_every_report(tmp_path, capsys):
    """On request: in the terminal, the JSON and the page."""
    rows = gold_row(), gold_row(id="q2", type="unanswerable", question="机场在哪里？")
    gold_file = write_lines(tmp_path / "gold.jsonl", *rows)
    made = Assistant()
    made.ask = lambda question, history=(): replace(GOOD, question=question)
    arguments = [str(gold_file), "--run", str(tmp_path / "run.jsonl"), "--curve"]
    arguments += ["--json", str(tmp_path / "r.json"), "--html", str(tmp_path / "r.html")]
    assert main(arguments, lambda _: made) == 0
    current = json.loads((tmp_path / "r.json").read_text("utf-8"))["operating_curve"]["current"]
    assert current == {
        "threshold": 0.5, "refused_unanswerable": 1.0, "refused_answerable": 0.0,
    }  # fmt: skip
    assert "拒答取舍曲线" in (tmp_path / "r.html").read_text("utf-8")
    assert "POLICY_REFUSAL_THRESHOLD" in capsys.readouterr().out
