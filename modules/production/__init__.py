"""Production: bills of materials, planning, production orders and their cost."""
