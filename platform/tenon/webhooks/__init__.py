"""Outgoing webhooks: telling other programs what happened, signed, retried, logged."""
