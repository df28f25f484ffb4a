"""Secrets of links for people without an account. Only their hash is kept: nobody can read one again."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def well_formed(secret: str) -> bool:
    """Whether it is worth looking up."""
    return _SHAPE.match(secret) is not None
