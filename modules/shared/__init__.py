"""The shared layer: data and contracts that all modules stand on."""
