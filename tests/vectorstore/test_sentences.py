"""Sentences by passage: the same kept as cut on the spot, through changes, age and damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import ingest
from tests.conftest import write_library
from tests.library import LIBRARY
from tests.vectorstore.test_compact import IDS, sketches, unit_vectors
from vectorstore import sentences
from vectorstore.compact import CompactPassages, CompactWriter
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import NotAStore
from vectorstore.retriever import PolicyRetriever
from vectorstore.sentences import ANNEX, DIGIT, SENTENCES, TABLE, Sentences, Source, cut
from vectorstore.snapshot import record_sizes
from vectorstore.store import PolicyStore
from vectorstore.versions import REPAIRED, UPDATED

SOURCES = [
    Source(
        "供热管理办法",
        ("第二章 供热", "第一节"),
        "温度不低于十八度。由供热单位负责；另行通知。",
        "第三条",
    ),
    Source("补助标准", (), "区县｜金额\n东区｜300元\n", "附件1"),
    Source("", (), "𠀀𠀁", ""),
]
QUESTIONS = ["冬天家里不热找谁？", "屋里多少度算达标", "青政发〔2021〕8号", "物业"]


@pytest.fixture(scope="module")
def shipped() -> PolicyEmbeddings:
    """The shipped model, to which the close reading was fitted."""
    return PolicyEmbeddings()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, shipped: PolicyEmbeddings) -> Path:
    """A library and a store of it."""
    folder = tmp_path_factory.mktemp("sentences")
    ingest([write_library(folder / "library", LIBRARY)], folder / "store", embeddings=shipped)
    return folder


def same(one: Sentences, other: Sentences) -> bool:
    """Whether they are equal, up to what 32 bits tell apart."""
    return all(
        np.array_equal(a, b) if a.dtype.names else np.allclose(a, b)
        for a, b in zip(one, other, strict=True)
    )


def search(store: Path, embeddings: PolicyEmbeddings) -> list[list[tuple[str, float]]]:
    """What is found for each question."""
    opened = PolicyStore(store)
    retriever = PolicyRetriever(store=opened, embeddings=embeddings)
    found = [
        [(each.id, round(each.score, 4)) for each in retriever.search(question).passages]
        for question in QUESTIONS
    ]
    opened.close()
    return found


def without_sentences(version: Path) -> None:
    """Leave the version as an older program would have made it."""
    for file in (version / "compact").glob("sentences.*"):
        file.unlink()
    record_sizes(version)


def test_pieces(shipped: PolicyEmbeddings) -> None:
    """Title, headings, both and every sentence, each with the tokens that it has by itself."""
    found = cut(shipped, SOURCES)
    tokenizer, words = shipped.words
    pieces = [
        *("供热管理办法", "第二章 供热 第一节", "供热管理办法 第二章 供热 第一节"),
        *("温度不低于十八度", "由供热单位负责", "另行通知"),
        *("补助标准", "", "补助标准 ", "区县｜金额", "东区｜300元"),
        *("", "", " ", "𠀀𠀁"),
    ]
    ids = [tokenizer.encode(each, add_special_tokens=False).ids or [0] for each in pieces]
    assert found.ids.tolist() == [number for each in ids for number in each]
    assert found.sizes.tolist() == list(map(len, ids))
    assert found.rows["pieces"].tolist() == [SENTENCES + 3, SENTENCES + 2, SENTENCES + 1]
    lengths = [np.linalg.norm(words[each].sum(axis=0)) for each in ids]
    assert found.lengths == pytest.approx(lengths, abs=1e-4)


def test_what_a_text_looks_like(shipped: PolicyEmbeddings) -> None:
    """Its length, its headings, and whether it is a table, in an annex, or has a digit."""
    rows = cut(shipped, SOURCES).rows
    assert rows["characters"].tolist() == [len(each.text) for each in SOURCES]
    assert rows["headings"].tolist() == [2, 0, 0]
    assert rows["looks"].tolist() == [0, TABLE | ANNEX | DIGIT, 0]


def test_the_lengths_do_not_depend_on_how_many_are_summed_at_once(
    shipped: PolicyEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A piece that is longer than a portion is summed by itself."""
    whole = cut(shipped, SOURCES)
    monkeypatch.setattr(sentences, "_SUMMED", 3)
    assert same(cut(shipped, SOURCES), whole)


