"""Files from outside: named safely, kept within bounds, read where they can do no harm."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from pathlib import Path

import pytest

from ingest import check, uploads
from ingest.check import check_file
from ingest.jobs import DONE, DUPLICATE, FAILED, UNCHANGED, IngestJobs, Job
from ingest.uploads import Upload, UploadFolder, safe_name
from tests.ingest.formats import blank_pdf, locked_pdf
from tests.library import BICYCLES, BICYCLES_NUMBER, DOGS, HEATING, HEATING_NUMBER
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import BadUpload, UnreadableFile
from vectorstore.holdings import read_holdings
from vectorstore.store import PolicyStore
from vectorstore.writer import StoreWriter


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("公报.txt", "公报.txt"),
        ("../../x.html", "x.html"),
        ("C:\\temp\\公报.PDF", "公报.pdf"),
        ("a<img src=x onerror=alert(1)>.txt", "a_img src=x onerror=alert(1)_.txt"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("a\x00b\u202e\u2066c\n.md", "abc.md"),
        ("..hidden. .txt", "hidden.txt"),
        ("a'b\"c&d`.csv", "a_b_c_d_.csv"),
        ("长" * 300 + ".txt", "长" * 66 + ".txt"),
    ],
)
def test_names_are_made_safe(name: str, kept: str) -> None:
    """No folder, markup, control or direction character survives, and the length is bounded."""
    assert safe_name(name) == kept


@pytest.mark.parametrize("name", ["", "..", ".txt", "../", "x", "x.exe", "x.txt.php", "\ud800"])
def test_other_names_are_refused(name: str) -> None:
    """A name without a kind that is taken is refused in one sentence, in both languages."""
    with pytest.raises(BadUpload, match="no kind of file that is taken") as told:
        safe_name(name)
    assert "请上传" in told.value.chinese


def received(folder: UploadFolder, name: str, data: bytes | str) -> Upload:
    data = data.encode() if isinstance(data, str) else data
    with folder.receive(name, len(data)) as incoming:
        incoming.write(data)
    return incoming.upload


def test_comes_in_and_is_kept(tmp_path: Path) -> None:
    """A received file is found by its token and moves to its place; tokens are no paths."""
    folder = UploadFolder(tmp_path)
    upload = received(folder, "../公报.txt", "正文")
    assert folder.waiting(upload.token) == upload
    kept = folder.keep(upload)
    assert kept == tmp_path / "uploads" / "公报.txt"
    assert kept.read_text("utf-8") == "正文"
    for token in (upload.token, "../uploads", "", "0" * 32):
        with pytest.raises(BadUpload, match="no longer there"):
            folder.waiting(token)


def test_too_large_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Announced or not, what is too large is refused, and nothing of it stays."""
    monkeypatch.setattr(uploads, "LARGEST", 10)
    folder = UploadFolder(tmp_path)
    with pytest.raises(BadUpload, match="larger"), folder.receive("a.txt", 11):
        pass
    with pytest.raises(BadUpload, match="larger"), folder.receive("a.txt", None) as incoming:
        incoming.write(b"12345" * 3)
    assert not [*tmp_path.rglob("*.txt")]


def test_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads stop before the disk is full, and before too many wait."""
    folder = UploadFolder(tmp_path)
    monkeypatch.setattr(uploads, "LEAST_FREE", 2**60)
    with pytest.raises(BadUpload, match="no room"), folder.receive("a.txt", 1):
        pass
    monkeypatch.setattr(uploads, "LEAST_FREE", 0)
    monkeypatch.setattr(uploads, "MOST_WAITING", 3)
    received(folder, "a.txt", "abc")
    with pytest.raises(BadUpload, match="no room"), folder.receive("b.txt", 1):
        pass


def test_removes_only_its_own(tmp_path: Path) -> None:
    """Nothing outside the folder of originals can be removed through it."""
    folder = UploadFolder(tmp_path / "data")
    kept = folder.keep(received(folder, "a.txt", "abc"))
    other = tmp_path / "other.txt"
    other.write_text("stays")
    assert not folder.remove(str(other))
    assert not folder.remove(str(folder.files / ".." / ".." / "other.txt"))
    assert folder.remove(str(kept))
    assert other.exists()
    assert not kept.exists()


def zip_bomb() -> bytes:
    """A Word file of some kilobytes that unpacks to 300 MB."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as entry,
    ):
        for _ in range(300):
            entry.write(b" " * 2**20)
    return made.getvalue()


