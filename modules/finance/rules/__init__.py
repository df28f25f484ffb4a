"""Pure arithmetic of finance: entries, amounts, due dates, ageing, profit. No Django."""
