"""Which report a citizen's trigger belongs to: decided here, in the append of the report's facts.

Real reports and drills are told apart, so that a real alarm never disappears in a drill. Drills
that were opened before the two shared one guard have a guard of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Fact, FirstFact, applies
from domain.policy import Policy
from domain.protection_guard import ProtectionKeeper


class Began(FirstFact):
    """The citizen raises for the first time."""

    TOPIC: ClassVar[str] = "report_guard.began"

    citizen_id: UUID
    drill: bool


class Opened(Fact):
    """A report is open; ``trigger_id`` opened it, also when it was reopened."""

    TOPIC: ClassVar[str] = "report_guard.opened"
    SCHEMA: ClassVar[int] = 2

    report_id: UUID
    trigger_id: str
    drill: bool = False
    """False in the first shape, where drills had a guard of their own."""
    linked_to: UUID | None = None
    """The open report from which this one was set apart, by one of the next two."""
    apart_s: float | None = None
    """Since its last trigger."""
    apart_m: float | None = None
    """From its last known position; None where either is not known well enough."""
    join_within_s: float | None = None
    join_within_m: float | None = None


class Joined(Fact):
    """A further trigger belongs to the open report."""

    TOPIC: ClassVar[str] = "report_guard.joined"

    report_id: UUID
    trigger_id: str


class Promoted(Fact):
    """An open drill is a real report from now on."""

    TOPIC: ClassVar[str] = "report_guard.promoted"

    report_id: UUID


class Released(Fact):
    """The open report is over."""

    TOPIC: ClassVar[str] = "report_guard.released"

    report_id: UUID


class SetAside(Fact):
    """The phone takes the open report for cancelled: the next trigger opens another beside it."""

    TOPIC: ClassVar[str] = "report_guard.set_aside"

    report_id: UUID


class Closed(Fact):
    """The citizen's erasure is confirmed: what comes later is nobody's, and still an alarm."""

    TOPIC: ClassVar[str] = "report_guard.closed"

    erasure_id: UUID


class ConsentWithdrawn(Fact):
    """The citizen consents no longer: what she raises is an alarm all the same, and flagged."""

    TOPIC: ClassVar[str] = "report_guard.consent_withdrawn"


class ConsentGivenAgain(Fact):
    """The citizen consents again: what she raises is flagged no longer."""

    TOPIC: ClassVar[str] = "report_guard.consent_given_again"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a trigger belongs."""

    report_id: UUID
    joins: bool
    linked_to: UUID | None = None
    """Of a new report: the one that it was set apart from, and is linked to."""


