"""Running Tenon: setting a machine up, the embedded services, the demo, the checks. Nothing here is imported by
the application."""
