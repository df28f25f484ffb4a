"""Money and quantities: exact decimals, currencies' own decimals, stated rounding."""
