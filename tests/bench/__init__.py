"""Times the store beside plain Chroma and LangChain's usual recipe; `python -m tests.bench`."""