class ReportGuard(ProtectionKeeper):
    """Knows which report a citizen's trigger belongs to, for ever."""

    TOPIC = "report_guard"

    open_reports: tuple[UUID, ...]
    drills: frozenset[UUID]
    """Of all reports, those that are drills."""
    heard_at: dict[UUID, datetime]
    """Of each report that ever was: when its last trigger came."""
    reports: dict[str, UUID]
    """By trigger id, so that a repeat meets the first even after the report's end."""
    closed: bool
    all_drills: bool
    """A guard of the time when drills had their own."""
    last_over: tuple[UUID, datetime] | None = None
    """The report that was over last, and when; None while it is open again."""
    consent_withdrawn: bool = False
    set_aside: tuple[UUID, ...] = ()
    """Reports that are open, and of which the phone must not know that they are."""

    @staticmethod
    def create_id(citizen_id: UUID, *, drill: bool = False) -> UUID:
        """``drill``: of the guards that drills once had for themselves."""
        lane = "drill" if drill else "real"
        return uuid5(NAMESPACE_URL, f"/report_guards/{citizen_id}/{lane}")

    @classmethod
    def begin_for(cls, citizen_id: UUID, *, at: datetime) -> Self:
        return cls.begin(
            Began, id=cls.create_id(citizen_id), at=at, citizen_id=citizen_id, drill=False
        )

    @property
    def latest(self) -> UUID | None:
        """The open report that a trigger may belong to: of the real ones, else of the drills."""
        lane = self.open_real or self.open_reports
        return max(lane, key=lambda one: self.heard_at[one], default=None)

    @property
    def open_real(self) -> tuple[UUID, ...]:
        return tuple(one for one in self.open_reports if one not in self.drills)

    def place(  # noqa: PLR0913 (what sets two triggers apart)
        self,
        *,
        report_id: UUID,
        trigger_id: str,
        drill: bool,
        apart_m: float | None,
        at: datetime,
        policy: Policy,
    ) -> Placed:
        """Say where a trigger belongs that was not heard before.

        To the latest open report, which a drill then is no longer; too long after its last
        trigger or too far from where the citizen was last known to be, to a report of its own.

        Args:
            report_id: of the report that it would open.
            trigger_id: the trigger's own.
            drill: whether the report that it would open is a drill.
            apart_m: from the last known position of ``latest``; None never sets apart.
            at: when it was received.
            policy: how long and how far one report reaches.
        """
        latest = self.latest
        if latest is None:
            self.record(Opened, at=at, report_id=report_id, trigger_id=trigger_id, drill=drill)
            return Placed(report_id, joins=False)
        apart_s = (at - self.heard_at[latest]).total_seconds()
        if apart_s <= policy.join_within_s and (apart_m or 0.0) <= policy.join_within_m:
            if latest in self.drills:
                self.record(Promoted, at=at, report_id=latest)
            self.record(Joined, at=at, report_id=latest, trigger_id=trigger_id)
            return Placed(latest, joins=True)
        linked_to = None if drill or latest in self.drills else latest
        self.record(
            Opened,
            at=at,
            report_id=report_id,
            trigger_id=trigger_id,
            drill=drill,
            linked_to=linked_to,
            apart_s=apart_s,
            apart_m=apart_m,
            join_within_s=policy.join_within_s,
            join_within_m=policy.join_within_m,
        )
        return Placed(report_id, joins=False, linked_to=linked_to)

    def stands(self, *, report_id: UUID, trigger_id: str, drill: bool, at: datetime) -> None:
        """A report is open, again or in earnest: it was reopened, or is no drill any more.

        The latest is still the one with the latest trigger; what is set aside stays so.
        """
        if report_id not in {*self.open_reports, *self.set_aside}:
            self.record(Opened, at=at, report_id=report_id, trigger_id=trigger_id, drill=drill)
        elif report_id in self.drills and not drill:
            self.record(Promoted, at=at, report_id=report_id)

    def put_aside(self, *, report_id: UUID, at: datetime) -> None:
        """The phone takes the report for cancelled, and it is not; twice is once."""
        if report_id not in self.set_aside:
            self.record(SetAside, at=at, report_id=report_id)

    def release(self, *, report_id: UUID, at: datetime) -> None:
        """The report is over; nothing changes when it is not open."""
        if report_id in self.open_reports or report_id in self.set_aside:
            self.record(Released, at=at, report_id=report_id)

    def close(self, *, erasure_id: UUID, at: datetime) -> None:
        """Belong to nobody from now on; twice is once."""
        if not self.closed:
            self.record(Closed, at=at, erasure_id=erasure_id)

    def withdraw_consent(self, *, at: datetime) -> None:
        """Twice is once."""
        if not self.consent_withdrawn:
            self.record(ConsentWithdrawn, at=at)

    def give_consent(self, *, at: datetime) -> None:
        """Consent again; nothing changes where it was never withdrawn."""
        if self.consent_withdrawn:
            self.record(ConsentGivenAgain, at=at)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.all_drills = fact.drill
        self.open_reports = ()
        self.drills = frozenset()
        self.heard_at = {}
        self.reports = {}
        self.closed = False
        self.protection = None

    @applies(Opened)
    def _opened(self, fact: Opened) -> None:
        self.open_reports = (*self.open_reports, fact.report_id)
        self.heard_at = {fact.report_id: fact.timestamp} | self.heard_at
        self.last_over = None
        self.reports = self.reports | {fact.trigger_id: fact.report_id}
        if fact.drill or self.all_drills:
            self.drills = self.drills | {fact.report_id}
        else:
            self.drills = self.drills - {fact.report_id}

    @applies(Joined)
    def _joined(self, fact: Joined) -> None:
        self.heard_at = self.heard_at | {fact.report_id: fact.timestamp}
        self.reports = self.reports | {fact.trigger_id: fact.report_id}

    @applies(Promoted)
    def _promoted(self, fact: Promoted) -> None:
        self.drills = self.drills - {fact.report_id}

    @applies(Released)
    def _released(self, fact: Released) -> None:
        if fact.report_id in self.set_aside:
            self.set_aside = tuple(one for one in self.set_aside if one != fact.report_id)
        else:
            self.last_over = (fact.report_id, fact.timestamp)
        self._no_longer_open(fact.report_id)

    @applies(SetAside)
    def _set_aside(self, fact: SetAside) -> None:
        self.set_aside = (*self.set_aside, fact.report_id)
        self.last_over = (fact.report_id, fact.timestamp)
        self._no_longer_open(fact.report_id)

    def _no_longer_open(self, report_id: UUID) -> None:
        self.open_reports = tuple(one for one in self.open_reports if one != report_id)

    @applies(ConsentWithdrawn)
    def _consent_withdrawn(self, _fact: ConsentWithdrawn) -> None:
        self.consent_withdrawn = True

    @applies(ConsentGivenAgain)
    def _consent_given_again(self, _fact: ConsentGivenAgain) -> None:
        self.consent_withdrawn = False

    @applies(Closed)
    def _closed(self, _fact: Closed) -> None:
        self.closed = True
