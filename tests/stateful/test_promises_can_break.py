"""Each promise is broken on purpose, and the machine's own look at it says so.

Every machine here is brought to a sound state first, and asked then, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from application.outbox import Outbox
from application.safe_return import Receipt, SaveRequest
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.help_answers import Decline, HelpKind, PoliceDeclined
from domain.emergency.vocabulary import Stage
from infrastructure.engine.memory import MemoryEngine
from infrastructure.log.scope import Scope
from projections.operator_queue import OperatorQueue
from tests.application.house import JIYOUNG, KIM, LEE, SYSTEM, id_of
from tests.memory import GANGDONG_OFFICE
from tests.stateful.overtaken import OvertakenHouse, OvertakenLog
from tests.stateful.test_emergency_machine import ReportsLife
from tests.stateful.told import Told


def raised(kind: type[ReportsLife] = ReportsLife, *, drill: bool = False) -> Any:
    """A machine in which Jiyoung has raised one report."""
    machine = kind()
    if drill:
        machine.practise(JIYOUNG)
    machine.trigger(JIYOUNG, "t-1", GANGDONG_OFFICE, drill=drill, silent=False)
    return machine


def accepted(kind: type[ReportsLife] = ReportsLife, *, drill: bool = False) -> Any:
    machine = raised(kind, drill=drill)
    machine.the_next_timer_fires_on_time()
    return machine


def the_report(machine: Any) -> UUID:
    [report_id] = machine.model
    return report_id


def record(machine: Any, fact: type[Fact], **fields: Any) -> None:
    """Let a fact happen that the domain would not have let happen."""
    report = machine.house.report(the_report(machine))
    report.record(fact, at=machine.house.clock.now(), **fields)
    machine.house.app.commit([report], context=SYSTEM, receipt=Receipt(aggregate_id=report.id))


class Deaf(OvertakenLog):
    """Stores the facts, and sets none of the timers that they call for."""

    deaf = False

    def _keep(self, request: SaveRequest, position: int) -> None:
        if self.deaf:
            request = request._replace(outbox=Outbox())
        super()._keep(request, position)


class DeafHouse(OvertakenHouse):
    Log = Deaf


class DeafLife(ReportsLife):
    House = DeafHouse


@pytest.mark.parametrize("stage", [Stage.WINDOW, Stage.OPEN, Stage.CLAIMED])
def test_a_report_whose_timers_were_not_set_is_seen_to_have_no_alarm(stage: Stage) -> None:
    for deaf in (False, True):
        machine = DeafLife()
        machine.house.log.deaf = deaf and stage is Stage.WINDOW
        machine.trigger(JIYOUNG, "t-1", GANGDONG_OFFICE, drill=False, silent=False)
        report_id = the_report(machine)
        if stage is not Stage.WINDOW:
            window = min(machine.house.log.timers.values(), key=lambda one: one.due_at)
            machine.house.clock.advance(5)
            machine.house.log.deaf = deaf and stage is Stage.OPEN
            machine.a_drawn_timer_fires(window)
        if stage is Stage.CLAIMED:
            machine.house.log.deaf = deaf
            machine.claim(report_id, KIM)
        assert machine.model[report_id].stage is stage
        if deaf:
            with pytest.raises(AssertionError):
                machine.no_accepted_report_is_without_an_alarm_that_someone_must_end()
        else:
            machine.no_accepted_report_is_without_an_alarm_that_someone_must_end()


@pytest.mark.parametrize("deaf", [False, True])
def test_a_holder_whom_help_was_refused_and_no_timer_awaits_is_seen(deaf: bool) -> None:  # noqa: FBT001
    machine = accepted(DeafLife)
    report_id = the_report(machine)
    machine.claim(report_id, KIM)
    machine.request_ambulance(report_id, KIM)
    machine.time_passes(5)
    machine.house.log.deaf = deaf
    machine.the_ambulance_answers(report_id, "declined", last=True)
    if deaf:
        with pytest.raises(AssertionError):
            machine.no_accepted_report_is_without_an_alarm_that_someone_must_end()
    else:
        machine.no_accepted_report_is_without_an_alarm_that_someone_must_end()


def test_a_refusal_of_help_that_rings_nowhere_is_found_out() -> None:
    machine = accepted()
    report_id = the_report(machine)
    machine.claim(report_id, KIM)
    machine.request_police(report_id, KIM)
    machine.whoever_is_refused_help_rings_until_somebody_takes_it_anew()
    record(
        machine,
        PoliceDeclined,
        request_id=machine.asked(HelpKind.POLICE, report_id)[0],
        why=Decline.NO_UNIT,
        rings=False,
        act_by=None,
    )
    with pytest.raises(AssertionError):
        machine.whoever_is_refused_help_rings_until_somebody_takes_it_anew()


def test_a_second_claim_beside_the_first_is_seen_as_two_holders() -> None:
    machine = accepted()
    machine.claim(the_report(machine), KIM)
    machine.never_two_holders()
    act_by = machine.report(the_report(machine)).act_by
    record(machine, facts.Claimed, operator_id=id_of(LEE), act_by=act_by)
    with pytest.raises(AssertionError):
        machine.never_two_holders()


class LastWins(OvertakenLog):
    """Checks no versions: whoever was overtaken is saved all the same."""

    def insert_events(self, stored_events: Any, **request: Any) -> Any:
        faster, self.faster = self.faster, None
        if faster is not None:
            faster([one.originator_id for one in stored_events])
        return super().insert_events(list(self._renumbered(stored_events)), **request)

    def _renumbered(self, stored_events: Any) -> Iterator[Any]:
        more: dict[UUID, int] = {}
        for one in stored_events:
            more[one.originator_id] = more.get(one.originator_id, 0) + 1
            version = self.length(one.originator_id) + more[one.originator_id]
            state = one.state.replace(
                b'"originator_version":%d' % one.originator_version,
                b'"originator_version":%d' % version,
            )
            yield type(one)(
                originator_id=one.originator_id,
                originator_version=version,
                topic=one.topic,
                state=state,
            )


class LastWinsHouse(OvertakenHouse):
    Log = LastWins


class LastWinsLife(ReportsLife):
    House = LastWinsHouse


def test_a_log_that_lets_the_overtaken_be_saved_too_is_found_out() -> None:
    machine = accepted(LastWinsLife)
    machine.faster = ("claims", LEE)
    with pytest.raises(AssertionError):  # the model: Kim must be refused
        machine.claim(the_report(machine), KIM)
    with pytest.raises(AssertionError):
        machine.never_two_holders()


def test_a_report_that_was_accepted_though_it_was_taken_back_is_seen() -> None:
    machine = raised()
    machine.cancel(the_report(machine), None, 1)
    machine.an_acknowledged_cancel_has_no_delivery()
    record(
        machine,
        facts.Accepted,
        citizen_id=JIYOUNG,
        district="11740",
        answer_by=machine.house.clock.now(),
        escalations=(),
        drill=False,
        call=True,
    )
    with pytest.raises(AssertionError, match="call"):
        machine.an_acknowledged_cancel_has_no_delivery()


class Forgetful(Told):
    """Leaves out what is told of one kind."""

    def page(self, after: int, upto: int, scope: Scope, **connection: Any) -> list[Fact]:
        told = super().page(after, upto, scope, **connection)
        return [fact for fact in told if not isinstance(fact, facts.Accepted)]


def test_a_queue_that_misses_an_acceptance_is_found_out() -> None:
    machine = accepted()
    machine.every_accepted_report_ends_in_an_outcome_or_is_in_a_queue()
    machine.queue = MemoryEngine(Forgetful(machine.house.log), [OperatorQueue()])
    with pytest.raises(AssertionError):
        machine.every_accepted_report_ends_in_an_outcome_or_is_in_a_queue()


def test_a_report_that_ended_without_an_outcome_is_found_out() -> None:
    machine = accepted()
    machine.claim(the_report(machine), KIM)
    machine.resolve(the_report(machine), KIM)
    machine.every_accepted_report_ends_in_an_outcome_or_is_in_a_queue()
    machine.report(the_report(machine)).outcome = None
    with pytest.raises(AssertionError):
        machine.every_accepted_report_ends_in_an_outcome_or_is_in_a_queue()


def test_a_drill_for_which_the_police_were_asked_is_found_out() -> None:
    machine = accepted(drill=True)
    machine.a_drill_has_no_partner_contact()
    record(
        machine,
        facts.PoliceRequested,
        request_id=UUID(int=7),
        operator_id=id_of(KIM),
        unassessed=False,
    )
    with pytest.raises(AssertionError):
        machine.a_drill_has_no_partner_contact()


def test_a_drill_whose_phone_rings_is_found_out() -> None:
    machine = accepted(drill=True)
    machine.provider.calls["a call"] = the_report(machine)
    with pytest.raises(AssertionError):
        machine.a_drill_has_no_partner_contact()


def test_a_log_that_changed_what_it_had_told_is_found_out() -> None:
    machine = accepted()
    machine.claim(the_report(machine), KIM)
    machine.replay_equals_live()
    machine.release(the_report(machine), KIM)
    log = machine.house.log
    [released] = [one for one in log.facts() if isinstance(one, facts.Released)]
    place = released.log_position - 1
    stored = log._stored_events[place]
    assert b'"escalations":[' in stored.state
    other = stored.state.replace(b"2023-02-02T14:4", b"2023-02-02T15:4")
    log._stored_events[place] = type(stored)(
        originator_id=stored.originator_id,
        originator_version=stored.originator_version,
        topic=stored.topic,
        state=other,
        envelope=stored.envelope,
    )
    with pytest.raises(AssertionError):
        machine.replay_equals_live()
