"""Everything that can be done to the escorts of one night: three citizens, two teams, one centre.

Each step also tells a plain model, small enough to be obviously right.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule

from application.errors import ApplicationError
from domain.base import DomainError
from domain.policy import Policy
from tests.application.escort_house import (
    CITIZEN,
    EscortHouse,
    citizen,
)
from tests.application.house import KIM, id_of
from tests.domain.escorts import STARTS_AT, after
from tests.memory import GANGDONG
from tests.stateful.overtaken import OvertakenLog

CITIZENS: Final = (CITIZEN, citizen("sujin"), citizen("minji"))
WATCHED_MAX: Final = 1
TAKES: Final = timedelta(hours=1)
STARTS: Final = st.sampled_from([after(minutes) for minutes in (-30, 0, 30, 60, 150)])
OTHER_STARTS: Final = st.sampled_from(
    [after(-45), after(-180), after(180), STARTS_AT + timedelta(days=1), after(10)]
)


@dataclass
class Model:
    """What an escort is for whoever only counts: who, when, and whether they walk."""

    citizen: int
    starts_at: datetime
    wish: str
    walks: bool = False
    over: bool = False
    cancelled: bool = False


class OvertakenEscorts(EscortHouse):
    """All desks over a log in which another writer comes first."""

    Log = OvertakenLog
    log: OvertakenLog


class Escorting(RuleBasedStateMachine):
    """Any history of booking, at once and again."""

    escorts = Bundle("escorts")

    def __init__(self) -> None:
        super().__init__()
        self.house = OvertakenEscorts(teams=2, policy=Policy(watched_max=WATCHED_MAX))
        self.house.presence.there[GANGDONG] = (id_of(KIM),)
        for one in CITIZENS[1:]:
            self.house.join(UUID(one.principal.id))
        self.model: dict[UUID, Model] = {}
        self.fired: set[UUID] = set()
        self.given_away: set[tuple[UUID, UUID]] = set()
        """Escorts, and who left their watch by her own wish, and has not come back to it."""
        self.wishes = 0
        self.house.clock.advance(2400)

    @rule(target=escorts, who=st.integers(0, 2), starts_at=STARTS)
    def book(self, who: int, starts_at: datetime) -> Any:
        """Granted where a team is free and she has no other; else refused by name."""
        return self._booked(who, starts_at, faster=None)

    @rule(target=escorts, who=st.integers(0, 1), starts_at=STARTS)
    def two_book_at_once(self, who: int, starts_at: datetime) -> Any:
        """Both have seen the same free teams, and the other is saved first."""
        return self._booked(who, starts_at, faster=who + 1)

    @rule(who=st.integers(0, 2), starts_at=OTHER_STARTS)
    def book_another_time(self, who: int, starts_at: datetime) -> None:
        with suppress(DomainError):
            self.house.book(CITIZENS[who], self._wish(), starts_at=starts_at)
            raise AssertionError("booked outside the night")

    def _booked(self, who: int, starts_at: datetime, *, faster: int | None) -> Any:
        between: list[UUID] = []
        if faster is not None:
            self.house.log.faster = lambda _: between.extend(self._try(faster, starts_at))
        found = self._try(who, starts_at)
        self.house.log.faster = None
        return multiple(*between, *found)

    def _try(self, who: int, starts_at: datetime) -> list[UUID]:
        wish = self._wish()
        try:
            booked = self.house.book(CITIZENS[who], wish, starts_at=starts_at)
        except DomainError:
            assert not self._may_book(who, starts_at)
            return []
        self.model[booked.aggregate_id] = Model(who, starts_at, wish)
        return [booked.aggregate_id]

    def _may_book(self, who: int, starts_at: datetime) -> bool:
        """By counting alone: she has none, it is not past, and of the teams one is left."""
        roster = self.house.roster()
        has_one = any(one.citizen == who and not one.over for one in self.model.values())
        if has_one or roster.closed or starts_at < self.house.clock.now():
            return False
        ends = starts_at + TAKES
        busy = {
            one.team_id
            for one in roster.kept.values()
            if one.starts_at < ends and starts_at < one.until
        }
        return bool(set(roster.teams) - busy)

    def _wish(self) -> str:
        self.wishes += 1
        return f"wish-{self.wishes:06d}"

    @rule(escort_id=escorts)
    def book_it_again(self, escort_id: UUID) -> None:
        """A phone that heard no answer asks with the same id, of another process."""
        one = self.model[escort_id]
        self.house.restart()
        with suppress(DomainError):  # too late for a new one; the same id is the same booking
            again = self.house.book(CITIZENS[one.citizen], one.wish, starts_at=one.starts_at)
            assert again.aggregate_id == escort_id
            assert again.position is None

    def _scout(self, escort_id: UUID, number: int) -> Any:
        team_id = self.house.escort(escort_id).team_id
        return None if team_id is None else self.house.scouts_of[team_id][number]

    def _speaker(self, escort_id: UUID, who: str) -> Any:
        if who == "citizen":
            return CITIZENS[self.model[escort_id].citizen]
        return self._scout(escort_id, 0 if who == "first" else 1)

    def _done(self, step: Callable[[], object]) -> bool:
        """Whether it was done; refused is refused by name."""
        try:
            step()
        except (DomainError, ApplicationError):
            return False
        return True
