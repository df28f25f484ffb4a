"""The browser of the browser tests: the machine's own Chromium, else the one an npm package carries.

from ops.browser import LAUNCH_FLAGS, find_browser
playwright.chromium.launch(executable_path=find_browser(), args=LAUNCH_FLAGS)
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import tarfile
from pathlib import Path

from ops.embedded.process import locked
from ops.node import Node, find_node
from ops.paths import ROOT, state_root
from ops.report import OpsError, fail, say

LAUNCH_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "headless_shell")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_PACKAGE = ROOT / "ops" / "chromium"


def find_browser() -> str:
    """The path of a Chromium that starts. TENON_BROWSER names one; without any, one is unpacked from npm.

    Raises OpsError with what to install.
    """
    named = os.environ.get("TENON_BROWSER")
    if named:
        if said := _complaint(named):
            raise OpsError(f"TENON_BROWSER={named} does not start: {said}")
        return named
    for name in (*_NAMES, _MAC):
        path = shutil.which(name)
        if path and not _complaint(path):
            return path
    return unpacked_browser()


def unpacked_browser() -> str:
    """A headless Chromium from the npm package @sparticuz/chromium, unpacked into our state folder once."""
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "amd64"):
        raise OpsError(
            "The browser tests need Chromium or Google Chrome; install one, or set TENON_BROWSER to its path."
        )
    home = state_root() / "browser"
    launcher = home / "chromium"
    with locked(state_root() / "browser.lock"):
        version = (_PACKAGE / "package-lock.json").read_text()
        made_from = home / "made-from"
        if launcher.exists() and made_from.exists() and made_from.read_text() == version:
            return str(launcher)
        say("No Chromium on this machine; unpacking the one of an npm package (once).")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        _unpack(home, launcher, find_node())
        if said := _complaint(str(launcher)):
            raise OpsError(
                f"The unpacked Chromium does not start here: {said}\n"
                "Install a browser instead (Debian: sudo apt install chromium) or set TENON_BROWSER."
            )
        made_from.write_text(version)
    return str(launcher)


def _unpack(home: Path, launcher: Path, node: Node) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc", "unpack.mjs"):
        shutil.copy(_PACKAGE / name, home / name)
    _run([*node.npm, "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"], home, node)
    packed = home / "node_modules" / "@sparticuz" / "chromium" / "bin"
    _run([str(node.node), "unpack.mjs", str(packed / "chromium.br"), str(home / "headless_shell")], home, node)
    (home / "headless_shell").chmod(0o755)
    for name in ("al2023", "swiftshader", "fonts"):
        archive = home / f"{name}.tar"
        _run([str(node.node), "unpack.mjs", str(packed / f"{name}.tar.br"), str(archive)], home, node)
        with tarfile.open(archive) as tar:
            if hasattr(tarfile, "data_filter"):  # not in Debian 12's 3.11.2; what we unpack is pinned by hash anyway
                tar.extraction_filter = tarfile.data_filter
            tar.extractall(home)
        archive.unlink()
    shutil.rmtree(home / "node_modules")
    # The libraries the browser needs come with it, for machines that lack them; the machine's own go first.
    own = not _complaint(str(home / "headless_shell"))
    library_path = "" if own else f'export LD_LIBRARY_PATH="{home}/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"\n'
    fonts = "" if Path("/etc/fonts/fonts.conf").exists() else f'export FONTCONFIG_PATH="{home}/fonts"\n'
    launcher.write_text(f'#!/bin/sh\n{library_path}{fonts}exec "{home}/headless_shell" "$@"\n')
    launcher.chmod(0o755)


def _run(command: list[str], folder: Path, node: Node) -> None:
    result = subprocess.run(
        command,
        cwd=folder,
        env=node.environment(),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if result.returncode != 0:
        raise OpsError(f"{shlex.join(command)} failed:\n{(result.stderr or result.stdout).strip()}")


def _complaint(path: str) -> str:
    """Why this browser does not start; empty when it does."""
    try:
        result = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if result.returncode == 0:
        return ""
    return (result.stderr or result.stdout).strip() or f"it ended with {result.returncode}"


if __name__ == "__main__":
    try:
        print(find_browser())
    except OpsError as error:
        fail(str(error))
