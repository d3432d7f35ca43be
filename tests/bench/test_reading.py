"""The measure of reading counts what it says."""

from __future__ import annotations

from tests.bench import library
from tests.bench.reading import main, measure, peak_memory

TEXTS = [each.text for each in library.gazettes(200)]


def test_both_read_the_same_characters() -> None:
    """Passages and pieces come out of the same texts, and both take time."""
    speed = measure(TEXTS, turns=1)
    assert speed.characters == sum(map(len, TEXTS))
    assert speed.passages >= 100
    assert speed.pieces > 0
    assert 0 < speed.reader < speed.splitter


def test_memory_is_bounded_by_the_largest_file() -> None:
    """Forty files take hardly more than four, because only one is held at a time."""
    longest = max(TEXTS, key=len)
    few = peak_memory([longest] * 4)
    assert peak_memory([longest] * 40) < 1.5 * few + 0.5


def test_a_folder_of_texts_is_measured(tmp_path, capsys) -> None:
    """The command prints both speeds."""
    library.write(tmp_path, 100)
    assert main([str(tmp_path), "--turns", "1"]) == 0
    printed = capsys.readouterr().out
    assert "reader:" in printed
    assert "recursive splitter:" in printed
