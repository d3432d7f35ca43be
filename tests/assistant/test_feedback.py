"""Feedback: stored whole and without names, within bounds, and given back as gold candidates."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import feedback as module
from assistant.datamodels import Answer, Citation
from assistant.evaluation import read_gold
from assistant.feedback import FeedbackStore, feedback_file, main
from tests.conftest import PROJECT
from vectorstore.errors import FeedbackError
from vectorstore.settings import Settings

CITATION = Citation(
    marker=1,
    number="云政发〔2021〕3号",
    title="云江市供水办法",
    locator="第四条",
    quote="水压不得低于零点二兆帕。",
    source="water.txt",
    start=10,
    end=22,
    status="现行有效",
    document_id="abc",
)
ANSWER = Answer(
    question="水压要多高？",
    standalone_question="云江市的水压要多高？",
    text="水压不得低于零点二兆帕。[1]",
    answered=True,
    citations=(CITATION,),
)
HISTORY = [
    {"role": "user", "content": "谁管供水？"},
    {"role": "assistant", "content": "市水务局。[1]"},
]


@pytest.fixture
def feedback(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "data" / "feedback.sqlite3")


def test_is_kept_whole(feedback: FeedbackStore) -> None:
    """Question, what was searched, history, answer, citations, judgement and comment come back."""
    number = feedback.add(ANSWER, HISTORY, False, "少了单位")
    (kept,) = feedback.entries()
    assert kept.id == number
    assert (kept.useful, kept.comment, kept.answered) == (False, "少了单位", True)
    assert (kept.question, kept.standalone_question) == ("水压要多高？", "云江市的水压要多高？")
    assert kept.answer == ANSWER.text
    assert list(kept.history) == HISTORY
    assert kept.citations[0]["quote"] == CITATION.quote
    assert feedback.count() == (0, 1)


def test_before_the_first_nothing_is_on_disk(feedback: FeedbackStore) -> None:
    """Looking makes no file."""
    assert feedback.entries() == []
    assert feedback.count() == (0, 0)
    assert not feedback.file.parent.exists()


def test_can_be_revised_and_deleted(feedback: FeedbackStore) -> None:
    """Whoever adds a comment later changes the same judgement; a deleted one is gone."""
    first, second = feedback.add(ANSWER), feedback.add(ANSWER)
    assert feedback.revise(first, False, "不对")
    assert [(each.id, each.useful) for each in feedback.entries()] == [
        (second, True),
        (first, False),
    ]
    assert [each.comment for each in feedback.entries(useful=False)] == ["不对"]
    assert feedback.delete([first, 999]) == 1
    assert not feedback.revise(first, True)
    assert feedback.count() == (1, 0)


def test_strikes_out_what_identifies_a_person(feedback: FeedbackStore) -> None:
    """Telephone and identity numbers are not kept; an office's number in an answer is."""
    told = "我是13912345678，身份证11010519491231002X"
    answer = replace(ANSWER, question=told, text="请拨打13800000000。")
    feedback.add(answer, [{"role": "user", "content": told}], False, told)
    (kept,) = feedback.entries()
    for text in (kept.question, kept.comment, kept.history[0]["content"]):
        assert text == "我是***，身份证***"
    assert "13800000000" in kept.answer


def test_huge_and_odd_texts_are_bounded(feedback: FeedbackStore) -> None:
    """Neither a long text, nor half a character, nor control characters do harm."""
    answer = replace(ANSWER, question="问" * 100_000, text="\x00答\ud800" * 9_000)
    feedback.add(answer, [{"role": "user", "content": "史" * 50_000}] * 40, True, "评" * 9_999)
    (kept,) = feedback.entries()
    assert len(kept.question) == len(kept.answer) == module.LONGEST_TEXT
    assert len(kept.comment) == module.LONGEST_COMMENT
    assert len(kept.history) == module.MOST_TURNS
    assert "\x00" not in kept.answer


def test_a_program_cannot_fill_the_disk(
    feedback: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond so many a minute, or a file of such a size, nothing more is taken, and it says so."""
    monkeypatch.setattr(module, "MOST_PER_MINUTE", 5)
    for _ in range(5):
        feedback.add(ANSWER)
    with pytest.raises(FeedbackError, match="last minute") as told:
        feedback.add(ANSWER)
    assert "上限" in told.value.chinese
    monkeypatch.setattr(module, "MOST_PER_MINUTE", 500)
    monkeypatch.setattr(module, "LARGEST_FILE", 4096)
    with pytest.raises(FeedbackError, match="export it"):
        feedback.add(ANSWER)
    assert feedback.count() == (5, 0)


def test_many_writers_lose_nothing(
    feedback: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that start with no file there yet all get their judgement in."""
    monkeypatch.setattr(module, "MOST_PER_MINUTE", 1_000)
    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(lambda n: feedback.add(ANSWER, (), n % 2 == 0), range(200)))
    assert len(set(numbers)) == 200
    assert feedback.count() == (100, 100)


