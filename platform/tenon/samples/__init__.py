"""Sample records: which they are, and taking them all away again."""
