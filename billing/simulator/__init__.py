"""A local Stripe: the objects, rules, pages and webhooks of Stripe that billing uses, on this machine.

`python -m billing.simulator` serves it; the official SDK speaks to it by its `api_base`. It imports neither Django nor
the `stripe` package. README.md says what it simulates and what not.
"""
