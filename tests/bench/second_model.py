"""The figures with another embedding model: `python -m tests.bench.second_model DOCUMENTS GOLD`.

Makes a second model out of the shipped one (its word vectors brought to fewer dimensions by
principal components, so another fingerprint, other vectors and another size), and then only uses
what anybody can use: POLICY_EMBEDDING_MODEL, `python -m ingest` and `python -m
assistant.evaluation`. Prints what these print. Imports `vectorstore.embedding` for the shipped
model's folder.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent.parent


def make_smaller(source: Path, folder: Path, dimensions: int) -> Path:
    """Save the static model in `source` with fewer dimensions into `folder`."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    static = SentenceTransformer(str(source), device="cpu")[0]
    words = static.embedding.weight.detach().numpy().astype(np.float64)
    _, directions = np.linalg.eigh(words.T @ words)
    smaller = words @ directions[:, -dimensions:]
    module = StaticEmbedding(static.tokenizer, embedding_weights=smaller.astype(np.float32))
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the model, ingest, ask; 0 when all three went well."""
    from vectorstore.embedding import SHIPPED_MODEL

    options = _parse(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = options.model or SHIPPED_MODEL
        model = make_smaller(source, folder / "second", options.dimensions)
        store, run = folder / "store", folder / "run.jsonl"
        environment = os.environ | {"POLICY_EMBEDDING_MODEL": str(model)}
        for command in (
            ["ingest", str(options.documents), "--store", str(store)],
            ["assistant.evaluation", str(options.gold), "--store", str(store), "--run", str(run)],
        ):
            done = subprocess.run(
                [sys.executable, "-m", *command], cwd=PROJECT, env=environment, check=False
            )
            if done.returncode:
                return done.returncode
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.second_model",
        description="Ingest and score the gold questions with a second, smaller embedding model.",
    )
    parser.add_argument("documents", type=Path, help="files to ingest")
    parser.add_argument("gold", type=Path, help="gold questions about them")
    parser.add_argument("--dimensions", type=int, default=64, help="of the model (default 64)")
    parser.add_argument("--model", type=Path, help="made of this one (default: the shipped one)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
