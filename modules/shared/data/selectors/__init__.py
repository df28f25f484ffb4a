"""Reads of the shared data layer that several services need."""
