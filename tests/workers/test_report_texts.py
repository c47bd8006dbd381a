"""An emergency text over real sockets: by HTTP, by SMPP, and by the one when the other refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from application import signing
from application.context import Context, Principal
from application.emergency.commands import SendMessage
from application.report_texts import text_id
from domain.emergency.conversing import MessageSent
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.demo.journals import about, guardian_messages
from interfaces.partners.app import SimulatedPartners
from tests.plant import SECRET, People, Plant
from tests.serving import Serving
from tests.waiting import until

COORDINATOR = Context(
    principal=Principal(id=str(uuid4()), role=Role.COORDINATOR), correlation_id=uuid4()
)
LONG = "지금 계신 곳에서 움직이지 마시고 문을 잠그세요. 경찰이 가고 있습니다. " * 3
ONCE = {"sent": 1, "failed": 0, "duplicates": 0}


@contextmanager
def planted(database, redis_url: str, folder: Path, routes: str) -> Iterator[Plant]:
    partners = SimulatedPartners(
        secret=SECRET.encode(),
        ansim_url="http://127.0.0.1:9",
        journal=folder / "journal.jsonl",
        smpp_port=0,
    )
    with Serving(partners.app()) as url:
        httpx.post(f"{url}/control", json={"call_back": False}).raise_for_status()
        password = signing.password(SECRET.encode(), "smpp")
        yield Plant(
            database.service_url,
            redis_url,
            url,
            smpp_url=f"smpp://ansim:{password}@127.0.0.1:{partners.smpp_port}",
            message_routes=routes,
        )


def control(plant: Plant, *, smpp: bool, **changes: object) -> None:
    plant.control(channel="message", smpp=smpp, **changes)


@pytest.fixture(params=["sms", "smpp", "sms,smpp"])
def plant(database, redis_url, tmp_path: Path, request) -> Iterator[Plant]:
    with planted(database, redis_url, tmp_path, request.param) as plant:
        control(plant, smpp=True, arrive_after_s=0)
        yield plant


def written(house: House, body: str) -> UUID:
    """Somebody writes to who raised a report; returns it."""
    people = People(house)
    receipt = people.raises(people.citizen(), language="zh")
    people.lets_elapse(receipt)
    command = SendMessage(report_id=receipt.report_id, message_id=uuid4(), body=body)
    house.emergency_desk.send_message(command, COORDINATOR)
    return receipt.report_id


def sent(house: House, report_id: UUID) -> MessageSent:
    return next(one for one in house.app.history(report_id) if isinstance(one, MessageSent))


def entries(plant: Plant, house: House, report_id: UUID) -> list[dict]:
    log = house.app.history(report_id)
    return [one for one in about(report_id, log, plant.journal()) if one["channel"] == "text"]


@pytest.mark.parametrize(
    ("body", "alphabet"), [("어디 계세요?", "euc_kr"), (LONG, "euc_kr"), ("您安全吗", "ucs2")]
)
def test_it_arrives_once_whole_and_its_delivery_is_told(plant, house, body, alphabet) -> None:
    if plant.message_routes == "sms,smpp":
        control(plant, smpp=False, refuse_next=1)
    by_smpp = "smpp" in plant.message_routes
    report_id = written(house, body)
    message_id = sent(house, report_id).message_id
    with plant.running("relay", "work"):
        until(lambda: entries(plant, house, report_id))
        if by_smpp:
            until(lambda: "message_delivered" in plant.facts(report_id))
    [entry] = entries(plant, house, report_id)
    assert (entry["body"]["body"], entry["body"]["phone"]) == (body.strip(), "+821000000000")
    assert (entry["body"]["alphabet"], entry["body"].get("route")) == (
        alphabet,
        "smpp" if by_smpp else None,
    )
    assert entry["body"]["message_id"] == str(message_id)
    carried = text_id(sent(house, report_id))
    assert guardian_messages(plant.journal(), {carried}) == ONCE
    assert "partner_unreachable" not in plant.facts(report_id)


def test_an_answer_that_was_lost_sends_nothing_twice(database, redis_url, tmp_path) -> None:
    with planted(database, redis_url, tmp_path, "smpp") as plant, plant.house() as house:
        control(plant, smpp=True, arrive_after_s=0, cut_next=1)
        report_id = written(house, "어디 계세요?")
        with plant.running("relay", "work"):
            until(lambda: "message_delivered" in plant.facts(report_id))
        assert len(entries(plant, house, report_id)) == 1
        assert "message.attempted" in plant.facts(text_id(sent(house, report_id)))


def test_what_does_not_get_there_is_told_to_the_report(database, redis_url, tmp_path) -> None:
    with planted(database, redis_url, tmp_path, "smpp") as plant, plant.house() as house:
        control(plant, smpp=True, arrive_after_s=0, unanswered=True)
        report_id = written(house, "어디 계세요?")
        with plant.running("relay", "work"):
            until(lambda: "partner_unreachable" in plant.facts(report_id))
        assert len(entries(plant, house, report_id)) == 1
