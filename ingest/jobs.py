"""Ingests in the background, one at a time, while questions are answered from the store.

In: received uploads, or paths and ids to remove. Out: frozen `Job`s that say how far each is;
what one file did wrong is told at that file and stops no other. Imports this package's
`check`, `uploads` and `pipeline`, and vectorstore.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.check import check_file
from ingest.uploads import Upload, UploadFolder
from vectorstore.errors import BadUpload, PolicyError, StoreBusy, StoreNotFound, UnreadableFile

if TYPE_CHECKING:
    from ingest.pipeline import IngestReport
    from vectorstore.embedding import PolicyEmbeddings
    from vectorstore.holdings import HeldFile

MOST_JOBS = 20
REMEMBERED = 10
BUSY_ATTEMPTS = 20
BUSY_SECONDS = 3.0
WAITING, CHECKING, READY, RUNNING = "waiting", "checking", "ready", "running"
DONE, UNCHANGED, DUPLICATE, FAILED = "done", "unchanged", "duplicate", "failed"
_ENDED = (DONE, FAILED)
_STOPPED = PolicyError(
    "The task ended unexpectedly; look at the server's log.", "任务意外中止，请查看服务器日志。"
)


@dataclass(frozen=True)
class FileState:
    """How far one file is; `documents` are (number, title), `problem` is why it failed."""

    name: str
    state: str = WAITING
    documents: tuple[tuple[str | None, str], ...] = ()
    passages: int = 0
    warnings: tuple[str, ...] = ()
    problem: PolicyError | None = None


@dataclass(frozen=True)
class Job:
    """One ingest: `stage` with `done` of `total` is the pipeline's; `removed` counts documents."""

    id: int
    files: tuple[FileState, ...] = ()
    remove: tuple[str, ...] = ()
    state: str = WAITING
    stage: str = ""
    done: int = 0
    total: int = 0
    removed: int = 0
    problem: PolicyError | None = None

    @property
    def ended(self) -> bool:
        return self.state in _ENDED


