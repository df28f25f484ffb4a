"""Pure arithmetic of stock: cost, parts of amounts, picking. No Django."""
