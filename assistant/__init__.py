"""Answers questions about policies, with citations or not at all.

    from assistant import PolicyAssistant
    answer = PolicyAssistant().ask("公积金的缴存比例最高是多少？")
    answer.text, answer.citations[0].number, answer.citations[0].quote

Imports `vectorstore` and `prompts`; knows nothing of files, formats or web pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.datamodels import Answer, AnswerEvent, Citation, RankedPassage

if TYPE_CHECKING:
    from assistant.policy_assistant import PolicyAssistant

__all__ = ["Answer", "AnswerEvent", "Citation", "PolicyAssistant", "RankedPassage"]


def __getattr__(name: str) -> Any:
    """`PolicyAssistant` when it is first asked for: its libraries take seconds to import."""
    if name == "PolicyAssistant":
        from assistant.policy_assistant import PolicyAssistant

        return PolicyAssistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
