"""The command line `python -m assistant "问题"`, and batches with --questions and --answers.

Parses arguments and prints; exit code 0 answered, 3 refused, 1 when something is wrong, 2 for
bad usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from vectorstore.errors import PolicyError
from vectorstore.settings import Settings

ANSWERED, FAILED, USAGE, REFUSED = 0, 1, 2, 3


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code as the module's docstring says."""
    parser = _parser()
    options = parser.parse_args(arguments)
    batch = options.questions is not None
    if batch == (options.question is not None) or batch != (options.answers is not None):
        print(
            "Give either one question, or --questions FILE.jsonl with --answers OUT.jsonl.",
            file=sys.stderr,
        )
        return USAGE
    # Set before the libraries are imported that would look for news on the network.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        return _batch(options) if batch else _one(options)
    except PolicyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant", description="Ask the policies in the store."
    )
    parser.add_argument("question", nargs="?", help="one question")
    parser.add_argument("--store", metavar="DIR", help="the store's folder (POLICY_STORE)")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.add_argument(
        "--explain", action="store_true", help="print why each passage stands where it stands"
    )
    parser.add_argument("--questions", type=Path, metavar="FILE.jsonl", help="many questions")
    parser.add_argument("--answers", type=Path, metavar="OUT.jsonl", help="where they go; resumes")
    return parser


def _assistant(options: argparse.Namespace):
    settings = Settings.load()
    if settings.embedding_model:
        from vectorstore.embedding import PolicyEmbeddings

        # A model that cannot be had is told of before the slow imports.
        PolicyEmbeddings(settings.embedding_model)
    from assistant.policy_assistant import PolicyAssistant  # takes seconds to import

    return PolicyAssistant(options.store, settings=settings)


def _one(options: argparse.Namespace) -> int:
    from assistant.questions import read_question

    read_question(options.question)  # a bad question should not wait for the model to load
    assistant = _assistant(options)
    if options.explain:
        print(assistant.explain(options.question))
        return ANSWERED
    answer = assistant.ask(options.question)
    if options.json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(answer)
    return ANSWERED if answer.answered else REFUSED


def _print(answer) -> None:
    print(answer.text)
    for citation in answer.citations:
        number = citation.number or citation.source
        place = f"{number} {citation.locator}".strip()
        print(f"\n[{citation.marker}] {place}  《{citation.title}》  {citation.status}")
        print(f"    {citation.quote}".replace("\n", "\n    "))
    for warning in answer.warnings:
        print(f"\n注意：{warning}")


def _batch(options: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from assistant.batch import answer_questions, read_questions

    questions = read_questions(options.questions)
    assistant = _assistant(options)
    assistant.load()
    with Progress(
        TextColumn("Answering"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True)
    ) as progress:
        task = progress.add_task("Answering", total=len(questions))
        answer_questions(
            assistant.ask,
            questions,
            options.answers,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    return ANSWERED


if __name__ == "__main__":
    sys.exit(main())
