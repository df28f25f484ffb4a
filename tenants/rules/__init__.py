"""Arithmetic of addresses: no Django."""
