"""Writes of the record services."""
