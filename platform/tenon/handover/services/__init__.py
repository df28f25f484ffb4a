"""Planning handovers and carrying them out."""
