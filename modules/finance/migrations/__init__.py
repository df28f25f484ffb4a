"""Migrations of the finance app."""
