"""What webhooks decide without a database."""
