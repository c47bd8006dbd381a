"""Scouts over the wire: booked, met by a code, watched home; refused by name in four languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.message import RecipientKind
from domain.roles import Role
from tests.clusters import Cluster
from tests.interfaces.http.scouts_night import OFFICE, Night, fix, line_of, serving
from tests.living import GANGDONG, GURO, Living
from tests.waiting import until

SORA = {"district": GANGDONG, "name": "소라", "phone": "+821055550002"}


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with serving(cluster, tmp_path_factory) as service:
        yield service


@pytest.fixture
def night(service: Living) -> Iterator[Night]:
    made = Night(service)
    yield made
    made.stands_down()


def test_a_citizen_is_walked_home_by_scouts_and_watched(night: Night) -> None:
    booked = night.booked()
    escort_id, path = booked["aggregate_id"], f"/v1/escorts/{booked['aggregate_id']}"
    (hers,) = night.scouts[0].get("/v1/scout/escorts").json()
    assert (hers["escort_id"], hers["meeting_note"], hers["code"]) == (
        escort_id,
        "2번 출구 앞",
        None,
    )
    assert night.citizen.post(f"{path}/here").json()["stage"] == "booked"
    met = night.scouts[0].post(f"{path}/met", json={"code": booked["code"]}).json()
    assert (met["stage"], met["watched"]) == ("walking", False)
    until(lambda: line_of(night.operator, escort_id).get("attention") == "unwatched")
    night.operator.post(f"{path}/watch", json={}).raise_for_status()
    for phone in (night.citizen, *night.scouts):
        sent = phone.post(f"{path}/positions", json={"fixes": [fix(OFFICE)]})
        assert (sent.json()["taken"], sent.json()["watched"]) == (1, True)
    garbage = night.citizen.post(f"{path}/positions", content=b"{")
    assert (garbage.status_code, garbage.json()["taken"]) == (200, 0)
    assert night.scouts[1].post(f"{path}/arrived").json()["stage"] == "arrived"
    assert night.citizen.post(f"{path}/not-there").json()["stage"] == "walking"
    home = night.citizen.post(f"{path}/arrived").json()
    assert home["stage"] == "completed"
    until(lambda: not line_of(night.operator, escort_id))
    history = night.operator.get(
        f"/v1/sessions/{escort_id}/history", params={"after": home["position"]}
    ).json()
    assert [one["topic"] for one in history][:4] == [
        "escort.booked",
        "escort.waited",
        "escort.met",
        "escort.started",
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"days": 1}, "escort.not_today"),
        ({"days": -2}, "escort.start_past"),
        ({"days": 1, "skew_days": 1}, "escort.clock_wrong"),
        ({"meeting": {"latitude_deg": 35.1796, "longitude_deg": 129.0756}}, "escort.outside_city"),
        ({"destination": {"latitude_deg": 37.60, "longitude_deg": 127.12}}, "escort.too_far"),
    ],
)
def test_what_cannot_be_booked_is_refused_in_the_callers_language(
    night: Night, changes: dict[str, Any], code: str
) -> None:
    starts_at = datetime.fromisoformat(night.starts_at)
    wish = {name: place for name, place in changes.items() if isinstance(place, dict)}
    if "days" in changes:
        wish["starts_at"] = (starts_at + timedelta(days=changes["days"])).isoformat()
    if "skew_days" in changes:
        wish["sent_at"] = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    told = set()
    for language in ("ko", "en", "zh", "ja"):
        night.citizen.headers["Accept-Language"] = language
        refused = night.book(**wish)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
        told.add(refused.json()["message"])
    assert len(told) == 4


def test_a_second_booking_is_refused_and_a_cancelled_one_is_never_met(night: Night) -> None:
    booked = night.booked()
    path = f"/v1/escorts/{booked['aggregate_id']}"
    second = night.book()
    assert second.json()["code"] == "session.already_open"
    wrong = night.scouts[0].post(f"{path}/met", json={"code": "x"})
    assert wrong.json()["code"] == "escort.code_wrong"
    early = night.citizen.post(f"{path}/no-show")
    assert early.json()["code"] == "escort.no_show_too_early"
    assert night.citizen.post(f"{path}/cancel").json()["stage"] == "cancelled"
    met = night.scouts[0].post(f"{path}/met", json={"code": booked["code"]})
    assert (met.status_code, met.json()["code"]) == (409, "escort.was_cancelled")


def test_nobody_else_knows_of_an_escort(night: Night) -> None:
    booked = night.booked()
    path = f"/v1/escorts/{booked['aggregate_id']}"
    stranger = night.service.client(night.service.register().device_token)
    nobody = night.service.client()
    assert stranger.get(path).status_code == 404
    assert nobody.get(path).status_code == 401
    assert nobody.get("/v1/scout/escorts").status_code == 401
    assert night.citizen.get("/v1/scout/escorts").status_code == 401
    assert night.citizen.get(path).json()["code"] == booked["code"]
    elsewhere = night.service.as_role(Role.OPERATOR, GURO)
    assert elsewhere.post(f"{path}/call-off").status_code == 403
    night.operator.post(f"{path}/code").raise_for_status()
    assert night.citizen.get(path).json()["code"] is not None
    called_off = night.operator.post(f"{path}/call-off").raise_for_status()
    assert called_off.json()["stage"] == "cancelled"


def test_scouts_who_cannot_come_and_a_centre_that_sends_others(night: Night) -> None:
    booked = night.booked()
    path = f"/v1/escorts/{booked['aggregate_id']}"
    gone = night.scouts[0].post(f"{path}/withdraw", json={"cause": "ill"}).raise_for_status()
    assert gone.json()["team_found"] is False
    nobody = night.operator.post(f"{path}/reassign", json={})
    assert nobody.json()["code"] == "escort.no_team_free"
    note = {"note": "She was watched home instead."}
    ended = night.operator.post(f"{path}/end", json=note, params={"how": "monitoring"})
    assert ended.raise_for_status().json()["stage"] == "ended"
    again = night.operator.post(f"{path}/watch/leave")
    assert again.status_code == 200


def test_a_supervisor_rules_the_night(night: Night) -> None:
    booked = night.booked()
    first, second = night.scout_ids
    twice = night.supervisor.post(f"{night.roster}/teams", json={"scouts": [first, second]})
    assert twice.json()["code"] == "scout_roster.in_another_team"
    shift = {"first": night.starts_at, "last": night.starts_at}
    changed = night.supervisor.put(f"{night.roster}/teams/{night.team}/shift", json=shift)
    assert changed.status_code == 200, changed.text
    shown = night.operator.get(night.roster).raise_for_status().json()
    assert [one["team_id"] for one in shown["teams"]] == [night.team]
    closed = night.supervisor.post(f"{night.roster}/close", json={"reason": "weather"})
    assert closed.json()["cancelled"] == [booked["aggregate_id"]]
    assert night.book().json()["code"] == "escort.district_closed"
    night.supervisor.post(f"{night.roster}/reopen").raise_for_status()
    off = night.supervisor.put(f"{night.roster}/off/{first}")
    assert off.status_code == 200
    assert night.book().json()["code"] == "escort.no_team_free"
    night.supervisor.delete(f"{night.roster}/off/{first}").raise_for_status()
    assert night.operator.post(f"{night.roster}/close", json={"reason": "staff"}).status_code == 403


def test_a_scouts_phone_is_given_and_taken(night: Night) -> None:
    path = f"/v1/scouts/{night.scout_ids[0]}"
    assert night.operator.get(path).json()["name"] == "미나"
    token = night.supervisor.post(f"{path}/phone").json()["token"]
    assert night.scouts[0].get("/v1/scout/escorts").status_code == 401
    assert night.service.client(token).get("/v1/scout/escorts").status_code == 200
    night.supervisor.delete(f"{path}/phone").raise_for_status()
    assert night.service.client(token).get("/v1/scout/escorts").status_code == 401
    night.supervisor.delete(path).raise_for_status()
    assert night.supervisor.post(f"{path}/phone").json()["code"] == "scout.has_left"


def test_scouts_can_be_written_to(service: Living) -> None:
    assert RecipientKind.SCOUT in service.house.numbers


def test_the_nights_and_who_serves_are_told_to_the_district(night: Night) -> None:
    nights = night.operator.get(f"/v1/scout-rosters/{GANGDONG}").raise_for_status().json()
    (shown,) = [one for one in nights if one["night"] == str(night.night)]
    assert night.team in [one["team_id"] for one in shown["teams"]]
    assert shown["starts"][-1]["free"] == 1
    told = night.supervisor.post("/v1/scouts", json=SORA).raise_for_status().json()
    query = {"district": GANGDONG, "after": told["position"]}
    scouts = night.operator.get("/v1/scouts", params=query).raise_for_status().json()
    assert {*night.scout_ids, told["scout_id"]} <= {one["scout_id"] for one in scouts}
    assert "phone" not in scouts[0]
    elsewhere = night.service.as_role(Role.SUPERVISOR, GURO)
    for path in (f"/v1/scout-rosters/{GANGDONG}", f"/v1/scouts?district={GANGDONG}"):
        assert elsewhere.get(path).status_code == 403
    assert night.operator.get("/v1/scouts?district=x").status_code == 422


@pytest.mark.parametrize(
    ("role", "district", "status"),
    [
        (Role.SUPERVISOR, GANGDONG, 200),
        (Role.OPERATOR, GANGDONG, 200),
        (Role.COORDINATOR, None, 200),
        (Role.AUDITOR, None, 403),
        (Role.STATISTICIAN, None, 403),
    ],
)
def test_who_sees_the_page_of_the_nights(
    service: Living, role: Role, district: str | None, status: int
) -> None:
    token = service.as_role(role, district).headers["authorization"].split()[1]
    with httpx.Client(base_url=service.url, cookies={"ansim_session": token}) as browser:
        assert browser.get("/scouts").status_code == status
