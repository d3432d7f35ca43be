"""Files -> store: what was added, what failed and why; one bad file never stops the rest.

`ingest(paths, store)` reads every file whose content is new, embeds and indexes its passages,
and switches the store to the result in one step. Imports the readers of this package and
`vectorstore`; prints nothing (progress goes to a callback).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.files import SUFFIXES, find_files
from ingest.loading import read_file
from vectorstore.embedding import SHIPPED_MODEL, PolicyEmbeddings
from vectorstore.errors import UnreadableFile
from vectorstore.numbers import canonical_number
from vectorstore.versions import Progress, silent
from vectorstore.writer import StoreWriter

Found = Callable[[int, int], None]


def _unheard(documents: int, passages: int) -> None:
    """What a caller hears who does not want to know."""


@dataclass(frozen=True)
class Failure:
    """A file that did not go in, and why (in both languages)."""

    file: str
    reason: str
    reason_chinese: str


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did. `documents` and `passages` are counted in the files that were given."""

    files: int
    unchanged: int
    documents: int
    passages: int
    library_documents: int
    library_passages: int
    added_passages: int
    removed_passages: int
    removed_documents: int
    warnings: tuple[str, ...]
    failures: tuple[Failure, ...]
    seconds: float

    @property
    def changed(self) -> bool:
        """Whether the store is another than before."""
        return bool(self.added_passages or self.removed_passages or self.removed_documents)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON-ready values."""
        return asdict(self) | {"changed": self.changed}


def ingest(
    paths: Sequence[str | Path],
    store: str | Path,
    *,
    embeddings: PolicyEmbeddings | None = None,
    remove: Sequence[str] = (),
    rebuild: bool = False,
    on_progress: Progress = silent,
    on_found: Found = _unheard,
) -> IngestReport:
    """Bring `store` up to date with `paths` (files or folders) and without `remove`.

    Files whose content is already in the store are only hashed. `remove` names document numbers
    (any spelling), files, or ids of documents. Raises StoreError or EmbeddingModelError when
    nothing can be done at all; a file that cannot be read becomes a `Failure`. `on_found` hears
    how many documents and passages were read so far.
    """
    started = time.perf_counter()
    files, failures = _collect(paths)
    embeddings = embeddings or PolicyEmbeddings(SHIPPED_MODEL)
    with StoreWriter(store, embeddings, rebuild=rebuild, on_progress=on_progress) as writer:
        removed, missing = _remove(writer, remove)
        read = _read(writer, files, on_progress, on_found)
        changes = writer.commit()
        documents, passages, warnings = writer.summary(read.paths)
        library = writer.counts()
    return IngestReport(
        files=len(read.paths),
        unchanged=read.unchanged,
        documents=documents,
        passages=passages,
        library_documents=library[0],
        library_passages=library[1],
        added_passages=changes.added,
        removed_passages=changes.removed,
        removed_documents=removed,
        warnings=(*changes.notes, *warnings),
        failures=(*failures, *missing, *read.failures),
        seconds=round(time.perf_counter() - started, 2),
    )


@dataclass(frozen=True)
class _File:
    path: Path
    source: str


def _collect(paths: Sequence[str | Path]) -> tuple[list[_File], list[Failure]]:
    """Every file below `paths` once, named relative to the folder that was given."""
    found: dict[Path, _File] = {}
    failures = []
    for given in map(Path, paths):
        try:
            for path in find_files([given]):
                base = given if given.is_dir() else given.parent
                source = _printable(path.relative_to(base))
                found.setdefault(path.resolve(), _File(path.resolve(), source))
            if given.is_dir() and not find_files([given]):
                raise UnreadableFile(
                    f"{given} holds no file that can be read ({', '.join(SUFFIXES)}).",
                    f"{given} 中没有可以读取的文件（{'、'.join(SUFFIXES)}）。",
                )
        except UnreadableFile as error:
            failures.append(_unreadable(given, error))
        except OSError as error:
            failures.append(_unopened(given, error))
    return list(found.values()), failures


def _printable(path: Path) -> str:
    """The path as text: names made on Windows may be in GB18030, which is no valid UTF-8."""
    name = os.fsencode(path.as_posix())
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")


def _unreadable(path: Path, error: UnreadableFile) -> Failure:
    # A message quotes the name as it is on disk, which may not be printable.
    reasons = (
        each.encode("utf-8", "backslashreplace").decode() for each in (str(error), error.chinese)
    )
    return Failure(_printable(path), *reasons)


def _unopened(path: Path, error: OSError) -> Failure:
    name, reason = _printable(path), error.strerror or str(error)
    return Failure(name, f"{name} cannot be opened ({reason}).", f"无法打开 {name}（{reason}）。")


def _remove(writer: StoreWriter, names: Sequence[str]) -> tuple[int, list[Failure]]:
    removed, missing = 0, []
    for name in names:
        count = (
            writer.remove_file(name)
            or writer.remove_file(str(Path(name).resolve()))
            or writer.remove_document(name)
        )
        number = canonical_number(name)
        if not count and number:
            count = writer.remove_number(number)
        if not count:
            missing.append(
                Failure(
                    name,
                    f"The store holds no document or file named {name}.",
                    f"库中没有名为 {name} 的文件或文号。",
                )
            )
        removed += count
    return removed, missing


@dataclass(frozen=True)
class _Read:
    """`paths` names, for every file that is in the store now, the path it is stored under."""

    paths: list[str]
    unchanged: int
    failures: list[Failure]


def _read(
    writer: StoreWriter, files: Sequence[_File], on_progress: Progress, on_found: Found
) -> _Read:
    """Put every new or changed file into `writer`; one file is in memory at a time."""
    by_content = {digest: path for path, (_, digest) in writer.known().items()}
    reader = _reader_fingerprint()
    paths, unchanged, failures = [], 0, []
    found = passages = 0
    for done, file in enumerate(files):
        on_progress("read", done, len(files))
        try:
            digest = _digest(file.path, reader)
            path = by_content.get(digest)
            here = _printable(file.path)
            if path is not None and path != here and not Path(path).exists():
                # Moved or renamed since: its documents are cited by the name it has now.
                writer.forget(path)
                path = None
            if path is None:
                path = here
                documents = read_file(file.path, file.source)
                writer.put(path, file.source, digest, documents)
                by_content[digest] = path
                found += len(documents)
                passages += sum(len(each.passages) for each in documents)
                on_found(found, passages)
            else:
                # The same content under another name would answer every question twice.
                unchanged += 1
        except UnreadableFile as error:
            failures.append(_unreadable(file.path, error))
        except OSError as error:
            failures.append(_unopened(file.path, error))
        else:
            paths.append(path)
    on_progress("read", len(files), len(files))
    return _Read(paths, unchanged, failures)


def _digest(path: Path, reader: str) -> str:
    """What a file's documents depend on: its content and the code that reads it."""
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{content} {reader}".encode()).hexdigest()


def _reader_fingerprint() -> str:
    """Changes with the reader's code, so that a newer program reads known files again."""
    folder = Path(__file__).parent
    modules = [*sorted(folder.rglob("*.py")), folder.parent / "vectorstore" / "numbers.py"]
    return hashlib.sha256(b"".join(module.read_bytes() for module in modules)).hexdigest()
