"""Parts of addresses: `word` (modules, paths, verbs) and `key` (primary keys)."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter


class WordConverter(StringConverter):
    regex = "[a-z][a-z0-9_-]*"


class KeyConverter:
    """A primary key that fits PostgreSQL's bigint."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(WordConverter, "word")
register_converter(KeyConverter, "key")
