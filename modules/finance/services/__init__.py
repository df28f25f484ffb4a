"""Decisions and writes of finance."""
