"""The room of whoever runs Tenon: companies from the outside, the machinery, and what was done about them."""
