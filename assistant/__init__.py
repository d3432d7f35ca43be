"""Answers questions about policies, with citations or not at all.

    from assistant import PolicyAssistant
    answer = PolicyAssistant().ask("公积金的缴存比例最高是多少？")
    answer.text, answer.citations[0].number, answer.citations[0].quote

Imports `vectorstore` and `prompts`; knows nothing of files, formats or web pages.
"""

from assistant.datamodels import Answer, AnswerEvent, Citation, RankedPassage
from assistant.policy_assistant import PolicyAssistant

__all__ = ["Answer", "AnswerEvent", "Citation", "PolicyAssistant", "RankedPassage"]
