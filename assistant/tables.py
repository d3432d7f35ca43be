"""A table's row as one reads it: each cell with the head of its column.

In: a row of a stored table and its passage. Out: the row with its heads. Imports `vectorstore`'s
types.
"""

from __future__ import annotations

from vectorstore.datamodels import FoundPassage

# What stands between the cells of a stored row.
CELL = "｜"


def row_with_heads(text: str, passage: FoundPassage) -> str:
    """葫芦岛市教育局；负责人：… — a table's row with the heads that the heading path holds."""
    cells = [cell.strip() for cell in text.split(CELL)]
    heads = next(
        (
            [head.strip() for head in heading.split(CELL)]
            for heading in reversed(passage.headings)
            if heading.count(CELL) == len(cells) - 1
        ),
        None,
    )
    if heads is None:
        return "；".join(filter(None, cells))
    pairs = [f"{head}：{cell}" for head, cell in zip(heads, cells, strict=True) if cell]
    return "；".join(pairs).rstrip("。") + "。"
