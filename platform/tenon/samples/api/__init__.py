"""HTTP shape of the sample data."""
