"""Reads policies: files -> documents -> passages -> store. Imports `vectorstore` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.pipeline import Failure, IngestReport, ingest

__all__ = ["Failure", "IngestReport", "ingest"]


def __getattr__(name: str) -> Any:
    """The pipeline's names when they are first asked for: its libraries take seconds to import."""
    if name in __all__:
        from ingest import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
