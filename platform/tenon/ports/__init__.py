"""Asking another module now, inside my transaction, when it is on."""

from tenon.ports.ports import find

__all__ = ["find"]
