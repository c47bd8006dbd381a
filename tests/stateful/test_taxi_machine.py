"""The desk for rides must agree with a plain model after any history."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis.stateful import invariant

from application.outbox import TimerKind
from domain.message import Composed, HandedOver, RecipientKind
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.taxi import facts
from domain.taxi.vocabulary import TaxiAttention
from tests.application.house import JIYOUNG
from tests.stateful.riding import AnyRide

OVER = (facts.Alighted, facts.Ended)
AFTER_THE_END = (facts.PositionProvided, facts.VehicleChecked, facts.CallPlaced, facts.CallFailed)
PLATES = ("서울32바1234", "33사5678", "34아0001")


class RidesLife(AnyRide):
    """What holds after every step."""

    def __init__(self) -> None:
        super().__init__()
        self._read = 0

    @invariant()
    def whoever_was_confirmed_is_told_of_each_end_once_and_nobody_else(self) -> None:
        told: Counter[tuple[object, object, str]] = Counter()
        for fact in self.house.log.facts():
            if isinstance(fact, Composed) and fact.recipient_kind is RecipientKind.GUARDIAN:
                kind = fact.phrase.removesuffix("_no_plate").removeprefix("taxi.")
                told[fact.about, fact.recipient_id, kind.partition("_")[0]] += 1
        for ref, ride in self.rides.items():
            about = self.house.trip(ref).id
            heard = {
                occasion: {who for (what, who, kind) in told if what == about and kind in kinds}
                for occasion, kinds in {
                    "boarded": {"boarded"},
                    "over": {"alighted", "ended"},
                }.items()
            }
            assert heard["boarded"] == ride.told
            assert heard["over"] == (ride.told_of_end or set())
            for (what, _, kind), count in told.items():
                assert what != about or kind == "plate" or count == 1

    @invariant()
    def no_ride_ends_twice_and_nothing_is_made_of_it_afterwards(self) -> None:
        for ref, ride in self.rides.items():
            trip = self.house.trip(ref)
            assert trip.over == (ride.told_of_end is not None)
            history = self.house.log.facts(trip.id)
            ends = [number for number, fact in enumerate(history) if isinstance(fact, OVER)]
            assert len(ends) == int(trip.over)
            later = history[ends[0] + 1 :] if ends else []
            assert all(isinstance(fact, AFTER_THE_END) for fact in later)

    @invariant()
    def one_ride_is_open_at_most_and_the_guard_knows_which(self) -> None:
        guard = self.house.app.find(SessionGuard, SessionGuard.create_id(JIYOUNG))
        standing = guard.session(SessionKind.TAXI) if guard else None
        assert standing == (self.trip().id if self.open_ride else None)

    @invariant()
    def no_plate_stands_in_the_open(self) -> None:
        new = self.house.log.facts()[self._read :]
        self._read += len(new)
        for fact in new:
            open_part = fact.model_dump_json(exclude=set(fact.PERSONAL))
            assert not any(plate in open_part for plate in PLATES), fact
        names = [one.key for one in self.house.log.deliveries.values()]
        assert not any(plate in name for plate in PLATES for name in names)

    @invariant()
    def whatever_is_awaited_has_its_timer(self) -> None:
        if self.open_ride is None:
            return
        trip = self.trip()
        alarms = self.alarms(trip)
        assert (TimerKind.TAXI_OVERDUE, trip.due_at, "") in alarms
        assert (TimerKind.TAXI_SIGNAL, trip.signal_due_at, "") in alarms
        if trip.question is not None:
            named = str(trip.question.question_id)
            assert (TimerKind.TAXI_ANSWER, trip.question.answer_by, named) in alarms
        if trip.rest is not None:
            assert (TimerKind.TAXI_STILL, trip.rest.ask_at, "") in alarms
        if trip.check_again_at is not None:
            assert (TimerKind.TAXI_CHECK, trip.check_again_at, "") in alarms

    @invariant()
    def a_call_for_help_and_an_open_report_stay_on_the_board(self) -> None:
        for ref, ride in self.rides.items():
            trip = self.house.trip(ref)
            if ride.told_of_end is None:
                assert (TaxiAttention.HELP in trip.attention) == ride.help
                within = TaxiAttention.EMERGENCY in trip.attention
                assert within == bool(self.reports)
            else:
                assert trip.attention == frozenset()

    @invariant()
    def a_place_was_provided_with_each_message_that_gave_one_and_no_other(self) -> None:
        history = self.house.log.facts()
        left = {one.originator_id for one in history if isinstance(one, HandedOver)}
        gave = {
            one.originator_id
            for one in history
            if isinstance(one, Composed)
            and one.originator_id in left
            and one.recipient_kind is RecipientKind.GUARDIAN
            and one.phrase.partition("_")[0] in {"taxi.boarded", "taxi.alighted"}
        }
        provided = [one.message_id for one in history if isinstance(one, facts.PositionProvided)]
        assert sorted(provided) == sorted(gave)


TestRidesLife = RidesLife.TestCase
TestRidesLife.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
