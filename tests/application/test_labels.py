"""Labels: which devices raised conspicuously often, and nothing that would follow from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pytest

from application.labels import Labels
from domain.emergency import facts
from domain.policy import Policy
from tests.application.house import SYSTEM, DeskHouse

POLICY = Policy(many_triggers=3, many_triggers_within_s=600)


class Sources:
    """As ``TriggerSources`` has it: from the log, and every report of such a device each time."""

    def __init__(self, house: DeskHouse) -> None:
        self._house = house

    def conspicuous(self, *, many: int, since: datetime) -> Sequence[tuple[UUID, int]]:
        raised = [one for one in self._house.log.facts() if isinstance(one, facts.Triggered)]
        recent = {
            one.originator_id: one.device.device_id for one in raised if one.timestamp >= since
        }
        joined = [one for one in self._house.log.facts() if isinstance(one, facts.Joined)]
        triggers = Counter(
            [
                *recent.values(),
                *(recent[one.originator_id] for one in joined if one.originator_id in recent),
            ]
        )
        return [
            (one, triggers[device]) for one, device in recent.items() if triggers[device] >= many
        ]


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse(POLICY)


def look(house: DeskHouse) -> int:
    return Labels(Sources(house), house.desk, house.clock, POLICY).look(SYSTEM)


def raised_often(house: DeskHouse, times: int) -> UUID:
    first = house.accepted()
    for number in range(2, times + 1):
        house.raised(trigger_id=f"t-{number}")
    return first.report_id


def test_a_device_that_raises_as_often_as_the_policy_says_is_labelled(house: DeskHouse) -> None:
    report_id = raised_often(house, 3)
    house.clock.advance(590)
    assert look(house) == 1
    assert house.log.topics(report_id)[-1] == "emergency.labelled"


def test_one_trigger_fewer_is_nothing(house: DeskHouse) -> None:
    report_id = raised_often(house, 2)
    assert look(house) == 0
    assert "emergency.labelled" not in house.log.topics(report_id)


def test_what_lies_too_far_back_does_not_count(house: DeskHouse) -> None:
    raised_often(house, 3)
    house.clock.advance(601)
    assert look(house) == 0


def test_looking_again_labels_nothing_twice(house: DeskHouse) -> None:
    report_id = raised_often(house, 3)
    look(house)
    look(house)
    assert house.log.topics(report_id).count("emergency.labelled") == 1


def test_it_rings_and_rises_as_before(house: DeskHouse) -> None:
    report_id = raised_often(house, 3)
    before = house.report(report_id)
    timers, deliveries = dict(house.log.timers), dict(house.log.deliveries)
    look(house)
    after = house.report(report_id)
    assert (after.ringing, after.answer_by, after.escalations, after.districts) == (
        before.ringing,
        before.answer_by,
        before.escalations,
        before.districts,
    )
    assert (house.log.timers, house.log.deliveries) == (timers, deliveries)
