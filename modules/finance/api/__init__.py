"""Finance over HTTP: reports and documents from orders; the generic pages need nothing of this."""
