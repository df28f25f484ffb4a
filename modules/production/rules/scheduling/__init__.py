"""Finite scheduling: when each operation runs, on what, and what a change moves. Pure; time is whole minutes."""
