"""Rules of the house that no import linter sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("platform", "tenants", "billing", "console", "modules", "ops", "demo", "bench", "tests", "frontend/src")


def sources() -> Iterator[Path]:
    for top in SOURCES:
        for pattern in ("*.py", "*.ts", "*.tsx", "*.css"):
            for path in (ROOT / top).rglob(pattern):
                generated = "migrations" in path.parts or path.name == "schema.d.ts" or ".gen." in path.name
                if "node_modules" not in path.parts and not generated:
                    yield path


def test_platform_does_not_shadow_the_standard_library() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    import platform

    assert platform.python_implementation() == "CPython"


def test_no_file_past_600_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in sources() if (n := p.read_text().count("\n")) > 600}
    assert long == {}


def test_no_catch_all_files() -> None:
    stray = [str(p.relative_to(ROOT)) for p in sources() if re.fullmatch(r"(utils?|helpers?|misc|common)", p.stem)]
    assert stray == []


def test_no_absolute_path_and_no_registry_address() -> None:
    found = []
    for path in [*sources(), *ROOT.glob("requirements/*"), ROOT / "frontend" / "package-lock.json"]:
        text = path.read_text()
        named = re.search(r'"resolved": "http|--index-url', text) or str(ROOT) in text
        if path.name != Path(__file__).name and named:
            found.append(str(path.relative_to(ROOT)))
    assert found == []


@pytest.mark.parametrize("app", settings.TENANT_APPS)
def test_no_foreign_key_leaves_the_company_or_crosses_modules(app: str) -> None:
    """String foreign keys are seen by no linter. Allowed: within the module, to the shared data, to the kernel."""
    config = next(c for c in apps.get_app_configs() if c.name == app)
    wrong = []
    for model in config.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, (ForeignKey, ManyToManyField, OneToOneField)):
                target = apps.get_app_config(field.related_model._meta.app_label).name
                allowed = {app, "modules.shared.data", *(a for a in settings.TENANT_APPS if a.startswith("tenon."))}
                if target not in allowed or (app.startswith("tenon.") and not target.startswith("tenon.")):
                    wrong.append(f"{model._meta.label}.{field.name} → {target}")
    assert wrong == []


def test_no_float_for_money_or_quantity() -> None:
    floats = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if type(field).__name__ == "FloatField"
    ]
    assert sorted(floats) == ["jobs.Job.progress", "tenants.CompanyRestore.progress"], "a share of the way is neither"
