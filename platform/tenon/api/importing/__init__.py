"""Bringing spreadsheets in: any entity, by any of its keys, with a dry run and an error for every row that is wrong."""

from tenon.api.importing.engine import ImportResult, RowError
from tenon.api.importing.run import import_file, import_rows

__all__ = ["ImportResult", "RowError", "import_file", "import_rows"]
