"""What `manage.py check_books` asks of finance."""

from __future__ import annotations

from modules.finance.selectors.proof import check

__all__ = ["check"]
