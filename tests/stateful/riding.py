"""Anything that can come to the desk for rides, in any order, beside a plain model of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from application.emergency.commands import ClaimReport, ResolveReport
from application.outbox import Channel, TimerKind
from application.taxi import commands
from domain.base import DomainError
from domain.emergency.vocabulary import Outcome
from domain.guardians import GuardianUnknown, RemovedBy
from domain.session_guard import SessionAlreadyOpen
from domain.taxi import PlateMalformed, TaxiTrip
from domain.taxi.refusals import (
    ExtensionUnfit,
    HeldByAnother,
    MomentUnfit,
    NotBoarded,
    NothingToSee,
    PlatesUsedUp,
    TripOver,
)
from domain.taxi.vocabulary import PlateSource, TaxiAnswer, TaxiEndReason
from tests.application.house import CITIZEN, COORDINATOR, JIYOUNG, KIM, LEE, SYSTEM, phone, sent
from tests.application.taxi.ride_house import AUNT, BROTHER, MOTHER, RideHouse
from tests.memory import ACROSS_THE_BORDER, GANGDONG_HILL, GANGDONG_OFFICE, SONGPA_OFFICE

REFS = st.sampled_from(["ride-1", "ride-2"])
PLATES = ("서울32바1234", "33사5678", "택시", None)
PLACES = st.sampled_from([GANGDONG_OFFICE, GANGDONG_HILL, ACROSS_THE_BORDER, SONGPA_OFFICE])
GUARDIANS = st.sampled_from([MOTHER, BROTHER, AUNT])


class Ridden:
    """What the model knows of one ride."""

    def __init__(self, told: frozenset[UUID]) -> None:
        self.told = told
        """Who must be told of the boarding, once."""
        self.told_of_end: frozenset[UUID] | None = None
        """Who must be told of the end, once; None while it goes on."""
        self.help = False


class AnyRide(RuleBasedStateMachine):
    """One citizen, three guardians, two operators, and a registry that comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.house = RideHouse()
        self.rides: dict[str, Ridden] = {}
        self.confirmed = {MOTHER, BROTHER}
        self.gone: set[UUID] = set()
        self.reports: set[UUID] = set()
        """Of hers, those that are open: a call long after the last opens another."""

    @property
    def open_ride(self) -> str | None:
        return next((ref for ref, one in self.rides.items() if one.told_of_end is None), None)

    def tried(self, step: Callable[[], Any], *allowed: type[DomainError]) -> bool:
        """Whether it was taken; a refusal must be one of those that are expected here."""
        try:
            step()
        except allowed:
            return False
        return True

    def ended(self, ref: str) -> None:
        ride = self.rides[ref]
        ride.told_of_end = ride.told & frozenset(self.confirmed)

    # -- the citizen

    @rule(ref=REFS, plate=st.sampled_from(PLATES), late_s=st.sampled_from([0, 60, 5000, 30_000]))
    def board(self, ref: str, plate: str | None, late_s: int) -> None:
        at = self.house.later(-late_s)
        taken = self.tried(
            lambda: self.house.board(
                ref, plate, occurred_at=at, destination=GANGDONG_HILL, position=_at(GANGDONG_OFFICE)
            ),
            PlateMalformed,
            SessionAlreadyOpen,
            MomentUnfit,
        )
        if ref in self.rides:
            assert taken  # a repeat meets the first, whatever it says
        elif taken:
            assert self.open_ride is None
            assert plate != "택시"
            assert late_s <= self.house.policy.taxi_late_max_s
            self.rides[ref] = Ridden(frozenset(self.confirmed))
        else:
            assert self.open_ride or plate == "택시" or late_s > self.house.policy.taxi_late_max_s

    @rule(ref=REFS, plate=st.sampled_from(["서울32바1234", "33사5678", "34아0001", "택시"]))
    def give_plate(self, ref: str, plate: str) -> None:
        read = commands.ReadPlate(payload=plate, source=PlateSource.TYPED)
        command = commands.GiveTaxiPlate(trip_ref=ref, plate=read)
        taken = self.tried(
            lambda: self.house.taxi.give_plate(command, CITIZEN),
            PlateMalformed,
            PlatesUsedUp,
            NotBoarded,
            TripOver,
        )
        assert not taken or ref == self.open_ride

    @rule(ref=REFS, place=PLACES, ago_s=st.sampled_from([0, 5, 90, 4000, -600]))
    def positions(self, ref: str, place: Any, ago_s: int) -> None:
        fix = _at(place) | {"fixed_at": self.house.later(-ago_s)}
        command = commands.SendTaxiPositions(trip_ref=ref, sent={"fixes": [fix, "?"]})
        before = self.length(ref)
        taken = self.tried(lambda: self.house.taxi.positions(command, CITIZEN), NotBoarded)
        assert taken == (ref in self.rides)
        if ref != self.open_ride:
            assert self.length(ref) == before

    @rule(ref=REFS, place=PLACES)
    def rest(self, ref: str, place: Any) -> None:
        """Two minutes and a bit at one place."""
        for _ in range(3):
            self.house.clock.advance(65)
            self.positions(ref, place, 0)

    @rule(ref=REFS, late_s=st.sampled_from([0, 600, 30_000]))
    def alight(self, ref: str, late_s: int) -> None:
        at = self.house.later(-late_s)
        taken = self.tried(
            lambda: self.house.alight(ref, occurred_at=at), NotBoarded, MomentUnfit, TripOver
        )
        if taken and ref == self.open_ride:
            self.ended(ref)

    @rule(ref=REFS, answer=st.sampled_from(TaxiAnswer))
    def answer(self, ref: str, answer: TaxiAnswer) -> None:
        command = commands.AnswerInTaxi(trip_ref=ref, answer=answer)
        taken = self.tried(lambda: self.house.taxi.answer(command, CITIZEN), NotBoarded, TripOver)
        assert taken == (ref in self.rides and (ref == self.open_ride or answer is TaxiAnswer.HELP))
        if taken and answer is TaxiAnswer.ALIGHTED:
            self.ended(ref)
        if taken and answer is TaxiAnswer.HELP:
            self.rides[ref].help = True
            self.accepted(self.house.open_reports()[-1])

    @rule(ref=REFS, minutes=st.sampled_from([-5, 30, 600]))
    def extend(self, ref: str, minutes: int) -> None:
        until = self.house.clock.now() + timedelta(minutes=minutes)
        command = commands.ExtendTaxi(trip_ref=ref, until=until)
        self.tried(
            lambda: self.house.taxi.extend(command, CITIZEN),
            NotBoarded,
            TripOver,
            ExtensionUnfit,
        )

    # -- the control room

    @precondition(lambda self: self.open_ride)
    @rule(who=st.sampled_from([KIM, LEE, COORDINATOR]), take_over=st.booleans())
    def claim(self, who: Any, take_over: bool) -> None:  # noqa: FBT001 - drawn
        command = commands.ClaimTaxi(trip_id=self.trip().id, take_over=take_over)
        self.tried(lambda: self.in_reach(self.house.taxi.claim, command, who), HeldByAnother)

    @precondition(lambda self: self.open_ride)
    @rule()
    def attend(self) -> None:
        command = commands.AttendTaxi(trip_id=self.trip().id, note="확인함")
        taken = self.tried(lambda: self.house.taxi.attend(command, COORDINATOR), NothingToSee)
        if taken and self.open_ride:
            self.rides[self.open_ride].help = False

    @precondition(lambda self: self.open_ride)
    @rule()
    def ask(self) -> None:
        self.house.taxi.ask(commands.AskInTaxi(trip_id=self.trip().id), COORDINATOR)

    @precondition(lambda self: self.open_ride)
    @rule()
    def call(self) -> None:
        command = commands.CallInTaxi(trip_id=self.trip().id)
        self.house.taxi.request_call(command, COORDINATOR)

    @precondition(lambda self: self.open_ride)
    @rule(reason=st.sampled_from([TaxiEndReason.MISTAKE, TaxiEndReason.UNREACHABLE]))
    def end(self, reason: Any) -> None:
        ref = self.open_ride
        assert ref is not None
        command = commands.EndTaxi(trip_id=self.trip().id, reason=reason, note="확인함")
        self.house.taxi.end(command, COORDINATOR)
        self.ended(ref)

    def in_reach(self, step: Callable[[Any, Any], Any], command: Any, who: Any) -> Any:
        """By the city where the district's own may not."""
        mine = self.trip().district == who.principal.district
        return step(command, who if mine else COORDINATOR)

    # -- everybody else

    @rule(guardian=GUARDIANS)
    def confirm(self, guardian: UUID) -> None:
        if guardian not in self.gone:
            at = self.house.clock.now()
            self.house.change_member(lambda one: one.confirm_guardian(guardian, at=at))
            self.confirmed.add(guardian)

    @rule(guardian=GUARDIANS)
    def remove(self, guardian: UUID) -> None:
        at = self.house.clock.now()
        gone = self.tried(
            lambda: self.house.change_member(
                lambda one: one.remove_guardian(guardian, by=RemovedBy.GUARDIAN, at=at)
            ),
            GuardianUnknown,
        )
        assert gone == (guardian not in self.gone)
        self.gone.add(guardian)
        self.confirmed.discard(guardian)

    @rule(down=st.booleans(), unknown=st.booleans())
    def registry(self, down: bool, unknown: bool) -> None:  # noqa: FBT001 - drawn
        self.house.registry.down = down
        self.house.registry.unknown = {"33사5678"} if unknown else set()

    @rule(channels=st.sets(st.sampled_from([Channel.MESSAGE, Channel.TAXI_CHECK]), min_size=1))
    def deliver(self, channels: set[Channel]) -> None:
        self.house.deliver(*channels)

    @rule()
    def deliver_again(self) -> None:
        """A worker died before it could say that it was done."""
        for one in list(self.house.log.deliveries.values()):
            if one.delivery_id in self.house.delivered:
                self.house.bring(one)

    @rule(seconds=st.sampled_from([1, 30, 200, 700, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.house.clock.advance(seconds)

    @rule()
    def timers_ask(self) -> None:
        self.house.fire_due()

    @precondition(lambda self: not self.reports)
    @rule()
    def emergency(self) -> None:
        trigger = f"t-{len(self.house.log.facts())}"
        self.accepted(self.house.trigger(sent(trigger), identity=phone()).report_id)

    def accepted(self, report_id: UUID) -> None:
        """Its window is over, and the city has it in hand."""
        self.house.clock.advance(5)
        self.house.desk.window_elapsed(report_id, SYSTEM)
        self.house.desk.claim(ClaimReport(report_id=report_id), COORDINATOR)
        self.reports.add(report_id)

    @precondition(lambda self: self.reports)
    @rule()
    def resolved(self) -> None:
        report_id = min(self.reports)
        note = "She leaned on the button."
        self.house.desk.resolve(
            ResolveReport(report_id=report_id, outcome=Outcome.FALSE_ALARM, note=note),
            COORDINATOR,
        )
        self.reports.remove(report_id)

    @rule()
    def restart(self) -> None:
        tracks = self.house.tracks
        self.house.restart()
        self.house.tracks.kept = tracks.kept

    def trip(self) -> TaxiTrip:
        assert self.open_ride is not None
        return self.house.trip(self.open_ride)

    def length(self, ref: str) -> int:
        return self.house.log.length(TaxiTrip.create_id(JIYOUNG, ref))

    def alarms(self, trip: TaxiTrip) -> set[tuple[TimerKind, Any, str]]:
        return {
            (one.kind, one.due_at, one.name)
            for one in self.house.log.timers.values()
            if one.aggregate_id == trip.id
        }


def _at(place: Any) -> dict[str, Any]:
    return place.model_dump() | {"accuracy_m": 8.0}
