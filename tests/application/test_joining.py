"""One citizen raises several times, and practises: which report it is, and what it calls for."""

from __future__ import annotations

from typing import Any

import pytest

from application.emergency.commands import (
    ClaimReport,
    PromoteReport,
    ReopenReport,
    ResolveReport,
    TriggerReceipt,
)
from application.errors import Forbidden
from application.outbox import Channel, TimerKind
from domain.emergency.linking import Linked
from domain.emergency.vocabulary import Flag, Outcome, Stage
from domain.incident import Incident
from domain.policy import Policy
from tests.application.house import (
    CHOI_OF_GURO,
    JIYOUNG,
    KIM,
    NOBODY,
    NOTE,
    SYSTEM,
    DeskHouse,
    phone,
    sent,
)
from tests.memory import ACROSS_THE_BORDER, GANGDONG, GANGDONG_HILL, SONGPA

FAR = {"position": GANGDONG_HILL.model_dump()}


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def rises(house: DeskHouse, report_id: Any) -> set[Any]:
    """When escalation timers of a report are due."""
    return {
        one.due_at
        for one in house.log.timers.values()
        if one.aggregate_id == report_id and one.kind is TimerKind.ESCALATION
    }


def resolve(house: DeskHouse, report_id: Any, outcome: Outcome = Outcome.POLICE_HANDLED) -> None:
    """Kim ends it."""
    house.desk.resolve(ResolveReport(report_id=report_id, outcome=outcome, note=NOTE), KIM)


