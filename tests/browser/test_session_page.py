"""A session's page says what is known, what happened, and what its operator may do."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in
from tests.living import GANGDONG, IN_GANGDONG, Living

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, service: Living) -> Iterator[Page]:
    page = chromium.new_context(viewport=WIDE, locale="ko-KR").new_page()  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    yield page
    assert wrong == []


def ride(service: Living) -> str:
    """Somebody gets into a taxi."""
    phone = service.client(service.register().device_token)
    boarding = {
        "trip_ref": uuid4().hex,
        "plate": {"payload": "서울 32바 1234", "source": "typed"},
        "position": IN_GANGDONG,
    }
    trip_id: str = (
        phone.post("/v1/taxi-trips", json=boarding).raise_for_status().json()["aggregate_id"]
    )
    return trip_id


def test_a_ride_stands_on_the_board_and_is_watched_from_its_page(
    page: Page, service: Living
) -> None:
    trip_id = ride(service)
    page.get_by_role("link", name="안심 현황판").click()
    row = page.locator(f"#row-{trip_id}")
    expect(row).to_contain_text("안심택시 · 강동구")
    row.get_by_role("link", name="열기").click()
    expect(page).to_have_url(f"{service.url}/sessions/{trip_id}")
    expect(page.locator("#head")).to_contain_text("안심택시 · 강동구")
    facts = page.locator("#timeline li")
    expect(facts.first).to_have_attribute("data-topic", "taxi.boarded")
    page.locator("#buttons button.main").first.click()
    expect(page.locator("#timeline li[data-topic='taxi.claimed']")).to_be_visible()
    expect(page.locator("#facts")).to_contain_text("내 담당")
    expect(page.locator("#facts")).to_contain_text("강동구")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


def test_a_report_out_of_a_ride_leads_to_the_ride(page: Page, service: Living) -> None:
    trip_id = ride(service)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    raised = operator.post(f"/v1/taxi-trips/{trip_id}/emergency", json={}).raise_for_status()
    page.goto(f"{service.url}/reports/{raised.json()['aggregate_id']}")
    facts = page.locator("#facts")
    facts.get_by_role("link", name="안심택시").click()
    expect(page).to_have_url(f"{service.url}/sessions/{trip_id}")
    expect(page.locator("#head")).to_contain_text("안심택시 · 강동구")
