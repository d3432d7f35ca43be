"""Where the time of an answer goes."""

from __future__ import annotations

import pytest

from assistant import finding, policy_assistant
from assistant.evaluation.timing import REST, STEPS, WHOLE, breakdown, main, measure

from .examples import gold_row, write_lines


def test_every_step_is_one_that_the_assistant_takes() -> None:
    """A renamed function would be timed as nothing."""
    holders = (policy_assistant, finding)
    steps = [name for _, name in STEPS if name != "search"]
    assert all(any(hasattr(holder, name) for holder in holders) for name in steps)


def test_the_steps_make_up_the_whole(assistant) -> None:
    """Each question once; the assistant is as it was afterwards."""
    before = policy_assistant.write
    seconds = measure(assistant, [("养犬登记费每年多少钱？", []), ("你好", [])])
    assert policy_assistant.write is before
    assert {len(values) for values in seconds.values()} == {2}
    parts = sum(sum(seconds[step]) for step, _ in STEPS) + sum(seconds[REST])
    assert parts == pytest.approx(sum(seconds[WHOLE]))
    assert seconds["search"][0] > 0
    assert seconds["write"][1] == 0  # a refusal is not written
    rows = {step: share for step, _, _, share in breakdown(seconds)}
    assert rows[WHOLE] == pytest.approx(1)


def test_the_command_prints_a_table(tmp_path, city_store, capsys) -> None:
    """With the medians of each step; a store that is not there is one error."""
    gold = write_lines(tmp_path / "gold.jsonl", gold_row())
    assert main([str(gold), "--store", str(city_store)]) == 0
    assert WHOLE in capsys.readouterr().out
    assert main([str(gold), "--store", str(tmp_path / "none")]) == 1
