"""Reads a text into policy documents: finds them, repairs them, cuts them into passages.

In goes the text of one file and its name; out come `PolicyDocument`s in the order of the text.
A pure function: no files, no store. Imports the other modules of the reader and
vectorstore.datamodels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.annexes import annexes_of, list_of_annexes
from ingest.characters import repair_characters
from ingest.documents import Draft, find_documents, gazette_of
from ingest.flattened import restore_breaks
from ingest.formalities import addressee_of, publicity_of, signature_of
from ingest.front_matter import FrontMatter, split_front_matter
from ingest.lines import join_lines
from ingest.markers import number_of_line
from ingest.outline import read_outline
from ingest.particulars import read_particulars
from ingest.passages import cut_passages
from ingest.relations import find_relations, stated_relations
from vectorstore.datamodels import Passage, PolicyDocument

_LEAST_TEXT = 6
# The line by which a digest says what it is: true of the document, and no provision of it.
_DISCLAIMER = re.compile(r"本文为政策要点（非原文），以公报原文为准。\s*")


def read_documents(text: str, source: str) -> list[PolicyDocument]:
    """The documents in `text`, the content of the file named `source`.

    Never fails: a text in which no document can be told is one document without a number; an
    empty text is none.
    """
    front = split_front_matter(text)
    lines = repair_characters(restore_breaks(front.body, front.fields.get("title", ""))).split("\n")
    paragraphs = join_lines(lines)
    if not paragraphs:
        return []
    drafts = [_stated(front, paragraphs)] if front.fields else find_documents(paragraphs)
    gazette = gazette_of(lines) if any(d.number for d in drafts) else None
    return [_document(draft, front, gazette, source) for draft in drafts]


def _stated(front: FrontMatter, paragraphs: list[str]) -> Draft:
    """The one document that front matter describes; an original brings its own head along."""
    if front.fields.get("source", "").lower() != "digest":
        found = find_documents(paragraphs)
        if len(found) == 1 and len(found[0].paragraphs) >= len(paragraphs) - 6:
            draft = found[0]
            if draft.number or _is_stated_title(draft, front):
                return draft
    # The title stands in the front matter: the number may open the text without it.
    number = next(filter(None, map(number_of_line, paragraphs[:2])), None)
    return Draft(number, paragraphs, None)


def _without_disclaimer(passage: Passage) -> Passage:
    match = _DISCLAIMER.match(passage.text)
    if match is None:
        return passage
    return replace(passage, start=passage.start + match.end(), text=passage.text[match.end() :])


def _is_stated_title(draft: Draft, front: FrontMatter) -> bool:
    title = draft.paragraphs[draft.title_at or 0].lstrip("# ")
    return re.sub(r"\s", "", title) == re.sub(r"\s", "", front.fields.get("title", ""))


def _document(draft: Draft, front: FrontMatter, gazette: str | None, source: str) -> PolicyDocument:
    text, spans = _laid_out(draft.paragraphs)
    fields = front.fields
    particulars = read_particulars(draft, fields)
    parts = read_outline(
        draft.paragraphs, particulars.body_at, particulars.title_at, particulars.title
    )
    digest = fields.get("source", "").lower() == "digest"
    annexes, missing = annexes_of(
        list_of_annexes(draft.paragraphs, particulars.body_at),
        ((part.prefix, part.title, part.has_text) for part in parts),
    )
    own = [particulars.number or "", particulars.title, *(part.title for part in parts)]
    own += [annex.title for annex in annexes]
    cut = map(_without_disclaimer, cut_passages(text, spans, parts))
    passages = tuple(each for each in cut if each.text)
    return PolicyDocument(
        source=source,
        text=text,
        title=particulars.title or source,
        number=particulars.number,
        issuer=particulars.issuer,
        kind=particulars.kind,
        issued=particulars.issued,
        effective=particulars.effective,
        expires=particulars.expires,
        gazette=fields.get("gazette") or gazette,
        stated_status=particulars.status,
        digest=digest,
        passages=passages,
        relations=(*stated_relations(front.relations), *find_relations(text, passages, own)),
        # What a digest leaves out is no fault of the file.
        warnings=(*draft.warnings, *([] if digest else missing), *_wordless(passages)),
        addressee=addressee_of(draft.paragraphs, particulars.body_at),
        publicity=fields.get("publicity") or publicity_of(draft.paragraphs),
        signature=signature_of(draft.paragraphs, draft.title_at),
        annexes=annexes,
    )


def _wordless(passages: Sequence[Passage]) -> list[str]:
    """A page that shows its text as a picture holds next to no characters."""
    written = sum(len(re.findall(r"[\u3400-\u9fff]", each.text)) for each in passages)
    return ["正文几乎没有文字（可能是图片或链接）"] if written < _LEAST_TEXT else []


def _laid_out(paragraphs: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The text, one paragraph a line, and the offsets of each paragraph in it.

    The # of Markdown headings told their level; the text does without them.
    """
    plain = [re.sub(r"^#{1,6} (?=\S)", "", paragraph) for paragraph in paragraphs]
    spans, offset = [], 0
    for paragraph in plain:
        spans.append((offset, offset + len(paragraph)))
        offset += len(paragraph) + 1
    return "\n".join(plain), spans
