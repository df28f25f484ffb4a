"""What the staff does. Each action says why, and is in the log in the same transaction as its effect."""
