"""Handovers over HTTP."""
