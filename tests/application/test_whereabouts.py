"""What a phone may send, what becomes of it, and who notices when nothing comes."""

from __future__ import annotations

import math
from typing import Any
from uuid import uuid4

import pytest

from application.emergency.commands import ResolveReport
from application.emergency.whereabouts import SendPositions
from application.errors import Forbidden, Unknown
from application.positions import FIXES_MAX, FixTrouble
from domain.emergency.moving import PositionUpdated, SignalLost
from domain.emergency.vocabulary import Outcome
from domain.geography import CITY, FixSource
from tests.application.house import KIM, NOBODY, NOTE, SUJIN, SYSTEM, phone, sent
from tests.application.whereabouts_house import MovingHouse
from tests.memory import GANGDONG, GANGDONG_OFFICE, INCHEON, SONGPA, SONGPA_OFFICE

FURTHER = GANGDONG_OFFICE.model_copy(update={"latitude_deg": 37.5315})
"""Some 150 m north."""


@pytest.fixture
def house() -> MovingHouse:
    return MovingHouse()


def updates(house: MovingHouse, report_id) -> list[PositionUpdated]:
    return [one for one in house.log.facts(report_id) if isinstance(one, PositionUpdated)]


def test_positions_flow_after_acceptance_and_the_log_keeps_some(house: MovingHouse) -> None:
    report_id = house.accepted().report_id
    house.walks(report_id, GANGDONG_OFFICE, 60)
    assert len(house.live.slots[report_id]) == 12
    assert house.topics(report_id)[2:] == ["position_updated", "position_updated"]


def test_a_batch_may_be_in_any_order_and_have_anything_in_it(house: MovingHouse) -> None:
    report_id = house.claimed().report_id
    house.clock.advance(60)
    odd: list[Any] = [
        house.at(ago_s=1),
        house.at(FURTHER, ago_s=31),
        house.at(ago_s=1),
        {"latitude_deg": math.nan, "longitude_deg": 127.1},
        house.at(latitude_deg=91.0),
        house.at(fixed_at="yesterday"),
        house.at(fixed_at="2023-02-02T14:41:00"),
        house.at(ago_s=-3600),
        house.at(ago_s=3601),
        None,
        "here",
        [1, 2],
        {},
    ]
    receipt = house.moves(report_id, *odd)
    assert (receipt.taken, receipt.thinned, receipt.open) == (2, 1, True)
    malformed = [one.index for one in receipt.refused if one.why is FixTrouble.MALFORMED]
    assert malformed == [3, 4, 5, 6, 9, 10, 11, 12]
    assert [one.index for one in receipt.refused if one.why is FixTrouble.FUTURE] == [7]
    assert [one.index for one in receipt.refused if one.why is FixTrouble.TOO_OLD] == [8]
    ages = [one.fix.age_s for one in updates(house, report_id)]
    assert ages == [31.0, 1.0], "older first, whatever the order"


@pytest.mark.parametrize(
    "body", [None, [], "x", 7, {}, {"fixes": None}, {"fixes": 3}, {"fixes": {"a": 1}}]
)
def test_any_body_is_answered(house: MovingHouse, body: object) -> None:
    report_id = house.accepted().report_id
    command = SendPositions(report_id=report_id, sent=body, identity=phone())
    receipt = house.positions.take(command, NOBODY)
    assert (receipt.taken, receipt.position) == (0, None)


def test_what_a_position_lacks_is_unknown(house: MovingHouse) -> None:
    report_id = house.accepted().report_id
    house.clock.advance(40)
    bare = {"latitude_deg": 37.53, "longitude_deg": 127.12}
    odd = {"accuracy_m": -1, "source": "magic", "battery_pct": 101, "fixed_at": None}
    assert house.moves(report_id, bare | odd).taken == 1
    [kept] = updates(house, report_id)
    assert (kept.fix.accuracy_m, kept.fix.source) == (None, FixSource.UNKNOWN)
    assert (kept.fix.age_s, kept.fix.fixed_at, kept.battery_pct) == (None, None, None)


@pytest.mark.parametrize("off_s", [-86_400, 3_600])
def test_a_clock_that_is_off_loses_nothing(house: MovingHouse, off_s: float) -> None:
    report_id = house.accepted().report_id
    house.clock.advance(60)
    said = house.at(ago_s=10 - off_s)
    assert house.moves(report_id, said).taken == 0
    receipt = house.moves(report_id, said, sent_at=house.at(ago_s=-off_s)["fixed_at"])
    assert receipt.taken == 1
    [kept] = updates(house, report_id)
    assert kept.fix.age_s == 10


def test_a_skew_that_the_trigger_told_is_remembered(house: MovingHouse) -> None:
    ahead = "2023-02-02T23:51:00+09:00"
    report_id = house.accepted(sent_at=ahead).report_id
    house.clock.advance(60)
    assert house.moves(report_id, house.at(ago_s=10 - 600)).taken == 1


