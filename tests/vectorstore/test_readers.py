"""Readers beside a writer: every answer comes from one state, whole, and the new one is seen."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import PolicyAssistant
from ingest.pipeline import ingest
from tests.conftest import make_model, write_library
from tests.library import HEATING, HEATING_NUMBER, LIBRARY, notices
from tests.processes import ingest_paths, start
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import StoreBusy, StoreNotFound
from vectorstore.retriever import PolicyRetriever
from vectorstore.settings import Settings
from vectorstore.store import PolicyStore
from vectorstore.writer import StoreWriter

QUESTION = "居民卧室和客厅的温度不得低于多少摄氏度？居民供暖价格为每平方米多少元？"
OLD, NEW = len(LIBRARY), len(LIBRARY) + 150


@pytest.fixture
def prepared(tmp_path: Path, embeddings: PolicyEmbeddings) -> tuple[Path, Path]:
    """A store of the library, and a much larger library with one document changed."""
    documents, store = write_library(tmp_path / "library"), tmp_path / "store"
    ingest([documents], store, embeddings=embeddings)
    changed = HEATING.replace("二十五元", "二十八元").replace("十九摄", "二十摄")
    return store, write_library(documents, notices(150) | {"heating.txt": changed})


def state(retriever: PolicyRetriever) -> str:
    """Which state an answer comes from; anything but old and new is a mixture."""
    texts = " ".join(each.text for each in retriever.search(QUESTION).passages)
    old = ("二十五元" in texts, "十九摄" in texts)
    new = ("二十八元" in texts, "二十摄" in texts)
    if all(old) and not any(new):
        return "old"
    return "new" if all(new) and not any(old) else f"mixed: {texts}"


@pytest.mark.slow
def test_a_reader_during_an_ingest_in_another_process(
    prepared: tuple[Path, Path], model_folder: Path, embeddings: PolicyEmbeddings
) -> None:
    """Old answers, then new ones, never a mixture, an error or an empty one; no reopening."""
    store, documents = prepared
    reader = PolicyRetriever(store=PolicyStore(store), embeddings=embeddings)
    assert state(reader) == "old"
    process = start(ingest_paths, store, model_folder, [documents])
    states, counts = [], []
    while process.is_alive():
        states.append(state(reader))
        counts.append(reader.store.counts()[0])
    assert process.exitcode == 0
    states.append(state(reader))
    changed = states.index("new")
    assert states == ["old"] * changed + ["new"] * (len(states) - changed)
    assert changed > 3, "the ingest was too quick to show anything"
    assert set(counts) <= {OLD, NEW}
    found = reader.search("第77号街区的经费是多少万元").passages
    assert any(each.number == "青政办发〔2023〕77号" for each in found)


def versions(store: Path) -> set[str]:
    """The versions that lie in a store."""
    return {each.name for each in (store / "versions").iterdir()}


@pytest.mark.slow
def test_a_version_stays_while_it_is_read_and_no_longer(
    prepared: tuple[Path, Path], model_folder: Path, embeddings: PolicyEmbeddings
) -> None:
    """A held snapshot goes on answering; once let go, the next ingest removes its files."""
    store, documents = prepared
    reader = PolicyStore(store)
    held = reader.snapshot()
    process = start(ingest_paths, store, model_folder, [documents])
    process.join(60)
    assert process.exitcode == 0
    assert versions(store) == {"1", "2"}
    assert held.lexical.search("供暖价格", 5)
    assert held.vectors.count() == held.lexical.count()
    del held
    assert reader.snapshot().version == 2
    ingest([documents], store, embeddings=embeddings)
    assert versions(store) == {"2"}


@pytest.mark.slow
def test_eight_threads_ask_while_an_ingest_runs(
    prepared: tuple[Path, Path], model_folder: Path, embeddings: PolicyEmbeddings
) -> None:
    """All of one assistant's threads answer all the time, and all see the new state."""
    store, documents = prepared
    # The calibrated refusal knows nothing of an untrained model's similarities.
    settings = Settings(embedding_model=str(model_folder), refusal_threshold=0.0)
    assistant = PolicyAssistant(store, settings=settings)
    assistant.load()
    process = start(ingest_paths, store, model_folder, [documents])
    questions = ["居民供暖价格为每平方米多少元？", "每户居民限养几只犬？", "藏书不少于多少册？"]
    ended = threading.Event()

    def ask(thread: int) -> list[bool]:
        answers = []
        while not ended.is_set() or len(answers) < 3:
            answers.append(assistant.ask(questions[thread % 3]).answered)
        answers.append("二十八元" in assistant.ask(questions[0]).text)
        return answers

    with ThreadPoolExecutor(8) as pool:
        threads = [pool.submit(ask, each) for each in range(8)]
        process.join(60)
        ended.set()
        answers = [each.result(timeout=60) for each in threads]
    assert process.exitcode == 0
    assert all(all(each) for each in answers)


