"""The conversation, silence, second looks, endings and follow-ups in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in
from tests.living import GANGDONG, IN_GANGDONG, Living
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, service: Living) -> Iterator[Page]:
    context = chromium.new_context(
        viewport=request.param, locale="ko-KR", timezone_id="America/New_York"
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    yield page
    context.close()
    assert wrong == []


def raised(service: Living, **more: object) -> tuple[str, httpx.Client]:
    """A report in Chinese that rings, and its citizen's phone."""
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG, "language": "zh"}
    report_id = phone.post("/v1/emergencies", json={**body, **more}).json()["aggregate_id"]
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    until(
        lambda: operator.get(f"/v1/reports/{report_id}").json().get("stage") == "open",
        within_s=15,
    )
    return report_id, phone


def test_they_talk_in_writing_and_each_reads_her_own_language(
    page: Page, service: Living, tmp_path: Path
) -> None:
    report_id, phone = raised(service)
    page.goto(f"{service.url}/reports/{report_id}")
    expect(page.locator("#ready button").first).to_contain_text("지금 안전하신가요?")
    expect(page.locator("#ready button").first).to_contain_text("您现在安全吗")
    page.get_by_role("button", name="지금 어디에 계신가요?").click()
    ours = page.locator("#messages .ours")
    expect(ours).to_contain_text("您在哪里")
    expect(ours).to_contain_text("지금 어디에 계신가요?")
    body = {"message_id": str(uuid4()), "body": "我藏在楼梯下面"}
    assert phone.post(f"/v1/emergencies/{report_id}/messages", json=body).status_code == 200
    expect(page.locator("#messages .hers")).to_contain_text("我藏在楼梯下面")
    expect(page.locator("#contact-state")).to_contain_text("답하지 않은 메시지 1")
    page.locator("body").press("m")
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.type("보고 있습니다. 조용히 계세요.")
    page.keyboard.press("Enter")
    expect(ours.last).to_contain_text("보고 있습니다")
    expect(page.locator("#contact-state")).not_to_contain_text("답하지 않은")
    page.screenshot(path=tmp_path / "contact.png", full_page=True)
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert sideways <= 0


def test_silence_is_one_key_and_a_reason_away_and_stops_the_call(
    page: Page, service: Living
) -> None:
    report_id, _ = raised(service)
    page.goto(f"{service.url}/reports/{report_id}")
    expect(page.locator("#facts")).to_contain_text("준비 중")
    page.locator("body").press("s")
    page.keyboard.type("남성이 곁에 있음")
    page.keyboard.press("Enter")
    expect(page.locator("#head")).to_contain_text("무음 신고")
    expect(page.locator("#facts")).to_contain_text("걸지 않음 (무음)")
    expect(page.locator("#contact-hint")).to_be_visible()
    expect(page.locator("#by-text")).not_to_be_checked()
    expect(page.locator("[data-act=calls]")).to_be_disabled()
    page.goto(service.url)
    expect(page.locator(f"#row-{report_id}")).to_contain_text("무음 신고")


def test_her_word_starts_a_countdown_and_ends_nothing(page: Page, service: Living) -> None:
    report_id, _ = raised(service)
    page.goto(f"{service.url}/reports/{report_id}")
    expect(page.locator("#ready button").first).to_be_visible()
    page.locator("body").press("f")
    expect(page.locator("#facts")).to_contain_text(re.compile(r"재확인까지\s*.(10:00|9:\d\d)"))
    expect(page.locator("[data-act=fine]")).to_be_disabled()
    page.goto(service.url)
    expect(page.locator(f"#row-{report_id}")).to_contain_text("재확인까지")


def test_an_ending_says_how_one_knows_and_contact_is_planned_in_seouls_time(
    page: Page, service: Living, tmp_path: Path
) -> None:
    report_id, phone = raised(service)
    page.goto(f"{service.url}/reports/{report_id}")
    expect(page.locator("#head")).to_contain_text("강동구")
    page.get_by_role("button", name="담당").click()
    expect(page.locator("#head")).to_contain_text("내 담당")
    verified = page.get_by_label("확인 방법")
    expect(verified).to_be_hidden()
    page.locator("#resolve-form select[name=outcome]").select_option("safe")
    verified.select_option("met_in_person")
    page.locator("#resolve-form input[name=note]").fill("직접 만나 안전을 확인함")
    page.get_by_role("button", name="종결").click()
    expect(page.locator("#head")).to_contain_text("직접 만나 확인")
    tomorrow = datetime.now(UTC) + timedelta(hours=33)  # 24 h ahead in Seoul's time
    page.locator("body").press("u")
    page.locator("#plan-form input[name=due_at]").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    page.locator("#plan-form input[name=note]").fill("내일 안부 전화")
    page.keyboard.press("Enter")
    plan = page.locator("#plans .plan")
    expect(plan).to_contain_text("내일 안부 전화")
    expect(plan).to_contain_text(f"{tomorrow:%Y-%m-%d %H:%M}")
    body = {"message_id": str(uuid4()), "body": "他又来了"}
    phone.post(f"/v1/emergencies/{report_id}/messages", json=body)
    page.goto(service.url)
    board = page.locator("#lane-follow")
    expect(board).to_contain_text("종결 후 신고자가 메시지를 보냄")
    expect(board).to_contain_text("지금 연락")
    page.screenshot(path=tmp_path / "board.png", full_page=True)


def test_every_word_is_there_in_every_language(page: Page, service: Living) -> None:
    report_id, _ = raised(service)
    page.goto(f"{service.url}/reports/{report_id}")
    for language in ("en", "zh", "ja"):
        page.locator(f".languages a[lang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("#ready button").first).to_be_visible()
        text = page.locator("main").inner_text()
        assert not re.search(r"\b(contact|follow|verified|recheck|action|tongue)\.\w+", text)
