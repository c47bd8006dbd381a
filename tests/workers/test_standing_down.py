"""A stand-down goes out as a delivery of its own, and what it takes back is sent no more."""

from __future__ import annotations

from uuid import UUID, uuid4

from application.context import Context, Principal
from application.emergency.commands import StandHelpDown
from domain.emergency.help_answers import HelpKind, StandDown
from domain.roles import Role
from tests.waiting import until

COORDINATOR = Context(
    principal=Principal(id=str(uuid4()), role=Role.COORDINATOR), correlation_id=uuid4()
)


def stand_down(house, report_id: UUID) -> None:
    command = StandHelpDown(report_id=report_id, kind=HelpKind.POLICE, why=StandDown.SAFE)
    house.emergency_desk.stand_down(command, COORDINATOR)


def asked_police(people) -> UUID:
    receipt = people.raises()
    people.lets_elapse(receipt)
    people.asks_for_police(receipt.report_id)
    return receipt.report_id


def test_the_police_are_told_over_the_wire(plant, house, people) -> None:
    report_id = asked_police(people)
    with plant.running("relay", "work"):
        until(lambda: "police_acknowledged" in plant.facts(report_id))
        stand_down(house, report_id)
        until(lambda: len(plant.journal()) == 2)
    asked, off = plant.journal()
    assert off["channel"] == "police_stand_down"
    assert off["body"]["request_id"] == asked["body"]["request_id"]
    assert off["body"]["reference"] == asked["answer"]["reference"]
    assert "position" not in off["body"]


def test_what_was_stood_down_before_it_was_sent_reaches_nobody(plant, house, people) -> None:
    report_id = asked_police(people)
    stand_down(house, report_id)
    with plant.running("relay", "work"):
        until(lambda: not plant.count("deliveries WHERE state IN ('pending', 'leased')"))
    assert [entry["channel"] for entry in plant.journal()] == ["police_stand_down"]
    assert "position_provided" not in plant.facts(report_id)
