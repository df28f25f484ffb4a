"""Arithmetic of production. No Django: dataclasses and integers in, dataclasses out."""
