"""Where files that were sent to the server are kept: named safely, within bounds.

In: a name that somebody chose, and bytes as they come. Out: a file below `incoming/` until it is
known to be readable, then below `files/`; nothing outside these two folders is ever written or
removed. Imports ingest.files and vectorstore.errors.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.files import LARGEST, SUFFIXES
from vectorstore.errors import BadUpload

ACCEPTED = (*SUFFIXES, ".docm", ".shtml", ".tsv", ".json", ".ndjson")
MOST_FILES = 50
LEAST_FREE = 500 * 2**20
MOST_WAITING = 2 * 2**30
ABANDONED_SECONDS = 24 * 3600
_LONGEST_NAME = 200
_TOKEN = re.compile(r"[0-9a-f]{32}")
_UNSAFE = re.compile(r'[<>:"|?*&\x27`\\/]')


@dataclass(frozen=True)
class Upload:
    """A file that waits in `incoming/`; `token` is what a client gets to know of its place."""

    token: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name


class UploadFolder:
    """The two folders below the data folder of a store."""

    def __init__(self, folder: Path):
        """Nothing is made before the first file comes."""
        self.files = folder / "uploads"
        self._incoming = folder / "incoming"

    @contextmanager
    def receive(self, name: str, size: int | None) -> Iterator[Incoming]:
        """Take in a file named `name`; it is gone again unless the block ends well.

        `size` is what the sender announced. Raises BadUpload.
        """
        safe = safe_name(name)
        self._tidy()
        self._check_room(safe, size or 0)
        token = secrets.token_hex(16)
        folder = self._incoming / token
        try:
            folder.mkdir(parents=True)
            with (folder / safe).open("wb") as file:
                yield Incoming(Upload(token, folder / safe), file)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            reason = error.strerror or str(error)
            raise BadUpload(
                f"{safe} cannot be kept ({reason}); check the disk's space and rights.",
                f"无法保存 {safe}（{reason}），请检查磁盘空间和权限。",
            ) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def waiting(self, token: str) -> Upload:
        """The received file with that token; BadUpload when it is not there (any more)."""
        folder = self._incoming / token if _TOKEN.fullmatch(token) else None
        found = list(folder.iterdir()) if folder and folder.is_dir() else []
        if not found:
            raise BadUpload(
                "The file that was sent is no longer there; send it again.",
                "上传的文件已不在服务器上，请重新上传。",
            )
        return Upload(token, found[0])

    def keep(self, upload: Upload) -> Path:
        """Move a received file to where it stays; one of the same name gives way."""
        self.files.mkdir(parents=True, exist_ok=True)
        kept = self.files / upload.name
        upload.path.replace(kept)
        self.discard(upload)
        return kept

    def discard(self, upload: Upload) -> None:
        """Remove a received file."""
        shutil.rmtree(self._incoming / upload.token, ignore_errors=True)

    def place(self, name: str) -> str:
        """Where a file of that (safe) name is kept once it has gone in."""
        return str((self.files / name).resolve())

    def remove(self, path: str) -> bool:
        """Remove a kept original; False, and nothing is touched, when it is none of ours."""
        kept = Path(path)
        if not self.holds(path):
            return False
        with suppress(FileNotFoundError):
            kept.unlink()
        return True

    def holds(self, path: str) -> bool:
        """Whether `path` is a kept original."""
        return Path(path).parent == self.files.resolve()

    def _check_room(self, name: str, size: int) -> None:
        if size > LARGEST:
            raise too_large(name)
        waiting = sum(each.stat().st_size for each in self._incoming.glob("*/*"))
        parent = next(each for each in (self.files, *self.files.parents) if each.exists())
        if waiting + size > MOST_WAITING or shutil.disk_usage(parent).free - size < LEAST_FREE:
            raise BadUpload(
                f"There is no room for {name} now; wait for the files that were sent before, or "
                "free disk space.",
                f"暂时没有空间存放 {name}，请等待先前的文件处理完，或清理磁盘空间。",
            )

    def _tidy(self) -> None:
        """Remove what was sent and then forgotten."""
        oldest = time.time() - ABANDONED_SECONDS
        for folder in self._incoming.glob("*"):
            with suppress(OSError):
                if folder.stat().st_mtime < oldest:
                    shutil.rmtree(folder, ignore_errors=True)


class Incoming:
    """A file while it comes in; never more than may be read."""

    def __init__(self, upload: Upload, file: BinaryIO):
        self.upload = upload
        self._file = file
        self._size = 0

    def write(self, data: bytes) -> None:
        """Add `data`; BadUpload once it is too much, whatever size was announced."""
        self._size += len(data)
        if self._size > LARGEST:
            raise too_large(self.upload.name)
        self._file.write(data)


def too_large(name: str) -> BadUpload:
    limit = LARGEST // 2**20
    return BadUpload(
        f"{name} is larger than {limit} MB; split it.", f"{name} 超过 {limit} MB，请拆分后上传。"
    )


def safe_name(name: str) -> str:
    """A plain file name for what somebody called a file: no folders, no markup, no tricks."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    # Browsers on Windows once sent whole paths.
    name = re.split(r"[/\\]", name)[-1]
    printable = (each for each in name if unicodedata.category(each)[0] not in "CZ" or each == " ")
    name = _UNSAFE.sub("_", "".join(printable)).strip(" .")
    stem, _, suffix = name.rpartition(".")
    if not stem or f".{suffix.lower()}" not in ACCEPTED:
        listed = "、".join(SUFFIXES)
        raise BadUpload(
            f"{name[:80] or 'This'} is no kind of file that is taken; send {', '.join(SUFFIXES)}.",
            f"不支持“{name[:80] or '该文件'}”这种类型，请上传 {listed} 文件。",
        )
    # File systems count bytes, and must not be left with half a character.
    short = stem.strip(" .").encode("utf-8")[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f"{short}.{suffix.lower()}"
