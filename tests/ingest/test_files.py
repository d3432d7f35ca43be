"""Files are found in a stable order and decoded, or refused with the way out."""

import pytest

from ingest.files import find_files, load_text
from vectorstore.errors import UnreadableFile


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_common_encodings_are_read(tmp_path, encoding):
    """UTF-8 with and without its mark, GB18030 and UTF-16 give the same text."""
    path = tmp_path / "公报.txt"
    path.write_bytes("青岚市人民政府公报\r\n第一条".encode(encoding))
    assert load_text(path) == "青岚市人民政府公报\n第一条"


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b"\xef\xbb\xbf \n", "empty"),
        ("binary.txt", b"abc\x00def", "binary"),
        ("odd.txt", b"\x81\xff\xff\x20", "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_the_way_out(tmp_path, name, data, word):
    """The message names the file and says what to do, in both languages."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=word) as caught:
        load_text(path)
    assert name in str(caught.value)
    assert name in caught.value.chinese


def test_a_huge_file_is_refused_unread(tmp_path):
    """More than 50 MB is not taken in."""
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    with pytest.raises(UnreadableFile, match="51 MB"):
        load_text(path)


def test_folders_are_searched_and_hidden_files_skipped(tmp_path):
    """Files of known formats at any depth, sorted, once each; a named file whatever its suffix."""
    (tmp_path / "a" / ".git").mkdir(parents=True)
    for name in ("b.txt", "a/c.md", "a/d.TXT", ".hidden.txt", "a/.git/x.txt", "e.xyz"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = find_files([tmp_path, tmp_path / "b.txt", tmp_path / "e.xyz"])
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["a/c.md", "a/d.TXT", "b.txt", "e.xyz"]


def test_a_missing_path_is_named(tmp_path):
    """What does not exist is an error, not an empty result."""
    with pytest.raises(UnreadableFile, match="nowhere"):
        find_files([tmp_path / "nowhere"])
    with pytest.raises(UnreadableFile, match="nowhere"):
        load_text(tmp_path / "nowhere.txt")
