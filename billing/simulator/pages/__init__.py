"""The hosted pages: Checkout, the billing portal, invoices."""
