"""Reports about one incident, and reports of one device, on the operators' screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from application.bells.lists import read_bells
from application.context import system
from domain.roles import Role
from tests.browser.test_queue_page import PHONE, RINGS_WITHIN_MS, WIDE, log_in, raise_report
from tests.living import GANGDONG, IN_GANGDONG, Living

pytestmark = pytest.mark.browser

MANY = 10
SHUFFLES = 200


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, service: Living) -> Iterator[Page]:
    context = chromium.new_context(viewport=request.param, locale="ko-KR", reduced_motion="reduce")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in(page, service, service.enroll(Role.OPERATOR, GANGDONG))
    yield page
    context.close()
    assert wrong == []


def raise_at_once(service: Living, place: dict[str, float]) -> list[str]:
    """From one device that nobody knows, at a place of its own."""
    stranger = service.client()
    device = {"device_id": str(uuid4())}
    answers = [
        stranger.post(
            "/v1/emergencies",
            json={"trigger_id": str(uuid4()), "device": device, "position": place},
        )
        for _ in range(MANY)
    ]
    return [answer.raise_for_status().json()["aggregate_id"] for answer in answers]


def press_often(service: Living, bell_no: str) -> str:
    """A registered bell whose button seems stuck; the report that its presses made."""
    listed = f"bell_no,latitude_deg,longitude_deg,address\n{bell_no},37.5301,127.1238,성내로 25\n"
    house, context = service.house, system("test", correlation_id=uuid4())
    house.bell_registry.take_in(read_bells(listed.encode(), house.districts).bells, context)
    presses = range(house.policy.bell_stuck_presses + 1)
    answers = [
        service.client().post(f"/v1/bells/{bell_no}/presses", json={"press_id": str(one)})
        for one in presses
    ]
    [report_id] = {one.raise_for_status().json()["aggregate_id"] for one in answers}
    return report_id


def test_two_reports_are_linked_by_a_click_taken_back_and_unlinked_with_a_reason(
    page: Page, service: Living, tmp_path: Path
) -> None:
    here = {**IN_GANGDONG, "latitude_deg": 37.5301 + (0.012 if page_is_wide(page) else 0.024)}
    first, second = (raise_report(service, position=here) for _ in range(2))
    page.goto(f"{service.url}/reports/{first}")
    item = page.locator(f"#near [data-report='{second}']")
    expect(item).to_contain_text("같은 곳 부근")
    item.get_by_role("button", name="연결").click()
    undo = page.locator(f"#linked [data-report='{second}']").get_by_role("button", name="되돌리기")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(item.get_by_role("button", name="연결")).to_be_visible()

    item.get_by_role("button", name="연결").click()
    expect(page.locator("#links-tag")).to_contain_text("신고 2건")
    page.goto(service.url)
    for one in (first, second):
        row = page.locator(f"#row-{one}")
        expect(row).to_contain_text("신고 2건, 한 사건")
        expect(row).to_have_attribute("data-group", "ringing", timeout=RINGS_WITHIN_MS)
    page.locator(f"#row-{second}").hover()
    expect(page.locator(".row.together")).to_have_count(2)
    page.screenshot(path=tmp_path / "incident.png")

    page.goto(f"{service.url}/reports/{first}")
    item = page.locator(f"#linked [data-report='{second}']")
    item.get_by_text("연결 해제…").click()
    item.get_by_label("다른 사건인 이유").fill("길이 다르고 사람도 다름")
    item.get_by_role("button", name="연결 해제", exact=True).click()
    expect(page.locator("#timeline")).to_contain_text("길이 다르고 사람도 다름")
    expect(page.locator("#linked li")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def page_is_wide(page: Page) -> bool:
    return page.viewport_size is not None and page.viewport_size["width"] == WIDE["width"]


@pytest.mark.parametrize("page", [WIDE], indirect=True, ids=["wide"])
def test_many_of_one_device_are_put_together_only_after_a_look_and_go_on_ringing(
    page: Page, service: Living
) -> None:
    ids = raise_at_once(service, {**IN_GANGDONG, "longitude_deg": 127.1338})
    rows = [page.locator(f"#row-{one}") for one in ids]
    for row in rows:
        expect(row).to_have_attribute("data-group", "ringing", timeout=RINGS_WITHIN_MS)
    shown = page.locator("#rows-real .row")
    before = shown.evaluate_all("rows => rows.map((row) => row.id)")
    service.house.labels.look(system("test", correlation_id=uuid4()))
    source = rows[0]
    expect(source).to_contain_text(f"한 기기에서 {MANY}회")
    device = source.get_attribute("data-source")
    line = page.locator(f"#sources [data-source='{device}']")
    expect(line.get_by_role("button")).to_have_text("확인했음")
    assert shown.evaluate_all("rows => rows.map((row) => row.id)") == before
    for row in rows:
        expect(row).to_be_visible()

    line.get_by_role("button", name="확인했음").click()
    line.get_by_role("button", name="한 줄로 접기").click()
    expect(page.locator(f"[data-source='{device}'].row:visible")).to_have_count(1)
    expect(rows[0]).to_contain_text(f"외 {MANY - 1}건 접힘")
    counted = page.locator("#count-real").inner_text()
    assert int(counted.split(" / ")[0]) >= MANY

    line.get_by_role("button", name="모두 펼치기").click()
    for row in rows:
        expect(row).to_be_visible()


def test_a_bell_that_may_be_stuck_is_called_so_and_rings_before_and_after_a_look(
    page: Page, service: Living, tmp_path: Path
) -> None:
    report_id = press_often(service, f"ST-{'1' if page_is_wide(page) else '2'}")
    row = page.locator(f"#row-{report_id}")
    expect(row).to_contain_text("버튼 고장 의심? · 11회 눌림")
    expect(row).not_to_contain_text("한 기기에서")
    expect(row).to_have_attribute("data-group", "ringing")
    line = page.locator(f"#sources [data-source='{row.get_attribute('data-source')}']")
    expect(line).to_contain_text("누군가 확인할 때까지 계속 울립니다")
    page.screenshot(path=tmp_path / "stuck.png")
    line.get_by_role("button", name="확인했음").press("Enter")
    expect(row).to_contain_text("확인함")
    expect(row).to_have_attribute("data-group", "ringing")

    page.goto(f"{service.url}/reports/{report_id}")
    expect(page.locator("#head")).to_contain_text("버튼 고장 의심? · 확인함")
    expect(page.locator("#head")).to_contain_text("멈추었다가 다시 눌리면 다시 울립니다")
    told = page.locator("#timeline [data-topic='emergency.labelled']")
    expect(told).to_contain_text("버튼 고장 의심 표시")
    expect(told).to_contain_text("60초에 11회")
    expect(page.locator("#timeline")).to_contain_text("버튼 고장 의심 확인")
    expect(page.locator("#timeline")).not_to_contain_text("반복 신고")
    page.screenshot(path=tmp_path / "stuck-report.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("page", [WIDE], indirect=True, ids=["wide"])
def test_no_label_changes_the_order_or_the_ringing_of_rows_on_the_screen(page: Page) -> None:
    """Of many made-up queues: the same rows, labelled or not, stand and ring alike."""
    told = page.evaluate(
        """async (shuffles) => {
          const { before, rings, group, isShown } = await import("/static/rows.js");
          const pick = (list) => list[Math.floor(Math.random() * list.length)];
          const moment = () => new Date(1e12 + Math.floor(Math.random() * 4) * 1000).toISOString();
          const row = (id) => ({
            report_id: String(id), stage: pick(["window", "open", "claimed", "cancelled"]),
            ringing: pick([true, false]), duress: pick([true, false, false]), returned_by: [],
            urgency: pick(["highest", "raised", "usual"]), offer: null, received_at: moment(),
            escalation: pick([null, "supervisor", "city", "police"]), answer_by: moment(),
            cancel_until: moment(), act_by: moment(), reopen_until: moment(),
            many_triggers: 0, label_seen: false,
          });
          const said = (rows) => JSON.stringify([...rows].sort(before).map((one) =>
            [one.report_id, rings(one), group(one), isShown(one, 1e12)]));
          for (let n = 0; n < shuffles; n += 1) {
            const rows = Array.from({ length: 12 }, (_, id) => row(id));
            const labelled = rows.map((one) => ({
              ...one, many_triggers: pick([0, 50]), label_seen: pick([true, false]), source: "s",
            }));
            if (said(rows) !== said(labelled)) return JSON.stringify(labelled);
          }
          return null;
        }""",
        SHUFFLES,
    )
    assert told is None


@pytest.mark.parametrize("page", [WIDE], indirect=True, ids=["wide"])
def test_letters_can_be_switched_off_and_stay_so(page: Page, service: Living) -> None:
    report_id = raise_report(service)
    row = page.locator(f"#row-{report_id}")
    expect(row).to_have_attribute("data-group", "ringing", timeout=RINGS_WITHIN_MS)
    expect(page.locator("#announced")).to_contain_text(re.compile("울(림|립니다)"))
    page.get_by_role("button", name="단축키 켬").click()
    row.focus()
    page.keyboard.press("a")
    page.reload()
    expect(page.get_by_role("button", name="단축키 끔")).to_be_visible()
    expect(row).to_have_attribute("data-group", "ringing")
    page.get_by_role("button", name="단축키 끔").click()
    row.focus()
    page.keyboard.press("a")
    expect(row).to_have_attribute("data-group", "active")
