"""A company as one open file: what is in it, writing it, checking it, reading it back.

An archive is a ZIP of plain files. Tables are CSV as PostgreSQL writes it, which keeps every value exactly; a manifest
names each file with its size and SHA-256. It holds no password and nothing of any other company."""
