"""Which company we are serving: context, database backend, the one door, ready-made schemas, migrations."""
