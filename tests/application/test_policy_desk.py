"""Numbers are changed by one desk and read by all others, in whatever process."""

from __future__ import annotations

import pytest

from application.errors import Forbidden
from application.policies_in_force import PoliciesInForce
from application.policy_desk import ChangePolicy, PolicyDesk
from domain.emergency.facts import Accepted
from domain.policy import Policy
from domain.policy_book import PolicyUnknown
from domain.roles import Role
from tests.application.house import (
    AUDITOR,
    CITIZEN,
    KIM,
    NOBODY,
    SYSTEM,
    DeskHouse,
    asked_by,
    id_of,
    sent,
)
from tests.memory import memory_app

ADMIN = asked_by(Role.ADMINISTRATOR, "admin")
LATER = ChangePolicy(changes={"escalate_police_s": 120}, reason="Fewer cars at night.")


class CityHouse(DeskHouse):
    """A house whose desks read the city's book."""

    def __init__(self) -> None:
        super().__init__()
        self.base = self.policy
        self.running_s = 0.0
        self.policy = self.another_process()
        self.restart()
        self.numbers = PolicyDesk(self.app, self.clock, self.log, base=self.base)

    def another_process(self) -> PoliciesInForce:
        return PoliciesInForce(memory_app(self.log), self.base, lambda: self.running_s)

    def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.running_s += seconds


@pytest.fixture
def house() -> CityHouse:
    return CityHouse()


def last_rise_s(house: CityHouse, device: str) -> float:
    """When a report that is raised now would ask the police, counted from its acceptance."""
    receipt = house.trigger(sent(device, device={"device_id": device * 20}), context=NOBODY)
    house.passes(5)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    accepted = house.log.facts(receipt.report_id)[1]
    return (accepted.escalations[-1].due_at - accepted.timestamp).total_seconds()


def test_a_change_rules_what_is_decided_after_it_and_nothing_before(house) -> None:
    assert last_rise_s(house, "a") == 90
    house.numbers.change(LATER, ADMIN)
    house.passes(2)
    assert last_rise_s(house, "b") == 120
    first = next(fact for fact in house.log.facts() if isinstance(fact, Accepted))
    assert (first.escalations[-1].due_at - first.timestamp).total_seconds() == 90


def test_every_process_goes_over_at_the_same_moment(house) -> None:
    other = house.another_process()
    assert other.at(house.clock.now()).escalate_police_s == 90
    house.numbers.change(LATER, ADMIN)
    house.passes(1)
    for process in (house.policy, other):
        assert process.at(house.clock.now()).escalate_police_s == 90
    house.passes(1)
    for process in (house.policy, other, house.another_process()):
        assert process.at(house.clock.now()).escalate_police_s == 120


def test_what_was_changed_is_shown_with_by_whom(house) -> None:
    assert house.numbers.show(AUDITOR).changed == ()
    house.numbers.change(LATER, ADMIN)
    house.numbers.change(LATER, ADMIN)
    shown = house.numbers.show(KIM)
    [one] = shown.changed
    assert (one.changed_by, one.changes[0].name) == (id_of(ADMIN), "escalate_police_s")
    assert shown.numbers["escalate_police_s"] == 90
    house.passes(2)
    assert house.numbers.show(KIM).numbers["escalate_police_s"] == 120


def test_the_shell_may_and_others_may_not(house) -> None:
    for who in (KIM, AUDITOR, CITIZEN):
        with pytest.raises(Forbidden):
            house.numbers.change(LATER, who)
    with pytest.raises(Forbidden):
        house.numbers.show(CITIZEN)
    house.numbers.change(LATER, SYSTEM)
    assert house.numbers.show(AUDITOR).changed[0].changed_by is None


def test_what_is_refused_leaves_no_book(house) -> None:
    head = house.log.max_notification_id()
    with pytest.raises(PolicyUnknown):
        house.numbers.change(ChangePolicy(changes={"nothing": 1}, reason="x"), ADMIN)
    house.numbers.change(ChangePolicy(changes={"escalate_police_s": 90}, reason="x"), ADMIN)
    assert house.log.max_notification_id() == head
    assert house.policy.at(house.clock.now()) == Policy()


def test_a_second_change_is_seen_by_whom_the_first_was(house) -> None:
    house.numbers.change(LATER, ADMIN)
    house.passes(2)
    assert house.policy.at(house.clock.now()).escalate_police_s == 120
    again = ChangePolicy(changes={"escalate_police_s": 150}, reason="x")
    house.numbers.change(again, ADMIN)
    house.passes(2)
    assert house.policy.at(house.clock.now()).escalate_police_s == 150
