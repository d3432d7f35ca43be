"""Which stretches an answer shows: enough to be sure, no more, and each whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.drafts import Evidence, evidence_in
from assistant.evidence import Sentence, split_sentences
from assistant.questions import read_question
from assistant.selection import MOST_LENGTH, chosen, in_order
from tests.library import DOGS_NUMBER, HEATING_NUMBER
from vectorstore.datamodels import FoundPassage

PLAIN = read_question("社区书屋的事")


def passage_of(pieces: list[str], document: str = "a", name: str = "p") -> FoundPassage:
    """A passage that is not stored, of sentences."""
    text = "".join(pieces)
    return FoundPassage(
        id=name, document_id=document, number=None, title="青岚市书屋规定", source="x.txt",
        locator="第一条", headings=(), start=0, end=len(text), text=text, status="现行有效",
        digest=False, issued=None, score=1.0,
    )  # fmt: skip


def sentences_of(passage: FoundPassage, likelihoods: list[float]) -> list[Sentence]:
    """Its sentences with these likelihoods."""
    spans = split_sentences(passage.text)
    return [
        Sentence(
            passage, 0, start, end, passage.text[start:end],
            coverage=0.5, context=0.0, similarity=0.5, fits=False, score=1.0, likelihood=likelihood,
        )
        for (start, end), likelihood in zip(spans, likelihoods, strict=True)
    ]  # fmt: skip


def shown(sentences: list[Sentence]) -> list[str]:
    """The texts that are chosen, the best first."""
    ordered = sorted(sentences, key=lambda each: -each.likelihood)
    return [each.text for each in chosen(PLAIN, ordered, (), ())]


PIECES = [
    "社区书屋每日开放八个小时以上。",
    "社区书屋由所在的街道办事处管理。",
    "借阅的期限为一个月，可续借一次。",
]


def test_a_sure_case_is_one_sentence() -> None:
    """Nothing is added to what is nearly certain."""
    assert shown(sentences_of(passage_of(PIECES), [0.99, 0.006, 0.004])) == PIECES[:1]


def test_a_doubtful_case_is_several() -> None:
    """The likelier ones, until it is nearly certain that the answer is among them."""
    assert shown(sentences_of(passage_of(PIECES), [0.5, 0.01, 0.49])) == [PIECES[0], PIECES[2]]


def test_another_document_must_be_likely() -> None:
    """What is hardly likely is added from the same document alone."""
    own = sentences_of(passage_of(PIECES), [0.8, 0.06, 0.02])
    for likelihood, added in ((0.1, False), (0.3, True)):
        others = sentences_of(passage_of(["停车每小时四元整。"], "b", "q"), [likelihood])
        assert ("停车每小时四元整。" in shown([*own, *others])) is added


def test_what_is_shown_is_bounded() -> None:
    """However doubtful it is."""
    pieces = [f"第{number}个书屋由街道办事处管理，{'并' * 70}。" for number in range(9)]
    texts = shown(sentences_of(passage_of(pieces), [1 / 9] * 9))
    assert len(texts) > 1
    assert sum(map(len, texts)) <= MOST_LENGTH


def test_without_likelihoods_the_score_decides() -> None:
    """With another embedding model: those nearly as good as the best one."""
    found = sentences_of(passage_of(PIECES), [0, 0, 0])
    scores = (1.0, 0.5, 0.9)
    scored = [replace(each, score=score) for each, score in zip(found, scores, strict=True)]
    ordered = sorted(scored, key=lambda each: -each.score)
    assert [each.text for each in chosen(PLAIN, ordered, (), ())] == [PIECES[0], PIECES[2]]


def stretch(passage: FoundPassage, words: str) -> Evidence:
    """The stretch of a passage that is `words`."""
    at = passage.text.index(words)
    return evidence_in(passage, at, at + len(words))


def test_stretches_that_touch_become_one() -> None:
    """Read in the passage's order, quoted once; what lies apart stays apart, the best first."""
    first, second, third = PIECES
    here = passage_of(PIECES)
    found = in_order([stretch(here, second), stretch(here, first)])
    assert [each.text for each in found] == [first + second]
    found = in_order([stretch(here, third), stretch(here, first)])
    assert [each.text for each in found] == [third, first]


@pytest.mark.parametrize(("end", "parts"), [("。（责任单位：市文化局）", 2), ("；", 1)])
def test_a_new_item_is_another_matter(end: str, parts: int) -> None:
    """Who is responsible for one measure is not for the next; an enumeration goes on."""
    one, other = f"（一）社区书屋每日开放{end}", "（二）停车场收费每小时四元。"
    here = passage_of([one, other])
    assert len(in_order([stretch(here, one), stretch(here, other)])) == parts


def test_passages_stay_in_the_order_of_choice() -> None:
    """The passage of the best sentence comes first, wherever it stands."""
    one, other = passage_of(PIECES, "a", "p"), passage_of(PIECES, "b", "q")
    found = in_order([stretch(other, PIECES[2]), stretch(one, PIECES[0])])
    assert [each.passage.id for each in found] == ["q", "p"]


@pytest.mark.parametrize("number", [HEATING_NUMBER, DOGS_NUMBER])
def test_merged_stretches_are_verbatim(
    number: str, passage: Callable[[str, str], FoundPassage]
) -> None:
    """Of stored passages, line breaks between the sentences included."""
    place = passage(number, "条")
    pieces = [
        evidence_in(place, place.start + start, place.start + end)
        for start, end in split_sentences(place.text)
    ]
    for whole in in_order(pieces[::-1]):
        assert whole.text == place.text[whole.start - place.start : whole.end - place.start]


def test_a_number_alone_is_not_added() -> None:
    """Of several telephones parted by semicolons the last would stand without whose it is."""
    told = f"{'请' * 100}拨打举报电话：0999—5550188；"
    pieces = [told, "0999—5550189；", "拨打时请说明地点。"]
    assert shown(sentences_of(passage_of(pieces), [0.5, 0.4, 0.1])) == [pieces[0], pieces[2]]


def test_short_clauses_in_a_row_are_shown_together() -> None:
    """甲类每月5元；乙类每月3元。 says of each what it does not say of the other; long ones, and
    the items of a list, stand alone."""
    row = ["一档为工资的四成；", "二档为一档的一半；", "三档为工资的一成。", "每年核定一次。"]
    assert shown(sentences_of(passage_of(row), [0.005, 0.99, 0.003, 0.002])) == ["".join(row[:3])]
    items = [f"（{number}）已经缴清上一年度全部水费的；" for number in "一二三"]
    assert shown(sentences_of(passage_of(items), [0.005, 0.99, 0.005])) == [items[1]]
    long = [f"{'一档' * 30}；", f"{'二档' * 30}。"]
    assert shown(sentences_of(passage_of(long), [0.99, 0.01])) == [long[0]]


def test_all_items_of_what_is_announced() -> None:
    """The first item may stand in one clause with the words that announce the list."""
    row = ["下列投诉不予受理：已经起诉的；", "没有明确对象的；", f"{'合同纠纷' * 25}。"]
    assert shown(sentences_of(passage_of(row), [0.98, 0.01, 0.01])) == ["".join(row)]
