"""What the console shows. Public tables and the server's catalogues only: no company is entered."""