def test_no_passages(shipped: PolicyEmbeddings) -> None:
    """Nothing to cut, nothing found."""
    assert [len(each) for each in cut(shipped, [])] == [0, 0, 0, 0]


def test_tokens_fit_into_sixteen_bits(shipped: PolicyEmbeddings) -> None:
    """As they are kept."""
    assert len(shipped.words[1]) <= 1 << 16


def test_kept_through_changes(shipped: PolicyEmbeddings, tmp_path: Path) -> None:
    """Rows are found in any order, and those of the old version come along."""
    with CompactWriter(tmp_path / "one", sentences=True) as writer:
        writer.add(sketches(IDS[:2]), unit_vectors(3)[:2], cut(shipped, SOURCES[:2]))
        writer.add(sketches(IDS[2:]), unit_vectors(3)[2:], cut(shipped, SOURCES[2:]))
    one = CompactPassages(tmp_path / "one")
    assert same(one.sentences.of(np.array([2, 0])), cut(shipped, [SOURCES[2], SOURCES[0]]))
    assert same(one.sentences.of(np.zeros(0, np.int64)), cut(shipped, []))
    with CompactWriter(tmp_path / "two", one, sentences=True) as writer:
        writer.keep([IDS[1]])
        writer.add(sketches([IDS[1]]), unit_vectors(1), cut(shipped, [SOURCES[1]]))
    two = CompactPassages(tmp_path / "two")
    again = [SOURCES[0], SOURCES[2], SOURCES[1]]
    assert same(two.sentences.of(np.arange(3)), cut(shipped, again))
    assert two.has_sentences([IDS[0], IDS[2], IDS[1]], cut(shipped, again))
    assert not two.has_sentences(IDS, cut(shipped, again))
    assert not two.has_sentences(IDS, None)


@pytest.mark.parametrize("name", ["sentences.rows", "sentences.pieces", "sentences.u16"])
@pytest.mark.parametrize("whole", [False, True])
def test_files_that_do_not_fit_together(
    name: str, whole: bool, shipped: PolicyEmbeddings, tmp_path: Path
) -> None:
    """A file that is cut short or missing is damage; without the first one there are none."""
    with CompactWriter(tmp_path, sentences=True) as writer:
        writer.add(sketches(IDS), unit_vectors(3), cut(shipped, SOURCES))
    file = tmp_path / name
    if not whole:
        file.write_bytes(file.read_bytes()[:-1])
    elif name == "sentences.rows":
        file.unlink()
        assert CompactPassages(tmp_path).sentences is None
        return
    else:
        file.unlink()
    with pytest.raises(NotAStore, match="damaged"):
        CompactPassages(tmp_path)


def test_an_older_store_answers_the_same_and_is_brought_along(
    store: Path, tmp_path: Path, shipped: PolicyEmbeddings
) -> None:
    """Without kept sentences these are cut when they are read; the next ingest keeps them."""
    older = shutil.copytree(store / "store", tmp_path / "store")
    before = search(older, shipped)
    assert all(before[:2])
    without_sentences(older / "versions" / "1")
    assert search(older, shipped) == before
    report = ingest([store / "library"], older, embeddings=shipped)
    assert UPDATED in report.warnings
    (kept,) = older.glob("versions/*/compact/sentences.u16")
    assert kept.stat().st_size
    assert search(older, shipped) == before
    assert not ingest([store / "library"], older, embeddings=shipped).changed


def test_other_models_keep_none(tmp_path: Path, embeddings: PolicyEmbeddings) -> None:
    """There is no close reading with them, and nothing to bring along."""
    library = write_library(tmp_path / "library", LIBRARY)
    ingest([library], tmp_path / "store", embeddings=embeddings)
    assert not list((tmp_path / "store").rglob("sentences.*"))
    assert not ingest([library], tmp_path / "store", embeddings=embeddings).changed


def test_lost_sentences_are_damage_and_made_anew(
    store: Path, tmp_path: Path, shipped: PolicyEmbeddings
) -> None:
    """What a version was finished with must be there."""
    broken = shutil.copytree(store / "store", tmp_path / "store")
    before = search(broken, shipped)
    (broken / "versions" / "1" / "compact" / "sentences.rows").unlink()
    with pytest.raises(NotAStore, match="damaged"):
        search(broken, shipped)
    assert REPAIRED in ingest([store / "library"], broken, embeddings=shipped).warnings
    assert search(broken, shipped) == before
