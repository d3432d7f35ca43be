"""Reads policies: files -> documents -> passages -> store. Imports `vectorstore` only."""

from ingest.pipeline import Failure, IngestReport, ingest

__all__ = ["Failure", "IngestReport", "ingest"]
