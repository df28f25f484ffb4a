"""Bringing the sample data and taking it away."""