def test_processes_write_at_once(feedback: FeedbackStore) -> None:
    """Two servers on one store share the file."""
    code = (
        "import sys; from assistant.datamodels import Answer; "
        "from assistant.feedback import FeedbackStore; "
        "store = FeedbackStore(sys.argv[1]); "
        "[store.add(Answer('问', '问', '答', False)) for _ in range(10)]"
    )
    command = [sys.executable, "-c", code, str(feedback.file)]
    running = [subprocess.Popen(command, cwd=PROJECT) for _ in range(3)]
    assert [each.wait(timeout=120) for each in running] == [0, 0, 0]
    assert feedback.count() == (30, 0)


def test_unusable_file_is_one_sentence(tmp_path: Path) -> None:
    """A file that is no database, or a folder that cannot be made, is named."""
    wrong = tmp_path / "feedback.sqlite3"
    wrong.write_text("no database at all, but long enough to look like one" * 50)
    for file in (wrong, wrong / "below" / "feedback.sqlite3"):
        with pytest.raises(FeedbackError, match="cannot be used") as told:
            FeedbackStore(file).add(ANSWER)
        assert str(file) in told.value.chinese


def test_candidates_count_only_when_completed(feedback: FeedbackStore, tmp_path: Path) -> None:
    """The evaluation's reader leaves candidates out by name, and takes them once completed."""
    feedback.add(ANSWER, HISTORY, True)
    feedback.add(ANSWER, (), False, "答非所问")
    feedback.add(replace(ANSWER, answered=False, citations=(), text="查不到。"), (), True)
    file = tmp_path / "candidates.jsonl"
    file.write_text(feedback.candidates(), "utf-8")
    golds, problems = read_gold([file])
    assert golds == []
    assert len(problems) == 3
    assert "is a candidate; complete its documents and facts" in str(problems[0])
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for row in rows:
        del row["candidate"]
    rows[1] |= {"documents": ["云政发〔2021〕3号"], "facts": [["零点二兆帕", "0.2兆帕"]]}
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    golds, problems = read_gold([file])
    assert problems == []
    assert [gold.type for gold in golds] == ["followup", "paraphrase", "unanswerable"]
    assert golds[0].documents == ("云政发〔2021〕3号",)
    assert golds[0].evidence == CITATION.quote
    assert golds[0].answer == "水压不得低于零点二兆帕。"
    assert golds[1].facts == (("零点二兆帕", "0.2兆帕"),)


def test_what_was_useless_is_no_reference(feedback: FeedbackStore) -> None:
    """A complaint takes over neither the wrong answer nor its documents, but shows them."""
    feedback.add(ANSWER, (), False, "答非所问")
    (row,) = map(json.loads, feedback.candidates(useful=False).splitlines())
    assert (row["documents"], row["answer"], row["evidence"]) == ([], "", "")
    assert row["comment"] == "答非所问"
    assert row["given"]["citations"][0]["number"] == CITATION.number


def test_lies_beside_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Throwing the store away keeps the feedback; POLICY_DATA puts it elsewhere."""
    store = tmp_path / "store"
    assert feedback_file(Settings.load(), store) == tmp_path / "store.data" / "feedback.sqlite3"
    monkeypatch.setenv("POLICY_DATA", str(tmp_path / "kept"))
    assert feedback_file(Settings.load(), store) == tmp_path / "kept" / "feedback.sqlite3"


def test_command_line_exports(
    feedback: FeedbackStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts, exports to a file or to the terminal, deletes, and names what is wrong."""
    number = feedback.add(ANSWER, (), False, "太长")
    feedback.add(ANSWER)
    file = ["--file", str(feedback.file)]
    assert main(file) == 0
    assert "1 useful, 1 not useful" in capsys.readouterr().out
    assert main([*file, "--export", "-", "--complaints"]) == 0
    assert json.loads(capsys.readouterr().out)["comment"] == "太长"
    assert main([*file, "--export", str(tmp_path / "out.jsonl"), "--delete", str(number)]) == 0
    assert (tmp_path / "out.jsonl").read_text("utf-8").count("\n") == 1
    assert main([*file, "--export", str(tmp_path / "missing" / "out.jsonl")]) == 1
    assert "cannot be written" in capsys.readouterr().err
