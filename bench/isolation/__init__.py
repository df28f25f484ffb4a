"""No company hears of another one: many mixed requests over many companies, each of which carries a mark of its own."""