BAD = {
    "empty.txt": (b"", "空文件"),
    "blank.txt": (b" \n\n ", "空文件"),
    "scan.pdf": (blank_pdf(), "扫描件"),
    "locked.pdf": (locked_pdf(), "设有密码"),
    "broken.pdf": (b"%PDF-1.7 nothing", "已损坏"),
    "bomb.docx": (zip_bomb(), "解压后有 300 MB"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(64), "是图片"),
    "program.txt": (b"\x7fELF\x00\x01\x02" * 40, "二进制文件"),
    "archive.pdf": (b"\x1f\x8b" + bytes(64), "压缩包"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_one_sentence(name: str, tmp_path: Path) -> None:
    """Whatever is wrong with a file is told in one sentence that names it, in both languages."""
    data, told = BAD[name]
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(UnreadableFile, match=name) as refused:
        check_file(file)
    assert name in refused.value.chinese
    assert told in refused.value.chinese
    assert refused.value.chinese.count("。") == 1


def test_gb18030_is_read(tmp_path: Path) -> None:
    """A file as old Windows programs save it is as good as any."""
    file = tmp_path / "heating.txt"
    file.write_bytes(HEATING.encode("gb18030"))
    found = check_file(file)
    assert [number for number, _ in found.documents] == [HEATING_NUMBER]
    assert found.passages >= 7


def test_crash_and_endless_reading_are_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that kills or occupies its reader is refused like any other."""
    file = tmp_path / "heating.txt"
    file.write_text(HEATING, "utf-8")
    with pytest.raises(UnreadableFile, match="not read within"):
        check_file(file, seconds=0)
    monkeypatch.setattr(check.sys, "executable", "/bin/false")
    with pytest.raises(UnreadableFile, match="cannot be read safely"):
        check_file(file)


class Desk:
    """A store, its uploads and its jobs."""

    def __init__(self, folder: Path, embeddings: PolicyEmbeddings):
        self.store = folder / "store"
        self.uploads = UploadFolder(folder / "data")
        self.jobs = IngestJobs(self.store, self.uploads, lambda: embeddings)

    def add(self, files: dict[str, bytes | str], remove: tuple[str, ...] = ()) -> Job:
        sent = [received(self.uploads, name, data) for name, data in files.items()]
        return self.finished(self.jobs.add(sent, remove))

    def finished(self, number: int) -> Job:
        deadline = time.monotonic() + 60
        while True:
            (job,) = [each for each in self.jobs.recent() if each.id == number]
            if job.ended:
                return job
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def numbers(self) -> set[str | None]:
        return {each.number for each in PolicyStore(self.store).documents()}

    def originals(self) -> set[str]:
        return {each.name for each in self.uploads.files.glob("*")}


@pytest.fixture
def desk(tmp_path: Path, embeddings: PolicyEmbeddings) -> Desk:
    return Desk(tmp_path, embeddings)


def test_one_bad_file_stops_no_other(desk: Desk) -> None:
    """The good files of a batch go in; the bad one is told, and not kept."""
    job = desk.add({"heating.txt": HEATING, "scan.pdf": blank_pdf(), "bikes.txt": BICYCLES})
    assert job.state == DONE
    assert [each.state for each in job.files] == [DONE, FAILED, DONE]
    assert "扫描件" in job.files[1].problem.chinese
    assert job.files[0].documents[0][0] == HEATING_NUMBER
    assert desk.numbers() == {HEATING_NUMBER, BICYCLES_NUMBER}
    assert desk.originals() == {"heating.txt", "bikes.txt"}
    assert not list((desk.uploads.files.parent / "incoming").iterdir())


def test_same_content_is_not_taken_twice(desk: Desk) -> None:
    """The same file again is unchanged; under another name it is a duplicate and not kept."""
    desk.add({"heating.txt": HEATING})
    assert desk.add({"heating.txt": HEATING}).files[0].state == UNCHANGED
    assert desk.add({"other.txt": HEATING}).files[0].state == DUPLICATE
    assert desk.originals() == {"heating.txt"}


def test_two_of_one_name(desk: Desk) -> None:
    """Of two files of one name in a batch the later counts, and the earlier is told."""
    first = received(desk.uploads, "a.txt", HEATING)
    second = received(desk.uploads, "a.txt", BICYCLES)
    job = desk.finished(desk.jobs.add([first, second]))
    assert [each.state for each in job.files] == [FAILED, DONE]
    assert desk.numbers() == {BICYCLES_NUMBER}


def test_replaces_in_one_step(desk: Desk) -> None:
    """A file gives way to another, unless that cannot be read."""
    desk.add({"heating.txt": HEATING})
    place = desk.uploads.place("heating.txt")
    assert desk.add({"bad.pdf": blank_pdf()}, (place,)).files[0].state == FAILED
    assert desk.numbers() == {HEATING_NUMBER}
    job = desk.add({"bikes.txt": BICYCLES}, (place,))
    assert (job.state, job.removed) == (DONE, 1)
    assert desk.numbers() == {BICYCLES_NUMBER}
    assert desk.originals() == {"bikes.txt"}


def test_same_name_replaces(desk: Desk) -> None:
    """A newer file of the same name takes the place of the older."""
    desk.add({"gazette.txt": HEATING})
    desk.add({"gazette.txt": BICYCLES})
    assert desk.numbers() == {BICYCLES_NUMBER}
    assert (desk.uploads.files / "gazette.txt").read_text("utf-8") == BICYCLES


def test_removes_documents_and_files(desk: Desk) -> None:
    """One document of a file, then the file; the original goes with the last document."""
    desk.add({"issue.txt": HEATING + DOGS, "bikes.txt": BICYCLES})
    (held,) = [each for each in read_holdings(desk.store).files if each.source == "issue.txt"]
    assert len(held.documents) == 2
    job = desk.finished(desk.jobs.remove([held.documents[0].id]))
    assert (job.state, job.removed) == (DONE, 1)
    assert desk.originals() == {"issue.txt", "bikes.txt"}
    assert desk.finished(desk.jobs.remove([held.documents[1].id])).removed == 1
    assert desk.originals() == {"bikes.txt"}
    desk.finished(desk.jobs.remove([desk.uploads.place("bikes.txt")]))
    assert desk.numbers() == set()
    assert desk.originals() == set()


def test_unknown_name_is_told(desk: Desk) -> None:
    """Removing what is not there says so."""
    desk.add({"heating.txt": HEATING})
    job = desk.finished(desk.jobs.remove(["nothing"]))
    assert "nothing" in job.problem.chinese


def test_busy_store_is_waited_for(
    desk: Desk, embeddings: PolicyEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody else ingests, a job waits; in the end it says why it gave up."""
    monkeypatch.setattr("ingest.jobs.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("ingest.jobs.BUSY_ATTEMPTS", 3)
    desk.add({"heating.txt": HEATING})
    with StoreWriter(desk.store, embeddings):
        job = desk.add({"bikes.txt": BICYCLES})
    assert job.state == FAILED
    assert "另一个入库任务" in job.files[0].problem.chinese
    assert desk.originals() == {"heating.txt"}


def test_jobs_run_one_after_another(desk: Desk) -> None:
    """Many at once all end, and none sees another's writer."""
    sent = {f"{n}.txt": HEATING.replace("〔2021〕8号", f"〔2021〕{n}号") for n in range(20, 26)}
    numbers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda name=name, text=text: numbers.append(
                desk.jobs.add([received(desk.uploads, name, text)])
            )
        )
        for name, text in sent.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(desk.finished(number).state == DONE for number in numbers)
    assert len(desk.numbers()) == 6
    assert not desk.jobs.busy


def test_too_many_jobs_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue is bounded."""
    monkeypatch.setattr("ingest.jobs.MOST_JOBS", 0)
    with pytest.raises(BadUpload, match="waiting already"):
        desk.jobs.remove(["x"])


def test_holdings_tell_of_the_store(desk: Desk) -> None:
    """Documents, passages, size on disk, model and the last change are known."""
    desk.add({"heating.txt": HEATING, "bikes.txt": BICYCLES})
    held = read_holdings(desk.store)
    assert (held.documents, held.passages) == PolicyStore(desk.store).counts()
    assert held.size > 10_000
    assert held.model.name
    assert abs(held.changed - time.time()) < 60
    assert {each.source for each in held.files} == {"heating.txt", "bikes.txt"}
