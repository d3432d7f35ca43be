"""The one place that reads the environment: POLICY_* variables, and a `.env` file beside.

Only entry points (`app.py`, the command lines, `PolicyAssistant()` without arguments) load
settings; everything below takes plain arguments. Imports `errors` and `embedding`'s constant.
"""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vectorstore.errors import BadSetting

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "POLICY_"


class Settings(BaseSettings):
    """What can be set. Paths are relative to the working directory, unless absolute."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
    )

    store: Path = PROJECT / ".store"
    documents: Path = PROJECT / "documents"
    data: Path | None = None
    embedding_model: str = ""
    reranker: str = ""
    chat_model: str = ""
    chat_base_url: str = ""
    chat_api_key: SecretStr = SecretStr("")
    refusal_threshold: float | None = Field(default=None, ge=0, le=1)
    admin_password: SecretStr = SecretStr("")

    @field_validator("chat_base_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value

    @field_validator("chat_model")
    @classmethod
    def _names_a_provider(cls, value: str) -> str:
        provider, _, model = value.partition(":")
        if value and not (provider and model):
            raise ValueError("must be provider:model, such as openai:gpt-5-mini or ollama:qwen3")
        return value

    def data_of(self, store: Path) -> Path:
        """The folder of what people left with the store, feedback and uploaded files.

        It lies beside the store, not in it: a store can be thrown away and made anew.
        """
        return self.data or store.absolute().with_name(f"{store.absolute().name}.data")

    @classmethod
    def load(cls) -> Settings:
        """The settings of the environment; BadSetting names the variable that is wrong."""
        known = {PREFIX + name.upper() for name in cls.model_fields}
        try:
            given = {**dotenv_values(".env", encoding="utf-8-sig"), **os.environ}
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(
                f"The file .env cannot be read ({error}); save it as UTF-8 text.",
                f"无法读取 .env 文件（{error}），请另存为 UTF-8 文本。",
            ) from error
        for name in sorted(given):
            if name.upper().startswith(PREFIX) and name.upper() not in known:
                raise BadSetting(
                    f"Unknown setting {name}; the known ones are {', '.join(sorted(known))}.",
                    f"未知的设置 {name}，可用的设置有：{'、'.join(sorted(known))}。",
                )
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            reason = first["msg"].removeprefix("Value error, ")
            raise BadSetting(
                f"The setting {name} is unusable: {reason}.", f"设置 {name} 的值不可用：{reason}。"
            ) from error
