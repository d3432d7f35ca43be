"""The batch runner: one line a question, resumable at any point."""

import json

import pytest

from assistant.batch import Question, answer_questions, read_questions, record_from
from assistant.datamodels import Answer, Citation, RankedPassage
from vectorstore.errors import BadQuestion, UnreadableFile

QUESTIONS = [Question("a", "甲？"), Question("b", "乙？", ({"role": "user", "content": "先"},))]


class Asker:
    """Answers with the question itself and keeps what it was given."""

    def __init__(self):
        self.calls = []

    def __call__(self, question, history):
        self.calls.append((question, history))
        return Answer(question, question, f"{question}答", True)


def ids(path):
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


def test_every_question_becomes_a_line(tmp_path):
    """With id, answer and latency; progress counts from the start to the end."""
    ask, steps = Asker(), []
    out = tmp_path / "new" / "run.jsonl"
    answer_questions(ask, QUESTIONS, out, lambda done, total: steps.append((done, total)))
    assert ask.calls == [("甲？", []), ("乙？", [{"role": "user", "content": "先"}])]
    first = json.loads(out.read_text().splitlines()[0])
    assert list(first) == ["id", "answer", "latency_ms"]
    assert first["answer"]["text"] == "甲？答"
    assert first["latency_ms"] >= 0
    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_a_run_goes_on_wherever_it_was_broken_off(tmp_path):
    """Cut after any number of bytes, the file ends up whole, with each question once."""
    out = tmp_path / "run.jsonl"
    answer_questions(Asker(), QUESTIONS, out)
    whole = out.read_bytes()
    for length in range(len(whole)):
        out.write_bytes(whole[:length])
        answer_questions(Asker(), QUESTIONS, out)
        assert ids(out) == ["a", "b"], length


def test_a_finished_run_asks_nothing(tmp_path):
    """Answers that are there are kept."""
    out = tmp_path / "run.jsonl"
    answer_questions(Asker(), QUESTIONS, out)
    again = Asker()
    answer_questions(again, QUESTIONS, out)
    assert again.calls == []


@pytest.mark.parametrize("content", ["my notes", "my notes\n", '{"id": "a"}\n'])
def test_a_file_that_is_no_run_is_left_alone(tmp_path, content):
    """Refused with its line named, and not changed."""
    out = tmp_path / "notes.txt"
    out.write_text(content)
    with pytest.raises(UnreadableFile, match=r"notes\.txt:1: "):
        answer_questions(Asker(), QUESTIONS, out)
    assert out.read_text() == content


def test_answers_to_other_questions_are_not_taken_over(tmp_path):
    """The same id with another question means that this is another run."""
    out = tmp_path / "run.jsonl"
    answer_questions(Asker(), [Question("a", "别的？")], out)
    with pytest.raises(UnreadableFile, match="'a' answers another question"):
        answer_questions(Asker(), QUESTIONS, out)


def test_a_question_that_cannot_be_asked_does_not_stop_the_rest(tmp_path):
    """It is recorded as refused, with the reason."""

    def ask(question, history):
        if question == "甲？":
            raise BadQuestion("Too long.", "问题过长。")
        return Answer(question, question, "好", True)

    out = tmp_path / "run.jsonl"
    answer_questions(ask, QUESTIONS, out)
    first, second = (json.loads(line)["answer"] for line in out.read_text().splitlines())
    assert (first["answered"], first["warnings"]) == (False, ["问题过长。"])
    assert second["answered"] is True


def test_what_is_written_is_read_back(tmp_path):
    """Answer.to_dict() and record_from are inverse, citations and passages included."""
    cite = Citation(1, None, "题", "第一条", "文", "a.txt", 0, 1, "现行有效", "d")
    passage = RankedPassage("云政发〔2021〕7号", "题", "第一条", "文", "a.txt", 0.5, "d", 0, 1)
    one = Answer("甲？", "甲？", "文[1]", True, (cite,), (passage,), ("注",))
    out = tmp_path / "run.jsonl"
    answer_questions(lambda question, history: one, QUESTIONS[:1], out)
    assert record_from(json.loads(out.read_text())).answer == one


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", "not JSON"),
        ('{"id": "a"}', "'question' is missing"),
        ('{"id": "a", "question": " "}', "'question' must be a text"),
        ('{"id": "a", "question": "甲？", "history": "x"}', "'history'"),
        ('{"id": "z", "question": "甲？"}', "'z' is there twice"),
    ],
)
def test_a_bad_questions_file_is_refused_by_line(tmp_path, line, message):
    """The error names file and line, in both languages."""
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "z", "question": "癸？"}\n\n' + line + "\n")
    with pytest.raises(BadQuestion, match=message) as caught:
        read_questions(path)
    assert "q.jsonl:3:" in str(caught.value)
    assert "第3行" in caught.value.chinese


def test_questions_are_read_in_order(tmp_path):
    """A byte order mark and blank lines do no harm; U+2028 inside a text ends no line."""
    path = tmp_path / "q.jsonl"
    path.write_text('\ufeff{"id": "b", "question": "乙\u2028？"}\n\n{"id": "a", "question": "甲"}')
    assert read_questions(path) == [Question("b", "乙\u2028？"), Question("a", "甲")]
