"""`manage.py startmodule fleet --title Fleet --title-zh 车队 --noun vehicle --noun-zh 车辆`: a module that works."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from importlib import util
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenon.registry.scaffold import CannotScaffold, Words, scaffold


class Command(BaseCommand):
    help = "Makes modules/<key>: the rooms, one entity that works end to end, its migration and its test."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="lower-case, becomes the package and the prefix of all names")
        parser.add_argument("--title", required=True)
        parser.add_argument("--title-zh", required=True)
        parser.add_argument("--noun", default="item", help="the first entity, singular")
        parser.add_argument("--noun-zh", default="条目")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        words = Words(options["key"], options["title"], options["title_zh"], options["noun"], options["noun_zh"])
        try:
            made = scaffold(root, words)
        except CannotScaffold as reason:
            raise CommandError(str(reason)) from reason
        # Processes of their own: this one has read the settings without the module.
        self._run(root, "manage.py", "makemigrations", words.key)
        self._run(root, "-m", "ops.catalogues", *[str(p) for p in made if p.suffix == ".po"])
        if util.find_spec("ruff"):  # long nouns make long lines
            self._run(root, "-m", "ruff", "format", "--quiet", *[str(p) for p in made if p.suffix == ".py"])
        for path in made:
            self.stdout.write(str(path.relative_to(root)))
        self.stdout.write(f"Next: write modules/{words.key}/README.md, then `pytest tests/modules/{words.key}`.")

    def _run(self, root: Path, *command: str) -> None:
        done = subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CommandError(done.stdout + done.stderr)
