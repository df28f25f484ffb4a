"""`part`: a text contains another, whatever the case. Unlike `icontains` (UPPER(…) LIKE UPPER(…)) it is a plain ILIKE,
which trigram indexes answer."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, TextField
from django.db.models.lookups import PatternLookup


class Part(PatternLookup):
    lookup_name = "part"
    param_pattern = "%%%s%%"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} ILIKE {rhs}", (*lhs_params, *rhs_params)

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> tuple[str, Any]:
        # Without the ::text cast of Django's own pattern lookups: varchar_ops columns would lose their index.
        lhs = lhs or self.lhs
        sql, params = compiler.compile(lhs)
        return sql, params


for _field in (CharField, TextField):
    _field.register_lookup(Part)
