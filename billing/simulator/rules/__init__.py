"""The simulator's arithmetic: pure functions without a store, a clock or HTTP."""
