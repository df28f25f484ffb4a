"""Writes of members, roles, departments, API keys and the menu."""
