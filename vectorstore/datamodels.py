"""What is stored: documents, their passages, and the relations between documents.

Frozen dataclasses only; no store, no model, no I/O. `ingest` makes them, `vectorstore` keeps
and finds them, `assistant` cites them. Imports nothing of the project.

Offsets are counted in Python characters (code points) of `PolicyDocument.text`, the repaired
text that is stored; `start` is inclusive and `end` exclusive, so that
`document.text[passage.start:passage.end] == passage.text` always holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

STATUS_UNKNOWN = "状态未知"
STATUS_IN_FORCE = "现行有效"
STATUS_AMENDED = "已修改"
STATUS_REPEALED = "已废止"
STATUS_EXPIRED = "已过有效期"
STATUS_NOT_YET = "尚未施行"


def content_id(*parts: object) -> str:
    """A 16-digit hexadecimal id made from content, equal for equal parts."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return sha256(joined.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True)
class Relation:
    """What one document says about another, and where (offsets in its text).

    `kind` is repeals, replaces, amends, forwards, implements (贯彻), based_on (根据) or cites.
    """

    kind: str
    target_number: str | None
    target_title: str | None
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A citable stretch of a document, at most about 400 characters, verbatim.

    `headings` is the path of heading texts above it (without the document's title), outermost
    first; `locator` the short form of the same place (第四条; 二、主要任务/（三）/2.), unique
    enough for a reader to find it, with the annex or chapter where numbering restarts.
    """

    start: int
    end: int
    text: str
    locator: str
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Annex:
    """An annex by its label (附件2) and title; `missing` when it is listed but not there."""

    label: str
    title: str
    missing: bool = False


@dataclass(frozen=True)
class PolicyDocument:
    """One official document, with its particulars as read; what is not stated is None or ''.

    `number` is in canonical form (葫政发〔2018〕25号, 葫芦岛市人民政府令第187号). `issued`,
    `effective` and `expires` are ISO dates (YYYY-MM-DD). `source` names the file it came from.
    `digest` marks a summary in other words, which is never quoted as the original.
    `stated_status` is what the page or export it came from says of its validity; what other
    documents say of it counts more.
    """

    source: str
    text: str
    title: str
    number: str | None = None
    issuer: str | None = None
    kind: str | None = None
    issued: str | None = None
    effective: str | None = None
    expires: str | None = None
    gazette: str | None = None
    digest: bool = False
    passages: tuple[Passage, ...] = ()
    relations: tuple[Relation, ...] = ()
    warnings: tuple[str, ...] = ()
    stated_status: str | None = None
    addressee: str | None = None
    publicity: str | None = None
    signature: str | None = None
    annexes: tuple[Annex, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", content_id(self.source, self.number, self.title, self.text))


@dataclass(frozen=True)
class DocumentSummary:
    """A stored document without its text: what lists, filters and relations need to know.

    `status` is its validity today; `stated_status` what the page it came from said of it.
    """

    id: str
    number: str | None
    title: str
    issuer: str | None
    kind: str | None
    issued: str | None
    expires: str | None
    gazette: str | None
    digest: bool
    status: str
    stated_status: str | None = None
    passages: int = 0
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class FoundPassage:
    """A passage that retrieval returned, with its document's particulars.

    `score` is what it was ranked by (higher is better, comparable within one search only);
    `similarity` the cosine similarity in [-1, 1]; `lexical` the share in [0, 1] of the
    question's weighted terms that it holds; `parts` what each feature of the second look added
    to the score.
    """

    id: str
    document_id: str
    number: str | None
    title: str
    source: str
    locator: str
    headings: tuple[str, ...]
    start: int
    end: int
    text: str
    status: str
    digest: bool
    issued: str | None
    score: float
    similarity: float = 0.0
    lexical: float = 0.0
    parts: tuple[tuple[str, float], ...] = ()
