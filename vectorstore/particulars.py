"""How a document's particulars are kept: one JSON object in the row of each document.

In goes a document, out comes the JSON; in goes the JSON, out come the arguments to make the
document with. What an older program stored lacks the newer fields. Imports the data models only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vectorstore.datamodels import Annex, PolicyDocument, Relation

_PLAIN = (
    "issuer",
    "kind",
    "issued",
    "effective",
    "expires",
    "gazette",
    "digest",
    "warnings",
    "stated_status",
    "addressee",
    "publicity",
    "signature",
    "pages",
)


def particulars_of(document: PolicyDocument) -> str:
    """The columns of a document that are only shown, as JSON."""
    details: dict[str, Any] = {name: getattr(document, name) for name in _PLAIN}
    details["relations"] = [asdict(each) for each in document.relations]
    details["annexes"] = [asdict(each) for each in document.annexes]
    return json.dumps(details, ensure_ascii=False)


def restored_particulars(stored: str) -> dict[str, Any]:
    """The arguments of `PolicyDocument` that `particulars_of` wrote."""
    details = json.loads(stored)
    details["relations"] = tuple(Relation(**each) for each in details["relations"])
    details["annexes"] = tuple(Annex(**each) for each in details.get("annexes", ()))
    details["warnings"] = tuple(details["warnings"])
    details["pages"] = tuple(map(tuple, details.get("pages", ())))
    return details


def source_at(source: str, pages: Sequence[Sequence[int]], start: int) -> str:
    """The file to cite for a passage, with its page where there are pages: 公报.pdf，第3页."""
    page = next((number for offset, number in reversed(pages) if offset <= start), None)
    return source if page is None else f"{source}，第{page}页"
