"""The REST endpoints of the simulator, one noun a file: parameters in, objects out."""
