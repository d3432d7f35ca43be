"""The terms by passage: the same scores as tantivy's, kept through additions and removals."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tests.bench import library
from vectorstore import lexical
from vectorstore.compact import as_integers
from vectorstore.datamodels import content_id
from vectorstore.errors import NotAStore
from vectorstore.forward import ForwardIndex
from vectorstore.lexical import LexicalIndex


def passages(count: int) -> list[tuple[str, str, str, str]]:
    """(id, document id, context, body) of paragraphs of very different lengths."""
    chance = random.Random(5)
    paragraphs = library.gazette(3).text.split("\n\n")
    bodies = ["".join(chance.sample(paragraphs, chance.randint(1, 9))) for _ in range(count)]
    return [
        (content_id(at), f"d{at // 10}", chance.choice(paragraphs)[:60], body)
        for at, body in enumerate(bodies)
    ]


QUESTIONS = [
    "停车场的收费标准是多少",
    "低收入家庭申请补贴由谁负责",
    "第十二条 罚款 罚款",
    "市住建局",
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """Three hundred passages."""
    made = LexicalIndex(tmp_path / "lexical", create=True)
    made.change(add=passages(300))
    return made


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_are_those_of_tantivy(question: str, index: LexicalIndex) -> None:
    """Of every passage that it finds, whatever its length; only the last digits differ."""
    asked = index.question(question, ["社会保险", "机动车停放"])
    found = dict(index._found(asked.clauses, 300, "id", []))
    ours = index.scores(asked, sorted(found))
    assert len(found) > 50
    assert {each: score * asked.ideal for each, score in ours.items()} == pytest.approx(
        found, rel=1e-4
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_removed_passages_leave_no_trace(question: str, tmp_path: Path) -> None:
    """The passages that are left come in the same order as in an index made of them alone."""
    rows = passages(120)
    changed = LexicalIndex(tmp_path / "changed", create=True)
    changed.change(add=rows[:100])
    changed.change(add=rows[100:], remove=[row[0] for row in rows[20:30]])
    fresh = LexicalIndex(tmp_path / "fresh", create=True)
    fresh.change(add=rows[:20] + rows[30:])
    ours, theirs = (dict(each.search(question, 200)) for each in (changed, fresh))
    assert set(ours) == set(theirs)
    # Frequencies count removed passages until tantivy merges their segment.
    assert ours == pytest.approx(theirs, rel=0.2)


def test_common_terms_find_no_candidates_but_count(
    index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large library only the rarer terms are looked up; the scores are of all of them."""
    question = "停车场的收费标准由市住建局负责"
    everything = dict(index.search(question, 300))
    monkeypatch.setattr(lexical, "_POSTINGS", 100)
    fewer = index.search(question, 10)
    assert len(fewer) == 10
    assert dict(fewer) == {each: everything[each] for each, _ in fewer}
    assert fewer[0][1] == max(everything.values())


def test_removed_passages_have_no_score(tmp_path: Path) -> None:
    """The others keep theirs, also when opened again."""
    rows = [(content_id(at), ["题目"], ["供暖", "价格", f"甲{at}"]) for at in range(5)]
    made = ForwardIndex(tmp_path, create=True)
    made.change(rows)
    made.reopen()
    made.change([(content_id(9), [], ["供暖"])], [rows[0][0], rows[3][0]])
    weights = {"甲4": (1.0, 1.0), "甲3": (1.0, 1.0), "题目": (0.0, 0.5)}
    ids = [row[0] for row in rows] + [content_id(9)]
    found = ForwardIndex(tmp_path).scores(weights, as_integers(ids))
    assert np.isnan(found).tolist() == [True, False, False, True, False, False]
    assert found[4] > found[1] == found[2] > 0
    assert found[5] == 0


def test_files_cut_short_are_damage(tmp_path: Path) -> None:
    """Also when they go missing."""
    made = LexicalIndex(tmp_path, create=True)
    made.change(add=passages(9))
    file = tmp_path / "forward.rows"
    file.write_bytes(file.read_bytes()[:-24])
    with pytest.raises(NotAStore, match="damaged"):
        LexicalIndex(tmp_path)
    (tmp_path / "forward.terms").unlink()
    with pytest.raises(NotAStore, match="damaged"):
        LexicalIndex(tmp_path)
