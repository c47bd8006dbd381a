"""Bells over a real broker: what is acknowledged is durable, and a press comes through anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from application.bells.presses import Press
from application.errors import LogUnavailable
from domain.bell import Bell
from domain.emergency.vocabulary import Stage
from infrastructure.mqtt.address import MqttAddress
from infrastructure.mqtt.listener import MqttListener
from interfaces.devices.bell import SimulatedBell
from tests.application.bell_house import PARK, BellHouse
from tests.brokered import Brokered
from tests.waiting import until
from workers.gateway import HEARTBEATS, PRESSES, Gateway


class Silence:
    """A pulse that nobody takes."""

    def beat(self, **_detail: Any) -> None:
        pass

    def leave(self) -> None:
        pass


class Listening:
    """The gateway over the twins, in threads; it can be stopped and begun anew."""

    def __init__(self, broker: Brokered, house: BellHouse) -> None:
        self._broker = broker
        self.house = house
        self.held_up = 0
        """So many presses cannot be stored."""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def press(self, press: Press, context: Any) -> Any:
        if self.held_up > 0:
            self.held_up -= 1
            raise LogUnavailable("away")
        return self.house.presses.press(press, context)

    def start(self) -> None:
        self._stop.clear()
        address = MqttAddress.of(self._broker.url)
        self.ears = [
            MqttListener(address, client_id=f"test-{name}", topics=(topic,))
            for name, topic in (("presses", PRESSES), ("heartbeats", HEARTBEATS))
        ]
        gateway = Gateway(
            presses=self.ears[0],
            heartbeats=self.ears[1],
            desk=self,  # type: ignore[arg-type] - as far as the gateway asks
            hearing=self.house.hearing,
            pulse=Silence(),  # type: ignore[arg-type] - as far as the gateway asks
        )
        self._thread = threading.Thread(target=gateway.run, args=(self._stop,))
        self._thread.start()
        until(lambda: all(ear.is_met for ear in self.ears))

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None


@pytest.fixture
def broker() -> Iterator[Brokered]:
    with Brokered() as broker:
        yield broker


@pytest.fixture
def gateway(broker: Brokered) -> Iterator[Listening]:
    listening = Listening(broker, BellHouse())
    listening.start()
    try:
        yield listening
    finally:
        listening.stop()


@pytest.fixture
def bell(broker: Brokered, gateway: Listening) -> Iterator[SimulatedBell]:
    assert gateway.house.bell().bell_no == PARK
    with SimulatedBell(PARK, mqtt_url=broker.url) as bell:
        yield bell


def opened(gateway: Listening) -> list[Any]:
    return [one for one in gateway.house.log.facts() if one.TOPIC == "bell_guard.opened"]


def test_a_press_over_mqtt_rings_and_is_answered(gateway, bell) -> None:
    answer = bell.answer(bell.press())
    report = gateway.house.report(opened(gateway)[0].report_id)
    assert answer["aggregate_id"] == str(report.id)
    assert (report.stage, answer["codes"], answer["messages"]) == (Stage.OPEN, [], {})


def test_the_same_press_sent_twice_is_one(gateway, bell) -> None:
    first = bell.answer(bell.press("p-1"))
    assert bell.answer(bell.press("p-1"))["aggregate_id"] == first["aggregate_id"]
    assert len(opened(gateway)) == 1


def test_an_unknown_bell_is_named_in_four_languages_and_rings(gateway, broker) -> None:
    with SimulatedBell("XX-1", mqtt_url=broker.url) as stranger:
        answer = stranger.answer(stranger.press())
    assert answer["codes"] == ["bell.unknown"]
    assert set(answer["messages"]["bell.unknown"]) == {"ko", "en", "zh", "ja"}
    assert len(opened(gateway)) == 1


def test_a_press_that_cannot_be_stored_is_stored_later_and_only_then_answered(
    gateway, bell
) -> None:
    gateway.held_up = 2
    answer = bell.answer(bell.press())
    assert gateway.held_up == 0
    assert answer["aggregate_id"] == str(opened(gateway)[0].report_id)


def test_what_is_pressed_while_the_gateway_is_away_waits_for_it(gateway, bell) -> None:
    gateway.stop()
    press_id = bell.press()
    assert opened(gateway) == []
    gateway.start()
    assert bell.answer(press_id)["press_id"] == press_id
    assert len(opened(gateway)) == 1


def test_a_press_that_was_taken_and_not_stored_comes_again(gateway, bell) -> None:
    gateway.held_up = 10_000
    press_id = bell.press()
    until(lambda: gateway.held_up < 10_000)
    gateway.stop()
    gateway.held_up = 0
    gateway.start()
    assert bell.answer(press_id)["press_id"] == press_id


def test_the_gateway_comes_back_to_a_broker_that_died(gateway, broker) -> None:
    broker.stop()
    until(lambda: not any(ear.is_met for ear in gateway.ears))
    broker.start()
    until(lambda: all(ear.is_met for ear in gateway.ears))
    with SimulatedBell(PARK, mqtt_url=broker.url) as bell:
        assert bell.answer(bell.press())["codes"] == []


def test_heartbeats_are_kept(gateway, bell) -> None:
    bell.beat(battery_pct=42)
    until(lambda: gateway.house.signs.of(Bell.create_id(PARK)))
    assert gateway.house.signs.of(Bell.create_id(PARK)).battery_pct == 42


def test_a_bell_that_seems_stuck_rings_and_is_labelled(gateway, bell) -> None:
    press_id = bell.stuck(12)[-1]
    report_id = opened_by(gateway, bell.answer(press_id))
    assert gateway.house.log.topics(report_id).count("emergency.labelled") == 1
    assert gateway.house.report(report_id).ringing


def opened_by(gateway: Listening, answer: dict[str, Any]) -> Any:
    [first] = opened(gateway)
    assert answer["aggregate_id"] == str(first.report_id)
    return first.report_id
