"""Headless Chromium over a living service."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from domain.policy import Policy
from tests.clusters import Cluster
from tests.living import Living, living

expect.set_options(timeout=30_000)  # CI machines are slow and shared

HASTY = Policy(cancel_window_s=0.3)
"""For tests that wait until a report rings; what happens before is told with ``Policy()``."""

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The shell draws no window around a page, which costs as much as the page."""
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=user-gesture-required",
    "--force-prefers-reduced-motion",  # nothing here looks at what blinks, and drawing it costs
]


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with (
        cluster.database() as database,
        living(database, tmp_path_factory.mktemp("living") / "home", policy=HASTY) as service,
    ):
        yield service


@pytest.fixture(scope="module")
def launched() -> Iterator[Browser]:
    """Debian's headless shell or Chromium where there is one, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
            args=FLAGS,
        )
        yield browser
        browser.close()


@pytest.fixture
def chromium(launched: Browser) -> Iterator[Browser]:
    """The browser, without a window after the test: each would go on asking the service."""
    yield launched
    for context in launched.contexts:
        context.close()
