"""How django-allauth meets our people."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """People sign up by themselves; mail goes out in their language."""
