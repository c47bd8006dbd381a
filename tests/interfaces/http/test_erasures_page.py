"""Who sees the page of erasures and holds, and what its list tells."""

from __future__ import annotations

from uuid import UUID, uuid4

import httpx
import pytest

from application.context import system
from application.safe_return import Receipt
from domain.erasure import Erasure
from domain.language import Language
from domain.roles import Role
from interfaces.console.words import words
from tests.living import GANGDONG, Living

SEE = [(Role.SUPERVISOR, GANGDONG), (Role.ADMINISTRATOR, None), (Role.AUDITOR, None)]
SEE_NOT = [(Role.OPERATOR, GANGDONG), (Role.STATISTICIAN, None), (Role.COORDINATOR, None)]
LINK, FORMS = 'href="/erasures"', 'id="ask-form"'


def page(service: Living, role: Role, district: str | None, path: str) -> httpx.Response:
    token = service.as_role(role, district).headers["authorization"].split()[1]
    with httpx.Client(base_url=service.url, cookies={"ansim_session": token}) as browser:
        return browser.get(path)


@pytest.mark.parametrize(("role", "district"), SEE)
def test_those_whom_the_desks_tell_see_the_page(service, role, district) -> None:
    shown = page(service, role, district, "/erasures")
    assert shown.status_code == 200
    assert (FORMS in shown.text) == (role is not Role.AUDITOR), "an auditor only looks"
    front = page(service, role, district, "/")
    if role is Role.ADMINISTRATOR:
        assert (front.status_code, front.headers["location"]) == (303, "/erasures"), "no queue"
    else:
        assert LINK in front.text
    api = service.as_role(role, district)
    assert api.get("/v1/erasures").status_code == api.get("/v1/holds").status_code == 200


@pytest.mark.parametrize(("role", "district"), SEE_NOT)
def test_others_are_refused_in_plain_words(service, role, district) -> None:
    refused = page(service, role, district, "/erasures")
    assert refused.status_code == 403
    assert words(Language.KO)["refused.text"] in refused.text
    assert FORMS not in refused.text
    assert LINK not in page(service, role, district, "/").text
    assert service.as_role(role, district).get("/v1/erasures").status_code == 403


def test_nobody_sees_the_page_without_a_session(service: Living) -> None:
    answer = httpx.get(f"{service.url}/erasures")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_the_language_leads_back_to_the_page(service: Living) -> None:
    answer = httpx.get(f"{service.url}/language/ja?back=/erasures")
    assert answer.headers["location"] == "/erasures"


def test_the_list_gives_the_reason_by_its_code_and_leaves_out_what_is_done(
    service: Living,
) -> None:
    member = service.register()
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    wish = {"subject": str(member.citizen_id), "reason": "ordered", "text": "사건 77호"}
    request = supervisor.post("/v1/erasures", json=wish).json()["aggregate_id"]
    told = supervisor.get("/v1/erasures", params={"unfinished": True})
    assert "사건" not in told.text, "ids and codes only"
    [mine] = [one for one in told.json()["erasures"] if one["erasure_id"] == request]
    assert mine["reason"] == "ordered"
    service.as_role(Role.ADMINISTRATOR).post(f"/v1/erasures/{request}/confirm")
    house = service.house
    erasure = house.app.load(Erasure, mine_id := UUID(request))
    erasure.done(
        keys=1,
        receipts=0,
        deliveries=0,
        values=0,
        tables=1,
        files=0,
        queue_keys=0,
        bytes_searched=1,
        at=house.clock.now(),
    )
    context = system("test", correlation_id=uuid4())
    house.app.commit([erasure], context=context, receipt=Receipt(aggregate_id=mine_id))
    for _ in range(2):
        left = supervisor.get("/v1/erasures", params={"unfinished": True}).json()["erasures"]
        assert request not in {one["erasure_id"] for one in left}
        all_of_them = supervisor.get("/v1/erasures").json()["erasures"]
        assert {one["erasure_id"]: one["stage"] for one in all_of_them}[request] == "done"
