"""What holds after any history of a night's escorts, told from the facts alone."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from uuid import UUID

from hypothesis import settings
from hypothesis.stateful import invariant

from application.outbox import TimerKind
from domain.base import Fact
from domain.escort import facts
from domain.escort.vocabulary import EscortStage
from domain.message import Composed, RecipientKind
from domain.policy import SEOUL
from domain.scout_roster import ScoutRoster
from domain.scout_roster import facts as roster
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.watch_roster import WatchRoster
from tests.domain.escorts import NIGHT
from tests.memory import GANGDONG
from tests.stateful.escort_steps import EscortSteps
from tests.stateful.escorting import CITIZENS, WATCHED_MAX

OVER = (facts.Completed, facts.Cancelled, facts.GivenUp, facts.Ended)
LATEST, EARLIEST = "01:00", "22:00"


class NightOfEscorts(EscortSteps):
    """The promises; the steps are ``EscortSteps``."""

    def _history(self, escort_id: UUID) -> list[Fact]:
        return self.house.log.facts(escort_id)

    @invariant()
    def the_model_agrees(self) -> None:
        for escort_id, one in self.model.items():
            escort = self.house.escort(escort_id)
            one.over, one.walks = escort.ended, escort.under_way
            assert one.cancelled == (escort.stage is EscortStage.CANCELLED)

    @invariant()
    def no_scout_walks_with_two(self) -> None:
        walking = [self.house.escort(one) for one in self.model]
        out = [set(one.scouts) for one in walking if one.under_way]
        assert all(one.isdisjoint(other) for one, other in combinations(out, 2))
        teams = self.house.roster().teams.values()
        assert all(len(one.scouts) == 2 for one in teams)

    @invariant()
    def no_team_is_promised_twice(self) -> None:
        kept: dict[UUID, roster.TeamBooked] = {}
        for fact in self.house.log.facts(ScoutRoster.create_id(GANGDONG, NIGHT)):
            match fact:
                case roster.TeamBooked():
                    for other in kept.values():
                        apart = fact.until <= other.starts_at or other.until <= fact.starts_at
                        assert apart or fact.team_id != other.team_id
                    kept[fact.escort_id] = fact
                case roster.TeamFreed():
                    del kept[fact.escort_id]
        held = {one: fact.team_id for one, fact in kept.items()}
        live = [self.house.escort(one) for one in self.model]
        assert held == {one.id: one.team_id for one in live if one.team_id and not one.ended}

    @invariant()
    def nothing_is_booked_outside_the_night(self) -> None:
        for escort_id in self.model:
            booked = self._history(escort_id)[0]
            assert isinstance(booked, facts.Booked)
            starts, asked = (one.astimezone(SEOUL) for one in (booked.starts_at, booked.timestamp))
            clock = starts.strftime("%H:%M")
            assert clock >= EARLIEST or clock <= LATEST
            days = (starts.date() - asked.date()).days
            assert days == 0 or (days == 1 and clock <= LATEST)
            assert booked.starts_at >= booked.timestamp

    @invariant()
    def nobody_walks_unwatched_unsaid(self) -> None:
        for escort_id in self.model:
            watched, said = True, False
            for fact in self._history(escort_id):
                match fact:
                    case facts.Started() | facts.WatchLeft():
                        watched = said = False
                    case facts.WatchBegun():
                        watched = True
                    case facts.Unwatched():
                        said = True
                    case one if isinstance(one, OVER):
                        watched = True
            assert watched or said or self._is_awaited(escort_id)

    @invariant()
    def the_centre_knows_who_watches_whom_and_nobody_more_than_one_may(self) -> None:
        walking = [one for each in self.model if (one := self.house.escort(each)).under_way]
        roster = self.house.app.find(WatchRoster, WatchRoster.create_id(GANGDONG))
        watched = roster.watched if roster else {}
        assert watched == {one.id: one.watched_by for one in walking if one.watched_by}
        assert max(Counter(watched.values()).values(), default=0) <= WATCHED_MAX

    @invariant()
    def who_gave_a_walk_away_is_not_handed_it_again(self) -> None:
        for escort_id in self.model:
            escort = self.house.escort(escort_id)
            if escort.under_way:
                assert (escort_id, escort.watched_by) not in self.given_away

    def _is_awaited(self, escort_id: UUID) -> bool:
        """A timer will say so."""
        return any(
            one.kind is TimerKind.ESCORT_WATCH and one.timer_id not in self.fired
            for one in self.house.log.timers.values()
            if one.aggregate_id == escort_id
        )

    @invariant()
    def a_cancelled_booking_is_never_met_and_each_ends_once(self) -> None:
        for escort_id in self.model:
            history = self._history(escort_id)
            ends = [number for number, fact in enumerate(history) if isinstance(fact, OVER)]
            assert len(ends) <= 1
            if ends:
                assert not any(isinstance(one, facts.Met) for one in history[ends[0] :])
                assert ends[0] == len(history) - 1
            assert sum(isinstance(one, facts.Met) for one in history) <= 1

    @invariant()
    def everybody_is_reminded_once_and_told_each_thing_once(self) -> None:
        composed = [one for one in self.house.log.facts() if isinstance(one, Composed)]
        for escort_id in self.model:
            history = self._history(escort_id)
            assert sum(isinstance(one, facts.Reminded) for one in history) <= 1
            reminded = [
                one.recipient_id
                for one in composed
                if one.about == escort_id and one.phrase.endswith("reminder")
            ]
            assert len(reminded) == len(set(reminded))
        for one in composed:
            if one.recipient_kind is RecipientKind.SCOUT:
                assert "code" not in one.words

    @invariant()
    def a_citizen_has_one_escort_at_a_time(self) -> None:
        for number, who in enumerate(CITIZENS):
            open_ones = [
                escort_id
                for escort_id, one in self.model.items()
                if one.citizen == number and not self.house.escort(escort_id).ended
            ]
            guard = self.house.app.find(
                SessionGuard, SessionGuard.create_id(UUID(who.principal.id))
            )
            known = guard.session(SessionKind.ESCORT) if guard else None
            assert open_ones == ([known] if known else [])


TestNightOfEscorts = NightOfEscorts.TestCase
TestNightOfEscorts.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
