"""Suggestions: what is offered has an answer, from the right document, and is new."""

from __future__ import annotations

import time

import pytest

from assistant import PolicyAssistant
from assistant.suggestions import FOLLOW_UPS, REPHRASED, suggestions

ANSWERED = "停水超过多久由水车送水？"
REFUSED = "火星移民的名额有几个？"


def history_of(answer) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": answer.question},
        {"role": "assistant", "content": answer.text},
    ]


def test_follow_ups_are_answered_from_the_cited_document(assistant: PolicyAssistant):
    """Each follow-up, asked in the conversation, is answered from the document just cited."""
    answer = assistant.ask(ANSWERED)
    assert answer.answered
    history = history_of(answer)
    offered = assistant.suggestions(answer, history)
    assert 1 <= len(offered) <= FOLLOW_UPS
    assert len(set(offered)) == len(offered)
    for question in offered:
        followed = assistant.ask(question, history)
        assert followed.answered, question
        cited = {each.document_id for each in followed.citations}
        assert cited == {answer.citations[0].document_id}, question
        assert followed.citations[0].quote != answer.citations[0].quote


def test_instead_of_a_refused_question_answered_ones_are_offered(assistant: PolicyAssistant):
    """A refusal comes with up to two questions, each from another of the closest documents."""
    refusal = assistant.ask(REFUSED)
    assert not refusal.answered
    offered = assistant.suggestions(refusal, history_of(refusal))
    assert len(offered) == REPHRASED
    cited = set()
    for question in offered:
        answer = assistant.ask(question)
        assert answer.answered, question
        cited.add(answer.citations[0].document_id)
    assert len(cited) == REPHRASED


def test_what_is_not_answered_is_not_offered(assistant: PolicyAssistant):
    """Where every trial is refused nothing is offered, after a bounded number of trials."""
    tried = []

    def refuse(question: str):
        tried.append(question)
        return assistant.ask(REFUSED)

    for question in (ANSWERED, REFUSED):
        tried.clear()
        assert suggestions(assistant.ask(question), assistant.document, refuse) == ()
        assert 0 < len(tried) <= 8


def test_a_document_that_is_gone_is_passed_over(assistant: PolicyAssistant):
    """An ingest may have removed the cited document since."""
    assert suggestions(assistant.ask(ANSWERED), lambda _: None, assistant.ask) == ()


@pytest.mark.parametrize("question", [ANSWERED, REFUSED])
def test_suggestions_do_not_keep_anybody_waiting(assistant: PolicyAssistant, question: str):
    """They come within two seconds even on a busy machine."""
    answer = assistant.ask(question)
    started = time.monotonic()
    assistant.suggestions(answer)
    assert time.monotonic() - started < 2
