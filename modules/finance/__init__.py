"""Finance: ledger, receivable, payable, costing."""
