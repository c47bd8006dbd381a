"""What a ride remembers of its facts.

Facts are applied here and nowhere else. These bodies run again at every replay, so they only
assign: a rule that could refuse here would make history unreadable.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from domain.base import Aggregate, Erased, Fact, applies
from domain.geography import Cell, DistrictCode, FixQuality, Position
from domain.language import Language
from domain.taxi import facts, way
from domain.taxi.vocabulary import (
    TaxiAnswer,
    TaxiAskReason,
    TaxiAttention,
    TaxiFlag,
    TaxiStage,
    TaxiVehicle,
)
from domain.watching.emergencies import EmergencyFacts, Endangered

HER_WORD_SETTLES: Final = frozenset(
    {TaxiAttention.NO_ANSWER, TaxiAttention.OVERDUE, TaxiAttention.AWAY}
)
"""What “all is well” takes off the board. A call for help stays: somebody may force her."""


class Rest(NamedTuple):
    """Where and since when she stands still; ``ask_at`` names the timer that will ask."""

    since: datetime
    arrived: bool
    ask_at: datetime
    position: Position | Erased | None


class Question(NamedTuple):
    question_id: UUID
    reason: TaxiAskReason
    answer_by: datetime


class TripFields(Aggregate):
    """What it is from the boarding on."""

    citizen_id: UUID
    trip_ref: str
    language: Language
    stage: TaxiStage
    boarded_at: datetime
    """By our clock, put right."""
    boarded_fix: FixQuality | None
    alighted_fix: FixQuality | None
    skew_s: float | None
    flags: tuple[TaxiFlag, ...]
    destination: Position | Erased | None
    district: DistrictCode
    """Whose centre has it on its board."""
    cell: Cell | None
    fix: FixQuality | None
    located_at: datetime | None
    to_go_m: int | None
    nearest_m: int | None
    away_m: int | None
    """How far from the destination it was seen to drive away; None while it does not."""
    due_at: datetime
    signal_due_at: datetime
    signal_lost_at: datetime | None
    rest: Rest | None
    question: Question | None
    """The one that is open."""
    questions: frozenset[UUID]
    answers: frozenset[tuple[UUID | None, TaxiAnswer]]
    concerns: frozenset[TaxiAttention]
    """What an operator is to look at, beside an open report."""
    held_by: UUID | None
    held_in: DistrictCode | None
    calls: frozenset[UUID]
    guardian_ids: tuple[UUID, ...]
    provided: frozenset[UUID]
    """Messages that gave a place to somebody."""
    ended_at: datetime | None
    plate: str | Erased | None
    plates: int
    vehicle: TaxiVehicle | None
    check_id: UUID | None
    """Of the check that is still open."""
    checks: int
    checks_given_up: int
    check_again_at: datetime | None


class TripState(Endangered, TripFields):
    """The memory of a ride; ``TaxiTrip`` decides upon it."""

    EMERGENCY_FACTS = EmergencyFacts(facts.EmergencyRaised, facts.EmergencyEnded)
    LEFT_SEALED = frozenset({way.PositionKept, facts.Attended, facts.Ended})

    @property
    def over(self) -> bool:
        return self.stage is not TaxiStage.RIDING

    @property
    def attention(self) -> frozenset[TaxiAttention]:
        """What an operator is to look at."""
        within = self.reports and not self.over
        return self.concerns | {TaxiAttention.EMERGENCY} if within else self.concerns

    @applies(facts.Boarded)
    def _boarded(self, fact: facts.Boarded) -> None:
        self.citizen_id = fact.citizen_id
        self.trip_ref = fact.trip_ref
        self.language = fact.language
        self.stage = TaxiStage.RIDING
        self.boarded_at = fact.happened_at
        self.skew_s = fact.skew_s
        self.flags = fact.flags
        self.boarded_fix = fact.fix
        self.destination = fact.destination
        self.district = fact.district
        self.cell = fact.cell
        self.fix = fact.fix
        self.located_at = None if fact.fix is None else fact.happened_at
        self.to_go_m = self.nearest_m = fact.to_go_m
        self.away_m = None
        self.due_at = fact.due_at
        self.signal_due_at = fact.signal_due_at
        self.guardian_ids = fact.guardian_ids
        self.concerns = frozenset()
        self._nothing_yet()

    def _nothing_yet(self) -> None:
        self.signal_lost_at = None
        self.rest = None
        self.question = None
        self.questions = frozenset()
        self.answers = frozenset()
        self.held_by = None
        self.held_in = None
        self.calls = frozenset()
        self.provided = frozenset()
        self.ended_at = None
        self.alighted_fix = None

    def _rise(self, attention: TaxiAttention) -> None:
        if not self.over:  # what is learnt of the taxi afterwards is nobody's to look at
            self.concerns = self.concerns | {attention}

    def _settle(self, *attention: TaxiAttention) -> None:
        self.concerns = self.concerns - frozenset(attention)

    @applies(way.PositionKept)
    def _position_kept(self, fact: way.PositionKept) -> None:
        self.cell = fact.cell
        self.fix = fact.fix
        self.located_at = fact.timestamp - timedelta(seconds=max(0.0, fact.fix.age_s or 0.0))
        self.signal_due_at = fact.signal_due_at
        self.to_go_m = fact.to_go_m
        known = [one for one in (self.nearest_m, fact.to_go_m) if one is not None]
        self.nearest_m = min(known, default=None)

    @applies(way.BorderCrossed)
    def _border_crossed(self, fact: way.BorderCrossed) -> None:
        self.district = fact.district

    @applies(way.SignalLost)
    def _signal_lost(self, fact: way.SignalLost) -> None:
        self.signal_lost_at = fact.timestamp
        self._rise(TaxiAttention.SIGNAL_LOST)

    @applies(way.SignalRegained)
    def _signal_regained(self, _fact: way.SignalRegained) -> None:
        self.signal_lost_at = None
        self._settle(TaxiAttention.SIGNAL_LOST)

    @applies(way.WentAway)
    def _went_away(self, fact: way.WentAway) -> None:
        self.away_m = self.nearest_m = fact.to_go_m  # as much farther again rings again
        self._rise(TaxiAttention.AWAY)

    @applies(way.CameBack)
    def _came_back(self, _fact: way.CameBack) -> None:
        self.away_m = None
        self._settle(TaxiAttention.AWAY)

    @applies(way.CameToRest)
    def _came_to_rest(self, fact: way.CameToRest) -> None:
        self.rest = Rest(fact.since, fact.arrived, fact.ask_at, fact.position)

    @applies(way.MovedOn)
    def _moved_on(self, _fact: way.MovedOn) -> None:
        self.rest = None

    @applies(facts.Asked)
    def _asked(self, fact: facts.Asked) -> None:
        self.question = Question(fact.question_id, fact.reason, fact.answer_by)
        self.questions = self.questions | {fact.question_id}

    @applies(facts.Answered)
    def _answered(self, fact: facts.Answered) -> None:
        self.question = None
        self.answers = self.answers | {(fact.question_id, fact.answer)}
        self.due_at = fact.due_at or self.due_at
        if self.rest is not None and fact.ask_at is not None:
            self.rest = self.rest._replace(ask_at=fact.ask_at)
        if fact.answer is TaxiAnswer.HELP:
            self._rise(TaxiAttention.HELP)
        else:
            self._settle(*HER_WORD_SETTLES)

    @applies(facts.Unanswered)
    def _unanswered(self, _fact: facts.Unanswered) -> None:
        self.question = None
        self._rise(TaxiAttention.NO_ANSWER)

    @applies(facts.Overrun)
    def _overrun(self, _fact: facts.Overrun) -> None:
        self._rise(TaxiAttention.OVERDUE)

    @applies(facts.Extended)
    def _extended(self, fact: facts.Extended) -> None:
        self.due_at = fact.due_at
        self._settle(TaxiAttention.OVERDUE)

    @applies(facts.Claimed)
    def _claimed(self, fact: facts.Claimed) -> None:
        self.held_by = fact.operator_id
        self.held_in = fact.district

    @applies(facts.Attended)
    def _attended(self, fact: facts.Attended) -> None:
        self._settle(*fact.attention)

    @applies(facts.CallRequested)
    def _call_requested(self, fact: facts.CallRequested) -> None:
        self.calls = self.calls | {fact.call_id}

    @applies(facts.CallPlaced)
    def _call_placed(self, fact: facts.CallPlaced) -> None:
        self.calls = self.calls - {fact.call_id}

    @applies(facts.CallFailed)
    def _call_failed(self, fact: facts.CallFailed) -> None:
        self.calls = self.calls - {fact.call_id}

    @applies(facts.PositionProvided)
    def _position_provided(self, fact: facts.PositionProvided) -> None:
        self.provided = self.provided | {fact.message_id}

    @applies(facts.Alighted)
    def _alighted(self, fact: facts.Alighted) -> None:
        self.cell = fact.cell
        self.fix = self.alighted_fix = fact.fix
        self._over(TaxiStage.ALIGHTED, fact)

    @applies(facts.Ended)
    def _ended(self, fact: facts.Ended) -> None:
        self._over(TaxiStage.ENDED, fact)

    def _over(self, stage: TaxiStage, fact: Fact) -> None:
        self.stage = stage
        self.ended_at = fact.timestamp
        self.question = None
        self.rest = None
        self.concerns = frozenset()
