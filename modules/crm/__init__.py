"""CRM: from the first sign of a customer to an accepted quote."""
