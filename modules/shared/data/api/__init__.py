"""HTTP shapes of the shared data layer beyond the generic resources."""
