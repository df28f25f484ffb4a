"""Pure arithmetic of stock: cost, parts of amounts, picking, promise dates. No Django."""
