"""Fills a lexical index in a process of its own, beside the one that adds the vectors.

Chroma lets no other Python thread run while it adds, so threads hide nothing behind it; a second
process analyses and indexes the texts meanwhile. It starts in half a second, which only a large
library is worth (see `versions`).

In: the index's folder, batches of (id, document id, context, body) rows, ids to remove. Out: the
changed folder, or OSError. The rows travel as one line of JSON a batch over standard input and
end with a line that says so: without it the sender died, and nothing is committed. Imports
`lexical`.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

Row = tuple[str, str, str, str]
_END = "end"
# Batches that may wait for the words; then the sender does.
_WAITING = 16
_PROJECT = Path(__file__).resolve().parent.parent


def change_apart(folder: Path, batches: Iterable[Sequence[Row]], remove: Sequence[str]) -> None:
    """`LexicalIndex.change` in another process; back when it has committed.

    Every batch is handed over before the next one is asked for.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder.resolve())],
        cwd=_PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        _send(process.stdin, list(remove))
        for batch in batches:
            _send(process.stdin, batch)
        _send(process.stdin, _END)
    except BrokenPipeError:
        pass  # it ended early and says below why
    except BaseException:
        process.kill()
        process.communicate()
        raise
    _, complaint = process.communicate()
    if process.returncode:
        last = complaint.strip().splitlines()[-1:] or [f"exit status {process.returncode}"]
        raise OSError(0, f"the process that indexes the words ended early: {last[0]}")


def _send(pipe: IO[str], value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), file=pipe, flush=True)


def _received(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of all batches. A thread takes them in, so that the sender seldom has to wait."""
    waiting: queue.Queue[str] = queue.Queue(_WAITING)

    def take_in() -> None:
        for line in lines:
            waiting.put(line)
        waiting.put("")

    threading.Thread(target=take_in, daemon=True).start()
    while batch := waiting.get():
        rows = json.loads(batch)
        if rows == _END:
            return
        yield from rows
    raise SystemExit("the rows end without their last line")


def main() -> None:
    """Change the index in the folder named on the command line by what standard input says."""
    from vectorstore.lexical import LexicalIndex

    sys.stdin.reconfigure(encoding="utf-8")
    remove = json.loads(sys.stdin.readline())
    LexicalIndex(Path(sys.argv[1])).change(add=_received(sys.stdin), remove=remove)


if __name__ == "__main__":
    main()
