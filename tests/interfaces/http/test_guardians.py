"""Guardians on the wire: her side signed by her phone, theirs by the link that they got."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from application.guardian_links import GuardianRole, Link
from tests.interfaces.http.joining_app import App, identity_service
from tests.living import Living

AUNT = {"name": "Jane", "phone": "+12025550123", "language": "en"}


@pytest.fixture(scope="module")
def identity(service: Living, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with identity_service(service, tmp_path_factory.mktemp("partners")) as url:
        yield url


def test_a_guardian_confirms_and_leaves_by_her_link(service: Living, identity: str) -> None:
    app = App(service, identity)
    citizen_id = UUID(app.joins("박가은"))
    named = app.asks("POST", "/v1/me/guardians", AUNT)
    assert named.status_code == 201, named.text
    guardian_id = UUID(named.json()["guardian_id"])
    links, path = service.house.guardian_links, f"/v1/me/guardians/{guardian_id}"
    wrong = app.asks("POST", f"{path}/confirm", {"code": "0000"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "member.guardian_code_wrong")
    code = links.code(guardian_id, 1, digits=6)
    assert app.asks("POST", f"{path}/confirm", {"code": code}).json()["confirmed"]
    assert app.asks("POST", f"{path}/code").json()["code_expires_at"] is None
    token = links.token(Link(GuardianRole.GUARDIAN, citizen_id, guardian_id))
    hers = service.client(token)
    assert hers.get("/v1/guardian").json() == {"stands": True}
    page = app.plain.get(f"/g/{token}", headers={"Accept-Language": "en"})
    assert "Be a guardian no longer" in page.text
    assert "박가은" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert len(app.asks("GET", "/v1/me/guardians").json()["guardians"]) == 1, "looking is nothing"
    done = app.plain.post(f"/g/{token}", headers={"Accept-Language": "en"})
    assert "That is done." in done.text
    assert app.asks("GET", "/v1/me/guardians").json()["guardians"] == []
    assert hers.delete("/v1/guardian").status_code == 200, "twice is once"
    assert "good no longer" in app.plain.get(f"/g/{token}", headers={"Accept-Language": "en"}).text
    assert app.plain.post("/g/guess").status_code == 200
    assert service.client("guess").get("/v1/guardian").status_code == 401


def test_she_removes_one_and_is_told_why_not_herself(service: Living, identity: str) -> None:
    app = App(service, identity)
    app.joins("박나은")
    guardian_id = app.asks("POST", "/v1/me/guardians", AUNT).json()["guardian_id"]
    assert app.asks("DELETE", f"/v1/me/guardians/{guardian_id}").status_code == 200
    own = app.asks("POST", "/v1/me/guardians", AUNT | {"phone": f"+82{app.number[1:]}"})
    assert (own.status_code, own.json()["code"]) == (409, "member.own_number")
    assert own.json()["message"] == "본인 번호는 보호자로 등록할 수 없습니다."


def test_a_legal_guardian_takes_a_consent_back_by_her_link(service: Living, identity: str) -> None:
    child, mother = App(service, identity), "박은정"
    child.consents("terms", "personal_data")
    child.is_identified("박하늘", birth_date="2020-02-03").raise_for_status()
    child.is_spoken_for(mother, "terms", "personal_data").raise_for_status()
    citizen_id = UUID(child.completes().raise_for_status().json()["citizen_id"])
    legal = service.house.reader.stream(citizen_id)
    [guardian_id] = [
        fact.legal_guardian_id for fact in legal if fact.TOPIC == "member.legal_guardian_set"
    ]
    token = service.house.guardian_links.token(
        Link(GuardianRole.LEGAL_GUARDIAN, citizen_id, guardian_id)
    )
    hers = service.client(token)
    assert hers.delete("/v1/guardian").status_code == 403
    version = {"version": child.version_of("location")}
    given = hers.put("/v1/ward/consents/location", json=version).json()["consents"]
    assert given[2]["by"] == "legal_guardian"
    assert hers.delete("/v1/ward/consents/location").json()["consents"][2]["given"] is None
    assert "동의를 철회" in child.plain.get(f"/g/{token}").text
    assert "처리되었습니다" in child.plain.post(f"/g/{token}").text
    left = child.asks("GET", "/v1/me/consents").json()["consents"]
    assert [one["given"] is None for one in left] == [False, True, True]
