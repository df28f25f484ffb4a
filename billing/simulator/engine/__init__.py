"""What Stripe does by itself: bills, collects, retries, moves time."""
