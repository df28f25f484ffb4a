"""The files of a deployment say what the code does."""

from __future__ import annotations

import re

import pytest
import yaml

from ops import demo
from ops.paths import ROOT

SETTINGS = (ROOT / "platform" / "tenon_site" / "settings.py").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DEPLOY = (ROOT / "docs" / "deploy.md").read_text()


def variables_read() -> set[str]:
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z][A-Z0-9_]+)\"", SETTINGS))


def test_every_variable_the_settings_read_is_documented() -> None:
    assert len(variables_read()) > 15
    undocumented = {name for name in variables_read() if f"`{name}`" not in DEPLOY}
    assert undocumented == set()


def test_every_documented_variable_is_read_by_something() -> None:
    documented = set(re.findall(r"^\| (`.*?`) \|", DEPLOY, flags=re.MULTILINE))
    names = {name for cell in documented for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", cell)}
    others = (ROOT / "Dockerfile").read_text() + (ROOT / "ops" / "demo.py").read_text()
    assert {name for name in names if name not in variables_read() and name not in others} == set()


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL", "EMAIL_URL", "TENON_SECRET_KEY"])
def test_compose_gives_what_is_required(name: str) -> None:
    assert COMPOSE["x-tenon"]["environment"][name]


def test_compose_runs_every_role_the_demo_runs() -> None:
    """The same programs, so that what was tried in a demo is what is deployed."""
    deployed = " ".join(" ".join(service.get("command", [])) for service in COMPOSE["services"].values())
    deployed += (ROOT / "Dockerfile").read_text()
    for program in demo.programs(8000):
        words = [word for word in program.command if word in ("dispatch_events", "worker", "beat", "granian")]
        assert words, program.command
        assert words[0] in deployed
    queues = {word for service in COMPOSE["services"].values() for word in service.get("command", [])}
    assert {"interactive", "bulk"} <= queues


def test_the_image_gets_every_folder_of_code() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    code = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"platform"}
    assert not (code - {"tests", "bench"}) & set(ignored)


def test_no_file_names_a_package_registry() -> None:
    hosts = [
        ".".join(words) for words in (("pypi", "org"), ("registry", "npmjs", "org"), ("files", "pythonhosted", "org"))
    ]
    files = [
        *(ROOT / "requirements").glob("*"),
        *(ROOT / "ops").rglob("*.*"),
        *(ROOT / "frontend").glob("package*.json"),
        *(ROOT / ".ci").glob("*"),
        ROOT / "Dockerfile",
        ROOT / "compose.yaml",
        ROOT / "Makefile",
    ]
    named = [f"{path}: {host}" for path in files if path.suffix != ".pyc" for host in hosts if host in path.read_text()]
    assert named == []
