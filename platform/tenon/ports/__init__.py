"""Asking another module now, inside my transaction, when it is on."""

from tenon.ports.ports import find, find_all

__all__ = ["find", "find_all"]
