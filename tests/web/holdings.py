"""Invented summaries and documents of 云江市, for the tests of the library's views."""

from __future__ import annotations

from vectorstore.datamodels import DocumentSummary, Passage, PolicyDocument, Relation

TREES = "云政办发〔2018〕12号"


def summary(number: str | None, **particulars) -> DocumentSummary:
    """A summary whose id is made of its number."""
    values = {
        "id": f"id-{number}",
        "title": f"云江市人民政府关于{number}的通知",
        "issuer": "云江市人民政府",
        "kind": "通知",
        "issued": "2019-05-20",
        "expires": None,
        "gazette": None,
        "digest": False,
        "status": "状态未知",
    }
    return DocumentSummary(number=number, **{**values, **particulars})


def relation(kind: str, number: str | None, title: str | None = None, start: int = 0) -> Relation:
    return Relation(kind, number, title, start, start + 5)


def written(*passages: tuple[str, str, tuple[str, ...]], **particulars) -> PolicyDocument:
    """A document of (locator, text, headings); a text that is no passage has the locator ''."""
    text, found = "", []
    for locator, words, headings in passages:
        if locator:
            found.append(Passage(len(text), len(text) + len(words), words, locator, headings))
        text += f"{words}\n"
    values = {"source": "a.txt", "title": "云江市渡船管理办法", "number": "云政发〔2019〕7号"}
    return PolicyDocument(text=text.rstrip(), passages=tuple(found), **{**values, **particulars})
