"""The environment of the services: the same for everybody who asks, and the operator's own goes first."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ops import services
from ops.paths import ROOT
from ops.report import OpsError
from tests.ops.programs import python_environment


def command(action: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.services", action, "--profile", "test"],
        cwd=ROOT,
        env=python_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_any_number_of_processes_may_ask_at_once(state: Path, background: Callable[..., subprocess.Popen[str]]) -> None:
    code = "import json; from ops import services; print(json.dumps(services.ensure('test'), sort_keys=True))"
    said = {process.communicate(timeout=120)[0] for process in [background(code) for _ in range(4)]}
    assert len(said) == 1
    assert "DATABASE_OWNER_URL" in said.pop()
    pids = services.running("test")
    services.ensure("test")
    assert services.running("test") == pids, "asking again starts nothing"


def test_the_exports_are_what_a_shell_reads(state: Path) -> None:
    assert command("env").returncode == 1, "nothing runs yet"
    assert "make services" in command("env").stderr
    up = command("up")
    assert up.returncode == 0, up.stderr
    script = f"{up.stdout}\n{shlex.quote(sys.executable)} -c \"import os; print(os.environ['FILES_URL'])\""
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert read == f"file://{state / 'test' / 'files'}"
    assert command("env").stdout == up.stdout
    assert command("down").returncode == 0
    assert services.running("test") == {"postgres": None, "valkey": None}
    assert command("down").returncode == 0, "stopping twice is no mistake"


def test_services_of_the_environment_are_used_and_nothing_is_started(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://tenon_app:a@db.example/tenon")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://tenon_owner:b@db.example/tenon")
    monkeypatch.setenv("VALKEY_URL", "redis://cache.example:6379")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example:25")
    environment = services.ensure("demo")
    assert environment["DATABASE_URL"] == "postgresql://tenon_app:a@db.example/tenon"
    assert environment["VALKEY_URL"] == "redis://cache.example:6379"
    assert environment["EMAIL_URL"] == "smtp://mail.example:25"
    assert environment["FILES_URL"].startswith("file://")
    assert not (state / "demo" / "postgres").exists()
    assert services.environment("demo") == environment


def test_one_login_without_the_other_is_refused(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://tenon_app:a@db.example/tenon")
    with pytest.raises(OpsError, match="two logins"):
        services.ensure("demo")
    assert not (state / "demo" / "postgres").exists()


def test_only_tests_run_with_the_shortcuts_for_tests(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL"):
        monkeypatch.setenv(name, "x://y")
    monkeypatch.delenv("TENON_TEST", raising=False)
    assert "TENON_TEST" not in services.ensure("demo")
    assert services.ensure("test")["TENON_TEST"] == "1"
    assert services.ensure("test")["TENON_SECRET_KEY"] != services.ensure("demo")["TENON_SECRET_KEY"]
