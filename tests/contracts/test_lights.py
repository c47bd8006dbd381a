"""Smart lights over a real broker, and the book of who needs which lamp in PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from application.errors import LogUnavailable, PartnerUnavailable
from application.linked.ports import Lamp, LampBook, LightCommand
from domain.linked import LightMode
from infrastructure.database import Database
from infrastructure.linked.lamps import PostgresLamps
from infrastructure.linked.mqtt_lights import MqttLights
from infrastructure.linked.talq import message_of, override_command
from infrastructure.mqtt.address import MqttAddress
from infrastructure.mqtt.publisher import MqttPublisher
from infrastructure.partners.breaker import Breaker
from interfaces.devices.lamps import RESTORED, SimulatedLamps, read_journal
from tests import clusters
from tests.application.linked_house import LAMPS, MemoryLamps, east, lamp_id
from tests.brokered import PASSWORD, Brokered
from tests.silent_line import SilentLine
from tests.waiting import until

T0 = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
SESSION, OTHER = uuid4(), uuid4()
BLINK, BRIGHTEN = LightMode.BLINK, LightMode.BRIGHTEN


def command(mode: LightMode | None, *lamps: UUID) -> LightCommand:
    return LightCommand(
        delivery_id=UUID(int=7),
        network="gd",
        lamps=lamps,
        mode=mode,
        level_pct=100,
        sent_at=T0,
        until=None if mode is None else T0 + timedelta(hours=2),
    )


def lights_at(url: str, *, timeout_s: float = 3.0) -> MqttLights:
    address = MqttAddress.of(url)
    return MqttLights(MqttPublisher(lambda: address, timeout_s=timeout_s, breaker=Breaker("l")))


@pytest.fixture
def broker() -> Iterator[Brokered]:
    with Brokered() as broker:
        yield broker


@pytest.fixture
def lamps(broker: Brokered, tmp_path: Path) -> Iterator[SimulatedLamps]:
    with SimulatedLamps(broker.url, journal=tmp_path / "lamps.jsonl") as lamps:
        until(lambda: lamps.is_met)
        yield lamps


class TestTalq:
    """The words of TALQ's data model, and where they are our own."""

    def test_to_brighten_is_a_level(self) -> None:
        body = override_command(command(BRIGHTEN, lamp_id(0)))
        assert body["addresses"] == [
            {"resource": "devices", "address": f"{lamp_id(0)}/LampActuatorFunction"}
        ]
        assert body["targetCommand"] == {
            "state": {"name": "LevelState", "value": 100},
            "reason": "override",
            "cmsRefId": str(UUID(int=7)),
            "start": "2026-11-29T14:00:00+00:00",
            "expiration": "2026-11-29T16:00:00+00:00",
        }

    def test_to_blink_is_an_attribute_of_the_vendors_own(self) -> None:
        body = override_command(command(BLINK, lamp_id(0)))
        [address] = body["addresses"]
        assert address["address"].endswith("/LampActuatorFunction/blinkCommand")
        assert body["targetCommand"]["state"]["name"] == "TextState"

    def test_to_restore_is_no_command(self) -> None:
        assert "targetCommand" not in override_command(command(None, lamp_id(0)))

    def test_each_network_has_a_topic_of_its_own(self) -> None:
        topic, payload = message_of(command(BLINK, lamp_id(0)), sender="ansim")
        assert topic == "ansim/lights/gd/override-commands"
        envelope: dict[str, Any] = orjson.loads(payload)
        assert (envelope["clientAddress"], envelope["resource"]) == ("ansim", "override-commands")


def test_lamps_do_what_they_are_told_and_keep_it(broker, lamps, tmp_path) -> None:
    lights = lights_at(broker.url)
    one, other = str(lamp_id(0)), str(lamp_id(1))
    lights.command([command(BLINK, lamp_id(0)), command(BRIGHTEN, lamp_id(1))])
    until(lambda: len(lamps.states()) == 2)
    assert lamps.states() == {one: "blink", other: "level:100"}
    lights.command([command(None, lamp_id(0), lamp_id(1))])
    until(lambda: lamps.states()[one] == RESTORED)
    kept = read_journal(tmp_path / "lamps.jsonl")
    assert [line["told"] for line in kept] == ["blink", "level:100", RESTORED]
    assert kept[0]["ref"] == str(UUID(int=7))


