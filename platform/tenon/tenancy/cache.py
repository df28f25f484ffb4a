"""Cache keys: one company can never read what another one cached."""

from __future__ import annotations

from tenon.tenancy.context import current_or_none


def make_key(key: str, key_prefix: str, version: int) -> str:
    company = current_or_none()
    return f"{key_prefix}:{'-' if company is None else company.id}:{version}:{key}"
