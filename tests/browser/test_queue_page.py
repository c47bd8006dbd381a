"""The live queue in a real browser, at a control room's size and a phone's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.roles import Role
from tests.living import GANGDONG, IN_GANGDONG, PASSWORD, Living
from tests.silent_line import SilentLine

pytestmark = pytest.mark.browser

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
RINGS_WITHIN_MS = 30_000


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, service: Living) -> Iterator[Page]:
    """The queue page of an operator of Gangdong-gu; nothing may go wrong in the console."""
    context = chromium.new_context(viewport=request.param, locale="ko-KR")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    yield page
    context.close()
    assert wrong == []


def log_in(page: Page, service: Living | SilentLine, login: str, lands: str = "/") -> None:
    page.goto(service.url)
    expect(page).to_have_url(re.compile("/login$"))
    page.get_by_label("아이디").fill(login)
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.get_by_role("button", name="로그인").click()
    expect(page).to_have_url(f"{service.url}{lands}")


def raise_report(service: Living, **more: object) -> str:
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "how": "shake", "presses": 4, "position": IN_GANGDONG}
    if more.get("drill"):
        phone.put("/v1/me/drill-mode").raise_for_status()
    answer = phone.post("/v1/emergencies", json={**body, **more})
    report_id: str = answer.json()["aggregate_id"]
    return report_id


def test_a_report_arrives_rings_and_is_claimed(page: Page, service: Living, tmp_path: Path) -> None:
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    page.get_by_role("button", name="근무 시작").click()
    expect(page.locator("#sound-text")).to_have_text("경보음 켜짐")

    report_id = raise_report(service)
    row = page.locator(f"#row-{report_id}")
    expect(row).to_have_attribute("data-group", "window")
    expect(row).to_have_attribute("data-group", "ringing", timeout=RINGS_WITHIN_MS)
    expect(row).to_contain_text("강동구")
    assert page.title().startswith("(")

    row.get_by_role("button", name="담당").click()
    expect(row).to_have_attribute("data-group", "active")
    expect(row).to_contain_text("내 담당")
    page.screenshot(path=tmp_path / "queue.png")

    row.get_by_role("link").first.click()
    expect(page.locator("#timeline li")).to_have_count(3)
    expect(page.locator("#facts")).to_contain_text("37.530100, 127.123800")
    page.get_by_role("button", name="경찰 요청").click()
    expect(page.locator("#timeline")).to_contain_text("경찰 출동 요청")
    page.get_by_label("메모").fill("신고자와 통화함")
    page.get_by_role("button", name="메모 추가").click()
    expect(page.locator("#timeline")).to_contain_text("신고자와 통화함")
    page.get_by_label("결과").select_option("safe")
    page.get_by_label("확인 방법").select_option("police")
    page.locator("#resolve-form input[name=note]").fill("순찰차가 도착하여 안전을 확인함")
    page.get_by_role("button", name="종결").click()
    expect(page.locator("#head")).to_contain_text("안전 확인")
    page.screenshot(path=tmp_path / "report.png", full_page=True)


def test_a_drill_has_a_lane_of_its_own(page: Page, service: Living) -> None:
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    report_id = raise_report(service, drill=True)
    expect(page.locator(f"#rows-drill #row-{report_id}")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ko", "긴급신고 대기열"),
        ("en", "Emergency queue"),
        ("zh", "紧急报警队列"),
        ("ja", "緊急通報一覧"),
    ],
)
def test_the_page_speaks_four_languages(page: Page, language: str, title: str) -> None:
    page.locator(f".languages a[lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page).to_have_title(re.compile(re.escape(title)))


def test_the_page_does_not_scroll_sideways(page: Page, service: Living) -> None:
    raise_report(service, alert="silent")
    expect(page.locator(".row").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
