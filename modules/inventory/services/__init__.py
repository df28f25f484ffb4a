"""Decisions and writes of inventory."""
