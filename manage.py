#!/usr/bin/env python
"""Tenon's command line."""

import os
import sys
from pathlib import Path


def main() -> None:
    # `platform/` is a plain source folder on the path; see docs/architecture.md for why it has no __init__.py.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon_site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
