"""Places, stock moves, reservation, receipts and deliveries, moving average cost. See README.md."""
