"""Ingesting: what goes in, what is replaced, what is taken out, what is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.pipeline import IngestReport, ingest
from tests.library import BICYCLES, DIGEST, DOGS_NUMBER, HEATING, HEATING_NUMBER, LIBRARY
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.retriever import PolicyRetriever
from vectorstore.store import PolicyStore


class Shelf:
    """A store under test, with the library it is made from."""

    def __init__(self, folder: Path, library: Path, embeddings: PolicyEmbeddings):
        self.folder, self.library, self.embeddings = folder, library, embeddings

    def ingest(self, *paths: Path, **options) -> IngestReport:
        return ingest(paths or [self.library], self.folder, embeddings=self.embeddings, **options)

    def remove(self, *names: str) -> IngestReport:
        return ingest([], self.folder, embeddings=self.embeddings, remove=names)

    def numbers(self) -> set[str | None]:
        return {each.number for each in PolicyStore(self.folder).documents()}

    def search(self, question: str) -> list[str]:
        retriever = PolicyRetriever(store=PolicyStore(self.folder), embeddings=self.embeddings)
        return [each.text for each in retriever.search(question).passages]

    def passage_ids(self) -> set[str]:
        opened = PolicyStore(self.folder)
        return set(opened.passage_ids([each.id for each in opened.documents()]))

    @property
    def version(self) -> int:
        return PolicyStore(self.folder).version


@pytest.fixture
def shelf(tmp_path: Path, library: Path, embeddings: PolicyEmbeddings) -> Shelf:
    """A store of the library, freshly ingested."""
    made = Shelf(tmp_path / "store", library, embeddings)
    report = made.ingest()
    assert (report.files, report.documents, report.failures) == (4, 4, ())
    return made


class NoModel(PolicyEmbeddings):
    """A model that must not be loaded."""

    @property
    def _backend(self):
        raise AssertionError("the model was loaded")


def test_ingesting_twice_changes_nothing_and_says_so(shelf: Shelf) -> None:
    """No new version, no model loaded; documents and passages are still counted."""
    first = shelf.version
    shelf.embeddings = NoModel(shelf.embeddings._model)
    report = shelf.ingest()
    assert (report.changed, report.unchanged, report.files) == (False, 4, 4)
    assert (report.documents, report.passages) == (4, report.library_passages)
    assert shelf.version == first


def test_a_changed_file_replaces_its_passages(shelf: Shelf) -> None:
    """Only the new text is found, and only the changed passages cost anything."""
    (shelf.library / "heating.txt").write_text(HEATING.replace("二十五元", "二十八元"), "utf-8")
    report = shelf.ingest()
    assert (report.unchanged, report.library_documents) == (3, 4)
    texts = shelf.search("居民供暖价格为每平方米多少元")
    assert any("二十八元" in text for text in texts)
    assert not any("二十五元" in text for text in texts)


@pytest.mark.parametrize(
    "name",
    [
        "青政发〔2021〕8号",
        "青政发[2021]8号",
        "青政发（2021）8号",
        "青政发【2021】第８号",
        "青政发 2021 8号",
        "heating.txt",
    ],
)
def test_removal_by_number_in_any_spelling_and_by_file(shelf: Shelf, name: str) -> None:
    """The document is gone from the list and from the search."""
    report = shelf.remove(name)
    assert (report.removed_documents, report.failures) == (1, ())
    assert HEATING_NUMBER not in shelf.numbers()
    assert not any("供暖价格" in text for text in shelf.search("居民供暖价格"))


def test_removal_by_path(shelf: Shelf) -> None:
    """The file's whole path names it too."""
    assert shelf.remove(str(shelf.library / "dogs.txt")).removed_documents == 1
    assert DOGS_NUMBER not in shelf.numbers()


def test_removing_what_is_not_there_fails_and_names_it(shelf: Shelf) -> None:
    """The rest is removed; nothing else changes."""
    report = shelf.remove("青政发〔1999〕1号", DOGS_NUMBER)
    assert report.removed_documents == 1
    assert [each.file for each in report.failures] == ["青政发〔1999〕1号"]
    assert "青政发〔1999〕1号" in report.failures[0].reason


def test_everything_can_be_removed_and_come_back(shelf: Shelf) -> None:
    """An emptied store finds nothing without an error; the same files fill it again."""
    before = shelf.passage_ids()
    report = shelf.remove(*LIBRARY)
    assert (report.library_documents, report.library_passages) == (0, 0)
    assert shelf.search("供暖") == []
    shelf.ingest()
    assert shelf.passage_ids() == before


def test_the_same_content_under_another_name_is_not_stored_twice(shelf: Shelf) -> None:
    """A copy beside the original is counted as unchanged."""
    (shelf.library / "copy of heating.txt").write_text(HEATING, "utf-8")
    report = shelf.ingest()
    assert (report.changed, report.files, report.unchanged) == (False, 5, 5)
    assert report.library_documents == 4


def test_a_moved_file_is_cited_by_its_new_name(shelf: Shelf) -> None:
    """Moving replaces: the old name is gone, and nothing is there twice."""
    (shelf.library / "heating.txt").rename(shelf.library / "warmth.txt")
    assert shelf.ingest().library_documents == 4
    sources = [each.source for each in PolicyStore(shelf.folder).documents()]
    assert sorted(sources) == ["bicycles.txt", "dogs.txt", "libraries.txt", "warmth.txt"]
    assert shelf.ingest().changed is False


