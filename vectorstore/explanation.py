"""Why each passage stands where it stands: a search's result as a table for people to read.

In: found passages with the parts of their scores. Out: text, one line a passage, wide characters
counted as they are shown. Imports the data models; rich draws the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from vectorstore.datamodels import FoundPassage

_WIDTH = 160
_BEGINNING = 24


def explain(passages: Sequence[FoundPassage]) -> str:
    """A table of `passages`: the place, the score, what each part adds to it, the first words."""
    from rich.console import Console
    from rich.table import Table

    names = list(dict.fromkeys(name for each in passages for name, _ in each.parts))
    table = Table(box=None, pad_edge=False, header_style="")
    for heading in ("#", "document", "place", "score", *names, "text"):
        number = heading not in ("document", "place", "text")
        table.add_column(
            heading.replace("_", " "), justify="right" if number else "left", no_wrap=True
        )
    for rank, each in enumerate(passages, 1):
        parts = dict(each.parts)
        table.add_row(
            str(rank),
            each.number or each.title,
            each.locator,
            f"{each.score:.3f}",
            *(f"{parts[name]:+.3f}" if name in parts else "" for name in names),
            each.text[:_BEGINNING].replace("\n", " "),
        )
    page = StringIO()
    # The text of a document is no markup.
    Console(file=page, width=_WIDTH, markup=False, highlight=False, emoji=False).print(table)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())
