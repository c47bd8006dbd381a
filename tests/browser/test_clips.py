"""A control room plays what a phone filmed; nothing is fetched before, and a refusal says why."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from domain.roles import Role
from interfaces.demo.camera import filmed
from tests.browser.test_queue_page import WIDE, log_in
from tests.filmed import Phone, checked
from tests.living import GANGDONG, IN_GANGDONG, Living
from tests.waiting import until

pytestmark = pytest.mark.browser

PLAYED = "video => video.currentTime > 0 && video.videoWidth"


def looks(service: Living, report_id: UUID) -> int:
    query = b"SELECT count(*) FROM access_records WHERE about = %s AND what = 'clip.read'"
    with service.house.database.connection() as connection:
        return connection.execute(query, (report_id,)).fetchone()[0]


@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_a_clip_is_played_once_it_is_asked_for(
    chromium: Browser, service: Living, container: str
) -> None:
    phone = Phone(service.url, service.register())
    report_id = phone.raises(**IN_GANGDONG)
    checked(service.house, phone.films(report_id, b"#EXTM3U\nhttp://127.0.0.1:9/x.ts\n"))
    context = chromium.new_context(viewport=WIDE, locale="ko-KR")
    page = context.new_page()
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    page.goto(f"{service.url}/reports/{report_id}")
    expect(page.locator("#clips")).to_contain_text("재생 목록")
    expect(page.locator("#timeline")).to_contain_text("영상을 받지 않음")
    checked(service.house, phone.films(report_id, filmed(2.0, container)))
    video = page.locator("#clips video")
    expect(video).to_be_visible(timeout=15_000)
    assert looks(service, report_id) == 0
    video.focus()
    page.keyboard.press("Space")
    until(lambda: video.evaluate(PLAYED))
    assert looks(service, report_id) >= 1
    context.close()


def test_a_clip_that_cannot_be_seen_says_why(chromium: Browser, service: Living) -> None:
    phone = Phone(service.url, service.register())
    report_id = phone.raises(**IN_GANGDONG)
    clip_id = phone.films(report_id, filmed(1.0))
    checked(service.house, clip_id)
    for address in service.house.upload_book.find(clip_id).addresses:
        service.house.clip_store.remove(address)
    context = chromium.new_context(viewport=WIDE, locale="ko-KR")
    page = context.new_page()
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    page.goto(f"{service.url}/reports/{report_id}")
    page.locator("#clips video").evaluate("video => { video.play().catch(() => {}); }")
    expect(page.locator("#problem")).to_contain_text("저장소에 영상이 없습니다")
    context.close()
