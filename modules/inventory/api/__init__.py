"""Inventory over HTTP, beyond the generic resources."""