def test_threads_of_one_store_agree(store: Path, embeddings: PolicyEmbeddings) -> None:
    """Eight threads that search at once get what one gets."""
    retriever = PolicyRetriever(store=PolicyStore(store), embeddings=embeddings)
    questions = ["供暖期", "共享单车总量", "养犬登记费", "社区书屋", HEATING_NUMBER] * 8
    alone = [[each.id for each in retriever.search(question).passages] for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = pool.map(
            lambda question: [each.id for each in retriever.search(question).passages], questions
        )
        assert list(together) == alone


def test_stores_of_one_process_do_not_close_each_other(
    store: Path, embeddings: PolicyEmbeddings
) -> None:
    """Two assistants may share a store's folder; one is closed, the other goes on."""
    one, other = PolicyStore(store), PolicyStore(store)
    one.snapshot()
    retriever = PolicyRetriever(store=other, embeddings=embeddings)
    assert retriever.search("供暖").passages
    one.close()
    assert retriever.search("供暖").passages


def test_a_store_that_is_removed_and_made_anew(
    prepared: tuple[Path, Path], model_folder: Path, embeddings: PolicyEmbeddings
) -> None:
    """A reader says that it is gone, then answers from the new one; versions count from 1 again."""
    store, documents = prepared
    reader = PolicyRetriever(store=PolicyStore(store), embeddings=embeddings)
    assert state(reader) == "old"
    shutil.rmtree(store)
    with pytest.raises(StoreNotFound):
        reader.search(QUESTION)
    process = start(ingest_paths, store, model_folder, [documents])
    process.join(60)
    assert PolicyStore(store).version == 1
    assert state(reader) == "new"


def test_there_is_one_writer(store: Path, tmp_path: Path, embeddings: PolicyEmbeddings) -> None:
    """The second is told to wait, and may write when the first has finished."""
    copy = tmp_path / "store"
    shutil.copytree(store, copy)
    with StoreWriter(copy, embeddings):
        with pytest.raises(StoreBusy, match="try again when it has finished"):
            StoreWriter(copy, embeddings).__enter__()
        assert PolicyStore(copy).counts()[0] == 4
    with StoreWriter(copy, embeddings) as writer:
        writer.commit()


def test_leaving_without_commit_changes_nothing(
    prepared: tuple[Path, Path], embeddings: PolicyEmbeddings
) -> None:
    """An error in the middle of an ingest leaves the store as it was, and writable."""
    store, documents = prepared

    def fail() -> None:
        with StoreWriter(store, embeddings) as writer:
            writer.remove_file("heating.txt")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert PolicyStore(store).counts()[0] == OLD
    assert ingest([documents], store, embeddings=embeddings).library_documents == NEW


def test_an_error_while_indexing_does_not_poison_the_process(
    prepared: tuple[Path, Path], embeddings: PolicyEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma keeps one client a path: the next ingest of this process must not meet the old."""
    store, documents = prepared

    def full(self, *arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("vectorstore.lexical.LexicalIndex.change", full)
        with pytest.raises(Exception, match="No space left on device"):
            ingest([documents], store, embeddings=embeddings)
    retriever = PolicyRetriever(store=PolicyStore(store), embeddings=embeddings)
    assert state(retriever) == "old"
    ingest([documents], store, embeddings=embeddings)
    assert state(retriever) == "new"
    assert len(versions(store)) <= 2


def test_a_newer_version_of_the_terms_makes_the_index_anew(
    store: Path, tmp_path: Path, embeddings: PolicyEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index of terms as an older program made them would find less."""
    copy = tmp_path / "store"
    shutil.copytree(store, copy)
    assert not ingest([], copy, embeddings=embeddings).changed
    monkeypatch.setattr("vectorstore.writer.terms_fingerprint", lambda: "newer")
    assert ingest([], copy, embeddings=embeddings).changed
    assert not ingest([], copy, embeddings=embeddings).changed


def test_a_rebuild_with_another_model_under_a_running_reader(
    prepared: tuple[Path, Path], tmp_path: Path, model_folder: Path
) -> None:
    """The writer converts the store; a new reader with the old model is told so."""
    store, _ = prepared
    other = PolicyEmbeddings(make_model(tmp_path / "other", seed=1))
    ingest([], store, embeddings=other, rebuild=True)
    assert PolicyStore(store).model == other.card
    with pytest.raises(Exception, match="made with the embedding model other"):
        PolicyAssistant(store, settings=Settings(embedding_model=str(model_folder)))
