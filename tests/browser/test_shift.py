"""Shifts in a real browser: begun by a hand, kept by one, and what the others see without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from application.context import system
from domain.policy import Policy
from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in, raise_report
from tests.clusters import Cluster
from tests.living import GANGDONG, Living, living
from tests.waiting import until

pytestmark = pytest.mark.browser

QUICK = Policy(
    cancel_window_s=0.2, input_beat_s=0.3, input_stale_s=1.5, act_within_s=60, free_take_over_s=0
)
SYSTEM = system("test", correlation_id=uuid4())


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with (
        cluster.database() as database,
        living(
            database, tmp_path_factory.mktemp("living") / "home", policy=QUICK, staffed=False
        ) as service,
    ):
        yield service


@pytest.fixture
def browse(chromium: Browser) -> Iterator[object]:
    """Pages of several people; nothing may go wrong in their consoles."""
    contexts = []
    wrong: list[str] = []

    def opened(size: dict[str, int] = WIDE) -> Page:
        context = chromium.new_context(viewport=size, locale="ko-KR")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def at_console(page: Page, service: Living, role: Role = Role.OPERATOR) -> None:
    """Somebody of Gangdong-gu has logged in, and the page lives."""
    log_in(page, service, service.enroll(role, GANGDONG))
    expect(page.locator("#link")).to_have_attribute("data-state", "live")


def console_of(service: Living) -> object:
    return next(iter(service.house.consoles.of(GANGDONG)), None)


def test_a_hand_begins_and_keeps_a_shift_and_a_timer_does_not(service, browse) -> None:
    page = browse()
    at_console(page, service)
    expect(page.locator("#shift-text")).to_contain_text("근무 전입니다")
    page.keyboard.press("s")
    expect(page.locator("#shift-end")).to_be_visible()
    until(lambda: console_of(service))
    first = console_of(service)
    until(lambda: console_of(service).heard_at > first.heard_at)
    settled = until(lambda: _quiet(service))
    page.mouse.move(300, 300)
    until(lambda: console_of(service).input_at > settled.input_at)
    page.get_by_role("button", name="근무 종료").click()
    expect(page.locator("#shift-text")).to_contain_text("근무 전입니다")
    assert console_of(service) is None


def _quiet(service: Living) -> object:
    """The console beats on, and tells of no hand."""
    console = console_of(service)
    silent_s = (console.heard_at - console.input_at).total_seconds()
    return console if silent_s > 0.5 else None


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_absent_holder_shows_amber_and_is_relieved_by_a_key(
    service, browse, size, tmp_path: Path
) -> None:
    here = browse(size)
    at_console(here, service)
    here.get_by_role("button", name="근무 시작").click()
    expect(here.locator("#shift-end")).to_be_visible()
    report_id = raise_report(service)
    row = here.locator(f"#row-{report_id}")
    expect(row).to_have_attribute("data-group", "ringing")
    away = service.as_role(Role.OPERATOR, GANGDONG)
    assert away.post(f"/v1/reports/{report_id}/claim", json={}).is_success
    until(lambda: _looked(service, report_id, "emergency.holder_away"))
    expect(row).to_have_attribute("data-away", "true")
    expect(row).to_contain_text("담당자 자리 비움")
    here.screenshot(path=tmp_path / "away.png")
    row.focus()
    here.keyboard.press("t")
    expect(row).to_contain_text("내 담당")
    row.get_by_role("link").first.click()
    expect(here.locator("#timeline")).to_contain_text("담당자 부재")
    here.screenshot(path=tmp_path / "taken.png", full_page=True)
    here.get_by_role("button", name="근무 종료").click()


def _looked(service: Living, report_id: str, topic: str) -> bool:
    service.house.shift_desk.look(SYSTEM)
    history = service.as_role(Role.AUDITOR).get(f"/v1/reports/{report_id}/history").json()
    return any(fact["topic"] == topic for fact in history)


def test_a_closed_centre_is_named_and_who_comes_is_briefed(service, browse, tmp_path: Path) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    operator.post("/v1/shifts", json={})
    operator.delete("/v1/shifts/current")
    until(lambda: any(not one["open"] for one in operator.get("/v1/centres").json()))
    report_id = raise_report(service)
    until(lambda: _looked(service, report_id, "emergency.escalated"))
    page = browse()
    at_console(page, service, Role.SUPERVISOR)
    expect(page.locator("#closed")).to_contain_text("강동구")
    expect(page.locator(f"#row-{report_id}")).to_contain_text("관제센터 부재")
    page.screenshot(path=tmp_path / "closed.png")
    page.get_by_role("button", name="근무 시작").click()
    expect(page.locator("#briefed li")).not_to_have_count(0)
    expect(page.locator("#closed")).to_be_hidden(timeout=10_000)
    page.screenshot(path=tmp_path / "briefed.png")
    page.get_by_role("button", name="확인함").click()
    expect(page.locator("#briefing")).to_be_hidden()


def test_help_is_stood_down_and_a_camera_shared_on_the_page(
    service, browse, tmp_path: Path
) -> None:
    page = browse()
    at_console(page, service)
    report_id = raise_report(service)
    expect(page.locator(f"#row-{report_id}")).to_have_attribute(
        "data-group", "ringing", timeout=15_000
    )
    page.goto(f"{service.url}/reports/{report_id}")
    expect(page.locator("#timeline li").first).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#timeline")).to_contain_text("담당")
    page.keyboard.press("p")
    expect(page.locator("#timeline")).to_contain_text("경찰 출동 요청")
    page.keyboard.press("v")
    page.keyboard.type("GD-0417")
    page.get_by_role("button", name="경찰과 공유").click()
    expect(page.locator("#shared")).to_contain_text("GD-0417")
    page.screenshot(path=tmp_path / "shared.png", full_page=True)
    page.get_by_role("button", name="경찰 출동 취소").click()
    expect(page.locator("#facts")).to_contain_text("출동 취소")
    expect(page.locator("#shared")).to_be_empty()
    expect(page.get_by_role("button", name="경찰 요청")).to_be_enabled()
