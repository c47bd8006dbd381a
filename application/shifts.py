"""What the desk of shifts works with, and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from application.consoles import Consoles, Presence
from application.context import Context
from application.safe_return import Receipt
from domain.base import Value
from domain.emergency.vocabulary import Outcome, Stage
from domain.geography import DistrictCode
from domain.policy import EscalationLevel


class Shift(Value):
    """What a console is told when its shift begins."""

    staff_id: UUID
    district: DistrictCode
    started_at: datetime
    beat_again_in_s: float


class Beaten(Value):
    """What a console is told at each beat; off the shift it must be begun anew, by hand."""

    on_shift: bool
    beat_again_in_s: float


class CentreSeen(Protocol):
    """A centre as the fold has it."""

    @property
    def district(self) -> DistrictCode: ...
    @property
    def open(self) -> bool: ...
    @property
    def since(self) -> datetime: ...
    @property
    def closed_since(self) -> datetime | None:
        """When it was last closed, also after it has opened again."""
        ...


class OpenReport(Protocol):
    """A row of the queue, as far as presence matters."""

    @property
    def report_id(self) -> UUID: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def district(self) -> DistrictCode: ...
    @property
    def escalation(self) -> EscalationLevel | None: ...
    @property
    def held_by(self) -> UUID | None: ...
    @property
    def holder_away_at(self) -> datetime | None: ...


class Centres(Protocol):
    def rows(self) -> Sequence[CentreSeen]: ...

    def handled(self, district: DistrictCode, since: datetime, until: datetime) -> Sequence[Any]:
        """Reports of the centre that were open at any time between, with how far they are."""
        ...


class OpenReports(Protocol):
    def attended(self, centres: Collection[DistrictCode]) -> Sequence[OpenReport]:
        """What somebody holds, and what waits in none of ``centres`` and has risen no further."""
        ...


class Attended(Protocol):
    """What the consoles tell of reports."""

    def centre_unattended(self, report_id: UUID, context: Context) -> Receipt: ...

    def holder_silent(
        self, report_id: UUID, operator_id: UUID, last_seen_at: datetime | None, context: Context
    ) -> Receipt: ...

    def holder_seen(self, report_id: UUID, operator_id: UUID, context: Context) -> Receipt: ...


class Briefed(Value):
    """One report that others have handled meanwhile; no personal data."""

    report_id: UUID
    received_at: datetime
    stage: Stage
    outcome: Outcome | None
    held_by: UUID | None
    police: str
    ambulance: str


class Briefing(Value):
    """What happened in a centre's district while nobody was there."""

    district: DistrictCode
    closed_since: datetime | None
    """None when it was never closed."""
    opened_at: datetime | None
    reports: tuple[Briefed, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What the desk looks at beside the log."""

    consoles: Consoles
    presence: Presence
    centres: Centres
    queue: OpenReports
    reports: Attended
