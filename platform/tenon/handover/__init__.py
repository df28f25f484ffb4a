"""Handing over what somebody looks after, and ending their access (离职交接)."""
