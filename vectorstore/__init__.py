"""What is stored and how it is found: documents and passages, the embedding model, Chroma, the
lexical index, hybrid retrieval. Imports nothing of the project's other packages."""
