"""Refusals of webhooks."""

from __future__ import annotations


class AddressForbidden(Exception):
    """The address is none that we call: private, local, or not to be resolved. The text is for whoever set it up."""
