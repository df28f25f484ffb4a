"""What companies subscribe to and pay for: the catalogue, Stripe, entitlements. Lives in the public schema."""
