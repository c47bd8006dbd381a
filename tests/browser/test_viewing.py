"""A page that shows a report says so while it does, and shows what was corrected."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from domain.roles import Role
from tests.browser.test_queue_page import WIDE, log_in, raise_report
from tests.living import GANGDONG, Living
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_what_is_on_the_screen_is_known_and_a_correction_is_marked(
    chromium: Browser, service: Living
) -> None:
    report_id = raise_report(service)
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    context = chromium.new_context(viewport=WIDE, locale="ko-KR")
    page = context.new_page()
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))

    def viewers() -> list[Any]:
        told = supervisor.get("/v1/queue").json()["watching"]
        return [one for row in told if row["report_id"] == report_id for one in row["viewers"]]

    page.goto(f"{service.url}/reports/{report_id}")
    until(lambda: len(viewers()) == 1)

    def corrected() -> bool:
        body = {"field": "how", "value": "bell", "reason": "비상벨이었음"}
        path = f"/v1/reports/{report_id}/corrections"
        return supervisor.post(path, json=body).status_code == 200

    until(corrected)
    expect(page.locator("#head")).to_contain_text("정정됨")
    expect(page.locator("#timeline")).to_contain_text("→")
    page.goto(service.url)
    until(lambda: viewers() == [])
    context.close()
