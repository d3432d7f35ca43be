"""Whatever the endpoint does, an answer is cited or not given, and the user is told why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant import Answer, AnswerEvent, PolicyAssistant
from assistant.refusal import REFUSAL_MARK
from tests.assistant.behaviours import BEHAVIOURS, MODEL, Behaviour, environment, outcome_of, play
from tests.assistant.chat_server import ChatServer
from vectorstore.embedding import PolicyEmbeddings


@pytest.fixture(scope="module")
def setting(
    city_store: Path, shipped: PolicyEmbeddings
) -> Iterator[tuple[ChatServer, PolicyAssistant]]:
    """One server and one assistant for all."""
    with environment(city_store, shipped) as made:
        yield made


def test_there_are_enough() -> None:
    """Each with a name of its own."""
    assert len({each.name for each in BEHAVIOURS}) == len(BEHAVIOURS) >= 60


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_what_a_behaviour_leads_to(
    setting: tuple[ChatServer, PolicyAssistant], behaviour: Behaviour
) -> None:
    """The expected outcome and warning, the same whole and streamed, everything cited."""
    answer, events = play(behaviour, *setting)
    assert outcome_of(answer) == behaviour.outcome
    if behaviour.outcome == MODEL:
        assert answer.text == behaviour.text
    else:
        assert behaviour.text in answer.text
    assert behaviour.warning in " ".join(answer.warnings)
    assert events[-1].answer == answer
    check_citations(answer, setting[1])
    check_pieces(events)


def check_citations(answer: Answer, assistant: PolicyAssistant) -> None:
    """Each line has a marker of one of the citations; each quote stands in its document."""
    if not answer.answered:
        assert answer.citations == ()
    markers = {each.marker for each in answer.citations}
    for line in answer.text.splitlines() if answer.answered else ():
        found = {int(each) for each in re.findall(r"\[(\d+)\]", line)}
        assert found, f"no citation in {line!r}"
        assert found <= markers
        assert not re.search(r"[\[【［（(]\s*P\d", line)
    for each in answer.citations:
        assert assistant.store.text(each.document_id)[each.start : each.end] == each.quote


def check_pieces(events: Sequence[AnswerEvent]) -> None:
    """Nothing that was shown holds a key, a thought or the refusal's mark."""
    shown = "".join(each.text for each in events if each.kind == "delta")
    shown = re.sub(r"\[\d+\]", "", shown)
    assert not re.search(r"[\[【［（(]\s*(?:段落\s*)?P?\s*\d+[^\d]", shown)
    assert REFUSAL_MARK not in shown
    assert "think" not in shown
