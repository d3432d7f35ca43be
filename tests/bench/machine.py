"""What the figures were measured on, without its name: cores, memory, versions. Imports nothing
of the project.
"""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    "chromadb",
    "langchain-chroma",
    "langchain-core",
    "langchain-text-splitters",
    "numpy",
    "opencc",
    "rjieba",
    "sentence-transformers",
    "tantivy",
    "torch",
)


def describe() -> dict:
    """The machine and the versions of what was measured."""
    return {
        "cores": _cores(),
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    text = listing.read_text("utf-8", "replace") if listing.exists() else ""
    named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return named[1].strip() if named else platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def load() -> float:
    """How many processes were running on average in the last minute."""
    return round(os.getloadavg()[0], 1)
