"""Indexing words in a second process: the same index, and what happens when that process fails."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import tantivy

from vectorstore.apart import change_apart
from vectorstore.lexical import LexicalIndex

ROWS = [
    (f"{at:016x}", f"d{at // 3}", "青岚市停车办法", f"第{at}号停车场每小时收费{at}元")
    for at in range(1, 10)
]


def scores(folder: Path) -> list[tuple[str, float]]:
    """What a question finds, with scores."""
    return LexicalIndex(folder).search("停车场每小时收费5元", 20)


def committed(folder: Path) -> int:
    """How many passages the engine itself has in that folder."""
    return tantivy.Index.open(str(folder)).searcher().num_docs


def test_another_process_makes_the_same_index(tmp_path: Path) -> None:
    """Batches that another process indexes, after removals, are found with the same scores."""
    here = LexicalIndex(tmp_path / "here", create=True)
    here.change(add=ROWS[:2])
    here.change(add=ROWS[2:], remove=[ROWS[0][0]])
    LexicalIndex(tmp_path / "there", create=True).change(add=ROWS[:2])
    change_apart(tmp_path / "there", [ROWS[2:5], ROWS[5:]], [ROWS[0][0]])
    assert scores(tmp_path / "there") == scores(tmp_path / "here")
    assert len(scores(tmp_path / "there")) == len(ROWS) - 1


def test_a_failing_process_says_why(tmp_path: Path) -> None:
    """An index that cannot be opened there ends in an OSError with that process's last words."""
    (tmp_path / "meta.json").write_text("{}", "utf-8")
    with pytest.raises(OSError, match=r"ended early: .*damaged"):
        change_apart(tmp_path, [ROWS], [])


def test_a_failing_sender_ends_the_process(tmp_path: Path) -> None:
    """When the batches themselves fail, their error goes out and nothing was committed."""
    LexicalIndex(tmp_path / "index", create=True)

    def batches():
        yield ROWS
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        change_apart(tmp_path / "index", batches(), [])
    assert committed(tmp_path / "index") == 0


def test_a_dead_sender_commits_nothing(tmp_path: Path) -> None:
    """Rows that end without the last line, as after a kill of the sender, are not committed."""
    LexicalIndex(tmp_path / "index", create=True)
    lines = "\n".join(json.dumps(each) for each in ([], ROWS)) + "\n"
    done = subprocess.run(
        [sys.executable, "-m", "vectorstore.apart", str(tmp_path / "index")],
        input=lines.encode(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
    )
    assert done.returncode
    assert "without their last line" in done.stderr.decode()
    assert committed(tmp_path / "index") == 0
