"""Merging of roles: no Django."""
