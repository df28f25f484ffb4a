"""Every import contract is in force: the tree keeps them, and a planted breach of each one is caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# (contract, file to write or extend, what is planted there)
BREACHES = [
    ("Site above links", "platform/tenon/ports/planted.py", "import modules.shared.contracts.stock\n"),
    ("Site above billing", "platform/tenon/ports/planted.py", "import tenants.selectors\n"),
    ("Site above billing", "tenants/planted.py", "import billing.selectors\n"),
    ("Billing and the business modules", "billing/services/planted.py", "import modules.shared.contracts\n"),
    ("Rules and contracts know no Django", "billing/rules/planted.py", "import django.db\n"),
    ("Business modules stand side by side", "modules/crm/services/planted.py", "import modules.inventory.models\n"),
    ("Business modules stand side by side", "modules/purchasing/__init__.py", ""),
    ("Business modules stand side by side", "modules/shared/data/services/planted.py", "import modules.crm.models\n"),
    ("Neither stack imports the other", "modules/crm/services/planted.py", "import tenants.selectors\n"),
    ("Neither stack imports the other", "tenants/planted.py", "import modules.shared.contracts\n"),
    ("Rooms of a module", "modules/inventory/utils.py", ""),
    ("Rooms of a module", "modules/inventory/models/planted.py", "import modules.inventory.services\n"),
    ("The shared layer", "modules/shared/contracts/planted.py", "import modules.shared.data.models\n"),
    ("Rules and contracts know no Django", "modules/inventory/rules/planted.py", "import django.db\n"),
    ("Services, selectors and models know no HTTP", "modules/crm/services/planted.py", "import rest_framework\n"),
    ("Stripe is spoken to in billing only", "modules/finance/services/planted.py", "import stripe\n"),
]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root / 'platform'}:{root}"},
        capture_output=True,
        text=True,
    )


def test_the_tree_keeps_all_contracts() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / ".importlinter", root)
    for top in ("platform", "tenants", "billing", "console", "modules"):
        shutil.copytree(ROOT / top, root / top, ignore=shutil.ignore_patterns("__pycache__", "*.po", "*.mo", "locale"))
    return root


@pytest.mark.parametrize(("contract", "path", "planted"), BREACHES, ids=[f"{c[:20]}:{p}" for c, p, _ in BREACHES])
def test_a_planted_breach_is_caught(copied: Path, contract: str, path: str, planted: str) -> None:
    file = copied / path
    made = not file.parent.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(planted)
    try:
        result = lint(copied)
    finally:
        shutil.rmtree(file.parent) if made else file.unlink()
    assert result.returncode != 0, f"{path} passed"
    broken = [line for line in result.stdout.splitlines() if line.endswith("BROKEN")]
    # Exhaustiveness is checked while a contract is read: then the whole run fails and names the stray file.
    assert any(line.startswith(contract) for line in broken) or Path(path).stem in result.stdout, result.stdout
