"""One module per file format: bytes in, `Loaded` texts for the reader out.

Each loader imports its library only when it is called, so that a library that reads text files
needs none of them. Imports vectorstore.errors, and ingest.markers and ingest.front_matter.
"""