class IngestJobs:
    """The queue of one store, with the one thread that works on it."""

    def __init__(
        self, store: Path, uploads: UploadFolder, embeddings: Callable[[], PolicyEmbeddings]
    ):
        """`embeddings` is asked for the store's model when there is something to do."""
        self._store = store
        self._uploads = uploads
        self._embeddings = embeddings
        self._lock = threading.Lock()
        self._jobs: dict[int, Job] = {}
        self._queue: deque[tuple[int, Sequence[Upload]]] = deque()
        self._worker: threading.Thread | None = None
        self._last = 0

    def add(self, uploads: Sequence[Upload], remove: Sequence[str] = ()) -> int:
        """Have files read; the documents or files `remove` give way to them. BadUpload if full."""
        return self._submit(uploads, remove)

    def remove(self, names: Sequence[str]) -> int:
        """Have documents (ids) or files (paths) removed."""
        return self._submit((), names)

    def recent(self) -> list[Job]:
        """The last jobs, newest first."""
        with self._lock:
            return sorted(self._jobs.values(), key=lambda job: -job.id)

    @property
    def busy(self) -> bool:
        """Whether anything is being done or waits for it."""
        return any(not job.ended for job in self.recent())

    def _submit(self, uploads: Sequence[Upload], remove: Sequence[str]) -> int:
        with self._lock:
            if len(self._queue) >= MOST_JOBS:
                raise BadUpload(
                    f"{len(self._queue)} tasks are waiting already; try again later.",
                    f"已有 {len(self._queue)} 个任务在等待，请稍后再试。",
                )
            self._last += 1
            files = tuple(FileState(upload.name) for upload in uploads)
            self._jobs[self._last] = Job(self._last, files, tuple(remove))
            for old in [number for number, job in self._jobs.items() if job.ended][:-REMEMBERED]:
                del self._jobs[old]
            self._queue.append((self._last, tuple(uploads)))
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()
            return self._last

    def _work(self) -> None:
        """Do what waits, oldest first; the thread ends when nothing is left."""
        number = 0
        try:
            while True:
                with self._lock:
                    if not self._queue:
                        self._worker = None
                        return
                    number, uploads = self._queue.popleft()
                self._change(number, state=RUNNING)
                try:
                    self._do(number, uploads)
                except PolicyError as error:
                    self._fail(number, error)
                else:
                    self._change(number, state=DONE)
        finally:
            with self._lock:
                died = self._worker is threading.current_thread()
                self._worker = None if died else self._worker
            if died:
                self._fail(number, _STOPPED)

    def _change(self, number: int, **values: Any) -> None:
        with self._lock:
            self._jobs[number] = replace(self._jobs[number], **values)

    def _change_file(self, number: int, at: int, **values: Any) -> None:
        files = list(self._jobs[number].files)
        files[at] = replace(files[at], **values)
        self._change(number, files=tuple(files))

    def _fail(self, number: int, error: PolicyError) -> None:
        files = tuple(
            replace(each, state=FAILED, problem=each.problem or error)
            for each in self._jobs[number].files
        )
        self._change(number, state=FAILED, problem=error, files=files)

    def _do(self, number: int, uploads: Sequence[Upload]) -> None:
        ready = self._checked(number, uploads)
        remove = self._jobs[number].remove
        if uploads and not ready:
            # What was to give way stays, because nothing takes its place.
            return
        before = self._held()
        kept = {at: self._uploads.keep(uploads[at]) for at in ready}
        try:
            report = self._ingest(number, list(kept.values()), remove)
        except PolicyError:
            self._drop({str(path.resolve()) for path in kept.values()} - before.keys())
            raise
        after = self._held()
        for at, path in kept.items():
            place = str(path.resolve())
            state = DONE if place in after else DUPLICATE
            unchanged = place in before and before[place] == after.get(place)
            self._change_file(number, at, state=UNCHANGED if unchanged else state)
        for failure in report.failures:
            self._tell(number, failure.file, PolicyError(failure.reason, failure.reason_chinese))
        self._change(number, removed=report.removed_documents)
        # An original that nothing in the store comes from any more is not kept.
        originals = before.keys() | {str(path.resolve()) for path in kept.values()}
        self._drop({each for each in originals if each not in after or not after[each].documents})

    def _checked(self, number: int, uploads: Sequence[Upload]) -> list[int]:
        """Read every file on trial; the places of those that can be read."""
        ready = []
        for at, upload in enumerate(uploads):
            self._change_file(number, at, state=CHECKING)
            try:
                if upload.name in [later.name for later in uploads[at + 1 :]]:
                    raise _twice(upload.name)
                found = check_file(upload.path)
            except UnreadableFile as error:
                self._uploads.discard(upload)
                self._change_file(number, at, state=FAILED, problem=error)
            else:
                ready.append(at)
                self._change_file(
                    number,
                    at,
                    state=READY,
                    documents=found.documents,
                    passages=found.passages,
                    warnings=found.warnings,
                )
        return ready

    def _held(self) -> dict[str, HeldFile]:
        from vectorstore.holdings import read_holdings

        try:
            return {file.path: file for file in read_holdings(self._store).files}
        except StoreNotFound:
            return {}

    def _ingest(self, number: int, paths: Sequence[Path], remove: Sequence[str]) -> IngestReport:
        from ingest.pipeline import ingest

        def show(stage: str, done: int, total: int) -> None:
            self._change(number, stage=stage, done=done, total=total)

        attempts = BUSY_ATTEMPTS
        while True:
            try:
                return ingest(
                    paths,
                    self._store,
                    embeddings=self._embeddings(),
                    remove=remove,
                    on_progress=show,
                )
            except StoreBusy:
                # Somebody ingests on the command line.
                attempts -= 1
                if not attempts:
                    raise
                time.sleep(BUSY_SECONDS)

    def _tell(self, number: int, file: str, problem: PolicyError) -> None:
        """Put a failure to the file that it is about, or to the whole."""
        for at, each in enumerate(self._jobs[number].files):
            if each.name == Path(file).name:
                self._change_file(number, at, state=FAILED, problem=problem)
                return
        self._change(number, problem=problem)

    def _drop(self, paths: set[str]) -> None:
        for path in paths:
            self._uploads.remove(path)


def _twice(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} was sent twice; the later one counts.", f"同一批中有两个 {name}，以后一个为准。"
    )
