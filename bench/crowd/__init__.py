"""The parts of `python -m bench.companies`."""