def test_a_restarted_network_knows_what_its_lamps_do(broker, lamps, tmp_path) -> None:
    lights_at(broker.url).command([command(BLINK, lamp_id(0))])
    until(lamps.states)
    with SimulatedLamps(broker.url, journal=tmp_path / "lamps.jsonl") as again:
        assert again.states() == {str(lamp_id(0)): "blink"}


def test_a_broker_that_is_away_is_unavailable(broker) -> None:
    lights = lights_at(broker.url)
    broker.stop()
    with pytest.raises(PartnerUnavailable):
        lights.command([command(BLINK, lamp_id(0))])


def test_a_broker_that_lets_nobody_in_is_unavailable(broker) -> None:
    with pytest.raises(PartnerUnavailable):
        lights_at(broker.url.replace(PASSWORD, "wrong")).command([command(BLINK, lamp_id(0))])


def test_a_broker_that_freezes_is_given_up_in_time(broker) -> None:
    line = SilentLine(int(broker.url.rpartition(":")[2]))
    line.silent.set()
    frozen = f"mqtt://ansim:{PASSWORD}@127.0.0.1:{line.port}"
    try:
        with pytest.raises(PartnerUnavailable):
            lights_at(frozen, timeout_s=0.3).command([command(BLINK, lamp_id(0))])
    finally:
        line.close()


@pytest.fixture(params=["memory", "postgres"])
def book(request: pytest.FixtureRequest, database: clusters.Database) -> Iterator[LampBook]:
    if request.param == "memory":
        yield MemoryLamps()
        return
    service = Database(database.service_url, application_name="test")
    lamps = PostgresLamps(service)
    lamps.put(LAMPS.values())
    yield lamps
    service.close()


def numbers(found: list[Lamp]) -> list[UUID]:
    return sorted(one.lamp_id for one in found)


def test_lamps_near_a_point_are_found(book: LampBook) -> None:
    assert numbers(book.near([east(0)], 60)) == sorted([lamp_id(0), lamp_id(1)])
    assert book.near([east(2_000)], 60) == []
    assert book.near([], 60) == []
    assert book.networks([lamp_id(0), uuid4()]) == {lamp_id(0): "gd"}


def test_who_needs_a_lamp_is_known_until_it_is_told_otherwise(book: LampBook) -> None:
    with book.turn(SESSION) as turn:
        assert turn.uses() == {}
        turn.hold([lamp_id(0), lamp_id(1)])
        turn.need({lamp_id(0): BLINK, lamp_id(1): BLINK})
    with book.turn(OTHER) as turn:
        turn.need({lamp_id(1): BRIGHTEN})
        assert turn.others([lamp_id(0), lamp_id(1)]) == dict.fromkeys(
            [lamp_id(0), lamp_id(1)], BLINK
        )
    with book.turn(SESSION) as turn:
        assert turn.uses() == {lamp_id(0): BLINK, lamp_id(1): BLINK}
        assert turn.others([lamp_id(0), lamp_id(1)]) == {lamp_id(1): BRIGHTEN}
        turn.leave([lamp_id(0), lamp_id(1)])
        assert turn.uses() == {}


class TestPostgresTurns:
    """What only a database can get wrong."""

    @pytest.fixture
    def lamps(self, database: clusters.Database) -> Iterator[PostgresLamps]:
        service = Database(database.service_url, application_name="test")
        lamps = PostgresLamps(service)
        lamps.put(LAMPS.values())
        yield lamps
        service.close()

    def test_the_line_through_several_points_is_followed(self, lamps: PostgresLamps) -> None:
        assert numbers(lamps.near([east(-100), east(600)], 5)) == sorted(LAMPS)

    def test_two_turns_of_a_session_follow_each_other(self, lamps: PostgresLamps) -> None:
        with lamps.turn(SESSION), pytest.raises(LogUnavailable), lamps.turn(SESSION):
            raise AssertionError("both at once")
        with lamps.turn(SESSION) as turn:
            assert turn.uses() == {}

    def test_a_lamp_is_held_by_one_session_at_a_time(self, lamps: PostgresLamps) -> None:
        held, done = threading.Event(), threading.Event()
        waited: list[bool] = []

        def other() -> None:
            held.wait()
            with lamps.turn(OTHER) as turn:
                turn.hold([lamp_id(0)])
                waited.append(done.is_set())

        thread = threading.Thread(target=other)
        thread.start()
        with lamps.turn(SESSION) as turn:
            turn.hold([lamp_id(0)])
            held.set()
            thread.join(0.2)
            assert waited == []
            done.set()
        thread.join()
        assert waited == [True]
