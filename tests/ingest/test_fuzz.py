"""Gazettes with random damage are read or refused, never with a traceback.

FUZZ_MUTATIONS sets how many texts are tried (2,000 unless told); of files, a quarter of that.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from ingest.files import decode_text
from ingest.loading import read_file
from ingest.reader import read_documents
from tests.ingest.formats import NUMBER, TITLE, as_pdf, as_text, as_web, as_word
from tests.ingest.gazette import FLOWED, WRAPPED
from tests.ingest.printing import printed_gazette
from tests.ingest.test_properties import check_passages
from vectorstore.datamodels import PolicyDocument
from vectorstore.errors import UnreadableFile

MUTATIONS = int(os.environ.get("FUZZ_MUTATIONS", "2000"))
NASTY = [
    *"渊冤尧遥袁曰院掖业野冶咱暂",
    *"（）《》“”〔〕【】、。：；$\\{}|#-*<>\t\f\r\n\u3000\u00a0\u200b\ufeff\u2028⽅⺠①㈠０",
    "第一条",
    "（一）",
    "一、",
    "附件",
    "目录",
    "---\n",
    "青政发〔2021〕7号\n",
    "2021年5月8日\n",
    "| a | b |\n|---|---|\n",
    "\ud800",
    "\x00",
    "9" * 40,
    "（" * 50,
]


def damaged(text: str, dice: random.Random) -> str:
    """`text` with one to six random changes."""
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(text) + 1)
        end = min(len(text), at + dice.choice([1, 2, 5, 40, 400]))
        kind = dice.randrange(6)
        if kind == 0:
            text = text[:at] + text[end:]
        elif kind == 1:
            text = text[:at] + dice.choice(NASTY) * dice.choice([1, 1, 2, 9]) + text[at:]
        elif kind == 2:
            text = text[:at] + text[at:end] * 2 + text[end:]
        elif kind == 3:
            text = text[at:] + text[:at]
        elif kind == 4:
            text = text[:at] + text[at:end].replace("\n", "") + text[end:]
        else:
            text = text[:at] + "".join(dice.sample(text[at:end], end - at)) + text[end:]
    return text


def with_wrong_bytes(text: str, dice: random.Random) -> str | None:
    """`text` after some of its bytes were changed; None where that is no text any more."""
    encoding = dice.choice(["utf-8", "gb18030", "utf-16"])
    data = bytearray(text.encode(encoding, "replace"))
    for _ in range(dice.randint(1, 4)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    try:
        return decode_text(bytes(data), "a.txt")
    except UnreadableFile:
        return None


def broken_bytes(data: bytes, dice: random.Random) -> bytes:
    """`data` with one to eight random changes."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(changed))
        end = min(len(changed), at + dice.choice([1, 1, 4, 60, 900]))
        kind = dice.randrange(4)
        if kind == 0:
            changed[at] = dice.randrange(256)
        elif kind == 1 and end - at < len(changed):
            del changed[at:end]
        elif kind == 2:
            changed[at:at] = changed[at:end]
        else:
            changed[at:end] = bytes(dice.randrange(256) for _ in range(end - at))
    return bytes(changed)


def read_or_refuse(path: Path) -> tuple[list[PolicyDocument], tuple[str, str]]:
    """The documents in the file, or what the user is told in both languages."""
    try:
        return read_file(path, path.name), ("", "")
    except UnreadableFile as error:
        return [], (str(error), error.chinese)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_damaged_files(tmp_path: Path) -> None:
    """A file of any format is read, or refused with a message in both languages."""
    record = json.dumps({"标题": TITLE, "文号": NUMBER, "正文": as_text()}, ensure_ascii=False)
    files = {
        "a.docx": as_word(),
        "a.html": as_web(),
        "a.pdf": as_pdf(),
        "b.pdf": printed_gazette(2),
        "a.jsonl": record.encode("utf-8"),
        "a.csv": f"标题,文号,正文\n{TITLE},{NUMBER},第一条 渡口每年检查。\n".encode("gb18030"),
        "a.md": f"---\ntitle: {TITLE}\n---\n\n## 一、总则\n\n渡口每年检查。\n".encode(),
    }
    for seed in range(MUTATIONS // 4):
        dice = random.Random(seed)
        name = dice.choice(sorted(files))
        path = tmp_path / name
        path.write_bytes(broken_bytes(files[name], dice))
        documents, refusal = read_or_refuse(path)
        assert documents or all(refusal), seed
        for document in documents:
            check_passages(document)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_damaged_gazettes() -> None:
    """Whatever happens to the text, passages are slices of what is stored."""
    sources = [FLOWED, WRAPPED, as_text()]
    for seed in range(MUTATIONS):
        dice = random.Random(seed)
        text: str | None = damaged(dice.choice(sources), dice)
        if seed % 3 == 0 and text:
            text = with_wrong_bytes(text, dice)
        for document in read_documents(text, "a.txt") if text else []:
            assert document.title, seed
            check_passages(document)
