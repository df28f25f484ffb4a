"""HTTP shape of access."""
