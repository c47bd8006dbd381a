"""A screen that hears nothing says so, and catches up by itself."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from domain.roles import Role
from tests.browser.test_queue_page import log_in, raise_report
from tests.living import GANGDONG, Living
from tests.silent_line import SilentLine

pytestmark = pytest.mark.browser

NOTICED_WITHIN_MS = 30_000
LEVEL_WITHIN_MS = 30_000


@pytest.fixture
def line(service: Living) -> Iterator[SilentLine]:
    line = SilentLine(urlsplit(service.url).port or 0)
    yield line
    line.close()


def test_a_lost_line_is_shown_and_made_good(
    chromium: Browser, service: Living, line: SilentLine
) -> None:
    context = chromium.new_context(locale="ko-KR")
    page = context.new_page()
    log_in(page, line, service.enroll(Role.OPERATOR, GANGDONG))
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    line.silent.set()
    report_id = raise_report(service)
    expect(page.locator("#link")).to_have_attribute("data-state", "lost", timeout=NOTICED_WITHIN_MS)
    assert page.locator(f"#row-{report_id}").count() == 0
    line.silent.clear()
    expect(page.locator(f"#row-{report_id}")).to_be_visible(timeout=LEVEL_WITHIN_MS)
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    context.close()
