"""One night on one board: what is open, most urgent first, as old as it says."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from application.bells.hearing import Heard
from application.bells.lists import read_bells
from application.context import system
from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in, raise_report
from tests.living import GANGDONG, Living

pytestmark = pytest.mark.browser


@pytest.fixture
def board(chromium: Browser, service: Living) -> Iterator[Page]:
    page = chromium.new_context(viewport=WIDE, locale="ko-KR").new_page()  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    page.get_by_role("link", name="안심 현황판").click()
    yield page
    assert wrong == []


def test_a_report_stands_on_the_board_and_leads_to_its_page(board: Page, service: Living) -> None:
    report_id = raise_report(service)
    row = board.locator(f"#row-{report_id}")
    expect(row).to_contain_text("긴급신고 · 강동구")
    expect(row).to_have_attribute("data-level", "alarm")
    expect(board).to_have_title("(1) 안심 현황판 · 안심 관제")
    expect(board.locator(".kinds a[data-kind=emergency][data-alarm]")).to_contain_text("1")
    row.get_by_role("link", name="열기").click()
    expect(board).to_have_url(f"{service.url}/reports/{report_id}")


def test_of_one_kind_only_that_kind_is_shown(board: Page) -> None:
    board.set_viewport_size(PHONE)  # type: ignore[arg-type]
    board.get_by_role("link", name="안심택시").click()
    expect(board.locator("#empty")).to_be_visible()
    expect(board.locator(".kinds a[data-kind=taxi]")).to_have_attribute("aria-current", "page")


def test_a_bell_that_needs_a_visit_is_listed_until_it_is_repaired(
    board: Page, service: Living
) -> None:
    listed = "bell_no,latitude_deg,longitude_deg,address\nBD-7,37.5301,127.1238,성내로 25\n"
    house, context = service.house, system("test", correlation_id=uuid4())
    house.bell_registry.take_in(read_bells(listed.encode(), house.districts).bells, context)
    house.bell_hearing.hear([Heard(bell_no="BD-7", sent={"battery_pct": 4})], context)
    board.get_by_role("link", name="비상벨").click()
    broken = board.locator("#broken [data-bell=BD-7]")
    expect(broken).to_contain_text("강동구 · 성내로 25")
    expect(broken).to_contain_text("배터리 4%")
    broken.get_by_role("button", name="수리함").click()
    expect(board.locator("#maintenance")).to_be_hidden()
