"""Which bells need a visit, and why: silent, low, or stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.context import Context
from application.desk import allow
from application.policies_in_force import Policies
from application.ports import Clock
from application.read_models import Folds
from application.reading_desk import FOLD_WAIT_S
from domain.base import Value
from domain.bell.refusals import BellUnknown
from domain.geography import DistrictCode
from domain.roles import Role

FOLD: Final = "bells"
LISTED_MAX: Final = 500


class BellShown(Value):
    """One bell, and what was heard of it."""

    bell_no: str
    district: DistrictCode
    address: str
    latitude_deg: float
    longitude_deg: float
    line: str | None
    retired: bool
    silent_since: AwareDatetime | None
    """When it was last heard; None while it is."""
    stuck_since: AwareDatetime | None
    stuck_report_id: UUID | None
    battery_pct: int | None
    battery_low: bool
    heard_at: AwareDatetime | None
    """Of its last heartbeat."""
    repaired_at: AwareDatetime | None


class Broken(BellShown):
    """A bell that somebody should visit."""


class Unregistered(Value):
    """A bell that speaks, and that no list has."""

    bell_no: str
    heard_at: AwareDatetime


class Maintenance(Value):
    bells: tuple[Broken, ...]
    """Stuck ones first, then silent ones, then low ones; at most 500."""
    unregistered: tuple[Unregistered, ...]
    """For the city only: nobody knows where they stand."""


class MaintenanceList(Protocol):
    def broken(
        self, district: DistrictCode | None, *, battery_low_pct: int, limit: int
    ) -> Sequence[Broken]: ...

    def one(self, bell_no: str, *, battery_low_pct: int) -> BellShown | None: ...

    def unregistered(self, limit: int) -> Sequence[Unregistered]: ...


class BellMaintenance:
    """Reads what the fold and the signs of life say; a district sees its own bells."""

    def __init__(
        self, bells: MaintenanceList, clock: Clock, policy: Policies, folds: Folds
    ) -> None:
        self._bells = bells
        self._folds = folds
        self._clock = clock
        self._policies = policy

    def listed(self, context: Context, *, after: int | None = None) -> Maintenance:
        """The bells that need a visit.

        Args:
            context: who asks.
            after: a position that must have been folded; see ``Receipt.position``.

        Raises:
            FoldBehind: the fold has not come to ``after`` in time.
            Forbidden: the caller is no operator, supervisor or coordinator.
            LogUnavailable: the database cannot be asked.
        """
        allow(context, Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
        if after is not None:
            self._folds.wait(FOLD, after, FOLD_WAIT_S)
        city = context.principal.role is Role.COORDINATOR
        found = self._bells.broken(
            None if city else context.principal.district,
            battery_low_pct=self._low(),
            limit=LISTED_MAX,
        )
        return Maintenance(
            bells=tuple(found),
            unregistered=tuple(self._bells.unregistered(LISTED_MAX)) if city else (),
        )

    def one(self, bell_no: str, context: Context) -> BellShown:
        """One bell: its place is public, so every control room may ask.

        Raises:
            BellUnknown: no such bell is registered.
            Forbidden: as for ``listed``.
        """
        allow(context, Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
        found = self._bells.one(bell_no, battery_low_pct=self._low())
        if found is None:
            raise BellUnknown(bell_no)
        return found

    def _low(self) -> int:
        return self._policies.at(self._clock.now()).bell_battery_low_pct
