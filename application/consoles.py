"""Consoles at which a shift was begun, as they tell of themselves: beside the log, and no facts.

A console beats every few seconds and says whether a human hand was felt since its last beat. A
browser's timer alone keeps nobody on duty.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from application.policies_in_force import Policies
from domain.escalation import CITY_LINE, OnDuty
from domain.geography import CITY, DistrictCode
from domain.policy import Policy
from domain.roles import Role


@dataclass(frozen=True, slots=True)
class Console:
    """One person's console while the shift lasts."""

    staff_id: UUID
    role: Role
    district: DistrictCode
    """The centre; the city's code for those who serve the whole city."""
    started_at: datetime
    heard_at: datetime
    """The last beat."""
    input_at: datetime
    """The last beat that told of a human hand."""

    def is_touched(self, at: datetime, policy: Policy) -> bool:
        """Whether somebody sits there, as far as three beats can tell."""
        return at < self.input_at + timedelta(seconds=policy.input_stale_s)

    def is_live(self, at: datetime, policy: Policy) -> bool:
        """Whether it would ring, and somebody may hear it who watches without a touch."""
        heard = at <= self.heard_at + timedelta(seconds=policy.console_stale_s)
        return heard and at <= self.input_at + timedelta(seconds=policy.watch_stale_s)


class Consoles(Protocol):
    """One for each person on duty. All moments are handed in."""

    def put(self, console: Console) -> None:
        """Keep a console whose shift begins; the person's other one goes."""
        ...

    def beat(self, staff_id: UUID, at: datetime, *, felt: bool) -> Console | None:
        """Move its moments, never backwards; the console now, None when no shift lasts."""
        ...

    def take(self, staff_id: UUID) -> Console | None:
        """Take it away; None when there was none."""
        ...

    def find(self, staff_id: UUID) -> Console | None: ...

    def of(self, district: DistrictCode) -> Sequence[Console]: ...

    def all(self) -> Sequence[Console]: ...


class Presence(Protocol):
    """Who is there, as rules need to know it."""

    def open_centres(self, at: datetime) -> Container[DistrictCode]:
        """The centres where somebody is at a console."""
        ...

    def attended_centres(self, at: datetime) -> Container[DistrictCode]:
        """Of the open centres, those where a hand was felt within three beats."""
        ...

    def supervisor(self, district: DistrictCode, at: datetime) -> UUID | None:
        """Who supervises there now, the first of them; of the city: who coordinates."""
        ...

    def supervises(self, who: UUID, district: DistrictCode, at: datetime) -> bool:
        """Whether she is one of those who supervise there now."""
        ...

    def operators(self, district: DistrictCode, at: datetime) -> Sequence[UUID]:
        """Who answers there now: whose hand was felt first, then who watches without a touch.

        Of the city: who coordinates.
        """
        ...


def on_duty(presence: Presence, district: DistrictCode, at: datetime) -> OnDuty:
    """Who is called of a district: its centre's supervisor, else the city."""
    supervisor = presence.supervisor(district, at)
    if supervisor is not None:
        return OnDuty(district, supervisor)
    return CITY_LINE._replace(staff_id=presence.supervisor(CITY, at))


class PresentAtConsoles:
    """The one presence: a shift that was begun, at a console that is alive."""

    def __init__(self, consoles: Consoles, policies: Policies) -> None:
        self._consoles = consoles
        self._policies = policies

    def open_centres(self, at: datetime) -> Container[DistrictCode]:
        return {one.district for one in self._live(self._consoles.all(), at)}

    def attended_centres(self, at: datetime) -> Collection[DistrictCode]:
        policy = self._policies.at(at)
        there = self._live(self._consoles.all(), at)
        return {one.district for one in there if one.is_touched(at, policy)}

    def supervisor(self, district: DistrictCode, at: datetime) -> UUID | None:
        return next(self._supervising(district, at), None)

    def supervises(self, who: UUID, district: DistrictCode, at: datetime) -> bool:
        return who in self._supervising(district, at)

    def operators(self, district: DistrictCode, at: datetime) -> Sequence[UUID]:
        policy = self._policies.at(at)
        answers = Role.COORDINATOR if district == CITY else Role.OPERATOR
        live = self._live((one for one in self._consoles.of(district) if one.role is answers), at)
        return [
            one.staff_id for one in sorted(live, key=lambda one: not one.is_touched(at, policy))
        ]

    def _supervising(self, district: DistrictCode, at: datetime) -> Iterator[UUID]:
        wanted = Role.COORDINATOR if district == CITY else Role.SUPERVISOR
        there = self._live(self._consoles.of(district), at)
        return (one.staff_id for one in there if one.role is wanted)

    def _live(self, consoles: Iterable[Console], at: datetime) -> list[Console]:
        policy = self._policies.at(at)
        return [one for one in consoles if one.is_live(at, policy)]
