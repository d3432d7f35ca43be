"""Example questions drawn from the library itself, so that what is offered is answered.

Headings that announce something askable (…标准, …条件, …期限) become questions; one document
gives at most one, and each is asked before it is offered: only those that are answered from
their own document remain. In: documents and an `ask` callable. Out: questions. Imports
`datamodels` and `vectorstore`'s types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.datamodels import Answer
from assistant.headings import plain_heading
from vectorstore.datamodels import PolicyDocument

# What a heading ends with -> how one asks for what stands under it.
_ASKED = {
    "标准": "是怎样规定的？", "比例": "是多少？", "额度": "是多少？", "利率": "是多少？",
    "期限": "是多久？", "时限": "是多久？", "条件": "有哪些？", "范围": "是什么？",
    "对象": "是哪些人？", "材料": "有哪些？", "流程": "是怎样的？", "程序": "是怎样的？",
    "方式": "有哪些？", "时间": "是什么时候？", "政策": "有哪些？", "职责": "是什么？",
}  # fmt: skip
# A heading that tells somebody to do something does not name a thing that one asks for.
_COMMAND = re.compile(
    "^(?:明确|精准|扩大|加强|完善|规范|提高|健全|落实|强化|推进|优化|建立|严格|突出|统一|实施|"
    "坚持|创新|深化|加快|做好|制定|确定|调整|严肃|拓展|发展|鼓励|支持|引导|促进|提升|改革)"
)
_LONGEST = 22
_SHORTEST = 6
_TRIED = 3


def example_questions(
    documents: Sequence[PolicyDocument], ask: Callable[[str], Answer], count: int = 6
) -> list[str]:
    """Up to `count` questions, spread over `documents`; by title where headings give too few."""
    step = max(len(documents) // (2 * count), 1)
    order = [document for start in range(step) for document in documents[start::step]]
    chosen: list[str] = []
    for document in order:
        if len(chosen) == count:
            return chosen
        tried = [each for _, each in zip(range(_TRIED), _questions(document), strict=False)]
        good = (each for each in tried if _is_answered(ask(each), document))
        chosen += [each for each in [next(good, None)] if each]
    for document in order:
        if len(chosen) < count and document.number:
            chosen.append(f"{document.number}主要讲了什么？")
    return chosen


def question_about(name: str) -> str | None:
    """How one asks for what a heading announces; None where it announces nothing askable."""
    tail = next((tail for end, tail in _ASKED.items() if name.endswith(end)), None)
    return name + tail if tail and len(name) >= _SHORTEST else None


def _questions(document: PolicyDocument) -> Iterator[str]:
    """Questions that the document's headings suggest."""
    seen = set()
    for passage in document.passages:
        first = passage.text.split("\n", 1)[0].split("。", 1)[0]
        for heading in (*passage.headings, first):
            name = plain_heading(heading)
            asked = next((tail for end, tail in _ASKED.items() if name.endswith(end)), None)
            plain = re.fullmatch(r"[\u4e00-\u9fff“”]+", name)
            named = plain and not _COMMAND.match(name)
            if asked and named and _SHORTEST <= len(name) <= _LONGEST and name not in seen:
                seen.add(name)
                yield name + asked


def _is_answered(answer: Answer, document: PolicyDocument) -> bool:
    cited = {citation.document_id for citation in answer.citations}
    return answer.answered and cited == {document.id}
