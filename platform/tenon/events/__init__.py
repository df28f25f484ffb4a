"""Telling what happened: the outbox, its dispatcher, retries, dead letters, delivery per company."""
