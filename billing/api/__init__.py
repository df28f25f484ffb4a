"""HTTP shape of subscriptions."""
