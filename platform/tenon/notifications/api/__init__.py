"""HTTP shape of notifications."""
