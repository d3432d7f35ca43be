"""Training of the embedding model that the project ships in `vectorstore/model`.

In: the text in `shared/training` (laws, government documents, service guides, questions),
`lay_pairs.tsv` (everyday wording → official wording) and the thesaurus, both written for this
project. Out: a folder that `SentenceTransformer(folder)` loads, with its model card. Needed only
to make the model again: nothing at run time imports this package, and it imports nothing of the
project.

    python -m vectorstore.training --data ../shared/training --out vectorstore/model
"""
