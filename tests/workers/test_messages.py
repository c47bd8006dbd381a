"""Guardians are told over real sockets: by the next provider when one refuses, by none twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from application import signing
from application.context import system
from application.messaging import to_guardians
from application.safe_return import Receipt
from domain.language import Language
from domain.member import Member
from domain.message import Message
from domain.message_routing import MessageRoute, MessageState
from domain.policy import Policy
from infrastructure.bootstrap import House
from interfaces.demo.journals import guardian_messages
from interfaces.partners.app import SimulatedPartners
from tests.plant import SECRET, Plant
from tests.serving import Serving
from tests.waiting import until

COMMAND = system("test", correlation_id=uuid4())
MOTHER = "+821099998888"


@pytest.fixture
def plant(database, redis_url, tmp_path: Path) -> Iterator[Plant]:
    """With a message centre that speaks SMPP beside HTTP."""
    partners = SimulatedPartners(
        secret=SECRET.encode(),
        ansim_url="http://127.0.0.1:9",
        journal=tmp_path / "journal.jsonl",
        smpp_port=0,
    )
    with Serving(partners.app()) as url:
        httpx.post(f"{url}/control", json={"call_back": False}).raise_for_status()
        control(url, arrive_after_s=0)
        password = signing.password(SECRET.encode(), "smpp")
        yield Plant(
            database.service_url,
            redis_url,
            url,
            f"file:{tmp_path / 'clips'}",
            smpp_url=f"smpp://ansim:{password}@127.0.0.1:{partners.smpp_port}",
        )


def control(url: str, *, smpp: bool = True, **changes: object) -> None:
    body = {"channel": "message", "smpp": smpp, **changes}
    httpx.post(f"{url}/control", json=body).raise_for_status()


def written(house: House) -> UUID:
    """A message to a confirmed guardian, saved as a service does."""
    at = house.clock.now()
    citizen_id, guardian_id = uuid4(), uuid4()
    member = Member.register(
        citizen_id=citizen_id, name="지영", phone="+821012345678", language=Language.KO, at=at
    )
    member.name_guardian(
        guardian_id=guardian_id,
        name="엄마",
        phone=MOTHER,
        language=Language.ZH,
        at=at,
        policy=Policy(),
    )
    member.confirm_guardian(guardian_id, at=at)
    [message] = to_guardians(
        member,
        about=uuid4(),
        occasion="boarded",
        phrase="refused.message.too_long",
        words={},
        at=at,
    )
    receipt = Receipt(aggregate_id=citizen_id)
    house.app.commit([member, message], context=COMMAND, receipt=receipt)
    return message.id


def state(house: House, message_id: UUID) -> tuple[MessageState, MessageRoute | None]:
    message = house.app.load(Message, message_id)
    return message.state, message.route


def test_what_one_provider_refuses_the_next_brings_and_tells_of(plant, house) -> None:
    control(plant.partners_url, smpp=False, refuse_next=1)
    message_id = written(house)
    there = (MessageState.DELIVERED, MessageRoute.SMPP)
    with plant.running("relay", "work"):
        until(lambda: state(house, message_id) == there)
    assert plant.facts(message_id) == [
        "message.composed",
        "message.fell_back",
        "message.attempted",
        "message.handed_over",
        "message.delivered",
    ]
    [entry] = plant.journal()
    assert entry["body"]["body"].endswith("无法发送。")
    assert entry["body"]["phone"] == MOTHER
    assert guardian_messages(plant.journal(), {message_id}) == {
        "sent": 1,
        "failed": 0,
        "duplicates": 0,
    }


def test_an_answer_that_was_lost_is_found_by_its_receipt(plant, house) -> None:
    control(plant.partners_url, smpp=False, refuse_next=1)
    control(plant.partners_url, cut_next=1)
    message_id = written(house)
    with plant.running("relay", "work"):
        until(lambda: state(house, message_id)[0] is MessageState.DELIVERED)
    assert "message.handed_over" in plant.facts(message_id)
    assert len(plant.journal()) == 1


def test_numbers_and_words_stand_in_no_table(plant, house) -> None:
    message_id = written(house)
    with plant.running("relay", "work"):
        until(lambda: state(house, message_id)[0] is MessageState.SENT)
    for table in ("deliveries", "message_pieces", "message_pace", "events", "access_records"):
        rows = "SELECT coalesce(string_agg(t::text, ' '), '') FROM {} AS t"
        [(said,)] = plant.ask(rows.format(table))
        assert MOTHER.removeprefix("+82") not in said
        assert "无法发送" not in said
