"""Whether the checks tell tampered sentences from honest ones: the tables of both.

`python -m tests.assistant.test_tampering` prints the share caught of every kind.
"""

from __future__ import annotations

import pytest

from assistant.drafts import Statement, evidence_in
from assistant.verification import verify
from tests.assistant.honest import HONEST, TAKEN_OUT
from tests.assistant.rules import PASSAGES
from tests.assistant.tampered import TAMPERED, UNNOTICED
from vectorstore.datamodels import FoundPassage

CASES = [(kind, name, text) for kind, rows in TAMPERED.items() for name, text in rows]


def problems(name: str, text: str) -> list[str]:
    """What the checks say against a sentence that cites that passage."""
    stored = PASSAGES[name]
    passage = FoundPassage(
        id=name,
        document_id="d",
        number="青政发〔2022〕9号",
        title="青岚市人民政府关于印发若干规定的通知",
        source="rules.txt",
        locator="",
        headings=(),
        start=0,
        end=len(stored),
        text=stored,
        status="",
        digest=False,
        issued="2022-01-10",
        score=1.0,
    )
    evidence = (evidence_in(passage, 0, len(stored)),)
    kept, found = verify([Statement(text, evidence)], lambda _: stored)
    assert len(kept) + len(found) == 1
    return found


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=lambda each: each)
def test_a_tampered_sentence_is_taken_out(kind: str, name: str, text: str) -> None:
    """Although each of its figures, names and words stands in the passage that it cites."""
    if (name, text) in UNNOTICED:
        pytest.xfail("known to pass")
    assert problems(name, text)


@pytest.mark.parametrize(("name", "text"), HONEST, ids=lambda each: each)
def test_an_honest_sentence_stays(name: str, text: str) -> None:
    """In other words, other digits, another order, shortened or put together."""
    if (name, text) in TAKEN_OUT:
        pytest.xfail("known to be taken out")
    assert problems(name, text) == []


@pytest.mark.parametrize("name", PASSAGES)
def test_a_passage_agrees_with_itself(name: str) -> None:
    """Each of its lines, said as it stands."""
    for line in PASSAGES[name].splitlines():
        assert problems(name, line) == []


def test_there_are_enough() -> None:
    """No sentence is in both tables, and what is known to pass is little."""
    tampered = {(name, text) for _, name, text in CASES}
    assert len(tampered) == len(CASES) >= 60
    assert len(set(HONEST)) == len(HONEST) >= 40
    assert not tampered & set(HONEST)
    assert tampered >= UNNOTICED
    assert len(UNNOTICED) <= 0.1 * len(tampered)
    assert set(HONEST) >= TAKEN_OUT
    assert len(TAKEN_OUT) <= 0.03 * len(HONEST)


def main() -> None:
    """Print how many of each kind are caught, and the honest ones that are taken out."""
    for kind, rows in TAMPERED.items():
        caught = sum(bool(problems(*row)) for row in rows)
        print(f"{kind}: {caught} of {len(rows)}")
    print("honest, taken out:", [row for row in HONEST if problems(*row)])


if __name__ == "__main__":
    main()
