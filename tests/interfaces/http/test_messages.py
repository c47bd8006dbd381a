"""Who was told of what, and which devices take pushes, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application.context import system
from application.messaging import to_citizen, to_guardians
from application.safe_return import Receipt
from domain.language import Language
from domain.member import Member
from domain.message_routing import MessageRoute
from domain.policy import Policy
from domain.roles import Role
from tests.living import GANGDONG, Living

COMMAND = system("test", correlation_id=uuid4())
SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "p256dh": "B" * 87,
    "auth": "A" * 22,
}


class Citizen:
    """One who has a guardian, and a session of whatever kind."""

    def __init__(self, service: Living) -> None:
        receipt = service.register()
        self.service = service
        self.citizen_id = receipt.citizen_id
        self.client: httpx.Client = service.client(receipt.device_token)
        self.about = uuid4()
        self.guardian_id = uuid4()
        app, at = service.house.app, service.house.clock.now()
        member = app.load(Member, self.citizen_id)
        member.name_guardian(
            guardian_id=self.guardian_id,
            name="어머니",
            phone="+821077776666",
            language=Language.KO,
            at=at,
            policy=Policy(),
        )
        member.confirm_guardian(self.guardian_id, at=at)
        said: dict[str, Any] = {
            "about": self.about,
            "occasion": "boarded",
            "phrase": "refused.message.too_long",
            "words": {},
            "at": at,
        }
        [told], mine = to_guardians(member, **said), to_citizen(member, **said)
        self.told, self.mine = told.id, mine.id
        self.position = self._save(member, told, mine)

    def messages(self, **asked: Any) -> list[dict[str, Any]]:
        answer = self.client.get("/v1/me/messages", params={"after": self.position, **asked})
        return answer.raise_for_status().json()

    def _save(self, *aggregates: Any) -> int:
        receipt = Receipt(aggregate_id=self.citizen_id)
        saved = self.service.house.app.commit(aggregates, context=COMMAND, receipt=receipt)
        assert saved.position is not None
        return saved.position


@pytest.fixture
def citizen(service: Living) -> Citizen:
    return Citizen(service)


def test_a_citizen_sees_which_guardian_was_told_and_when(citizen, service) -> None:
    told = {UUID(one["message_id"]): one for one in citizen.messages(about=str(citizen.about))}
    assert set(told) == {citizen.told, citizen.mine}
    assert told[citizen.told]["recipient"] == "어머니"
    assert (told[citizen.told]["state"], told[citizen.told]["delivered_at"]) == ("waiting", None)
    receipt = service.house.message_desk.delivered(citizen.told, COMMAND, MessageRoute.SMPP)
    citizen.position = receipt.position
    [now] = [one for one in citizen.messages() if one["message_id"] == str(citizen.told)]
    assert (now["state"], now["route"]) == ("delivered", "smpp")
    assert now["delivered_at"] is not None
    assert citizen.messages(about=str(uuid4())) == []


def test_nobody_sees_anothers(citizen, service) -> None:
    assert Citizen(service).messages(about=str(citizen.about)) == []
    assert service.client().get("/v1/me/messages").status_code == 401


def test_her_app_says_that_a_push_was_shown(citizen) -> None:
    body = {"message_ids": [str(citizen.mine), str(citizen.told)]}
    answer = citizen.client.post("/v1/me/messages/reached", json=body).raise_for_status()
    citizen.position = answer.json()["position"]
    states = {one["message_id"]: one["state"] for one in citizen.messages()}
    assert states == {str(citizen.mine): "delivered", str(citizen.told): "waiting"}


def test_a_device_takes_pushes_and_takes_them_no_more(citizen, service) -> None:
    key = citizen.client.get("/v1/push/key").raise_for_status().json()
    assert len(key["application_server_key"]) == 87
    put = citizen.client.put("/v1/me/device/push", json=SUBSCRIPTION)
    assert put.raise_for_status().json()["position"] is not None
    again = citizen.client.put("/v1/me/device/push", json=SUBSCRIPTION)
    assert again.raise_for_status().json()["position"] is None
    gone = citizen.client.delete("/v1/me/device/push")
    assert gone.raise_for_status().json()["position"] is not None
    assert service.client().put("/v1/me/device/push", json=SUBSCRIPTION).status_code == 401


def test_the_house_is_not_had_to_ask_any_address(citizen) -> None:
    answer = citizen.client.put(
        "/v1/me/device/push",
        json=SUBSCRIPTION | {"endpoint": "https://10.0.0.1/metadata"},
        headers={"Accept-Language": "zh"},
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "push.endpoint_refused"
    assert "短信" in answer.json()["message"]


def test_a_control_room_asks_for_a_session_that_there_is(service) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    assert operator.get(f"/v1/sessions/{uuid4()}/messages").status_code == 404
    assert service.client().get(f"/v1/sessions/{uuid4()}/messages").status_code == 401
