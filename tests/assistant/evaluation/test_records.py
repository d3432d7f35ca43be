"""Reading gold and run files, flaws included."""

import pytest

from assistant.evaluation.records import TYPES, missing_answers, read_gold, read_run, split_of

from .examples import HEATING, answer, gold, gold_row, record, write_lines, write_run


def test_a_good_line_is_read_whole(tmp_path):
    """Every field arrives, with the place it came from."""
    turns = [{"role": "user", "content": "供热办法"}, {"role": "assistant", "content": "有。"}]
    row = gold_row(type="followup", history=turns)
    (one,), problems = read_gold([write_lines(tmp_path / "g.jsonl", row)])
    assert problems == []
    assert (one.documents, one.facts) == ((HEATING,), (("十一月一日", "11月1日"),))
    assert one.history == tuple(turns)
    assert (one.section, one.answer) == ("第二条", "每年十一月一日")
    assert one.place.endswith("g.jsonl:1")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ({"id": "q9", "type": "date"}, "field 'question' is missing"),
        (gold_row(id=7), "field 'id' must be a text"),
        (gold_row(type="riddle"), "unknown type 'riddle'"),
        (gold_row(facts=["十一月一日"]), "field 'facts' must be a list of groups"),
        (gold_row(facts=[[]]), "a group with no spelling"),
        (gold_row(documents=HEATING), "field 'documents' must be a list"),
        (gold_row(history=[{"role": "user"}]), "field 'history' must be"),
        ({k: v for k, v in gold_row().items() if k != "facts"}, "field 'facts' is missing"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_read(tmp_path, row, message):
    """The problem says file, line and what is wrong; the good line after it counts."""
    path = write_lines(tmp_path / "g.jsonl", row, gold_row(id="good"))
    golds, (problem,) = read_gold([path])
    assert [one.id for one in golds] == ["good"]
    assert str(problem).startswith(f"{path}:1: ")
    assert message in str(problem)


def test_an_unanswerable_question_needs_no_documents_and_facts(tmp_path):
    """There are none that could be named."""
    row = {"id": "u", "type": "unanswerable", "question": "云川市有地铁吗？"}
    (one,), problems = read_gold([write_lines(tmp_path / "g.jsonl", row)])
    assert (one.answerable, problems) == (False, [])


def test_an_id_must_be_unique_in_its_file(tmp_path):
    """The second use is named with the place of the first, which counts."""
    path = write_lines(tmp_path / "g.jsonl", gold_row(), gold_row(question="别的？"))
    (one,), (problem,) = read_gold([path])
    assert one.question == "供热什么时候开始？"
    assert "g.jsonl:2: id 'q1' is already at" in str(problem)


def test_an_id_that_two_files_use_is_told_apart_by_the_file(tmp_path):
    """Ids need only be unique in their own file."""
    paths = [write_lines(tmp_path / name, gold_row()) for name in ("a.jsonl", "b.jsonl")]
    golds, problems = read_gold(paths)
    assert [one.id for one in golds] == ["a/q1", "b/q1"]
    assert problems == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"\n \n", "is empty"), (b"\xff\xfe", "not UTF-8"), (None, "cannot be")],
)
def test_a_useless_file_is_named(tmp_path, content, message):
    """Empty, in another encoding, or not there."""
    path = tmp_path / "g.jsonl"
    if content is not None:
        path.write_bytes(content)
    golds, (problem,) = read_gold([path])
    assert golds == []
    assert message in str(problem)
    assert str(problem).count(str(path)) == 1


def test_a_run_of_other_questions_is_named(tmp_path):
    """An unknown id, the same id with another question, an answer twice, a broken line."""
    golds = [gold(), gold(id="q2")]
    path = write_run(
        tmp_path / "run.jsonl",
        record(),
        record(),
        record(id="zz"),
        record(answer(question="水费多少？"), id="q2"),
    )
    with path.open("a") as file:
        file.write('{"id": "q2", "answer": {}}\n')
    records, problems = read_run(path, golds)
    assert list(records) == ["q1"]
    assert [problem.line for problem in problems] == [2, 3, 4, 5]
    for problem, words in zip(
        problems, ("twice", "none of the gold files", "another question", "answered"), strict=True
    ):
        assert words in str(problem)
    (missing,) = missing_answers(path, golds, records)
    assert "no answer to 'q2' (gold.jsonl:1)" in str(missing)


def test_a_run_that_belongs_to_another_gold_file_is_named_as_such(tmp_path):
    """Nothing in it answers these questions."""
    path = write_run(tmp_path / "run.jsonl", record(id="zz"))
    _, problems = read_run(path, [gold()])
    assert "belongs to another gold file" in str(problems[0])


def test_the_split_depends_on_the_id_alone():
    """About seven in ten are dev; these two must never change sides."""
    sides = [split_of(f"q{number}") for number in range(1000)]
    assert 0.66 < sides.count("dev") / 1000 < 0.74
    assert sides[:2] == ["dev", "test"]


def test_every_type_of_the_gold_format_is_known():
    """Sixteen types."""
    assert len(TYPES) == 16
