"""A browser and a running site. Pictures of what was seen go to .tenon/e2e/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from ops.browser import LAUNCH_FLAGS, find_browser
from tests.e2e.site import ROOT, Site, running_site

PICTURES = ROOT / ".tenon" / "e2e"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_browser(), args=LAUNCH_FLAGS)
        yield started
        started.close()


@pytest.fixture
def pictures() -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES
