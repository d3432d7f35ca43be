"""How much memory a process takes that opens one system and answers; run in a process of its own.

    python -m tests.bench.memory SYSTEM FOLDER MODEL < questions.json

SYSTEM `none` only loads the model and everything that is imported. Prints MiB. Imports `systems`.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench.questions import Question

PROJECT = Path(__file__).resolve().parent.parent.parent


def memory_of(name: str, folder: Path, model: str, questions: Sequence[Question]) -> float:
    """The resident set, in MiB, of a fresh process that has answered `questions`."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", name, str(folder), model],
        input=json.dumps([asdict(each) for each in questions]),
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    return float(done.stdout.split()[-1])


def _resident() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # the peak, which is all that others tell, comes while the model loads
        return int(re.search(r"VmRSS:\s*(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Ask the questions on standard input and print the size before closing."""
    from tests.bench.systems import open_system
    from vectorstore.embedding import PolicyEmbeddings

    name, folder, model = sys.argv[1:]
    embeddings = PolicyEmbeddings(model)
    embeddings.load()
    if name != "none":
        ask, close = open_system(name, Path(folder), embeddings)
        for each in json.load(sys.stdin):
            ask(Question(**each))
        print(f"{_resident():.1f}")
        close()
    else:
        print(f"{_resident():.1f}")


if __name__ == "__main__":
    main()
