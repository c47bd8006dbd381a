"""What was taken back, under duress or again, as an operator sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from domain.roles import Role
from tests.clusters import Cluster
from tests.living import GANGDONG, IN_GANGDONG, PASSWORD, Living, living

pytestmark = pytest.mark.browser

PIN, DURESS = "1234", "987654"
ELSEWHERE = {"latitude_deg": 37.5385, "longitude_deg": 127.1376, "accuracy_m": 9}


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """With the window as it is: much is done within it."""
    home = tmp_path_factory.mktemp("living") / "home"
    with cluster.database() as database, living(database, home) as service:
        yield service


@pytest.fixture
def operator(service: Living, chromium: Browser) -> Iterator[Page]:
    login = service.enroll(Role.OPERATOR, GANGDONG)
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{service.url}/language/en")
    page.goto(f"{service.url}/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    yield page
    page.close()


@pytest.fixture
def phone(service: Living) -> httpx.Client:
    client = service.client(service.register().device_token)
    client.put("/v1/me/pin", json={"pin": PIN, "duress_pin": DURESS}).raise_for_status()
    return client


def raised(phone: httpx.Client, trigger_id: str = "", **more: Any) -> str:
    body = {"trigger_id": trigger_id or uuid4().hex, "how": "button", "position": IN_GANGDONG}
    return phone.post("/v1/emergencies", json=body | more).json()["aggregate_id"]


def cancelled(phone: httpx.Client, report: str, pin: str) -> None:
    answer = phone.post(f"/v1/emergencies/{report}/cancel", json={"pin": pin})
    assert answer.json()["cancelled"]


def test_a_cancelled_report_counts_down_apart_and_is_reopened(
    operator: Page, phone: httpx.Client
) -> None:
    report = raised(phone)
    row = operator.locator(f"#row-{report}")
    expect(operator.locator(f"#rows-real #row-{report}")).to_be_visible()
    cancelled(phone, report, PIN)
    expect(operator.locator(f"#rows-cancelled #row-{report}")).to_be_visible()
    expect(row.locator(".age")).to_contain_text("9:5")
    expect(row).to_contain_text("Cancelled")
    row.locator("a").first.click()
    expect(operator.locator("#facts")).to_contain_text("Can be reopened for")
    operator.fill("#reopen-form input[name=reason]", "A scream was heard.")
    operator.click("#reopen-form button")
    expect(operator.locator("#head")).to_contain_text("Unanswered")
    expect(operator.locator("#reopen-form")).to_be_hidden()


def test_when_its_time_is_over_it_leaves_the_screen_by_the_clock(
    operator: Page, phone: httpx.Client
) -> None:
    report = raised(phone)
    cancelled(phone, report, PIN)
    expect(operator.locator(f"#rows-cancelled #row-{report}")).to_be_visible()
    operator.clock.install()
    operator.reload()
    expect(operator.locator(f"#rows-cancelled #row-{report}")).to_be_visible()
    operator.context.set_offline(True)  # the service would tell it what the time really is
    operator.clock.fast_forward("11:00")
    expect(operator.locator(f"#row-{report}")).to_have_count(0)


def test_duress_stands_first_and_says_to_keep_silent(operator: Page, phone: httpx.Client) -> None:
    raised(phone)
    report = raised(phone, "t-first")
    cancelled(phone, report, DURESS)
    row = operator.locator(f"#row-{report}")
    expect(row).to_have_attribute("data-duress", "true")
    expect(row).to_contain_text("Duress · keep silent")
    expect(operator.locator("#rows-real .row").first).to_have_id(f"row-{report}")
    again = raised(phone, "t-second")
    expect(operator.locator(f"#row-{again}")).to_contain_text("Again after cancel")
    row.locator("a").first.click()
    expect(operator.get_by_role("alert").first).to_contain_text(
        "Her phone shows a cancelled report"
    )
    expect(operator.locator("#timeline")).to_contain_text("Duress suspected (duress PIN)")


def test_what_was_said_otherwise_and_denied_is_shown(operator: Page, phone: httpx.Client) -> None:
    trigger_id = uuid4().hex
    report = raised(phone, trigger_id, permissions_denied=["camera", "microphone"])
    assert raised(phone, trigger_id, position=ELSEWHERE, alert="silent") == report
    row = operator.locator(f"#row-{report}")
    expect(row).to_contain_text("Said otherwise")
    row.locator("a").first.click()
    expect(operator.locator("#facts")).to_contain_text("37.538500, 127.137600")
    expect(operator.locator("#facts")).to_contain_text("Camera not allowed")
    expect(operator.locator("#facts")).to_contain_text("Alert, Position")