class TestAgain:
    def test_a_joined_trigger_sets_its_timers_in_the_same_append(self, house: DeskHouse) -> None:
        report_id = house.claimed().report_id
        house.clock.advance(200)
        house.raised(trigger_id="t-2")
        report = house.report(report_id)
        assert {one.due_at for one in report.escalations} <= rises(house, report_id)
        assert min(one.due_at for one in report.escalations) > house.clock.now()

    def test_it_rings_where_she_is_now(self, house: DeskHouse) -> None:
        report_id = house.claimed().report_id
        house.raised(trigger_id="t-2", position=ACROSS_THE_BORDER.model_dump())
        report = house.report(report_id)
        assert (report.district, report.districts) == (SONGPA, (GANGDONG, SONGPA))
        assert report.held_by is not None

    def test_a_trigger_meets_a_report_that_ends_at_the_same_moment(
        self, house: DeskHouse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between guard and report the operator ends it: the trigger is placed anew."""
        first = house.claimed()
        load = house.app.load

        def ends_meanwhile(kind: Any, aggregate_id: Any) -> Any:
            monkeypatch.undo()
            resolve(house, first.report_id)
            return load(kind, aggregate_id)

        monkeypatch.setattr(house.app, "load", ends_meanwhile)
        second = house.raised(trigger_id="t-2")
        assert (second.report_id != first.report_id, second.joined) == (True, False)


class TestApart:
    @pytest.mark.parametrize(("seconds", "where"), [(901, {}), (1, FAR)], ids=["late", "far"])
    def test_too_late_or_too_far_it_is_a_report_of_its_own_linked_to_the_first(
        self, house: DeskHouse, seconds: float, where: dict[str, Any]
    ) -> None:
        first = house.claimed()
        house.clock.advance(seconds)
        second = house.raised(trigger_id="t-2", **where)
        assert (second.report_id != first.report_id, second.joined) == (True, False)
        one, other = house.report(first.report_id), house.report(second.report_id)
        assert one.linked_in == other.linked_in == one.incident_id
        incident = house.app.load(Incident, one.incident_id)
        assert incident.reports == (one.id, other.id)
        assert (one.stage, one.ringing, other.stage) == (Stage.CLAIMED, False, Stage.WINDOW)

    def test_a_repeat_of_it_is_answered_alike(self, house: DeskHouse) -> None:
        house.claimed()
        second = house.raised(trigger_id="t-2", **FAR)
        house.log.forget_answers()
        again = house.raised(trigger_id="t-2", **FAR)
        assert again.report_id == second.report_id

    def test_a_third_belongs_to_the_latest_and_its_end_links_to_the_one_before(
        self, house: DeskHouse
    ) -> None:
        first = house.claimed()
        second = house.accepted(trigger_id="t-2", **FAR)
        assert house.raised(trigger_id="t-3", **FAR).report_id == second.report_id
        house.desk.claim(ClaimReport(report_id=second.report_id), KIM)
        resolve(house, second.report_id)
        fourth = house.raised(trigger_id="t-4", **FAR)
        linked = {one.linked_in for one in map(house.report, (first.report_id, fourth.report_id))}
        assert len(linked) == 1
        assert len(house.app.load(Incident, linked.pop() or JIYOUNG).reports) == 3

    def test_a_city_may_choose_other_limits(self) -> None:
        house = DeskHouse(Policy(join_within_m=10_000, join_within_s=60))
        first = house.claimed()
        assert house.raised(trigger_id="t-2", **FAR).report_id == first.report_id
        house.clock.advance(60.1)
        assert house.raised(trigger_id="t-3").report_id != first.report_id


class TestDrills:
    def test_while_drill_mode_is_on_it_is_a_drill(self, house: DeskHouse) -> None:
        receipt = house.raised(drill=True)
        assert (receipt.drill, receipt.flags) == (True, ())

    @pytest.mark.parametrize("seconds", [600, 6000])
    def test_expired_it_is_real(self, house: DeskHouse, seconds: float) -> None:
        house.practise()
        house.clock.advance(seconds)
        receipt = house.trigger(sent(drill=True), identity=phone())
        assert not receipt.drill
        assert Flag.DRILL_OVERRULED in receipt.flags

    def test_never_switched_on_it_is_real(self, house: DeskHouse) -> None:
        receipt = house.trigger(sent(drill=True), identity=phone())
        assert (receipt.drill, receipt.flags) == (False, (Flag.DRILL_OVERRULED,))

    def test_nobodys_phone_practises(self, house: DeskHouse) -> None:
        house.practise()
        for identity in (None, phone(revoked=True)):
            receipt = house.trigger(
                sent("a-long-id-of-a-trigger", drill=True), identity=identity, context=NOBODY
            )
            assert not receipt.drill
            assert Flag.DRILL_OVERRULED in receipt.flags

    def test_beside_an_open_report_nothing_is_a_drill(self, house: DeskHouse) -> None:
        first = house.accepted()
        receipt = house.raised(trigger_id="t-2", drill=True)
        assert (receipt.report_id, receipt.joined, receipt.drill) == (first.report_id, True, False)
        assert receipt.flags == (Flag.DRILL_OVERRULED,)
        apart = house.raised(trigger_id="t-3", drill=True, **FAR)
        assert (apart.report_id != first.report_id, apart.drill) == (True, False)

    @pytest.mark.parametrize("drill", [True, False])
    def test_a_second_trigger_makes_it_real(self, house: DeskHouse, drill: bool) -> None:  # noqa: FBT001
        first = house.accepted(drill=True)
        assert not house.log.deliveries
        second = house.raised(trigger_id="t-2", drill=drill)
        assert (second.report_id, second.joined, second.drill) == (first.report_id, True, False)
        topics = house.log.topics(first.report_id)[-3:]
        assert topics == ["emergency.promoted", "emergency.call_requested", "emergency.joined"]
        [call] = house.log.deliveries.values()
        assert call.channel is Channel.CALL
        report = house.report(first.report_id)
        assert {one.due_at for one in report.escalations} <= rises(house, first.report_id)

    def test_the_same_trigger_said_in_earnest_makes_it_real(self, house: DeskHouse) -> None:
        first = house.accepted(drill=True)
        again = house.raised(drill=False)
        assert (again.report_id, again.drill) == (first.report_id, False)
        assert "emergency.promoted" in house.log.topics(first.report_id)

    def test_the_same_drill_again_stays_one_also_when_drill_mode_is_over(
        self, house: DeskHouse
    ) -> None:
        first = house.accepted(drill=True)
        house.clock.advance(700)
        for _ in range(2):
            again = house.trigger(sent(drill=True), identity=phone())
            assert (again.report_id, again.drill) == (first.report_id, True)
            house.log.forget_answers()

    def test_a_forgotten_drill_is_not_what_she_means_next_day(self, house: DeskHouse) -> None:
        forgotten = house.accepted(drill=True)
        house.clock.advance(86_400)
        real = house.raised(trigger_id="t-2")
        assert (real.report_id != forgotten.report_id, real.drill) == (True, False)
        assert house.report(forgotten.report_id).drill
        assert house.report(real.report_id).linked_in is None

    def test_an_operator_makes_it_real_and_her_next_trigger_joins_it(
        self, house: DeskHouse
    ) -> None:
        first = house.accepted(drill=True)
        with pytest.raises(Forbidden):
            house.desk.promote(PromoteReport(report_id=first.report_id), CHOI_OF_GURO)
        house.desk.promote(PromoteReport(report_id=first.report_id), KIM)
        assert [one.channel for one in house.log.deliveries.values()] == [Channel.CALL]
        assert house.raised(trigger_id="t-2").report_id == first.report_id

    def test_a_drill_that_was_over_is_reopened_and_then_promoted(self, house: DeskHouse) -> None:
        first = house.claimed(drill=True)
        resolve(house, first.report_id, Outcome.DRILL)
        house.desk.reopen(ReopenReport(report_id=first.report_id, reason="It was none."), KIM)
        house.desk.promote(PromoteReport(report_id=first.report_id), KIM)
        assert house.raised(trigger_id="t-2").report_id == first.report_id

    def test_a_drill_rises_and_calls_nobody(self, house: DeskHouse) -> None:
        first = house.accepted(drill=True)
        for rise in house.report(first.report_id).escalations:
            house.clock.advance((rise.due_at - house.clock.now()).total_seconds())
            house.desk.escalate(first.report_id, rise.level, rise.due_at, SYSTEM)
        assert house.log.topics(first.report_id).count("emergency.escalated") == 4
        assert not house.log.deliveries


def test_a_link_by_the_citizen_herself_names_no_operator(house: DeskHouse) -> None:
    house.claimed()
    second: TriggerReceipt = house.raised(trigger_id="t-2", **FAR)
    [linked] = [one for one in house.log.facts(second.report_id) if isinstance(one, Linked)]
    assert linked.operator_id is None
