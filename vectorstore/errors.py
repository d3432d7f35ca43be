"""The project's exceptions: what went wrong, with what, and the way out, in two languages.

    PolicyError
    ├── BadSetting           a POLICY_* variable is unknown or has an unusable value
    ├── UnreadableFile       one input file cannot be read (the batch goes on)
    ├── BadUpload            a file that was sent cannot be taken (name, size, too many)
    ├── BadQuestion          the question cannot be asked (empty, too long)
    ├── ChatModelError       the configured language model cannot be used
    ├── EmbeddingModelError  the embedding model cannot be loaded
    ├── FeedbackError        feedback cannot be stored or read
    └── StoreError
        ├── StoreNotFound    there is no store in that folder
        ├── NotAStore        the folder holds something else, or a damaged store
        ├── StoreBusy        another process is writing to the store
        └── ModelMismatch    the store was made with another embedding model

The command lines print `str(error)` (English); the web page shows `error.chinese`.
"""


class PolicyError(Exception):
    """An expected failure. Both messages are one sentence that names the offending value."""

    def __init__(self, english: str, chinese: str):
        super().__init__(english)
        self.chinese = chinese


class BadSetting(PolicyError):
    pass


class UnreadableFile(PolicyError):
    pass


class BadUpload(PolicyError):
    pass


class BadQuestion(PolicyError):
    pass


class ChatModelError(PolicyError):
    pass


class EmbeddingModelError(PolicyError):
    pass


class FeedbackError(PolicyError):
    pass


class StoreError(PolicyError):
    pass


class StoreNotFound(StoreError):
    pass


class NotAStore(StoreError):
    pass


def damaged_index(folder: object, detail: object) -> NotAStore:
    """What to raise for a search index in `folder` that cannot be used."""
    return NotAStore(
        f"The search index in {folder} is damaged ({detail}); "
        "repair it with `python -m ingest --rebuild`.",
        f"{folder} 中的检索索引已损坏（{detail}），请运行 python -m ingest --rebuild 修复。",
    )


class StoreBusy(StoreError):
    pass


class ModelMismatch(StoreError):
    pass
