"""Reads the training text: documents cut into blocks under headings, and people's questions.

In: a folder with the gzipped JSON lines of `shared/training`, the lay pairs and the thesaurus.
Out: frozen dataclasses, in the order of the files. Imports nothing of the project.

What is held out for measuring is decided here, by a hash of the title or of the article's name, so
that it never depends on the order of the files or on a random number.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

LAY_PAIRS = Path(__file__).with_name("lay_pairs.tsv")
# Everyday questions about the documents that the project ships, in the same form.
LAY_QUESTIONS = Path(__file__).with_name("lay_questions.tsv")
THESAURUS = Path(__file__).parents[1] / "thesaurus.tsv"

_NUMERAL = "一二三四五六七八九十百千零〇"
_MARK = rf"第[{_NUMERAL}]+条|[{_NUMERAL}]+、|（[{_NUMERAL}]+）|\([{_NUMERAL}]+\)"
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_RUN_TOGETHER = re.compile(rf"(?<=[。：；])\s*(?={_MARK})")
_ARTICLE = re.compile(rf"^第[{_NUMERAL}]+条(?:之[{_NUMERAL}]+)?\s*")
_CHAPTER = re.compile(rf"^第[{_NUMERAL}]+[章节编]\s*")
_ITEM = re.compile(rf"^(?:[{_NUMERAL}]+、|（[{_NUMERAL}]+）|\([{_NUMERAL}]+\))")
_ARTICLE_NAME = re.compile(r"^《[^》]{2,60}》[^：]{2,20}：")
_BLANK = re.compile(r"[ \t\u3000\xa0]+")


@dataclass(frozen=True)
class Block:
    """A paragraph or article with the nearest heading above it ('' where there is none)."""

    heading: str
    text: str


@dataclass(frozen=True)
class Document:
    genre: str
    title: str
    blocks: tuple[Block, ...]
    held_out: bool


@dataclass(frozen=True)
class Question:
    """What somebody asked, the texts of the articles that answer it, and an answer or ''."""

    text: str
    articles: tuple[str, ...]
    answer: str
    held_out: bool


@dataclass(frozen=True)
class Corpus:
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    names: tuple[tuple[str, str], ...]
    lay_pairs: tuple[tuple[str, str], ...]
    thesaurus: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]


def read_corpus(
    folder: Path,
    lay_pairs: Path = LAY_PAIRS,
    thesaurus: Path = THESAURUS,
    lay_questions: Path = LAY_QUESTIONS,
) -> Corpus:
    """Everything in `folder`; a file that is absent is an error, since the figures depend on it."""
    documents = [
        document
        for name, genre in (("laws", "law"), ("government_documents", "document"))
        for row in _rows(folder / f"{name}.jsonl.gz")
        if (document := _document(genre, row["title"], row["text"])).blocks
    ]
    guides = list(_rows(folder / "service_guides.jsonl.gz"))
    questions = [
        _question(row)
        for name in ("statute_questions", "consultations")
        for row in _rows(folder / f"{name}.jsonl.gz")
    ]
    return Corpus(
        documents=tuple(documents),
        questions=tuple(questions),
        names=tuple(_guide_pairs(guides)),
        lay_pairs=tuple(read_lay_pairs(lay_pairs)),
        thesaurus=tuple(read_lay_pairs(thesaurus)),
        asked=tuple(read_lay_pairs(lay_questions)),
    )


def read_lay_pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs (everyday wording, official wording) of a tab-separated file; # starts a comment.

    Everyday wordings of the same thing stand on one line, with | between them.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            lay, official = line.split("\t")
            for each in lay.split("|"):
                yield each.strip(), official.strip()


def in_held_out_share(name: str, share: float) -> bool:
    """Whether `name` belongs to the fixed pseudo-random `share` of names held out."""
    return int(sha256(name.encode("utf-8")).hexdigest()[:8], 16) < share * 2**32


def _rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _document(genre: str, title: str, text: str) -> Document:
    text = _FRONT_MATTER.sub("", text).replace("**", "")
    text = _RUN_TOGETHER.sub("\n", text)
    return Document(
        genre, title, tuple(_blocks(genre, title, text)), in_held_out_share(title, 0.05)
    )


def _blocks(genre: str, title: str, text: str) -> Iterator[Block]:
    heading, body = "", ""
    for raw in text.splitlines():
        line = _BLANK.sub(" ", raw).strip().lstrip("#").strip()
        if not line or line == title:
            continue
        chapter, article = _CHAPTER.match(line), _ARTICLE.match(line)
        # Items of a law belong to its article; those of other documents stand for themselves.
        item = _ITEM.match(line) if genre != "law" else None
        if chapter or article or item or len(body) > 250:
            yield from _block(heading, body)
            body = ""
        if chapter and len(line) < 40:
            heading = line[chapter.end() :]
            continue
        if item:
            lead, line = _lead(line[item.end() :])
            heading = lead or heading
        elif article:
            line = line[article.end() :]
        body = f"{body}\n{line}" if body else line
    yield from _block(heading, body)


def _lead(item: str) -> tuple[str, str]:
    """An item's heading and the rest; the heading is '' where the item is a plain sentence."""
    lead, stop, rest = item.partition("。")
    if len(lead) > 40 or "；" in lead or "：" in lead or (stop and not rest):
        return "", item
    return lead, rest


def _block(heading: str, body: str) -> Iterator[Block]:
    for start in range(0, len(body), 600):
        part = body[start : start + 600].strip()
        if len(part) >= 15:
            yield Block(heading.replace(" ", ""), part)


def _question(row: dict) -> Question:
    names, texts = [], []
    for article in row["articles"]:
        if isinstance(article, dict):
            names.append(_short_name(article["name"]))
            texts.append(article["text"])
        else:
            name, _, text = article.partition("：")
            names.append(_short_name(name))
            texts.append(_ARTICLE_NAME.sub("", article) if text else article)
    return Question(
        text=row["question"].strip(),
        articles=tuple(texts),
        answer=row.get("answer", ""),
        held_out=any(in_held_out_share(name, 0.10) for name in names),
    )


def _short_name(name: str) -> str:
    return re.sub(r"[《》\s]|中华人民共和国", "", name)


def _guide_pairs(guides: list[dict]) -> Iterator[tuple[str, str]]:
    """A service's name with its other names, its conditions, and the papers it asks for."""
    for guide in guides:
        name = guide["TASK_NAME"]
        for key in ("CATANAME", "accept_standard", "material_intro", "matter_daily"):
            other = str(guide.get(key) or "").strip()
            if other not in ("", "无", "null", "[]", name):
                yield name, other[:400]
