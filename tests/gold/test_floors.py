"""The assistant's figures hold their floors, over digests and gazettes, and floors only rise.

In: `floors.json`, the gold files and both libraries. Out: pass or fail; what is broken is named
with its figure. `python -m tests.gold.floors --update` raises the floors.
"""

from __future__ import annotations

import pytest

from assistant.evaluation import check_floors, read_floors
from tests.gold.floors import FLOORS, HELD, RUNS, Libraries, Run, renewed


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    """Stores of the digests and the gazettes with the shipped model, made once."""
    return Libraries(tmp_path_factory.mktemp("floors"))


def runs() -> list:
    """All runs; those over the gazettes say where they are missing."""
    absent = "the gazettes are not in ../shared/policies"
    marks = {
        run: [pytest.mark.gazettes, pytest.mark.skipif(not run.at_hand, reason=absent)]
        for run in RUNS
        if run.library == "gazettes"
    }
    return [pytest.param(run, id=run.name, marks=marks.get(run, ())) for run in RUNS]


@pytest.mark.slow
@pytest.mark.parametrize("run", runs())
def test_no_figure_falls_below_its_floor(run: Run, libraries: Libraries) -> None:
    """A change that makes answers worse has to lower a floor where everyone sees it."""
    assert check_floors(libraries.evaluate(run), read_floors(FLOORS)[run.name]) == []


def test_every_run_has_all_its_floors() -> None:
    """A floor that is taken out of the file would hold nothing."""
    floors = read_floors(FLOORS)
    assert {name: set(measures) for name, measures in floors.items()} == {
        run.name: set(HELD) for run in RUNS
    }
    assert all(measures["quote_fidelity"] == 1.0 for measures in floors.values())


def test_floors_only_rise_unless_told_otherwise() -> None:
    """A worse figure leaves a floor (or ceiling) as it is; only `lower` makes it give way."""
    old = {"fact_accuracy": 0.7, "mrr_at_10": 0.5, "false_refusal_rate": 0.1}
    new = {"fact_accuracy": 0.6, "mrr_at_10": 0.6, "false_refusal_rate": 0.2}
    assert renewed(old, new) == {**old, "mrr_at_10": 0.6}
    assert renewed(old, new, lower=True) == new
    assert renewed({}, new) == new
    assert renewed({"answer_length_median": 150}, {"answer_length_median": 120}) == {
        "answer_length_median": 120
    }
