"""What announces the item of an enumeration that an answer shows."""

from __future__ import annotations

import pytest

from assistant.drafts import Evidence, evidence_in
from assistant.evidence import Sentence
from assistant.lead_ins import lead_in
from assistant.questions import read_question
from assistant.verification import verify
from assistant.writer import write
from tests.assistant.test_selection import passage_of

PARK = [
    "公园内禁止下列行为：\n", "（一）攀折花木；\n", "（二）燃放烟花；\n",
    "（三）未拴绳遛犬，或者犬只进入游乐区；\n", "（四）私自下水。\n", "违反的处50元罚款。",
]  # fmt: skip
MARKET = ["以下情形不予补助：擅自改变用途的；", "摊位费涨幅超过10%的；", "发生事故的。"]
PLAIN = ["市财政局负责拨付；", "市审计局负责检查；", "结果每年公布。"]


def stretch(pieces: list[str], which: int) -> Evidence:
    """One of the pieces as an answer would show it."""
    start = sum(map(len, pieces[:which]))
    return evidence_in(passage_of(pieces), start, start + len(pieces[which].rstrip()))


@pytest.mark.parametrize(
    ("pieces", "which", "announced"),
    [
        (PARK, 3, "公园内禁止下列行为："),
        (PARK, 1, "公园内禁止下列行为："),
        (PARK, 0, None),
        (PARK, 5, None),
        (MARKET, 1, "以下情形不予补助："),
        (MARKET, 2, "以下情形不予补助："),
        (MARKET, 0, None),
        (PLAIN, 1, None),
        (["下列材料：\n", "一份申请表。", "（二）其他。"], 2, None),
    ],
)
def test_what_announces_an_item(pieces: list[str], which: int, announced: str | None) -> None:
    """The nearest lead-in, over items alone; a sentence that is no item has none."""
    found = lead_in(stretch(pieces, which))
    assert (found and found.text) == announced


def test_an_answer_says_what_is_forbidden() -> None:
    """The item stands behind its lead-in, both quoted, and what was shown is not said twice."""
    items = [stretch(PARK, which) for which in (2, 3)]
    sentences = [
        Sentence(
            each.passage, 0, each.start, each.end, each.text,
            coverage=0.9, context=0.0, similarity=0.9, fits=True, score=1.0, likelihood=likely,
        )
        for each, likely in zip(items, (0.4, 0.6), strict=True)
    ]  # fmt: skip
    statements = write(read_question("公园里遛狗不拴绳行不行"), sentences[::-1]).statements
    text = "".join(each.text for each in statements)
    assert text.count("禁止下列行为：") == 1
    assert text.index("禁止下列行为：") < text.index("未拴绳遛犬")
    document = "".join(PARK)
    assert verify(statements, lambda _: document)[0] == list(statements)
