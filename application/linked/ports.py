"""The lamps and their network, and the Ministry of Justice's location centre."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.base import Value
from domain.geography import DistrictCode, Position
from domain.linked import LightMode


class Lamp(Value):
    """A smart light: its address in its network (TALQ: a UUID), and where it stands."""

    lamp_id: UUID
    network: str
    position: Position


class LightCommand(Value):
    """What one network is told; leaves the house, is never stored."""

    delivery_id: UUID
    network: str
    lamps: tuple[UUID, ...]
    mode: LightMode | None
    """None: as their own program has it."""
    level_pct: int
    sent_at: AwareDatetime
    until: AwareDatetime | None
    """When they stop by themselves; None where nothing is to stop."""


class LightsPartner(Protocol):
    def command(self, commands: Collection[LightCommand]) -> None:
        """Hand the commands to their networks, in order; the same again does no harm.

        Raises:
            PartnerUnavailable: not all are known to have arrived; repeat.
        """
        ...


class LampTurn(Protocol):
    """One session's turn at the lamps; nobody else has a turn for the same session meanwhile."""

    def uses(self) -> Mapping[UUID, LightMode]:
        """What this session's lamps have been told, and not been told to undo."""
        ...

    def hold(self, lamps: Collection[UUID]) -> None:
        """Keep every other session from these lamps until the turn is over."""
        ...

    def others(self, lamps: Collection[UUID]) -> Mapping[UUID, LightMode]:
        """Of these lamps, those that other sessions need, and the strongest of what for."""
        ...

    def need(self, wanted: Mapping[UUID, LightMode]) -> None:
        """Remember, for good, before anything is sent: who crashes now restores later."""
        ...

    def leave(self, lamps: Collection[UUID]) -> None:
        """Forget, once they have been told."""
        ...


class LampBook(Protocol):
    """Which lamps there are, and who needs them: beside the log, gone with the need."""

    def near(self, points: Collection[Position], radius_m: float) -> list[Lamp]:
        """The lamps that near to a point, or to the line through several."""
        ...

    def networks(self, lamps: Collection[UUID]) -> Mapping[UUID, str]: ...

    def turn(self, session_id: UUID) -> AbstractContextManager[LampTurn]:
        """Wait for the session's turn.

        Raises:
            LogUnavailable: it did not come in time; ask again.
        """
        ...


class WatchRequest(Value):
    """What the Ministry is told: a place, never a person; leaves the house, is never stored."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    """Goes along in a header."""
    request_id: UUID
    report_id: UUID
    """Our reference."""
    position: Position
    accuracy_m: float | None
    radius_m: float
    district: DistrictCode
    requested_at: datetime
    until: datetime


class WatchEnd(Value):
    """That a watch is over; names no place. A request that never arrived may be named."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    request_id: UUID
    report_id: UUID
    reference: str | None
    ended_at: datetime


class WearerPartner(Protocol):
    """The Ministry of Justice's location centre (위치추적관제센터)."""

    def watch(self, request: WatchRequest) -> str:
        """Ask; returns the Ministry's reference, and nothing else of what it answers.

        The same ``delivery_id`` asks once. A request that was ended before stays ended.

        Raises:
            PartnerRefused: it said no, for good.
            PartnerUnavailable: nothing is known to have arrived; repeat with the same id.
        """
        ...

    def end(self, request: WatchEnd) -> str:
        """Say that it is over; returns its reference. Repeats and errors as for ``watch``."""
        ...
