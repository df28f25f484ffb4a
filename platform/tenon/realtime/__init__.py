"""Websocket: what changed, to whoever may see it; no row data travels."""
