"""Calls, silence, words and second looks; the provider tells late, twice and in any order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from application.delivery_book import Patience
from application.delivery_desk import DeliveryDesk
from application.emergency.commands import (
    FinishFollowUp,
    NoteSaidFine,
    RequestCall,
    ScheduleFollowUp,
    SendMessage,
    SilenceReport,
)
from application.emergency.writing import ConfirmMessages, SayFine, WriteMessage
from application.outbox import Channel, Delivery, Timer, TimerKind
from application.partner_requests import HangUpRequest
from application.ports import CallRequest
from application.report_texts import ReportTexts
from domain.emergency import facts
from domain.emergency.calling import CallRequested, CallUnanswered, CallWithdrawn
from domain.emergency.conversing import MessageSent
from domain.emergency.vocabulary import CallEnd, Stage
from tests.application.delivery_twins import MemoryBook, Partner, everybody
from tests.application.house import CITIZEN, PARTNER, SYSTEM, phone
from tests.stateful.life_of_reports import LifeOfReports
from tests.stateful.overtaking import OPERATORS

REACHING: Final = frozenset({Channel.CALL, Channel.HANG_UP, Channel.TEXT})
MESSAGES = st.sampled_from([UUID(int=1), UUID(int=2)])


class Provider(Partner):
    """Places calls under ids of their own, and remembers whom it was to reach."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[str, UUID] = {}
        self.hung_up: set[str] = set()

    def place(self, request: CallRequest) -> str:
        call_id = str(uuid5(request.delivery_id, "call"))
        self.calls[call_id] = request.report_id
        return call_id

    def hang_up(self, request: HangUpRequest) -> str:
        self.hung_up.add(request.call_id)
        return request.call_id


