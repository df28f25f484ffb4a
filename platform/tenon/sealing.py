"""Secrets that have to be read again (to sign, to check a code) are sealed before they are stored.

The key is derived from the installation's own secret; keys of before (`SECRET_KEY_FALLBACKS`) still open what they
sealed. What only has to be recognised (API keys, tokens) is hashed instead."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "sealed:"


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tenon sealing 1").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


@lru_cache(maxsize=4)
def _keys(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([_key(secret) for secret in secrets])


def _box() -> MultiFernet:
    return _keys((settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ())))


def seal(text: str) -> str:
    return MARK + _box().encrypt(text.encode()).decode()


def unseal(kept: str) -> str:
    """What was sealed; a text from before sealing comes back as it is. Raises ValueError when no key fits."""
    if not kept.startswith(MARK):
        return kept
    try:
        return _box().decrypt(kept.removeprefix(MARK).encode()).decode()
    except InvalidToken as error:
        raise ValueError("sealed with a key that is not known here") from error
