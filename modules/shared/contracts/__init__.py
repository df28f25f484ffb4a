"""What modules exchange: frozen dataclasses, Protocols and event types. No Django here."""
