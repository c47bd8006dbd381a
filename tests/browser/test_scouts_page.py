"""A district's nights by hand: a team goes out, has other hours, and stays in for the weather."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.night import night_of
from domain.policy import Policy
from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in
from tests.interfaces.http.scouts_night import HOME, OFFICE
from tests.living import GANGDONG, Living

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_context(viewport=WIDE, locale="ko-KR").new_page()  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert wrong == []


@pytest.fixture(scope="module")
def scouts(service: Living) -> list[str]:
    """Three who serve in the district."""
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    bodies = [
        {"district": GANGDONG, "name": name, "phone": "+821055550001"}
        for name in ("김미나", "박하나", "이보라")
    ]
    told = [supervisor.post("/v1/scouts", json=one).raise_for_status().json() for one in bodies]
    return [one["scout_id"] for one in told]


def books(service: Living) -> tuple[dict[str, Any], str]:
    """A citizen, for the last start of tonight; and the night."""
    citizen = service.client(service.register().device_token)
    offered = citizen.post("/v1/escorts/starts", json={"meeting": OFFICE}).json()["starts"]
    body = {
        "request_id": str(uuid4()),
        "starts_at": offered[-1]["starts_at"],
        "meeting": OFFICE,
        "meeting_note": "2번 출구 앞",
        "destination": HOME,
    }
    booked = citizen.post("/v1/escorts", json=body).json()
    night = night_of(datetime.fromisoformat(offered[-1]["starts_at"]), Policy())
    return booked, str(night)


@pytest.mark.usefixtures("scouts")
def test_a_night_from_the_first_team_to_the_weather(page: Page, service: Living) -> None:
    nobody, tonight = books(service)
    assert nobody["code"] == "escort.no_team_free"
    log_in(page, service, service.enroll(Role.SUPERVISOR, GANGDONG))
    page.goto(f"{service.url}/board")
    page.get_by_role("link", name="스카우트 편성").click()
    expect(page.locator("#scouts")).to_contain_text("김미나")
    expect(page.locator(".night")).to_have_count(7)
    night = page.locator(f"#night-{tonight}")
    expect(night).to_contain_text("편성된 조가 없습니다.")

    night.get_by_text("조 편성").first.click()
    night.get_by_label("대원 1").select_option(label="김미나")
    night.get_by_label("대원 2").select_option(label="박하나")
    night.get_by_role("button", name="조 편성").click()
    expect(page.locator("#told")).to_contain_text("조를 편성했습니다.")
    team = night.locator(".teams > li")
    expect(team).to_contain_text("김미나 · 박하나")
    expect(team).to_contain_text("01:00 · 예약 0건")
    last = night.locator(".starts > li").last
    expect(last).to_contain_text("빈 조 1")

    team.get_by_text("시간 변경").first.click()
    team.get_by_label("마지막 출발").select_option(label="22:30")
    booked, _ = books(service)
    assert booked["stage"] == "booked"
    expect(last).to_contain_text("빈 조 0")
    expect(last).to_contain_text("예약된 조 1")
    expect(team.locator("select[name=last] option:checked")).to_have_text("22:30")
    team.get_by_role("button", name="시간 변경").click()
    expect(page.locator("#problem")).to_contain_text("그 시간 밖에 이 조의 예약이 있습니다.")

    night.get_by_text("이 밤 운영 중지").first.click()
    night.get_by_label("사유").select_option(label="기상 악화")
    night.get_by_role("button", name="이 밤 운영 중지").click()
    expect(page.locator("#told")).to_contain_text("취소된 예약 1건")
    expect(night).to_contain_text("운영 중지 · 기상 악화")
    night.get_by_role("button", name="운영 재개").click()
    expect(page.locator("#told")).to_contain_text("다시 운영합니다.")
    team.get_by_text("조 빼기").first.click()
    team.get_by_role("button", name="조 빼기").click()
    expect(night).to_contain_text("편성된 조가 없습니다.")


@pytest.mark.usefixtures("scouts")
def test_an_operator_reads_it_on_a_phone_and_changes_nothing(page: Page, service: Living) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    page.goto(f"{service.url}/scouts")
    expect(page.locator(".night")).to_have_count(7)
    expect(page.get_by_role("button", name="조 편성")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_city_chooses_a_district(page: Page, service: Living) -> None:
    log_in(page, service, service.enroll(Role.COORDINATOR, None))
    page.goto(f"{service.url}/scouts?district={GANGDONG}")
    expect(page.get_by_label("자치구")).to_have_value(GANGDONG)
    expect(page.locator("#scouts")).to_contain_text("이보라")
    page.get_by_label("자치구").select_option(label="구로구")
    expect(page.locator("#empty-scouts")).to_be_visible()
