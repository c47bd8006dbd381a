"""Joining on the wire: from the first consent to a request that the new phone signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from domain.roles import Role
from tests.interfaces.http.joining_app import App, identity_service
from tests.living import GANGDONG, Living
from tests.waiting import until


@pytest.fixture(scope="module")
def identity(service: Living, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with identity_service(service, tmp_path_factory.mktemp("partners")) as url:
        yield url


@pytest.fixture
def app(service: Living, identity: str) -> App:
    return App(service, identity)


def test_she_joins_and_her_phone_signs(app: App) -> None:
    app.consents("terms", "personal_data", "location")
    assert app.is_identified("박서연").json()["next"] == "details"
    joined = app.completes()
    assert joined.status_code == 201, joined.text
    me = app.asks("GET", "/v1/me").json()
    assert (me["identity"], me["settings"]["guardians_told"]) == ("carrier", "never")
    told = {"platform": "android", "app_version": "3.2.0", "granted": ["camera"]}
    assert app.asks("PUT", "/v1/me/device", told).status_code == 200
    [device] = app.asks("GET", "/v1/me/devices").json()["devices"]
    assert (device["granted"], device["has_key"], device["this_one"]) == (["camera"], True, True)
    withdrawn = app.asks("DELETE", "/v1/me/consents/location").json()["consents"]
    assert [one["given_at"] is None for one in withdrawn] == [False, False, True]


def test_a_second_account_is_refused_in_her_language_and_she_comes_back(
    app: App, service: Living, identity: str
) -> None:
    citizen_id = app.joins("김하나")
    second = App(service, identity)
    second.consents("terms", "personal_data")
    assert second.is_identified("김하나").json()["next"] == "come_back"
    second.joining.headers["Accept-Language"] = "ja"
    refused = second.completes()
    assert (refused.status_code, refused.json()["code"]) == (409, "member.already_joined")
    assert refused.json()["message"].startswith("すでに登録されています")
    key = {"public_key": second.key.public_key, "proof": second.key.proof}
    back = second.joining.post("/v1/registration/come-back", json=key)
    assert back.json()["citizen_id"] == citizen_id, back.text
    assert len(second.asks("GET", "/v1/me/devices").json()["devices"]) == 1
    assert app.asks("GET", "/v1/me").status_code == 401, "the lost phone speaks no longer"


def test_a_document_is_looked_at_by_staff(app: App, service: Living) -> None:
    app.consents("terms", "personal_data")
    shown = {
        "way": "residence_card",
        "country": "KOR",
        "number": "950314-5",
        "name": "Anna Beispiel",
        "birth_date": "1991-08-12",
        "phone": "+4915112345678",
    }
    path = f"/v1/registrations/{app.id}/document"
    assert app.plain.post(path, json=shown).status_code == 401
    seen = service.as_role(Role.OPERATOR, GANGDONG).post(path, json=shown)
    assert seen.json()["identity"] == "residence_card", seen.text
    assert app.completes().status_code == 201


def test_who_shows_no_token_joins_nowhere(app: App) -> None:
    assert app.plain.get("/v1/registration").status_code == 401
    assert app.joining.get("/v1/registration").json()["next"] == "consents"


@pytest.fixture
def forgotten_tries(service: Living) -> Iterator[None]:
    """Nobody has tried anything, before and after."""

    def forget() -> None:
        with service.house.database.connection() as connection:
            connection.execute("DELETE FROM form_tries")

    forget()
    yield
    forget()


@pytest.mark.usefixtures("forgotten_tries")
def test_one_address_begins_so_many_and_an_office_as_many_as_come(service: Living) -> None:
    plain = service.client()
    for _ in range(service.house.policy.registrations_max):
        assert plain.post("/v1/registrations", json={}).status_code == 201
    said = {}
    for language in ("ko", "en", "zh", "ja"):
        refused = plain.post("/v1/registrations", json={}, headers={"Accept-Language": language})
        assert (refused.status_code, refused.json()["code"]) == (429, "registration.too_many")
        assert 0 < int(refused.headers["Retry-After"]) <= 600
        said[language] = refused.json()["message"]
    assert "구청" in said["ko"]
    assert len(set(said.values())) == 4
    nobodys = service.client("a token of nobody")
    assert nobodys.post("/v1/registrations", json={}).status_code == 429
    assert service.as_role(Role.STATISTICIAN).post("/v1/registrations", json={}).status_code == 429
    office = service.as_role(Role.OPERATOR, GANGDONG)
    begun = [office.post("/v1/registrations", json={}) for _ in range(3)]
    assert {one.status_code for one in begun} == {201}
    hers = service.client(begun[0].json()["token"])
    assert hers.get("/v1/registration").json()["next"] == "consents"


@pytest.mark.usefixtures("forgotten_tries")
def test_one_registration_has_so_many_identity_checks(app: App, service: Living) -> None:
    app.consents("terms", "personal_data")
    for _ in range(service.house.policy.identity_checks_max):
        assert app.joining.post("/v1/registration/checks", json={}).status_code == 200
    refused = app.joining.post("/v1/registration/checks", json={})
    assert (refused.status_code, refused.json()["code"]) == (429, "registration.too_many_checks")
    assert refused.json()["message"].startswith("본인확인을 너무 자주")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600


def test_the_house_hashes_persons_with_a_secret_of_its_own(service: Living) -> None:
    keys = service.house.person_keys
    assert keys.of_carrier("ci") == service.house.person_keys.of_carrier("ci")
    assert keys.of_carrier("ci") != keys.of_carrier("another")
    kept = service.house.home.secret_file("person_key").read_text()
    assert kept not in {"", service.house.home.secret("partner_secret")}


def test_what_each_permission_is_for_is_told_in_the_callers_language(service: Living) -> None:
    plain = service.client()
    told = {
        language: plain.get(
            "/v1/permissions?platform=android", headers={"Accept-Language": language}
        ).json()["permissions"]
        for language in ("ko", "en", "zh", "ja")
    }
    assert [one["permission"] for one in told["ko"]] == [one["permission"] for one in told["en"]]
    for one in zip(*told.values(), strict=True):
        assert (
            len({words["name"] for words in one} | {words["uses"][0]["why"] for words in one}) > 6
        )
    assert {one["platform"] for one in plain.get("/v1/permissions").json()["permissions"]} == {
        "android",
        "ios",
        "web",
    }
    assert (
        plain.get("/v1/consents", headers={"Accept-Language": "en"})
        .json()["consents"][2]["title"]
        .startswith("Using your location")
    )


def test_members_are_counted_for_statisticians(service: Living, identity: str) -> None:
    App(service, identity).joins("박다은")
    statistician = service.as_role(Role.STATISTICIAN)

    def told() -> dict[str, Any]:
        return statistician.get("/v1/statistics/members").raise_for_status().json()

    until(lambda: told()["by_identity"].get("carrier"))
    now = told()
    assert now["members"] == sum(now["by_language"].values()) == sum(now["by_identity"].values())
    day = max(now["joined"])
    known = statistician.get(f"/v1/statistics/members?known_on={day}").json()
    assert known["joined"].keys() == now["joined"].keys()
    assert service.client().get("/v1/statistics/members").status_code == 401
