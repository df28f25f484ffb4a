"""The earliest day of a quantity, through stock, open supply, bills and the time that is free on machines. Pure."""
