"""Business modules. They never import one another."""
