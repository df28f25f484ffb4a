"""Arithmetic of subscriptions: no Django, no Stripe."""
