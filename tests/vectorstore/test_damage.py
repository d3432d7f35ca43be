"""Damaged stores and folders that are none: a clear sentence, and a way back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from tests.conftest import write_library
from tests.library import LIBRARY, notices
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import NotAStore, StoreError, StoreNotFound
from vectorstore.retriever import PolicyRetriever
from vectorstore.store import PolicyStore
from vectorstore.versions import REPAIRED, UPDATED


def remove_chroma(version: Path) -> None:
    """The vectors are gone."""
    shutil.rmtree(version / "chroma")


def garble_chroma(version: Path) -> None:
    """Chroma's database is overwritten."""
    (version / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)


def cut_chroma(version: Path) -> None:
    """Chroma's database ends in the middle."""
    file = version / "chroma" / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def remove_vector_index(version: Path) -> None:
    """Chroma's database is there, its vector index is not."""
    for folder in (version / "chroma").glob("*-*"):
        shutil.rmtree(folder)


def cut_vector_index(version: Path) -> None:
    """Chroma would end the process over this."""
    for file in (version / "chroma").glob("*/*.bin"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def remove_lexical(version: Path) -> None:
    """The lexical index is gone."""
    shutil.rmtree(version / "lexical")


def garble_lexical(version: Path) -> None:
    """Its list of files is overwritten."""
    (version / "lexical" / "meta.json").write_text("garbage")


def cut_lexical(version: Path) -> None:
    """Its files are empty."""
    for file in (version / "lexical").glob("*.term"):
        file.write_bytes(b"")


def remove_version(version: Path) -> None:
    """All of the current version is gone."""
    shutil.rmtree(version)


def cut_compact(version: Path) -> None:
    """The vectors by passage end in the middle."""
    file = version / "compact" / "vectors.f16"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def remove_terms(version: Path) -> None:
    """The terms by passage are gone."""
    (version / "lexical" / "forward.terms").unlink()


DAMAGES = [
    cut_compact,
    remove_terms,
    remove_chroma,
    garble_chroma,
    cut_chroma,
    remove_vector_index,
    cut_vector_index,
    remove_lexical,
    garble_lexical,
    cut_lexical,
    remove_version,
]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings) -> Path:
    """A library and a store of over a thousand passages: Chroma then keeps an index on disk."""
    folder = tmp_path_factory.mktemp("large")
    library = write_library(folder / "library", LIBRARY | notices(280))
    report = ingest([library], folder / "store", embeddings=embeddings)
    assert report.library_passages > 1_100
    return folder


def search(store: Path, embeddings: PolicyEmbeddings) -> list[str]:
    """What the store finds about the temperature in homes."""
    opened = PolicyStore(store)
    retriever = PolicyRetriever(store=opened, embeddings=embeddings)
    found = [each.text for each in retriever.search("居民卧室和客厅的温度").passages]
    opened.close()
    return found


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_named_and_repaired(
    damage: Callable[[Path], None],
    rebuild: bool,
    large: Path,
    tmp_path: Path,
    embeddings: PolicyEmbeddings,
) -> None:
    """Reading says so in one sentence; the next ingest, even of nothing new, makes it whole."""
    store = tmp_path / "store"
    shutil.copytree(large / "store", store)
    damage(store / "versions" / "1")
    for _ in range(3):  # Chroma remembers what failed, and fails otherwise the next time
        with pytest.raises(NotAStore, match="damaged") as caught:
            search(store, embeddings)
    assert "python -m ingest --rebuild" in str(caught.value)
    assert "--rebuild" in caught.value.chinese
    paths = [] if rebuild else [large / "library"]
    report = ingest(paths, store, embeddings=embeddings, rebuild=rebuild)
    # Who asks for a rebuild need not be told of it.
    assert (REPAIRED in report.warnings) != rebuild
    assert "十九摄氏度" in search(store, embeddings)[0]
    assert len(list((store / "versions").iterdir())) == 1


def test_an_older_index_is_made_anew_and_said_so(
    large: Path, tmp_path: Path, embeddings: PolicyEmbeddings
) -> None:
    """Terms as an older program made them find less; the next ingest of nothing new sees it."""
    store = tmp_path / "store"
    shutil.copytree(large / "store", store)
    with sqlite3.connect(store / "library.sqlite3") as connection:
        connection.execute("UPDATE meta SET value = 'older' WHERE key = 'terms'")
    connection.close()
    report = ingest([large / "library"], store, embeddings=embeddings)
    assert report.warnings[0] == UPDATED
    again = ingest([large / "library"], store, embeddings=embeddings)
    assert not again.changed
    assert UPDATED not in again.warnings


