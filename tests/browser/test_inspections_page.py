"""What is asked of a district, and each step upon it, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in
from tests.interfaces.http.test_inspections import check, loan
from tests.living import GANGDONG, Living

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, service: Living) -> Iterator[Page]:
    page = chromium.new_context(viewport=WIDE, locale="ko-KR").new_page()  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, service, service.enroll(Role.SUPERVISOR, GANGDONG))
    yield page
    assert wrong == []


def asks(service: Living, path: str, body: dict[str, object]) -> str:
    headers = {"Idempotency-Key": str(uuid4())}
    answer = service.client().post(path, json=body, headers=headers).raise_for_status()
    form_id: str = answer.json()["aggregate_id"]
    return form_id


def test_a_check_is_approved_and_a_team_is_sent(page: Page, service: Living) -> None:
    card = page.locator(f"#form-{asks(service, '/v1/inspections', check())}")
    page.goto(f"{service.url}/inspections")
    expect(card).to_contain_text("개방화장실 · 강동구")
    expect(card).not_to_contain_text("성내로")
    card.get_by_role("button", name="신청 내용 열기").click()
    expect(card).to_contain_text("성내로 25, 2층 화장실")
    page.get_by_label("반 번호").fill("3")
    page.get_by_role("button", name="점검반 만들기").click()
    expect(page.locator("#teams")).to_contain_text("3반")
    card.get_by_role("button", name="승인").click()
    expect(card).to_contain_text("일정 대기")
    card.get_by_text("방문 정하기").first.click()
    card.get_by_label("방문 시작(서울 시각)").fill("2020-01-01T10:00")
    card.get_by_role("button", name="방문 정하기").click()
    expect(page.locator("#problem")).to_contain_text("희망 일시가 지났거나")


def test_a_detector_is_registered_and_lent(page: Page, service: Living) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    card = page.locator(f"#form-{asks(service, '/v1/detector-loans', loan())}")
    page.goto(f"{service.url}/inspections")
    page.get_by_label("탐지기 번호").fill("gd-7")
    page.get_by_role("button", name="탐지기 등록").click()
    expect(page.locator("#piece-GD-7")).to_contain_text("보관 중")
    card.get_by_role("button", name="승인").click()
    expect(card).to_contain_text("탐지기 GD-7")
    card.get_by_role("button", name="내주기").click()
    expect(card).to_contain_text("대여 중")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    card.get_by_text("반납 받기").first.click()
    card.get_by_role("button", name="반납 받기").click()
    expect(card).to_have_count(0)
