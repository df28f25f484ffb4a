"""HTTP shapes of CRM beyond the generic resources."""
