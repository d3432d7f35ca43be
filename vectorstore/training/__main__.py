"""The command line of training: `python -m vectorstore.training --data FOLDER --out FOLDER`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from vectorstore.training.recipe import Settings, train_model


def main() -> None:
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m vectorstore.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training text")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--dimensions", type=int, default=defaults.dimensions)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("gensim").setLevel(logging.WARNING)
    settings = Settings(seed=arguments.seed, dimensions=arguments.dimensions)
    train_model(arguments.data, arguments.out, settings)


if __name__ == "__main__":
    main()