@pytest.mark.parametrize("digest_first", [True, False])
def test_a_digest_gives_way_to_the_original(
    tmp_path: Path, embeddings: PolicyEmbeddings, digest_first: bool
) -> None:
    """In either order only the original is found; the digest comes back without it."""
    folder = tmp_path / "both"
    folder.mkdir()
    shelf = Shelf(tmp_path / "store", folder, embeddings)
    files = [("digest.md", DIGEST), ("original.txt", HEATING)]
    for name, text in files if digest_first else reversed(files):
        (folder / name).write_text(text, "utf-8")
        report = shelf.ingest()
    documents = PolicyStore(shelf.folder).documents()
    assert [each.digest for each in documents] == [False]
    assert any("gives way" in each for each in report.warnings)
    assert not any("收二十五元" in text for text in shelf.search("每平方米收二十五元"))
    shelf.remove("original.txt")
    documents = PolicyStore(shelf.folder).documents()
    assert [(each.digest, each.number) for each in documents] == [(True, HEATING_NUMBER)]
    assert any("每平方米收二十五元" in text for text in shelf.search("每平方米收多少元"))


def test_ids_are_made_from_content(
    tmp_path: Path, library: Path, embeddings: PolicyEmbeddings
) -> None:
    """Two stores of the same files, ingested in different orders, have the same ids."""
    one = Shelf(tmp_path / "one", library, embeddings)
    other = Shelf(tmp_path / "other", library, embeddings)
    one.ingest()
    for path in sorted(library.iterdir(), reverse=True):
        other.ingest(path)
    assert one.passage_ids() == other.passage_ids()


def test_same_document_in_two_files_of_one_name(shelf: Shelf, tmp_path: Path) -> None:
    """Folders of different years may both have a heating.txt."""
    other = tmp_path / "2022"
    other.mkdir()
    (other / "heating.txt").write_text(BICYCLES.replace("〔2022〕15号", "〔2022〕16号"), "utf-8")
    assert shelf.ingest(other).library_documents == 5
    assert HEATING_NUMBER in shelf.numbers()


BAD_FILES = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": ("\ufeff \n\n".encode(), "is empty"),
    "binary.txt": (bytes(range(256)) * 10, "is a binary file"),
    "unknown.txt": (b"\x81\xff\xfe\x80\xff" * 50, "no encoding that is known"),
    "scan.pdf": (b"%PDF-1.7 ...", "is a PDF file that is damaged"),
    "letter.docx": (b"PK\x03\x04...", "is a Word file that is damaged"),
    "photo.png": (b"\x89PNG\r\n", "is an image"),
}


def test_bad_files_are_named_and_the_rest_goes_in(shelf: Shelf) -> None:
    """One sentence a file, in both languages; the good file beside them is found."""
    new = shelf.library / "new.txt"
    new.write_text(BICYCLES.replace("15号", "16号").replace("三万辆", "四万辆"), "utf-8")
    for name, (content, _) in BAD_FILES.items():
        (shelf.library / name).write_bytes(content)
    missing = shelf.library / "missing.txt"
    paths = [new, missing, *(shelf.library / name for name in BAD_FILES)]
    report = shelf.ingest(*paths)
    reasons = {Path(each.file).name: each for each in report.failures}
    assert set(reasons) == {*BAD_FILES, "missing.txt"}
    for name, (_, reason) in {**BAD_FILES, "missing.txt": (b"", "does not exist")}.items():
        assert name in reasons[name].reason
        assert reason in reasons[name].reason
        assert name in reasons[name].reason_chinese
    assert report.library_documents == 5
    assert any("四万辆" in text for text in shelf.search("共享单车总量不超过多少"))


def test_a_folder_without_text_is_named(shelf: Shelf, tmp_path: Path) -> None:
    """Somebody who gives a folder of scans is told, not congratulated."""
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "scan.tif").write_bytes(b"II*\x00")
    report = shelf.ingest(scans)
    assert "scans holds no file that can be read" in report.failures[0].reason


def test_paths_that_the_system_refuses(shelf: Shelf, tmp_path: Path) -> None:
    """A name that is too long is one failure among others."""
    report = shelf.ingest(tmp_path / ("长" * 200), shelf.library)
    assert (len(report.failures), report.files) == (1, 4)
    assert "cannot be opened" in report.failures[0].reason


def test_a_file_name_in_another_encoding(shelf: Shelf) -> None:
    """Archives made on Windows unpack to names that are not UTF-8."""
    name = os.fsencode(shelf.library) + "/停车.txt".encode("gb18030")
    with open(name, "wb") as file:
        file.write(BICYCLES.replace("15号", "17号").encode("gb18030"))
    report = shelf.ingest()
    assert (report.failures, report.library_documents) == ((), 5)
    assert "停车.txt" in {each.source for each in PolicyStore(shelf.folder).documents()}
    assert shelf.ingest().changed is False
    assert shelf.remove("停车.txt").removed_documents == 1


def test_progress_runs_through_the_stages(
    tmp_path: Path, library: Path, embeddings: PolicyEmbeddings
) -> None:
    """Reading, embedding and indexing each run to their end."""
    steps: list[tuple[str, int, int]] = []
    ingest(
        [library],
        tmp_path / "store",
        embeddings=embeddings,
        on_progress=lambda *step: steps.append(step),
    )
    assert list(dict.fromkeys(stage for stage, _, _ in steps)) == ["read", "embed", "index"]
    ends = {stage: (done, total) for stage, done, total in steps}
    assert all(done == total > 0 for done, total in ends.values())
