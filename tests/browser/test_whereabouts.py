"""Where she is, what it is, and whose it is: on the screens of two centres."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from domain.policy import Policy
from domain.roles import Role
from tests.browser.test_queue_page import log_in
from tests.clusters import Cluster
from tests.living import GANGDONG, IN_GANGDONG, Living, living
from tests.waiting import until

pytestmark = pytest.mark.browser

SONGPA = "11710"
IN_SONGPA = {"latitude_deg": 37.5126, "longitude_deg": 127.1025, "accuracy_m": 9.0}
POLICY = Policy(cancel_window_s=0.2, transfer_answer_s=600, border_after_s=0.5, fix_gap_s=0.05)
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """Nobody hurries: what is offered waits for the browser."""
    folder = tmp_path_factory.mktemp("moving") / "home"
    with cluster.database() as database, living(database, folder, policy=POLICY) as service:
        yield service


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def screens(
    request: pytest.FixtureRequest, chromium: Browser, service: Living
) -> Iterator[dict[str, Page]]:
    """An operator of each centre; nothing may go wrong in the console."""
    opened, wrong = {}, []
    for name, district in (("gangdong", GANGDONG), ("songpa", SONGPA)):
        page = chromium.new_context(viewport=request.param, locale="ko-KR").new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        log_in(page, service, service.enroll(Role.OPERATOR, district))
        opened[name] = page
    yield opened
    for page in opened.values():
        page.context.close()
    assert wrong == []


class Raised:
    def __init__(self, service: Living) -> None:
        self.phone: httpx.Client = service.client(service.register().device_token)
        self.phone.put(
            "/v1/me/card", json={"language": "en", "needs": ["deaf"], "medical_note": "천식"}
        )
        body = {"trigger_id": str(uuid4()), "how": "shake", "presses": 4, "position": IN_GANGDONG}
        self.id = self.phone.post("/v1/emergencies", json=body).json()["aggregate_id"]

    def moves(self, place: dict[str, float]) -> None:
        path = f"/v1/emergencies/{self.id}/positions"
        fix = {**place, "source": "gnss", "battery_pct": 41}
        fix["fixed_at"] = datetime.now(UTC).isoformat()
        self.phone.post(path, json={"fixes": [fix]}).raise_for_status()


def test_from_a_walk_over_the_border_to_the_other_centre(
    screens: dict[str, Page], service: Living, tmp_path: Path
) -> None:
    mine, theirs = screens["gangdong"], screens["songpa"]
    report = Raised(service)
    row = mine.locator(f"#row-{report.id}")
    expect(row).to_have_attribute("data-group", "ringing")
    row.get_by_role("button", name="담당").click()
    expect(row).to_contain_text("출처 미상 ±12 m")
    expect(row.locator(".fix .counting")).to_have_text(re.compile(r"^\d+:\d\d 전$"))
    row.get_by_role("link").first.click()

    expect(mine.locator("#findings")).to_contain_text("청각장애")
    mine.locator("body").press("c")
    mine.locator("#kind").select_option("followed")
    mine.locator("[name=weapon]").select_option("blade")
    mine.get_by_role("button", name="분류 저장").click()
    expect(mine.locator("#head")).to_contain_text("흉기: 칼·날붙이")
    form = mine.locator("[data-step=incident-place]")
    form.locator("[name=coordinates]").fill("37.4954, 126.8874")
    form.locator("button").click()
    expect(mine.locator("#findings")).to_contain_text("37.495400, 126.887400")
    form = mine.locator("[data-step=third-persons]")
    form.locator("[name=description]").fill("키 큰 남자, 검은 점퍼")
    form.locator("button").click()
    expect(mine.locator("#findings")).to_contain_text("키 큰 남자, 검은 점퍼")

    report.moves(IN_GANGDONG | {"latitude_deg": 37.5306})
    expect(mine.locator("#facts")).to_contain_text("37.530600")
    expect(mine.locator("#facts")).to_contain_text("배터리 41 %")

    until(lambda: report.moves(IN_SONGPA) or mine.locator("#offer").is_visible())
    expect(mine.locator("#offer")).to_contain_text("송파구에 이관 요청 중")
    assert mine.evaluate("document.documentElement.scrollWidth") <= mine.viewport_size["width"]
    mine.screenshot(path=tmp_path / "sender.png", full_page=True)

    offered = theirs.locator(f"#row-{report.id}")
    expect(offered).to_have_attribute("data-group", "ringing")
    expect(offered).to_contain_text("우리 센터에 이관 요청")
    theirs.screenshot(path=tmp_path / "offered.png")
    offered.get_by_role("link").first.click()
    expect(theirs.locator("#offer")).to_contain_text("강동구에서 이관을 요청했습니다")
    expect(theirs.locator("#actions")).to_be_hidden()
    assert theirs.evaluate("document.documentElement.scrollWidth") <= mine.viewport_size["width"]
    theirs.screenshot(path=tmp_path / "receiver.png", full_page=True)
    theirs.locator("body").press("i")
    expect(theirs.locator("#head")).to_contain_text("송파구")
    expect(theirs.locator("#actions")).to_be_visible()
    expect(mine.locator("#head")).to_contain_text("송파구")
    expect(mine.locator("#offer")).to_be_hidden()


def test_what_we_gave_back_leaves_our_queue(screens: dict[str, Page], service: Living) -> None:
    mine, theirs = screens["gangdong"], screens["songpa"]
    report = Raised(service)
    row = mine.locator(f"#row-{report.id}")
    expect(row).to_have_attribute("data-group", "ringing")
    row.get_by_role("link").first.click()
    form = mine.locator("[data-step=transfer]")
    form.locator("select").select_option(SONGPA)
    form.locator("input").fill("송파구 카메라에 보임")
    form.locator("button").click()
    offered = theirs.locator(f"#row-{report.id}")
    expect(offered).to_have_attribute("data-group", "ringing")
    offered.get_by_role("link").first.click()
    refusal = theirs.locator("[data-step='transfer/refuse']")
    refusal.locator("input").fill("보이지 않음")
    refusal.locator("button").click()
    expect(theirs.locator("#offer")).to_be_hidden()
    theirs.locator("body").press("Escape")
    expect(theirs.locator("#link")).to_have_attribute("data-state", "live")
    expect(theirs.locator(f"#row-{report.id}")).to_have_count(0)
    expect(mine.locator("#offer")).to_be_hidden()
    expect(mine.locator("#timeline")).to_contain_text("이관 거절")
