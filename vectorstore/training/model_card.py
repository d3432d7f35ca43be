"""Writes the model card, `README.md` in the model folder, from what the run measured.

In: the model folder, the settings and the steps. Out: the card. Imports nothing of the project at
run time.
"""

from __future__ import annotations

from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vectorstore.training.recipe import Settings, Step

_CARD = """\
---
language: zh
library_name: sentence-transformers
license: mit
pipeline_tag: sentence-similarity
---

# Static word vectors for Chinese official documents

Turns Chinese text into {dimensions} numbers of which the cosine says how alike two texts are:
everyday questions and the official passages that answer them. It looks up one vector per word and
averages them; there is no network to run, and nothing to download. Written by
`python -m vectorstore.training`; do not edit by hand.

    SentenceTransformer("vectorstore/model")                                # or, in LangChain,
    HuggingFaceEmbeddings(model_name="vectorstore/model")

- **Size**: {size:.1f} MB; {rows:,} words, stored as 8-bit integers with one scale each,
  float32 when loaded.
- **Text**: folded by the tokenizer (NFKC, lower case; traditional characters share the vectors of
  the simplified ones). Punctuation and emoji count for nothing; text without a known word gives
  the zero vector, all other text a vector of length 1.
- **Order of words**: not seen. Numbers and names are better found by words than by this model.

## How it was made

1. Words counted with rjieba make a unigram tokenizer.
2. Official terms in {spoken:,} sentences are swapped for everyday words of the thesaurus.
3. word2vec (CBOW, negative sampling) learns the words' vectors from {tokens:,} words of text: all
   that is listed below, those sentences, and the wordings beside each other.
4. Vectors are centred, made equally long and scaled by smooth inverse frequency.
5. Contrastive tuning on {pairs:,} pairs, each batch of one kind: document (heading → article,
   title → paragraph, sentence → rest of its paragraph), question (→ article and answer), service
   (→ conditions), lay (everyday → official wording), thesaurus (the same, of single words),
   spoken (sentence in everyday words → rest of its paragraph) and asked (everyday question → what
   answers it).

{settings}

Made with {versions}. The same seed on the same versions gives the same vectors.

## Figures

On what was held out (a twentieth of the documents, the questions about a tenth of the articles, a
tenth of the official wordings with all that is said for them): recall@1 / recall@10 / MRR of the
first right passage.

{figures}

## Data

| text | licence |
|---|---|
| 3,722 Chinese laws, regulations and judicial interpretations (LawRefBook/Laws, ImCa0/just-laws) \
| outside copyright (Article 5 of the PRC Copyright Law); MIT |
| 1,512 documents of Hebei's provincial departments (gerry0208/spider_project) \
| outside copyright, same article |
| 2,262 service guides of Guangdong (Clarence-Kong/QABasedOnPolicyKnowledgeGraph) | MIT |
| 7,000 consultations, answers partly machine-written (AndrewZhe/lawyer-llama) | Apache-2.0 |
| 1,235 questions with the articles that answer them (oneal2000/STARD) | MIT |
| {lay:,} everyday wordings of {officials:,} official ones (`vectorstore/training/lay_pairs.tsv`) \
| written for this project, MIT |
| {thesaurus:,} everyday expressions with official terms (`vectorstore/thesaurus.tsv`) \
| written for this project, MIT |
| {asked:,} everyday questions about the digests in `documents/` with what answers them, in our \
own words (`vectorstore/training/lay_questions.tsv`) | written for this project, MIT |

The model knows the matters of the digests that ship with the project better than others: people's
questions about them are among what it learned from. None of the gazettes that they are digests of
was used, and none of the gold questions. Traditional spellings were made with
OpenCC (Apache-2.0).
"""


def write_card(folder: Path, settings: Settings, steps: list[Step], **numbers: int) -> None:
    """Writes `README.md`; `numbers` are the rows, tokens, pairs and lay pairs of the run."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.suffix != ".md")
    packages = ("gensim", "torch", "tokenizers", "sentence-transformers", "rjieba", "opencc")
    card = _CARD.format(
        dimensions=settings.dimensions,
        size=size / 1e6,
        settings=_settings_table(settings),
        versions=", ".join(f"{package} {version(package)}" for package in packages),
        figures=_figures_table(steps),
        **numbers,
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


def _settings_table(settings: Settings) -> str:
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values["steps"] = ", ".join(f"{kind} {number}" for kind, number in settings.steps)
    lines = [f"| {name} | {value} |" for name, value in values.items()]
    return "\n".join(["| setting | value |", "|---|---|", *lines])


def _figures_table(steps: list[Step]) -> str:
    tasks = steps[-1].figures
    head = " | ".join(f"{f.task} ({f.queries} of {f.passages:,})" for f in tasks)
    lines = [f"| step | {head} |", "|---" * (len(tasks) + 1) + "|"]
    for step in steps:
        cells = [f"{f.recall_1:.3f} / {f.recall_10:.3f} / {f.mrr:.3f}" for f in step.figures]
        lines.append(f"| {step.name} | {' | '.join(cells)} |")
    return "\n".join(lines)
