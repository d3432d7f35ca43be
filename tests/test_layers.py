"""The arrows between packages point downwards only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What each part may import of the project; a part that is not listed may be imported by nobody.
ALLOWED = {
    "app.py": {"views", "assistant", "ingest", "vectorstore"},
    "views": {"views", "assistant", "ingest", "vectorstore"},
    "assistant": {"assistant", "vectorstore", "prompts"},
    "ingest": {"ingest", "vectorstore"},
    "vectorstore": {"vectorstore"},
    "prompts": {"prompts"},
}
PARTS = {"app", *(name.removesuffix(".py") for name in ALLOWED)}


def imports_of(file: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # A relative import stays in its own package.
            found.add(file.parent.name if node.level else (node.module or "").split(".")[0])
    return found


def files_of(part: str) -> list[Path]:
    """The modules of a part."""
    return [ROOT / part] if part.endswith(".py") else sorted((ROOT / part).rglob("*.py"))


@pytest.mark.parametrize("part", ALLOWED)
def test_imports_point_downwards(part: str) -> None:
    """Each part imports only the parts below it, so that any of them can be read alone."""
    files = files_of(part)
    assert files, f"{part} has no modules"
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in (imports_of(file) & PARTS) - ALLOWED[part]
    }
    assert not wrong


def test_only_one_module_knows_chroma() -> None:
    """Another vector database would be one more class beside this module's."""
    knowing = {
        file.relative_to(ROOT).as_posix()
        for part in ALLOWED
        for file in files_of(part)
        if "chromadb" in imports_of(file)
    }
    # The baseline of the evaluation is plain Chroma on purpose.
    assert knowing - {"assistant/evaluation/baselines.py"} == {"vectorstore/vectors.py"}


def test_only_the_web_knows_gradio() -> None:
    """Nothing below the page can break when the page is built with something else."""
    knowing = {
        file.relative_to(ROOT).as_posix()
        for part in ALLOWED
        for file in files_of(part)
        if "gradio" in imports_of(file)
    }
    assert {name.split("/")[0] for name in knowing} <= {"app.py", "views"}
