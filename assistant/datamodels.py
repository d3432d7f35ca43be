"""What the assistant answers with: frozen dataclasses that know how to become JSON.

`Answer.to_dict()` is the JSON that the command lines and the web API give; its keys are a
contract with outside programs. Imports nothing of the project.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Citation:
    """One place that an answer rests on.

    `quote` is verbatim: `document_text[start:end] == quote`, offsets in characters of the stored
    document text. `number` is None where the document has none; `locator` is 第四条 or
    二、主要任务/（三）/2.; `status` says whether the document is in force.
    """

    marker: int
    number: str | None
    title: str
    locator: str
    quote: str
    source: str
    start: int
    end: int
    status: str
    document_id: str
    digest: bool = False


@dataclass(frozen=True)
class RankedPassage:
    """One of the passages that were considered, best first in `Answer.passages`."""

    number: str | None
    title: str
    locator: str
    text: str
    source: str
    score: float
    document_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Answer:
    """An answer, or a refusal (`answered` False, no citations).

    `text` carries markers [1], [2] … that refer to `citations` by `marker`.
    `standalone_question` is what was searched for, after the history was taken into account.
    """

    question: str
    standalone_question: str
    text: str
    answered: bool
    citations: tuple[Citation, ...] = ()
    passages: tuple[RankedPassage, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON-ready dicts and lists."""
        return asdict(self)


@dataclass(frozen=True)
class AnswerEvent:
    """One step of a streamed answer.

    `kind` is "status" (`text` says what is being done), "delta" (`text` is the next piece of the
    answer) or "answer" (`answer` is the whole, final answer; always the last event). The final
    answer wins where it differs from the pieces: a sentence that fails verification is taken
    out of it.
    """

    kind: str
    text: str = ""
    answer: Answer | None = None