@pytest.mark.parametrize(
    ("lacking", "files"),
    [(("compact/", "lexical/forward."), 8), (("compact/texts", "compact/lengths"), 2)],
)
def test_an_older_index_without_the_compact_passages_answers(
    lacking: tuple[str, ...],
    files: int,
    large: Path,
    tmp_path: Path,
    embeddings: PolicyEmbeddings,
) -> None:
    """Older programs kept no vectors, terms or texts by passage; the next ingest adds them."""
    store = tmp_path / "store"
    shutil.copytree(large / "store", store)
    version = store / "versions" / "1"
    sizes = json.loads((version / "sizes.json").read_text("utf-8"))
    newer = [name for name in sizes if name.startswith(lacking)]
    assert len(newer) == files
    for name in newer:
        (version / name).unlink()
        del sizes[name]
    (version / "sizes.json").write_text(json.dumps(sizes), "utf-8")
    assert "十九摄氏度" in search(store, embeddings)[0]
    report = ingest([large / "library"], store, embeddings=embeddings)
    assert report.warnings[0] == UPDATED
    assert len(list(store.glob("versions/*/compact/texts.u16"))) == 1
    assert "十九摄氏度" in search(store, embeddings)[0]


def test_damage_that_nobody_noticed_is_not_copied(
    large: Path, tmp_path: Path, embeddings: PolicyEmbeddings
) -> None:
    """An ingest of something new does not build on a damaged version."""
    store = tmp_path / "store"
    shutil.copytree(large / "store", store)
    cut_vector_index(store / "versions" / "1")
    new = write_library(tmp_path / "new", {"notice-9999.txt": notices(281)["notice-0281.txt"]})
    report = ingest([new], store, embeddings=embeddings)
    assert report.library_documents == len(LIBRARY) + 281
    assert "十九摄氏度" in search(store, embeddings)[0]


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"", b"SQLite format 3\x00" + b"x" * 5000])
def test_a_library_file_that_is_none(
    content: bytes, tmp_path: Path, library: Path, embeddings: PolicyEmbeddings
) -> None:
    """Reading and ingesting both refuse it by name, and leave it as it is."""
    store = tmp_path / "store"
    store.mkdir()
    (store / "library.sqlite3").write_bytes(content)
    with pytest.raises(NotAStore, match=r"library\.sqlite3"):
        PolicyStore(store)
    with pytest.raises(NotAStore, match=r"library\.sqlite3"):
        ingest([library], store, embeddings=embeddings)
    assert (store / "library.sqlite3").read_bytes() == content


def test_a_library_that_is_damaged_inside(
    store: Path, tmp_path: Path, embeddings: PolicyEmbeddings
) -> None:
    """Damage that only shows when a table is read is explained as well."""
    copy = tmp_path / "copy"
    shutil.copytree(store, copy)
    connection = sqlite3.connect(copy / "library.sqlite3")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    roots = [
        row[0]
        for row in connection.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name != 'meta'")
    ]
    connection.close()
    with (copy / "library.sqlite3").open("r+b") as file:
        for root in roots:
            file.seek((root - 1) * page)
            file.write(b"\xff" * page)
    with pytest.raises(StoreError, match=r"library\.sqlite3"):
        search(copy, embeddings)


def test_another_format_is_refused(store: Path, tmp_path: Path) -> None:
    """A store of a later program is not guessed at."""
    copy = tmp_path / "copy"
    shutil.copytree(store, copy)
    with sqlite3.connect(copy / "library.sqlite3") as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    connection.close()
    with pytest.raises(NotAStore, match="format 99"):
        PolicyStore(copy)


def test_a_folder_with_other_files_is_left_untouched(
    tmp_path: Path, library: Path, embeddings: PolicyEmbeddings
) -> None:
    """Neither reading nor ingesting puts anything into somebody's folder."""
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("My own words.")
    with pytest.raises(NotAStore, match=r"chapter\.txt"):
        PolicyStore(folder)
    with pytest.raises(NotAStore, match=r"chapter\.txt"):
        ingest([library], folder, embeddings=embeddings)
    assert [each.name for each in folder.iterdir()] == ["chapter.txt"]


def test_a_store_path_that_is_a_file(
    tmp_path: Path, library: Path, embeddings: PolicyEmbeddings
) -> None:
    """Also when it is a file's child."""
    file = tmp_path / "notes.txt"
    file.write_text("notes")
    with pytest.raises(NotAStore, match="is a file"):
        PolicyStore(file)
    with pytest.raises(NotAStore, match="is a file"):
        ingest([library], file, embeddings=embeddings)
    with pytest.raises(NotAStore, match="cannot be written"):
        ingest([library], file / "store", embeddings=embeddings)
    assert file.read_text() == "notes"


def test_no_store_at_all(tmp_path: Path) -> None:
    """The way to make one is told; what a killed first ingest leaves is no store either."""
    with pytest.raises(StoreNotFound, match="python -m ingest"):
        PolicyStore(tmp_path / "nowhere")
    (tmp_path / "writer.lock").touch()
    for name in ("library.new", "library.new-wal", "library.new-shm"):
        (tmp_path / name).touch()
    with pytest.raises(StoreNotFound):
        PolicyStore(tmp_path)


def test_remains_of_a_killed_first_ingest_do_no_harm(
    tmp_path: Path, library: Path, embeddings: PolicyEmbeddings
) -> None:
    """They are ours: the next ingest takes the folder and leaves none of them."""
    store = tmp_path / "store"
    store.mkdir()
    for name in ("writer.lock", "library.new", "library.new-wal", "library.new-shm"):
        (store / name).write_bytes(b"x" * 100 if "new" in name else b"")
    assert ingest([library], store, embeddings=embeddings).library_documents == 4
    assert not list(store.glob("library.new*"))
