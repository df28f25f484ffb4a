"""Bridges that exist only where both sides are on."""
