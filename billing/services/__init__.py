"""Decisions and writes about subscriptions."""
