"""Who watches sees what is to be looked at; a protected report has its card, opened by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from application.context import Context, Principal, system
from application.outbox import TimerKind
from application.protection.commands import EnrollProtection, NewPlace
from application.staff_desk import EnrollStaff
from application.timers import DueTimer
from domain.protection import Protection
from domain.protection.vocabulary import Measure, WatchTime
from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in
from tests.living import GANGDONG, IN_GANGDONG, PASSWORD, Living

pytestmark = pytest.mark.browser
PLACE = "집 앞 골목"
ALWAYS = WatchTime(days=tuple(range(7)), from_minute=0, until_minute=1440, every_min=60)
POLICE = Context(principal=Principal(id="police", role=Role.PARTNER), correlation_id=uuid4())


@pytest.fixture
def page(chromium: Browser, service: Living) -> Iterator[Page]:
    page = chromium.new_context(viewport=WIDE, locale="ko-KR").new_page()  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, service, service.enroll(Role.SUPERVISOR, GANGDONG))
    yield page
    assert wrong == []


def enrolled(service: Living, citizen_id: UUID) -> UUID:
    command = EnrollProtection(
        citizen_id=citizen_id,
        district=GANGDONG,
        measure=Measure.EMERGENCY,
        decision_number="2026초기1234",
        ends_at=service.house.clock.now() + timedelta(days=20),
        places=(NewPlace(label=PLACE, cameras=("GD-0417",), times=(ALWAYS,)),),
    )
    return service.house.protection_desk.enroll(command, POLICE).protection_id


def let_a_look_be_due(service: Living, protection_id: UUID) -> None:
    house = service.house
    planned = next(
        one for one in house.app.history(protection_id) if one.TOPIC == "protection.look_planned"
    )
    timer = DueTimer(
        timer_id=uuid4(),
        aggregate_id=protection_id,
        kind=TimerKind.PROTECTION_LOOK,
        name=str(planned.look_id),  # type: ignore[attr-defined]
        due_at=house.clock.now(),
        correlation_id=uuid4(),
        causation_id=None,
        attempts=1,
        late_s=0,
    )
    context = system("schedule", correlation_id=uuid4())
    house.protection_desk.timed()[TimerKind.PROTECTION_LOOK](timer, context)


def test_a_look_that_is_due_is_opened_and_recorded(page: Page, service: Living) -> None:
    protection_id = enrolled(service, service.register().citizen_id)
    let_a_look_be_due(service, protection_id)
    page.goto(f"{service.url}/protections")
    card = page.locator(f"#protection-{protection_id}")
    expect(card).to_contain_text("확인할 시각")
    expect(card).not_to_contain_text(PLACE)
    card.get_by_role("button", name="열람").click()
    expect(card).to_contain_text(f"{PLACE} · 카메라 GD-0417")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    card.get_by_label(PLACE).select_option("calm")
    card.get_by_role("button", name="확인 기록").click()
    expect(card).to_contain_text("보호 중")


def named(service: Living, name: str) -> UUID:
    """An operator of the district."""
    house, context = service.house, system("test", correlation_id=uuid4())
    command = EnrollStaff(
        login=f"operator-{uuid4().hex[:8]}",
        password=PASSWORD,
        name=name,
        role=Role.OPERATOR,
        district=GANGDONG,
    )
    return house.staff_desk.enroll(command, context).aggregate_id


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_operator_is_assigned_by_name_with_the_keyboard(
    page: Page, service: Living, tmp_path: Path, size: dict[str, int]
) -> None:
    lee, kim, other = (named(service, name) for name in ("이두리", "강가람", "강가람"))
    protection_id = enrolled(service, service.register().citizen_id)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{service.url}/protections")
    card = page.locator(f"#protection-{protection_id}")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    choice = card.get_by_label("관제요원")
    expect(choice.locator(f"option[value='{lee}']").first).to_have_text(re.compile("^이두리"))
    for one in (kim, other):
        expect(choice.locator(f"option[value='{one}']")).to_have_text(f"강가람 ({str(one)[:8]})")
    page.screenshot(path=tmp_path / "assign.png")
    page.keyboard.press("Tab")
    expect(choice).to_be_focused()
    choice.select_option(str(lee))
    page.screenshot(path=tmp_path / "chosen.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("담당 1명")
    assert service.house.app.load(Protection, protection_id).assigned == {lee}

    card.locator("summary").click()
    taken = choice.locator(f"option[value='{lee}']")
    expect(taken).to_contain_text("이미 담당")
    expect(taken).to_be_disabled()


def test_a_protected_persons_report_shows_its_card_by_hand(page: Page, service: Living) -> None:
    citizen = service.register()
    enrolled(service, citizen.citizen_id)
    trigger = {"trigger_id": str(uuid4()), "how": "button", "position": IN_GANGDONG}
    phone = service.client(citizen.device_token)
    report_id = phone.post("/v1/emergencies", json=trigger).json()["aggregate_id"]
    row = page.locator(f"#row-{report_id}")
    expect(row).to_contain_text("보호 대상")
    page.goto(f"{service.url}/reports/{report_id}")
    protocol = page.locator("#protocol")
    expect(protocol).to_be_visible()
    expect(protocol).not_to_contain_text(PLACE)
    protocol.get_by_role("button", name="열람").click()
    expect(protocol).to_contain_text("확인을 기다리지 말고 경찰에 출동 요청")
    expect(protocol).to_contain_text(PLACE)
