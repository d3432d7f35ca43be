"""Reads one file in a process of its own: a file from outside must not harm the server.

In: a file. Out: what it holds, or why it cannot be read, in both languages. A file that makes a
library crash, run on or eat the memory ends that process only. `python -m ingest.check FILE` is
the other end of it, and prints JSON. Imports ingest.loading and vectorstore.errors.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from vectorstore.errors import UnreadableFile

SECONDS = 120
MEMORY = 3 * 2**30
_PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Checked:
    """What a file holds: its documents as (number, title), and what the reader noticed."""

    documents: tuple[tuple[str | None, str], ...]
    passages: int
    warnings: tuple[str, ...]


def check_file(path: Path, seconds: int = SECONDS) -> Checked:
    """What `path` holds; UnreadableFile when it cannot be read, whatever the reason."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ingest.check", str(path.resolve())],
            cwd=_PROJECT,
            # A password or key must not be where a crafted file might reach it.
            env={name: each for name, each in os.environ.items() if "POLICY_" not in name.upper()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(
            f"{path.name} was not read within {seconds} seconds; split it or save it as text.",
            f"{path.name} 在 {seconds} 秒内未能读完，请拆分或另存为文本。",
        ) from error
    except ValueError as error:
        # It said nothing: the process crashed or ran out of memory.
        raise UnreadableFile(
            f"{path.name} cannot be read safely; save it anew or as text.",
            f"{path.name} 无法安全读取，请重新保存或另存为文本。",
        ) from error
    if "english" in found:
        raise UnreadableFile(found["english"], found["chinese"])
    return Checked(
        documents=tuple((number, title) for number, title in found["documents"]),
        passages=found["passages"],
        warnings=tuple(found["warnings"]),
    )


def main() -> int:
    """Read the file named on the command line; nothing but JSON goes to the output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(5)
    from ingest.loading import read_file

    path = Path(sys.argv[1])
    try:
        documents = read_file(path, path.name)
    except UnreadableFile as error:
        print(json.dumps({"english": str(error), "chinese": error.chinese}))
        return 1
    checked = Checked(
        documents=tuple((each.number, each.title) for each in documents),
        passages=sum(len(each.passages) for each in documents),
        warnings=tuple(
            f"{each.number or each.title}: {warning}"
            for each in documents
            for warning in each.warnings
        ),
    )
    print(json.dumps(asdict(checked)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
