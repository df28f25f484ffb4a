"""What is measured, and how (docs: quality). Each file runs alone: `python -m bench.orders`."""
