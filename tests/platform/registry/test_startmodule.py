"""`manage.py startmodule` makes a module that passes everything, in a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops.paths import ROOT, state_dir
from tenon.registry.scaffold import CannotScaffold, Words, scaffold

FLEET = Words("fleet", "Fleet", "车队", "fuel_delivery", "加油单")
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "node_modules", ".venv", ".tenon", ".git", "dist", ".*_cache", "results"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("platform", "tenants", "modules", "tests", "ops", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT_OUT)
    for name in ("billing", "console", "demo"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT_OUT)
    for name in ("manage.py", "pyproject.toml", ".importlinter"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DATABASE_", "DJANGO_"))}
    environment = {
        **kept,
        "DATABASE_URL": os.environ["TENON_TEST_BASE_URL"],
        "DATABASE_OWNER_URL": os.environ["TENON_TEST_BASE_OWNER_URL"],
        "TENON_STATE_DIR": str(state_dir("test").parent),
        "TENON_WITHOUT": "modules.crm,modules.inventory,modules.production,modules.finance",  # quicker
        "PYTHONPATH": f"{project}{os.pathsep}{project / 'platform'}",
    }
    return subprocess.run(
        [sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def test_a_new_module_passes_everything(project: Path) -> None:
    made = run(
        project, "manage.py", "startmodule", "fleet", "--title", "Fleet", "--title-zh", "车队", "--noun",
        "fuel_delivery", "--noun-zh", "加油单",
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    assert (project / "modules/fleet/migrations/0001_initial.py").exists()
    for what, command in (
        ("ruff", ("-m", "ruff", "check", "modules/fleet", "tests/modules/fleet")),
        (
            "format",
            ("-m", "ruff", "format", "--check", "--exclude", "migrations", "modules/fleet", "tests/modules/fleet"),
        ),
        ("imports", ("-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.argv=['x']; c()")),
        ("drift", ("manage.py", "makemigrations", "--check", "--dry-run", "fleet")),
    ):
        done = run(project, *command)
        # Of the contracts, only what the new module breaks is this test's business.
        broken = "modules.fleet" in done.stdout if what == "imports" else done.returncode != 0
        assert not broken, f"{what}: {done.stdout[-3000:]}{done.stderr[-2000:]}"
    tested = run(
        project, "-m", "pytest", "-q", "-n0", "tests/modules/fleet", "tests/platform/registry/test_conformance.py",
        "-k", "fleet or Fleet or fuel",
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout[-4000:]
    passed = int(tested.stdout.splitlines()[-1].partition(" passed")[0].rpartition(" ")[2])
    assert passed >= 15, "its own tests and the conformance suite over it"


def test_names_that_are_taken_or_ill_formed_change_nothing(project: Path) -> None:
    before = (project / ".importlinter").read_text()
    for words in (
        Words("crm", "CRM", "客户", "item", "条目"), Words("shared", "x", "x", "item", "x"),
        Words("Fleet", "x", "x", "item", "x"), Words("fleet", "x", "x", "fuel-card", "x"),
        Words("../x", "x", "x", "i", "x"),
    ):  # fmt: skip
        with pytest.raises(CannotScaffold):
            scaffold(project, words)
    assert (project / ".importlinter").read_text() == before
    assert not (project / "modules/fleet").exists()


def test_plurals() -> None:
    assert FLEET.mapping()["path"] == "fuel-deliveries"
    assert Words("a", "", "", "box", "").mapping()["plural"] == "boxes"
    assert Words("a", "", "", "day", "").mapping()["plural"] == "days"
