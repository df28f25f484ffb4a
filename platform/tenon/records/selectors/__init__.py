"""Reads of the record services."""
