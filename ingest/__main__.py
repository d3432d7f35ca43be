"""The command line `python -m ingest PATH… [--store DIR]`, `python -m ingest --report`.

Parses arguments and prints. Imports ingest.pipeline, ingest.report and vectorstore.
"""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from vectorstore.errors import PolicyError
from vectorstore.settings import Settings

_STAGES = {"read": "Reading files", "embed": "Embedding passages", "index": "Indexing passages"}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when all went in, 1 when some did not, 2 for bad usage."""
    options = _parse(arguments)
    changes = options.paths or options.remove or options.rebuild
    if not (changes or options.report):
        print(
            "Nothing to do: give files or folders, --remove, --rebuild, or --report.",
            file=sys.stderr,
        )
        return 2
    if (changes and options.report) or (options.html and (options.json or not options.report)):
        print(
            "--report stands alone or with --json or --html (one of them); ingest first.",
            file=sys.stderr,
        )
        return 2
    try:
        return _report(options) if options.report else _run(options)
    except PolicyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the store is as it was before.", file=sys.stderr)
        return 130


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ingest", description="Read policies into the store that questions search."
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders to read")
    parser.add_argument("--store", metavar="DIR", help="the store's folder (POLICY_STORE)")
    parser.add_argument(
        "--remove",
        action="append",
        default=[],
        metavar="NUMBER_OR_FILE",
        help="take a document out, by its number or its file; may be repeated",
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="make vectors and indexes anew from what is stored"
    )
    parser.add_argument(
        "--report", action="store_true", help="list what the store holds instead of ingesting"
    )
    parser.add_argument("--json", action="store_true", help="print the summary or list as JSON")
    parser.add_argument("--html", action="store_true", help="print the list as a web page")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    settings = Settings.load()
    from vectorstore.embedding import SHIPPED_MODEL, PolicyEmbeddings

    # A model that cannot be had is told of before the slow imports.
    embeddings = PolicyEmbeddings(settings.embedding_model or SHIPPED_MODEL)
    from ingest.pipeline import ingest

    with _Bars(Console(stderr=True)) as bars:
        report = ingest(
            options.paths,
            options.store or settings.store,
            embeddings=embeddings,
            remove=options.remove,
            rebuild=options.rebuild,
            on_progress=bars.show,
            on_found=bars.found,
        )
    if options.json:
        print(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(report, options.store or settings.store)
    for failure in report.failures:
        print(f"Not ingested: {failure.reason}", file=sys.stderr)
    return 1 if report.failures else 0


def _report(options: argparse.Namespace) -> int:
    settings = Settings.load()
    from ingest.report import as_json, as_page, library_rows, print_table
    from vectorstore.store import PolicyStore

    store = PolicyStore(options.store or settings.store)
    try:
        rows = library_rows(store)
    finally:
        store.close()
    if options.json:
        print(as_json(rows))
    elif options.html:
        print(as_page(rows))
    else:
        console = Console()
        # A file or a pipe has no width of its own: nothing has to give way there.
        print_table(rows, console if console.is_terminal else Console(width=220))
    return 0


class _Bars:
    """One progress bar a stage, on the error stream so that --json stays clean.

    The bar of the files says how many documents and passages they held so far.
    """

    def __init__(self, console: Console):
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[found]}"),
            console=console,
            transient=False,
        )
        self._tasks: dict[str, object] = {}

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._tasks:
            self._progress.stop()

    def show(self, stage: str, done: int, total: int) -> None:
        if stage not in _STAGES or not total:
            return
        # Not before: rich would put an empty line above an error that comes first.
        self._progress.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(_STAGES[stage], total=total, found="")
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def found(self, documents: int, passages: int) -> None:
        if "read" in self._tasks:
            found = f"{documents} documents, {passages} passages"
            self._progress.update(self._tasks["read"], found=found)


def _print(report, store) -> None:
    for warning in report.warnings:
        print(f"Warning: {warning}")
    print(
        f"Files read: {report.files} ({report.unchanged} unchanged); "
        f"documents: {report.documents}; passages: {report.passages}; "
        f"warnings: {len(report.warnings)}; seconds: {report.seconds}"
    )
    done = (
        f"{report.added_passages} passages added, {report.removed_passages} removed"
        if report.changed
        else "nothing changed"
    )
    print(
        f"Store {store}: {done}; it holds {report.library_documents} documents "
        f"in {report.library_passages} passages."
    )


if __name__ == "__main__":
    sys.exit(main())
