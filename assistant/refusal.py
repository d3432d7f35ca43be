"""When not to answer, and the one text that says so.

`decide` looks at the evidence before anything is written: nothing found, a document number the
library lacks, a place or year that the best document does not speak of, or words of the
question that the best sentences do not hold. `refusal_text` is shared by code, prompt and tests.
Imports `vectorstore`'s types and terms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import prompts
from assistant.evidence import Sentence
from assistant.questions import Question
from vectorstore.datamodels import FoundPassage
from vectorstore.terms import fold

# What a language model writes instead of an answer; never shown.
REFUSAL_MARK = "【无法回答】"
LEAST_EVIDENCE = 0.42
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年)")


def refusal_text(closest: FoundPassage | None = None) -> str:
    """The refusal, naming the closest document if there is one, without claiming an answer."""
    if closest is None:
        return prompts.load("refusal", closest="")
    number = f"（{closest.number}）" if closest.number else ""
    return prompts.load("refusal", closest=f"相近文件：《{closest.title}》{number}，仅供参考。")


def should_refuse(
    question: Question,
    sentences: Sequence[Sentence],
    missing: Sequence[str],
    text_of,
    least: float = LEAST_EVIDENCE,
) -> bool:
    """Whether the evidence is too thin for an answer. `least` is the operating point, in [0, 1]."""
    if not sentences:
        return True
    best = sentences[0]
    stored = fold(text_of(best.passage.document_id) or "")
    if missing and not any(fold(number) in stored for number in missing):
        return True
    record = stored + fold(f"{best.passage.number or ''}{best.passage.title}{best.passage.issued}")
    if any(year not in record for year in _YEAR.findall(fold(question.standalone))):
        return True
    return evidence_strength(sentences) < least


def evidence_strength(sentences: Sequence[Sentence]) -> float:
    """How well the best sentence and its passage cover the question, in about [0, 1]."""
    best = sentences[0]
    top = max(each.similarity for each in sentences[:5])
    return 0.5 * best.coverage + 0.5 * best.passage.lexical + 0.3 * top
