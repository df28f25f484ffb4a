"""PostgreSQL and Valkey from their PyPI packages, driven by us: no service, no Docker and no root needed."""
