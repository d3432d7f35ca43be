"""The compact passages: similarities and texts of given ones, kept through changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vectorstore.compact import CompactPassages, CompactWriter, Sketch, as_integers
from vectorstore.errors import NotAStore

IDS = ["00000000000000aa", "fffffffffffffffe", "0000000000000001"]


def unit_vectors(count: int) -> np.ndarray:
    """Rows of length one."""
    found = np.random.default_rng(3).normal(size=(count, 8)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def sketches(ids: list[str]) -> list[Sketch]:
    """Passages whose document, place and texts follow from their ids."""
    return [
        Sketch(
            each, f"{int(each, 16) // 2:016x}", int(each[-2:], 16), f"停车𠮷{each}元", f"办法{each}"
        )
        for each in ids
    ]


def texts_of(passages: CompactPassages, rows: np.ndarray) -> list[tuple[str, str]]:
    """The body and context of each row."""
    texts = passages.texts(rows)
    return [(texts.text(2 * at), texts.text(2 * at + 1)) for at in range(len(rows))]


@pytest.fixture
def rows(tmp_path: Path) -> CompactPassages:
    """Three passages."""
    with CompactWriter(tmp_path / "one") as writer:
        writer.add(sketches(IDS[:2]), unit_vectors(3)[:2])
        writer.add(sketches(IDS[2:]), unit_vectors(3)[2:])
    return CompactPassages(tmp_path / "one")


def test_similarities(rows: CompactPassages) -> None:
    """Cosines to three decimals, of known ids only, in any order."""
    vectors = unit_vectors(3)
    found = rows.similarities(vectors[2], [IDS[1], "0000000000000002", IDS[2]])
    assert list(found) == [IDS[1], IDS[2]]
    assert found[IDS[2]] == pytest.approx(1, abs=1e-3)
    assert found[IDS[1]] == pytest.approx(float(vectors[1] @ vectors[2]), abs=1e-3)
    assert rows.similarities(vectors[0], []) == {}


def test_texts_and_places(rows: CompactPassages) -> None:
    """Rows are found by id, an unknown one is -1; each has its texts, document and beginning."""
    found = rows.rows(as_integers([IDS[2], "0000000000000002", IDS[0]]))
    assert found[1] == -1
    known = found[[0, 2]]
    wanted = sketches([IDS[2], IDS[0]])
    assert texts_of(rows, known) == [(each.body, each.context) for each in wanted]
    assert rows.owners[known].tolist() == [int(each.document_id, 16) for each in wanted]
    assert rows.starts[known].tolist() == [each.start for each in wanted]


def test_a_zero_vector_is_similar_to_nothing(tmp_path: Path) -> None:
    """Text without a known word has no direction."""
    with CompactWriter(tmp_path) as writer:
        writer.add(sketches(IDS[:1]), np.zeros((1, 8), np.float32))
    assert CompactPassages(tmp_path).similarities(unit_vectors(1)[0], IDS) == {IDS[0]: 0.0}


def test_a_new_version_keeps_what_is_not_removed(rows: CompactPassages, tmp_path: Path) -> None:
    """The old rows come first, those removed are gone, and the old files stay as they were."""
    new, fresh = unit_vectors(4)[3:], "0000000000000007"
    with CompactWriter(tmp_path / "two", rows) as writer:
        writer.keep([IDS[0], "0000000000000009"])
        writer.add(sketches([fresh]), new)
    two = CompactPassages(tmp_path / "two")
    assert [f"{each:016x}" for each in two.ids] == [IDS[1], IDS[2], fresh]
    found = two.similarities(new[0], [*IDS, fresh])
    assert set(found) == {IDS[1], IDS[2], fresh}
    assert found[fresh] == pytest.approx(1, abs=1e-3)
    texts = [(each.body, each.context) for each in sketches([*IDS[1:], fresh])]
    assert texts_of(two, np.arange(3)) == texts
    assert len(CompactPassages(tmp_path / "one")) == 3


def test_an_empty_version(tmp_path: Path) -> None:
    """Nothing stored, nothing found."""
    with CompactWriter(tmp_path):
        pass
    assert len(CompactPassages(tmp_path)) == 0
    assert CompactPassages(tmp_path).similarities(unit_vectors(1)[0], IDS) == {}


@pytest.mark.parametrize(
    "name",
    ["ids.u64", "vectors.f16", "owners.u64", "starts.u32", "lengths.u32", "texts.u16"],
)
def test_files_that_do_not_fit_together(name: str, rows: CompactPassages, tmp_path: Path) -> None:
    """A file that is missing or cut short is damage."""
    file = tmp_path / "one" / name
    file.write_bytes(file.read_bytes()[:-2])
    with pytest.raises(NotAStore, match="damaged"):
        CompactPassages(tmp_path / "one")
    file.unlink()
    with pytest.raises(NotAStore, match="damaged"):
        CompactPassages(tmp_path / "one")


def test_no_rows_have_no_cosines(tmp_path: Path) -> None:
    """Nor has an empty store, whatever the length of the question's vector."""
    with CompactWriter(tmp_path) as writer:
        writer.add([], np.zeros((0, 0), np.float32))
    kept = CompactPassages(tmp_path)
    assert kept.cosines(np.ones(8, np.float32), np.zeros(0, np.int64)).shape == (0,)
