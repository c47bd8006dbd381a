"""A district's nights as its staff sees them: teams, what is taken and free, and who may go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.access import Access, task_of
from application.context import Context
from application.desk import allow
from application.errors import Forbidden
from application.escort.roster_commands import Shift
from application.policies_in_force import Policies
from application.ports import AccessLog, Clock
from application.read_models import Folds
from application.reading_desk import FOLD_WAIT_S
from application.safe_return import SafeReturn
from domain.base import Erased, Value
from domain.geography import DistrictCode
from domain.night import DAY, nights_to_book, starts
from domain.policy import SEOUL, Policy
from domain.roles import Role
from domain.scout import Scout
from domain.scout_roster import ClosureReason, ScoutRoster

RULES: Final = (Role.SUPERVISOR, Role.COORDINATOR)
NIGHTS_SHOWN: Final = 7
FOLD: Final = "scouts"


class ScoutsView(Protocol):
    def serving(self, district: DistrictCode) -> Sequence[UUID]:
        """The district's scouts who have not left."""
        ...


class TeamShown(Value):
    team_id: UUID
    scouts: tuple[UUID, ...]
    shift: Shift
    escorts: tuple[UUID, ...]
    out: bool


class StartShown(Value):
    """One start of the night: of the teams that go out then, how many are taken, and are free.

    Of what is past neither is told, and of a closed night no team is free.
    """

    starts_at: AwareDatetime
    taken: int
    free: int
    past: bool


class RosterShown(Value):
    district: DistrictCode
    night: date
    teams: tuple[TeamShown, ...]
    off: tuple[UUID, ...]
    closed: ClosureReason | None
    starts: tuple[StartShown, ...]
    server_time: AwareDatetime


class ScoutNamed(Value):
    """``name`` is None once she is erased."""

    scout_id: UUID
    name: str | None
    has_phone: bool


def must_rule(district: DistrictCode, context: Context, *more: Role) -> None:
    """Raises Forbidden: the asker is neither the district's supervisor, nor the city, nor these."""
    allow(context, *RULES, *more)
    who = context.principal
    if who.role is not Role.COORDINATOR and who.district != district:
        raise Forbidden(f"{who.role} of {who.district}")


class Nights:
    """Read by the district's supervisor and operators, and by the city.

    Raises:
        Forbidden: somebody else asks.
    """

    def __init__(  # noqa: PLR0913
        self,
        app: SafeReturn,
        clock: Clock,
        *,
        policies: Policies,
        view: ScoutsView,
        folds: Folds,
        access_log: AccessLog,
    ) -> None:
        self._app = app
        self._clock = clock
        self._policies = policies
        self._view = view
        self._folds = folds
        self._access_log = access_log

    def night(self, district: DistrictCode, night: date, context: Context) -> RosterShown:
        """One night as it stands, whether somebody has planned it or not."""
        must_rule(district, context, Role.OPERATOR)
        at = self._clock.now()
        roster = self._app.find(ScoutRoster, ScoutRoster.create_id(district, night))
        return shown(roster, district, night, at=at, policy=self._policies.at(at))

    def nights(self, district: DistrictCode, context: Context) -> list[RosterShown]:
        """The night that runs on, tonight, and those that come, in this order."""
        at = self._clock.now()
        first = next(iter(nights_to_book(at, self._policies.at(at))), at.astimezone(SEOUL).date())
        return [self.night(district, first + one * DAY, context) for one in range(NIGHTS_SHOWN)]

    def scouts(
        self, district: DistrictCode, context: Context, *, after: int | None = None
    ) -> list[ScoutNamed]:
        """Who serves, by name: that somebody read the names leaves a record of each."""
        must_rule(district, context, Role.OPERATOR)
        if after is not None:
            self._folds.wait(FOLD, after, FOLD_WAIT_S)
        found = [self._app.load(Scout, one) for one in self._view.serving(district)]
        serving = [one for one in found if not one.left]
        self._access_log.record_all(context, [_look(one, context) for one in serving])
        named = [
            ScoutNamed(
                scout_id=one.id,
                name=None if isinstance(one.name, Erased) else one.name,
                has_phone=one.secret_sha256 is not None,
            )
            for one in serving
        ]
        return sorted(named, key=lambda one: (one.name or "", one.scout_id))


def shown(
    roster: ScoutRoster | None,
    district: DistrictCode,
    night: date,
    *,
    at: datetime,
    policy: Policy,
) -> RosterShown:
    """A night for the screen; ``roster`` is None where nobody has looked at it."""
    known: dict[str, Any] = {"teams": (), "off": (), "closed": None}
    if roster is not None:
        known = {
            "teams": tuple(
                TeamShown(
                    team_id=one.team_id,
                    scouts=one.scouts,
                    shift=Shift(first=one.shift_from, last=one.shift_until),
                    escorts=tuple(kept.escort_id for kept in roster.kept_for(one.team_id)),
                    out=one.team_id in roster.out,
                )
                for one in roster.teams.values()
            ),
            "off": tuple(sorted(roster.off)),
            "closed": roster.closed,
        }
    return RosterShown(
        district=district,
        night=night,
        starts=tuple(_start(roster, one, at, policy) for one in starts(night, policy)),
        server_time=at,
        **known,
    )


def _start(
    roster: ScoutRoster | None, starts_at: datetime, at: datetime, policy: Policy
) -> StartShown:
    past = starts_at < at
    if roster is None or past:
        return StartShown(starts_at=starts_at, taken=0, free=0, past=past)
    free = roster.teams_free(starts_at, at=at, policy=policy)
    out = 0 if roster.closed else roster.teams_on_shift(starts_at, at=at)
    return StartShown(starts_at=starts_at, taken=out - free, free=free, past=False)


def _look(scout: Scout, context: Context) -> Access:
    return Access(
        subject=scout.id,
        what="scout.name",
        why="escort",
        about=scout.id,
        task=task_of(context.principal.role),
    )
