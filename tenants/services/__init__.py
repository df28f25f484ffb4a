"""Decisions and writes about companies and people."""
