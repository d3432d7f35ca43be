"""A kill -9 at any moment of an ingest: the old state answers, the next ingest is whole."""

from __future__ import annotations

import random
import signal
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import ingest
from tests.conftest import write_library
from tests.library import HEATING, LIBRARY, notices
from tests.processes import STAGES, ingest_and_die, ingest_paths, start
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import StoreNotFound
from vectorstore.retriever import PolicyRetriever
from vectorstore.store import PolicyStore

CHANGED = LIBRARY | notices(20) | {"heating.txt": HEATING.replace("二十五元", "二十八元")}
OLD_DOCUMENTS, NEW_DOCUMENTS = len(LIBRARY), len(CHANGED)
FIRST_ONLY = {"library file made, not yet in place"}
LATER_ONLY = {
    "half the old version copied",
    "old version copied",
    "old version half removed",
}
DONE = {"committed", "old version half removed"}

pytestmark = pytest.mark.slow


def answers(store: Path, embeddings: PolicyEmbeddings) -> tuple[int, str]:
    """How many documents there are, and what heating costs."""
    opened = PolicyStore(store)
    found = PolicyRetriever(store=opened, embeddings=embeddings).search("居民供暖价格为每平方米")
    price = next((each.text for each in found.passages if "供暖价格" in each.text), "")
    count = opened.counts()[0]
    opened.close()
    return count, price


def is_old(answer: tuple[int, str]) -> bool:
    """Whether the state is wholly the one before."""
    return answer[0] == OLD_DOCUMENTS and "二十五元" in answer[1]


def is_new(answer: tuple[int, str]) -> bool:
    """Whether the state is wholly the one after."""
    return answer[0] == NEW_DOCUMENTS and "二十八元" in answer[1]


def assert_whole(store: Path, embeddings: PolicyEmbeddings) -> None:
    """Every passage is found by its own vector and terms, and nothing else lies around."""
    opened = PolicyStore(store)
    snapshot = opened.snapshot()
    ids = opened.passage_ids([each.id for each in opened.documents()])
    assert snapshot.vectors.ids() == snapshot.lexical.ids() == set(ids)
    assert opened.counts() == (NEW_DOCUMENTS, len(ids))
    vectors = snapshot.vectors.vectors(ids)
    for each in ids:
        nearest = snapshot.vectors.nearest(vectors[each], 1)
        assert nearest[0][1] > 0.999
        assert np.isclose(np.linalg.norm(vectors[each]), 1, atol=1e-3)
    opened.close()
    assert [each.name for each in (store / "versions").iterdir()] == [str(snapshot.version)]
    assert not list(store.glob("library.new*"))
    assert is_new(answers(store, embeddings))


@pytest.fixture
def prepared(tmp_path: Path, embeddings: PolicyEmbeddings) -> tuple[Path, Path]:
    """A store of the library, and the library as it has changed since."""
    documents, store = write_library(tmp_path / "library"), tmp_path / "store"
    ingest([documents], store, embeddings=embeddings)
    return store, write_library(documents, CHANGED)


@pytest.mark.parametrize("stage", [each for each in STAGES if each not in FIRST_ONLY])
def test_a_kill_at_a_stage_of_an_update(
    stage: str, prepared: tuple[Path, Path], model_folder: Path, embeddings: PolicyEmbeddings
) -> None:
    """Before the commit the old state answers whole, after it the new one; then all is clean."""
    store, documents = prepared
    process = start(ingest_and_die, stage, store, model_folder, [documents])
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, "the stage was not reached"
    answer = answers(store, embeddings)
    assert is_new(answer) if stage in DONE else is_old(answer)
    ingest([documents], store, embeddings=embeddings)
    assert_whole(store, embeddings)


@pytest.mark.parametrize(
    "stage", [each for each in STAGES if each not in LATER_ONLY | {"old passages removed"}]
)
def test_a_kill_at_a_stage_of_the_first_ingest(
    stage: str, tmp_path: Path, model_folder: Path, embeddings: PolicyEmbeddings
) -> None:
    """There is no store yet, or an empty one, or all of it; the next ingest makes it whole."""
    documents, store = write_library(tmp_path / "library", CHANGED), tmp_path / "store"
    process = start(ingest_and_die, stage, store, model_folder, [documents])
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, "the stage was not reached"
    if stage in FIRST_ONLY:
        with pytest.raises(StoreNotFound):
            PolicyStore(store)
    else:
        answer = answers(store, embeddings)
        assert is_new(answer) if stage in DONE else answer == (0, "")
    ingest([documents], store, embeddings=embeddings)
    assert_whole(store, embeddings)


def test_kills_at_random_moments(
    prepared: tuple[Path, Path], tmp_path: Path, model_folder: Path, embeddings: PolicyEmbeddings
) -> None:
    """A dozen kills spread over the time that an ingest takes, each followed by a look."""
    store, documents = prepared
    changed = write_library(tmp_path / "timing")
    began = get_context("forkserver").Event()
    process = start(ingest_paths, tmp_path / "other", model_folder, [changed], began)
    assert began.wait(60)
    started = time.monotonic()
    process.join(60)
    assert process.exitcode == 0
    takes = time.monotonic() - started
    choose = random.Random(12)
    killed = 0
    for moment in range(12):
        began.clear()
        process = start(ingest_paths, store, model_folder, [documents], began)
        assert began.wait(60)
        time.sleep((moment + choose.random()) / 12 * takes * 1.2)
        process.kill()
        process.join(60)
        killed += process.exitcode == -signal.SIGKILL
        answer = answers(store, embeddings)
        assert is_old(answer) or is_new(answer)
    assert killed > 3
    ingest([documents], store, embeddings=embeddings)
    assert_whole(store, embeddings)
