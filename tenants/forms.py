"""What sign-up asks beyond e-mail and password."""

from __future__ import annotations

from typing import Any

from django import forms


class SignupForm(forms.Form):
    """allauth builds its own sign-up form upon this one."""

    name = forms.CharField(max_length=120, required=False)

    def signup(self, request: Any, user: Any) -> None:
        """allauth calls this after saving; the adapter has taken the name already."""
