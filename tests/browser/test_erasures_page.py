"""An erasure is asked by one and confirmed by another, each at a screen of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.roles import Role
from tests.browser.test_queue_page import PHONE, WIDE, log_in
from tests.living import GANGDONG, Living

pytestmark = pytest.mark.browser


@pytest.fixture
def wrong() -> Iterator[list[str]]:
    """What went wrong in the consoles: nothing may, but refusals that a test asks for."""
    said: list[str] = []
    yield said
    assert said == []


def screen(
    chromium: Browser, service: Living, role: Role, size: dict[str, int], wrong: list[str]
) -> Page:
    """The page that somebody of that role lands on."""
    page = chromium.new_context(viewport=size, locale="ko-KR").new_page()  # type: ignore[arg-type]
    page.on("pageerror", lambda error: wrong.append(str(error)))
    district = GANGDONG if role is Role.SUPERVISOR else None
    login = service.enroll(role, district)
    log_in(page, service, login, "/erasures" if role is Role.ADMINISTRATOR else "/")
    return page


def test_one_takes_a_wish_up_and_another_confirms_it(
    chromium: Browser, service: Living, wrong: list[str]
) -> None:
    member = service.register()
    first = screen(chromium, service, Role.SUPERVISOR, WIDE, wrong)
    expect(first.locator("#forgetting-waits")).to_be_hidden()
    service.client(member.device_token).post("/v1/me/leave")
    first.reload()
    expect(first.locator("#forgetting-waits")).to_have_text("1")
    first.get_by_role("link", name="개인정보 삭제·보존").click()
    card = first.locator("#waiting .card", has_text=str(member.citizen_id))
    expect(card).to_contain_text("회원 본인 기기")
    first.get_by_text("요청으로 접수").first.press("Enter")
    card.get_by_label("본인에게 어떻게").fill("이전부터 아는 번호로 통화함")
    card.get_by_label("본인에게 어떻게").press("Enter")
    expect(card).to_contain_text("내가 요청했습니다")
    expect(card.locator("summary")).to_have_text(["반려…"])

    second = screen(chromium, service, Role.SUPERVISOR, PHONE, wrong)
    expect(second.locator("#forgetting-waits")).to_have_text("1")
    second.get_by_role("link", name="개인정보 삭제·보존").click()
    card_there = second.locator("#waiting .card", has_text=str(member.citizen_id))
    card_there.locator("summary", has_text="확인…").press("Enter")
    button = card_there.get_by_role("button", name="되돌릴 수 없음")
    button.click()
    expect(card_there.get_by_role("checkbox")).to_be_focused()  # not before it is ticked
    card_there.get_by_role("checkbox").press("Space")
    button.click()
    expect(card_there).to_have_attribute("data-stage", "confirmed")
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")

    expect(card).to_have_attribute("data-stage", "confirmed")
    first.context.close()
    second.context.close()


def test_a_hold_stands_in_the_way_until_it_is_lifted(
    chromium: Browser, service: Living, wrong: list[str]
) -> None:
    subject = str(service.register().citizen_id)
    wish = {"subject": subject, "reason": "requested", "text": "대면"}
    service.as_role(Role.SUPERVISOR, GANGDONG).post("/v1/erasures", json=wish)
    page = screen(chromium, service, Role.ADMINISTRATOR, WIDE, wrong)
    card = page.locator("#waiting .card", has_text=subject)
    expect(card.locator("summary")).to_have_text(["확인…", "반려…"])

    page.get_by_text("보존 지정").first.click()
    page.locator("#hold-form [name=target]").fill(subject)
    page.locator("#hold-form select").select_option("protection")
    page.locator("#hold-form [name=reason]").fill("스토킹 피해 우려")
    page.locator("#hold-form button").click()
    expect(card).to_contain_text("신변 보호")
    expect(card.locator("summary")).to_have_text(["반려…"])

    mine = page.locator("#holds .card", has_text=subject)
    expect(mine).to_contain_text("다른 관제팀장이나 관리자가 해제해야 합니다")
    expect(mine.locator("summary")).to_have_count(0)
    other = screen(chromium, service, Role.SUPERVISOR, PHONE, wrong)
    other.goto(f"{service.url}/erasures")
    hold = other.locator("#holds .card", has_text=subject)
    hold.locator("summary").click()
    hold.get_by_label("해제 사유").fill("본인이 관제실을 방문하여 확인함")
    hold.get_by_role("button", name="보존 해제").click()
    expect(hold).to_have_count(0)
    expect(card.locator("summary")).to_have_text(["확인…", "반려…"])
    assert "스토킹" not in page.content()
    other.context.close()
    page.context.close()


def test_a_request_is_declined_and_the_wish_comes_back_when_asked_anew(
    chromium: Browser, service: Living, wrong: list[str]
) -> None:
    member = service.register()
    phone = service.client(member.device_token)
    phone.post("/v1/me/leave")
    page = screen(chromium, service, Role.SUPERVISOR, PHONE, wrong)
    page.goto(f"{service.url}/erasures")
    card = page.locator("#waiting .card", has_text=str(member.citizen_id))
    card.locator("summary", has_text="반려…").click()
    card.get_by_label("반려 사유").fill("본인은 요청한 적이 없다고 대면으로 확인함")
    card.get_by_role("button", name="요청 반려").click()
    expect(card).to_have_count(0)
    over = page.locator("#done .card", has_text=str(member.citizen_id))
    page.locator("details.done > summary").click()
    expect(over).to_have_attribute("data-stage", "declined")
    expect(over.locator("summary")).to_have_count(0)
    assert "대면으로" not in page.content()
    phone.post("/v1/me/leave")
    expect(card).to_have_attribute("data-stage", "asked")
    expect(over).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_a_refusal_is_told_in_words_and_the_form_keeps_what_was_typed(
    chromium: Browser, service: Living, wrong: list[str]
) -> None:
    page = screen(chromium, service, Role.ADMINISTRATOR, PHONE, wrong)
    page.get_by_text("삭제 요청").first.click()
    subject = page.locator("#ask-form [name=subject]")
    subject.fill("01234567-89ab-cdef-0123-456789abcdef")
    page.locator("#ask-form select").select_option("ordered")
    page.locator("#ask-form [name=text]").fill("법원 명령")
    page.locator("#ask-form button").click()
    expect(page.get_by_role("alert")).to_have_text("그런 번호가 없습니다.")
    expect(subject).not_to_have_value("")
    subject.press("Escape")
    expect(subject).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