class Calling(LifeOfReports):
    """What reaches a citizen, and what must not."""

    def __init__(self) -> None:
        super().__init__()
        self.provider = Provider()
        self.out: set[UUID] = set()

    @rule(times=st.integers(1, 2))
    @precondition(lambda self: bool(self._going_out()))
    def what_is_to_reach_them_goes_out(self, times: int) -> None:
        """A crash may have it sent twice; what fell silent meanwhile does not ring."""
        for delivery in self._going_out():
            before = set(self.provider.calls)
            silent = self.house.report(delivery.about).is_silent
            for _ in range(times):
                self._goes_out(delivery)
            self.out.add(delivery.delivery_id)
            assert not silent or set(self.provider.calls) == before

    def _goes_out(self, delivery: Delivery) -> None:
        desk = self._desk(delivery)
        self.judged(lambda: None, lambda: desk.attempt(delivery.delivery_id))

    def _desk(self, delivery: Delivery) -> DeliveryDesk:
        return DeliveryDesk(
            app=self.house.app,
            book=MemoryBook(delivery),
            reports=self.house.desk,
            partners=lambda: everybody(self.provider),
            access_log=self.house.access,
            chance=lambda: 1.0,
            patience=Patience(),
            carriers={Channel.TEXT: self._texts()},
        )

    def _texts(self) -> ReportTexts:
        house = self.house
        return ReportTexts(house.app, house.clock, house.log, reports=house.desk)

    def _going_out(self) -> list[Delivery]:
        return [
            one
            for one in self.house.log.deliveries.values()
            if one.channel in REACHING and one.delivery_id not in self.out
        ]

    @rule(data=st.data(), times=st.integers(1, 2), end=st.sampled_from([None, *CallEnd]))
    @precondition(lambda self: bool(self.provider.calls))
    def the_provider_tells(self, data: Any, times: int, end: CallEnd | None) -> None:
        call_id = data.draw(st.sampled_from(sorted(self.provider.calls)))
        report_id = self.provider.calls[call_id]
        desk = self.house.desk
        for _ in range(times):
            if end is None:
                self._ask(_always, lambda: desk.call_connected(report_id, call_id, PARTNER))
            else:
                self._ask(_always, lambda: desk.call_ended(report_id, call_id, end, 1.0, PARTNER))

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def silence(self, report_id: UUID, operator: Any) -> None:
        command = SilenceReport(report_id=report_id, reason="He is in the room.")
        one = self.model[report_id]
        self._step(operator, lambda: self._lives(one), self.house.desk.silence, command)

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def call_again(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]

        def allowed() -> bool:
            return self._lives(one) and not one.drill and not self.report(report_id).is_silent

        command = RequestCall(report_id=report_id)
        self._step(operator, allowed, self.house.desk.request_call, command)

    @rule(
        report_id=LifeOfReports.reports,
        operator=OPERATORS,
        message_id=MESSAGES,
        by_text=st.sampled_from([None, None, True, False]),
    )
    def write(self, report_id: UUID, operator: Any, message_id: UUID, by_text: bool | None) -> None:  # noqa: FBT001
        one = self.model[report_id]
        command = SendMessage(
            report_id=report_id, message_id=message_id, body="Where are you?", by_text=by_text
        )
        self._step(
            operator,
            lambda: message_id in self.report(report_id).sent or self._lives(one),
            self.house.desk.send_message,
            command,
        )

    @rule(report_id=LifeOfReports.reports, message_id=MESSAGES)
    def she_writes(self, report_id: UUID, message_id: UUID) -> None:
        """Whatever has become of the report, her words are kept, once."""
        identity = phone(self.model[report_id].citizen)
        command = WriteMessage(
            report_id=report_id, identity=identity, message_id=message_id, body="On the stairs"
        )
        self.house.desk.write(command, CITIZEN)
        assert message_id in self.house.report(report_id).received

    @rule(report_id=LifeOfReports.reports)
    def her_phone_has_shown_all(self, report_id: UUID) -> None:
        report = self.report(report_id)
        identity = phone(self.model[report_id].citizen)
        command = ConfirmMessages(
            report_id=report_id, identity=identity, read=tuple(sorted(report.sent))
        )
        self.house.desk.confirm(command, CITIZEN)

    @rule(report_id=LifeOfReports.reports, operator=st.one_of(st.none(), OPERATORS))
    def fine(self, report_id: UUID, operator: Any) -> None:
        """Her word never changes a stage; the model stays as it is."""
        one = self.model[report_id]
        desk = self.house.desk
        if operator is None:
            command = SayFine(report_id=report_id, identity=phone(one.citizen))
            self._ask(
                lambda: self._lives(one) and not (one.pretended or one.seems_resolved),
                lambda: desk.say_fine(command, CITIZEN),
            )
        else:
            note = NoteSaidFine(report_id=report_id)
            self._step(operator, lambda: self._lives(one), desk.note_said_fine, note)

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def plan(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        due_at = self.house.clock.now() + timedelta(minutes=10)
        command = ScheduleFollowUp(report_id=report_id, due_at=due_at, note="Ask how she is.")
        self._step(
            operator,
            lambda: one.stage is not Stage.WINDOW and not one.drill,
            self.house.desk.schedule_follow_up,
            command,
        )

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def get_in_touch(self, report_id: UUID, operator: Any) -> None:
        """Once; a second time there is nothing left to do."""
        for planned in self.report(report_id).to_do:
            command = FinishFollowUp(
                report_id=report_id, follow_up_id=planned.follow_up_id, note="She is well."
            )
            for _ in range(2):
                self._step(
                    operator,
                    lambda: planned in self.report(report_id).to_do,  # noqa: B023
                    self.house.desk.finish_follow_up,
                    command,
                )

    def _put(self, timer: Timer) -> None:
        desk, report_id = self.house.desk, timer.aggregate_id
        if timer.kind is TimerKind.CALL_RETRY:
            desk.retry_call(report_id, timer.due_at, SYSTEM)
        elif timer.kind is TimerKind.RECHECK:
            desk.recheck_due(report_id, timer.due_at, SYSTEM)
        elif timer.kind is TimerKind.FOLLOW_UP:
            desk.follow_up_due(report_id, UUID(timer.name), timer.due_at, SYSTEM)
        else:
            super()._put(timer)

    @invariant()
    def nothing_rings_on_near_who_must_not_be_heard(self) -> None:
        for report_id in self.changed("silence"):
            report = self.report(report_id)
            told = self.house.log.facts(report_id)
            over = {one.call_id for one in told if isinstance(one, OVER)}
            if report.is_silent:
                assert report.calls_placed <= over

    @invariant()
    def what_was_planned_for_a_living_report_has_its_timer(self) -> None:
        for report_id, one in self.model.items():
            report, alarms = self.report(report_id), self.alarms(report_id)
            if self._lives(one) and report.recheck_at is not None:
                assert (TimerKind.RECHECK, report.recheck_at) in alarms
            if report.may_ring and report.retry_at is not None:
                assert (TimerKind.CALL_RETRY, report.retry_at) in alarms
            for planned in report.to_do:
                assert planned.due or (TimerKind.FOLLOW_UP, planned.due_at) in alarms

    @invariant()
    def one_retry_follows_a_call_that_was_asked_for(self) -> None:
        for report_id in self.changed("retries"):
            retries = 0
            for fact in self.house.log.facts(report_id):
                if isinstance(fact, CallRequested):
                    retries = retries + 1 if fact.retry else 0
                    assert retries <= self.house.policy.call_retries

    @invariant()
    def each_message_is_kept_once_and_a_drills_stays_in_the_house(self) -> None:
        for report_id in self.changed("messages"):
            told = [
                fact for fact in self.house.log.facts(report_id) if isinstance(fact, MessageSent)
            ]
            ids = [fact.message_id for fact in told]
            assert len(ids) == len(set(ids))
            assert not (self.model[report_id].drill and any(fact.by_text for fact in told))


def _always() -> bool:
    return True


OVER = (facts.CallConnected, facts.CallEnded, CallUnanswered, CallWithdrawn)
