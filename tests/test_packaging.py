"""What an installation holds: every file that the code reads from beside itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]


def test_every_data_file_of_a_package_is_installed() -> None:
    """A data file that no pattern names is missing wherever the project is installed."""
    left_out = []
    for package in SETTINGS["packages"]:
        folder = ROOT / package.replace(".", "/")
        patterns = SETTINGS["package-data"].get(package, [])
        installed = {path for pattern in patterns for path in folder.glob(pattern)}
        for path in folder.iterdir():
            # README and the like are for those who read the sources.
            if path.suffix == ".py" or path.stem.isupper():
                continue
            if path.is_file() and path not in installed:
                owner = folder.parent
                above = SETTINGS["package-data"].get(package.rpartition(".")[0], [])
                if not any(path in owner.glob(pattern) for pattern in above):
                    left_out.append(str(path.relative_to(ROOT)))
    assert left_out == []


def test_every_package_is_named() -> None:
    """A folder of modules that is no package of the installation could not be imported there."""
    named = {package.replace(".", "/") for package in SETTINGS["packages"]}
    roots = {package.split("/")[0] for package in named}
    found = {
        str(path.parent.relative_to(ROOT))
        for root in roots
        for path in (ROOT / root).rglob("__init__.py")
    }
    assert found == named
