"""Machines in the streets, played from a shell against a service and a broker on real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from application.bells.lists import read_bells
from application.context import system
from domain.emergency.vocabulary import Flag
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.linked.mqtt_lights import MqttLights
from infrastructure.mqtt.address import MqttAddress
from infrastructure.mqtt.publisher import MqttPublisher
from infrastructure.partners.breaker import Breaker
from infrastructure.settings import Settings
from interfaces.demo.free_port import free_port
from interfaces.devices.lamps import RESTORED
from tests.application.linked_house import lamp_id
from tests.brokered import PASSWORD, Brokered
from tests.clusters import Cluster
from tests.contracts.test_lights import BLINK, command
from tests.interfaces.shell import ansim, complaint, last_json
from tests.living import Living, living
from tests.waiting import until
from workers import gateway

LIST = "bell_no,latitude_deg,longitude_deg,address,line\nSB-1,37.5301,127.1238,성내로 25,8001\n"
Shell = Callable[..., Any]


@pytest.fixture(scope="module")
def broker() -> Iterator[Brokered]:
    with Brokered() as broker:
        yield broker


@pytest.fixture(scope="module")
def service(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, broker: Brokered
) -> Iterator[Living]:
    """With one bell on the list, and a gateway at the broker."""
    folder = tmp_path_factory.mktemp("simulated") / "home"
    stop = threading.Event()
    with cluster.database() as database, living(database, folder) as service:
        read = read_bells(LIST.encode(), service.house.districts)
        service.house.bell_registry.take_in(read.bells, system("test", correlation_id=uuid4()))
        settings = Settings(home=folder, database_url=database.service_url, mqtt_url=broker.url)
        with House(settings, role="gateway") as house:
            listening = threading.Thread(target=gateway.run, args=(house, stop))
            listening.start()
            yield service
            stop.set()
            listening.join()


@pytest.fixture
def simulate(service: Living) -> Shell:
    """``ansim bells simulate``, with the secret that the service knows."""
    secret = service.house.partner_secret.decode()

    def run(*words: str, **settings: str) -> Any:
        return ansim("bells", "simulate", *words, partner_secret=secret, **settings)

    return run


def test_a_press_over_http_rings_where_the_bell_stands(service: Living, simulate: Shell) -> None:
    told = last_json(simulate("press", "--bell", "SB-1", "--to", service.url, "--json"))
    assert (told["sent"], told["confirmed"], told["troubles"]) == (1, 1, {})
    [bell] = told["each"]
    assert (bell["codes"], bell["flags"]) == ([], [])
    coordinator = service.as_role(Role.COORDINATOR)
    until(lambda: coordinator.get(f"/v1/reports/{bell['report_id']}").is_success)


def test_many_bells_that_nobody_knows_ring_each_for_itself(
    service: Living, simulate: Shell
) -> None:
    shown = simulate("press", "--count", "30", "--prefix", "N-", "--to", service.url)
    assert shown.returncode == 0, shown.stderr
    assert "30 bells" in shown.stderr
    assert "30 reports" in shown.stderr
    assert "10 more" in shown.stderr
    assert "bell.unknown" in shown.stdout


def test_a_button_that_is_held_seems_stuck(service: Living, simulate: Shell) -> None:
    told = last_json(simulate("stuck", "--bell", "HELD-1", "--to", service.url, "--json"))
    assert (told["sent"], told["confirmed"], told["joined"]) == (12, 12, 11)
    report_id = told["each"][0]["report_id"]
    topics = service.house.app.history(report_id)
    assert [one.TOPIC for one in topics].count("emergency.labelled") == 1


def test_over_mqtt_the_gateway_answers(service: Living, simulate: Shell, broker: Brokered) -> None:
    words = ("press", "--bell", "SB-1", "--to", broker.url, "--times", "2", "--every", "0.1")
    told = last_json(simulate(*words, "--json"))
    assert (told["confirmed"], told["reports"]) == (2, 1)
    assert PASSWORD not in str(told)
    told = last_json(simulate("beat", "--count", "5", "--mqtt", "--json", mqtt_url=broker.url))
    assert (told["what"], told["confirmed"]) == ("beat", 5)
    until(
        lambda: any(one.bell_no == "SIM-5" for one in service.house.bell_register.unregistered(9))
    )


def test_heartbeats_over_http_are_signed(service: Living, simulate: Shell) -> None:
    words = ("beat", "--count", "3", "--to", service.url)
    assert last_json(simulate(*words, "--battery", "12", "--json"))["confirmed"] == 3
    assert "401" in complaint(simulate(*words, "--unsigned"))
    told = last_json(
        simulate("press", "--bell", "SB-1", "--to", service.url, "--unsigned", "--json")
    )
    assert told["each"][0]["flags"] == [Flag.SIGNATURE_MISSING]


def test_what_is_wrong_is_said_in_one_line(simulate: Shell, broker: Brokered) -> None:
    nowhere = free_port()
    away = simulate("press", "--to", f"http://127.0.0.1:{nowhere}")
    assert f"127.0.0.1:{nowhere}" in complaint(away)
    away = simulate("beat", "--to", f"mqtt://127.0.0.1:{nowhere}")
    assert f"127.0.0.1:{nowhere}" in complaint(away)
    refused = simulate("beat", "--to", broker.url.replace(PASSWORD, "another"))
    assert "bells_unheard" in complaint(refused)
    for words, hint in (
        (("sing",), "press, stuck, beat"),
        (("press", "--to", "ftp://127.0.0.1"), "--to"),
        (("press", "--bell", "a/b", "--to", broker.url), "topic"),
    ):
        result = simulate(*words)
        assert result.returncode == 2
        assert hint in result.stderr


def test_lamps_show_what_they_are_told(broker: Brokered) -> None:
    address = MqttAddress.of(broker.url)
    lights = MqttLights(MqttPublisher(lambda: address, timeout_s=3.0, breaker=Breaker("l")))
    words = ("lights", "simulate", "--to", broker.url, "--network", "gd", "--commands", "2")
    with ThreadPoolExecutor(2) as pool:
        shown = pool.submit(ansim, *words)
        as_json = pool.submit(ansim, *words, "--json")

        def both() -> bool:
            lights.command([command(BLINK, lamp_id(0)), command(None, lamp_id(1))])
            return shown.done() and as_json.done()

        until(both, within_s=60)
    first, second, last = map(json.loads, as_json.result().stdout.splitlines())
    assert {first["told"], second["told"]} == {"blink", RESTORED}
    assert last == {"lamps": {str(lamp_id(0)): "blink", str(lamp_id(1)): RESTORED}}
    assert "blink until" in shown.result().stdout
    assert str(lamp_id(0)) in shown.result().stdout


def test_lamps_without_a_broker_say_so(broker: Brokered) -> None:
    refused = ansim("lights", "simulate", "--to", broker.url.replace(PASSWORD, "another"))
    assert "lamps_unmet" in complaint(refused)
    nothing = ansim("lights", "simulate", "--to", broker.url, "--seconds", "0.2", "--json")
    assert last_json(nothing) == {"lamps": {}}
