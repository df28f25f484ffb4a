"""Setting a machine up: done once, repaired after any interruption, and plain about what is missing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops import node, owner, setup
from ops.paths import ROOT, VENV
from ops.report import OpsError
from tests.ops.programs import python_environment

BOOTSTRAP = ROOT / "ops" / "bootstrap.py"


@pytest.fixture
def machine(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without an environment yet, whose lock names no package."""
    folder = state / "project"
    folder.mkdir()
    (folder / "lock.txt").write_text("# nothing\n")
    monkeypatch.setattr(setup, "VENV", folder / ".venv")
    monkeypatch.setattr(setup, "LOCK_FILE", folder / "lock.txt")
    monkeypatch.setattr(setup, "venv_python", lambda: folder / ".venv" / "bin" / "python")
    return folder


@pytest.fixture(scope="module")
def fresh_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new Python environment to copy, because making one takes seconds."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, fresh_environment: Path) -> list[list[str]]:
    """Every tool that setting up runs, in order; pip does run, venv copies."""
    ran: list[list[str]] = []
    run = setup.run

    def note(command: list[str], *rest: object, **more: object) -> None:
        ran.append(command)
        if "venv" in command:
            shutil.copytree(fresh_environment, command[-1], symlinks=True)
        else:
            run(command, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(setup, "run", note)
    return ran


def kinds(commands: list[list[str]]) -> list[str]:
    return ["venv" if "venv" in command else "pip" for command in commands]


def test_the_environment_is_made_once_and_again_when_the_lock_changes(machine: Path, commands: list[list[str]]) -> None:
    setup.python_environment()
    assert kinds(commands) == ["venv", "pip"]
    setup.python_environment()
    assert len(commands) == 2, "a second run does nothing"
    (machine / "lock.txt").write_text("# changed\n")
    setup.python_environment()
    assert kinds(commands) == ["venv", "pip", "pip"]


def test_an_interrupted_installation_is_made_anew(machine: Path, commands: list[list[str]]) -> None:
    (machine / "lock.txt").write_text("no-such-package-anywhere @ file:///nonexistent --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(OpsError, match="Installing the Python packages failed"):
        setup.python_environment()
    left_behind = machine / ".venv" / "left-behind"
    left_behind.touch()
    (machine / "lock.txt").write_text("# mended\n")
    setup.python_environment()
    assert kinds(commands) == ["venv", "pip", "venv", "pip"]
    assert not left_behind.exists()


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Path, commands: list[list[str]]) -> None:
    setup.python_environment()
    python = machine / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text("#!/nonexistent/python\n")
    python.chmod(0o755)
    setup.python_environment()
    assert kinds(commands) == ["venv", "pip", "venv", "pip"]


def test_a_half_removed_environment_never_stands_for_the_system_python(
    machine: Path, commands: list[list[str]]
) -> None:
    """Without its pyvenv.cfg, .venv/bin/python is the system's Python, and pip would install into the system."""
    setup.python_environment()
    (machine / ".venv" / "pyvenv.cfg").unlink()
    setup.python_environment()
    assert kinds(commands) == ["venv", "pip", "venv", "pip"]
    assert (machine / ".venv" / "pyvenv.cfg").exists()


def test_a_half_written_stamp_counts_for_nothing(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    (tmp_path / "stamp.partial").write_text("abc")
    assert not setup.is_stamped(stamp, "abc")
    setup.put_stamp(stamp, "abc")
    assert setup.is_stamped(stamp, "abc")
    assert not setup.is_stamped(stamp, "other")


def test_the_web_app_is_rebuilt_when_its_sources_change_and_only_then(tmp_path: Path) -> None:
    source = tmp_path / "main.ts"
    source.write_text("1")
    before = setup.digest([source], "24")
    os.utime(source, (1, 1))
    assert setup.digest([source], "24") == before, "a fresh checkout of the same text is the same"
    assert setup.digest([source], "22") != before
    source.write_text("2")
    assert setup.digest([source], "24") != before


def test_any_python_however_old_can_read_the_bootstrap() -> None:
    ast.parse(BOOTSTRAP.read_text(), feature_version=(3, 4))


def bootstrap(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap after some preparation in the same interpreter."""
    script = (
        f"import sys, runpy\nsys.argv = ['ops/bootstrap.py', 'python']\n{code}\n"
        f"runpy.run_path({str(BOOTSTRAP)!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=python_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_told_what_to_do() -> None:
    result = bootstrap("sys.version_info = (3, 9, 2, 'final', 0)", PATH="/nonexistent")
    assert result.returncode == 1
    assert "needs Python 3.11 or newer" in result.stderr
    assert "3.9" in result.stderr
    assert "make setup PYTHON=" in result.stderr


def test_an_old_python_hands_over_to_a_newer_one(tmp_path: Path) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text('#!/bin/sh\necho "newer: $*"\n')
    newer.chmod(0o755)
    result = bootstrap("sys.version_info = (3, 9, 2, 'final', 0)", PATH=str(tmp_path))
    assert result.stdout.strip() == f"newer: {BOOTSTRAP} python"


def test_a_python_without_venv_is_told_what_to_install(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(OpsError, match=r"apt install python3\.\d+-venv"):
        setup.python_environment()


# --- Node -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("18.20.4", False),
        ("20.18.1", False),
        ("20.19.0", True),
        ("21.7.0", False),
        ("22.11.0", False),
        ("24.0.0", True),
    ],
)
def test_which_node_is_new_enough(version: str, good: bool) -> None:
    assert node.is_new_enough(version) is good


def test_without_a_node_of_its_own_the_machine_uses_the_wheels(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("TENON_NODE", "wheel")
    found = node.find_node()
    assert str(VENV) in str(found.node)
    for program, word in ((found.npm[0], "--version"), ("npx", "--version"), ("node", "--version")):
        result = subprocess.run([program, word], env=found.environment(), capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
    version = subprocess.run(["node", "-p", "process.version"], env=found.environment(), capture_output=True, text=True)
    assert version.stdout.strip() == f"v{found.version}"


def test_an_old_node_on_the_path_is_passed_over(state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v12.22.12\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert str(VENV) in str(node.find_node().node)


# --- whose files ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give root up")
def test_root_in_somebody_elses_project_leaves_nothing_of_roots(state: Path) -> None:
    project = state / "project"
    project.mkdir()
    os.chown(project, 65534, 65534)
    code = (
        "import sys, os\nfrom pathlib import Path\nfrom ops import owner\n"
        "project = Path(sys.argv[1])\nowner.ROOT = project\nowner._can_run_python = lambda entry: True\n"
        "owner.act_as_owner_of_tree()\n(project / 'made').touch()\nprint(os.geteuid(), os.environ['HOME'])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(project)],
        cwd=ROOT,
        env=python_environment(TENON_STATE_DIR=str(project / ".tenon")),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split(None, 1) == ["65534", f"{project / '.tenon' / 'home'}\n"]
    assert (project / "made").stat().st_uid == 65534


def test_root_in_its_own_project_stays_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(owner, "ROOT", tmp_path)
    before = os.geteuid()
    owner.act_as_owner_of_tree()
    assert os.geteuid() == before