def test_a_trigger_that_was_long_on_its_way_says_nothing_of_the_clock(house: MovingHouse) -> None:
    house.clock.advance(600)
    report_id = house.accepted().report_id
    assert house.report(report_id).clock_skew_s < -500
    house.clock.advance(40)
    assert house.moves(report_id, house.at(ago_s=1)).taken == 1
    assert updates(house, report_id)[-1].fix.age_s == 1


def test_a_hair_in_the_future_is_now(house: MovingHouse) -> None:
    report_id = house.accepted().report_id
    house.clock.advance(40)
    assert house.moves(report_id, house.at(ago_s=-4)).taken == 1
    assert updates(house, report_id)[0].fix.age_s == 0


def test_too_many_are_thinned_and_not_refused(house: MovingHouse) -> None:
    report_id = house.accepted().report_id
    house.clock.advance(700)
    many = [house.at(ago_s=600 - number) for number in range(FIXES_MAX + 20)]
    receipt = house.moves(report_id, *many)
    assert (receipt.taken, receipt.thinned, receipt.refused) == (FIXES_MAX, 20, ())
    dense = [house.at(ago_s=0.1 * number) for number in range(8)]
    receipt = house.moves(report_id, *dense)
    assert receipt.taken + receipt.thinned == 8
    assert receipt.taken <= 2


def test_only_who_raised_it_can_say_where(house: MovingHouse) -> None:
    report_id = house.accepted().report_id
    for identity in (phone(SUJIN), phone(revoked=True)):
        with pytest.raises(Unknown):
            house.moves(report_id, house.at(), identity=identity)
    with pytest.raises(Unknown):
        house.moves(uuid4(), house.at())
    anonymous = SendPositions(report_id=report_id, sent={"fixes": [house.at()]}, device="x")
    with pytest.raises(Unknown):
        house.positions.take(anonymous, NOBODY)


def test_an_unknown_phone_speaks_for_its_own_report(house: MovingHouse) -> None:
    name = "a phone of sixteen letters"
    body = sent("t-of-sixteen-letters", device={"device_id": name})
    report_id = house.trigger(body, context=NOBODY).report_id
    command = SendPositions(report_id=report_id, sent={"fixes": [house.at(FURTHER)]}, device=name)
    assert house.positions.take(command, NOBODY).taken == 1


def test_when_it_is_over_nothing_is_kept_and_what_was_goes(house: MovingHouse) -> None:
    report_id = house.claimed().report_id
    house.walks(report_id, GANGDONG_OFFICE, 10)
    end = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.resolve(end, KIM)
    receipt = house.moves(report_id, house.at())
    assert (receipt.open, receipt.taken) == (False, 0)
    assert house.positions.purge(SYSTEM) == 2
    assert house.positions.purge(SYSTEM) == 0


def test_silence_is_noted_once_with_the_last_place(house: MovingHouse) -> None:
    report_id = house.claimed().report_id
    house.walks(report_id, GANGDONG_OFFICE, 60)
    house.clock.advance(5)
    house.moves(report_id, house.at(FURTHER, battery_pct=3), house.at(accuracy_m=900.0))
    house.clock.advance(119)
    assert house.positions.lose_signals(SYSTEM) == 0
    house.clock.advance(1)
    assert house.positions.lose_signals(SYSTEM) == 1
    assert house.positions.lose_signals(SYSTEM) == 0
    lost = house.log.facts(report_id)[-1]
    assert isinstance(lost, SignalLost)
    assert (lost.position, lost.battery_pct, lost.age_s) == (FURTHER, 3, 120.0)
    house.moves(report_id, house.at())
    assert house.topics(report_id)[-2:] == ["signal_regained", "position_updated"]


def test_only_the_machine_sweeps(house: MovingHouse) -> None:
    with pytest.raises(Forbidden):
        house.positions.lose_signals(KIM)
    with pytest.raises(Forbidden):
        house.positions.purge(KIM)


def test_over_a_border_it_is_offered_after_more_than_30_s(house: MovingHouse) -> None:
    report_id = house.claimed().report_id
    house.walks(report_id, SONGPA_OFFICE, 35)
    assert "transfer_offered" not in house.topics(report_id)
    house.walks(report_id, SONGPA_OFFICE, 5)
    assert house.topics(report_id)[-1] == "transfer_offered"
    report = house.report(report_id)
    assert (report.district, report.offer.to_district) == (GANGDONG, SONGPA)
    house.walks(report_id, SONGPA_OFFICE, 10)
    assert house.topics(report_id).count("transfer_offered") == 1


def test_out_of_the_city_the_citys_centre_is_asked(house: MovingHouse) -> None:
    report_id = house.claimed().report_id
    house.walks(report_id, INCHEON, 40)
    assert house.report(report_id).offer.to_district == CITY
    assert updates(house, report_id)[-1].outside


def test_positions_survive_a_restart(house: MovingHouse) -> None:
    report_id = house.claimed().report_id
    house.walks(report_id, SONGPA_OFFICE, 20)
    house.restart()
    house.walks(report_id, SONGPA_OFFICE, 20)
    assert house.topics(report_id)[-1] == "transfer_offered"
