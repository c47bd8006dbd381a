"""One open report for each citizen: saved in the same append as the report's own facts.

Drills have a guard of their own, so that a real alarm never disappears in a drill.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, Fact, FirstFact, applies


class Began(FirstFact):
    """The citizen raises for the first time."""

    TOPIC: ClassVar[str] = "report_guard.began"

    citizen_id: UUID
    drill: bool


class Opened(Fact):
    """A report is open; ``trigger_id`` opened it, also when it was reopened."""

    TOPIC: ClassVar[str] = "report_guard.opened"

    report_id: UUID
    trigger_id: str


class Joined(Fact):
    """A further trigger belongs to the open report."""

    TOPIC: ClassVar[str] = "report_guard.joined"

    report_id: UUID
    trigger_id: str


class Released(Fact):
    """The open report is over; the next trigger opens another."""

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


class ReportGuard(Aggregate):
    """Knows which report a citizen's trigger belongs to, for ever."""

    TOPIC = "report_guard"

    open_report: UUID | None
    reports: dict[str, UUID]
    """By trigger id, so that a repeat meets the first even after the report's end."""
    closed: bool
    last_over: tuple[UUID, datetime] | None = None
    """The report that was over last, and when; None while it is open again."""
    consent_withdrawn: bool = False
    set_aside: tuple[UUID, ...] = ()
    """Reports that are open, and of which the phone must not know that they are."""

    @staticmethod
    def create_id(citizen_id: UUID, *, drill: bool) -> UUID:
        lane = "drill" if drill else "real"
        return uuid5(NAMESPACE_URL, f"/report_guards/{citizen_id}/{lane}")

    @classmethod
    def begin_for(cls, citizen_id: UUID, *, drill: bool, at: datetime) -> Self:
        return cls.begin(
            Began,
            id=cls.create_id(citizen_id, drill=drill),
            at=at,
            citizen_id=citizen_id,
            drill=drill,
        )

    def open(self, *, report_id: UUID, trigger_id: str, at: datetime) -> None:
        """A report is open. While another is, nothing changes: that one keeps the guard."""
        if self.open_report is None:
            self.record(Opened, at=at, report_id=report_id, trigger_id=trigger_id)

    def join(self, *, trigger_id: str, at: datetime) -> None:
        """A further trigger belongs to the open report; a repeat changes nothing."""
        if self.open_report is not None and trigger_id not in self.reports:
            self.record(Joined, at=at, report_id=self.open_report, trigger_id=trigger_id)

    def put_aside(self, *, report_id: UUID, at: datetime) -> None:
        """The phone takes the report for cancelled, and it is not; twice is once."""
        if report_id not in self.set_aside:
            self.record(SetAside, at=at, report_id=report_id)

    def release(self, *, report_id: UUID, at: datetime) -> None:
        """The report is over; nothing changes when it is not an open one."""
        if self.open_report == report_id or report_id in self.set_aside:
            self.record(Released, at=at, report_id=report_id)

    def close(self, *, erasure_id: UUID, at: datetime) -> None:
        """Belong to nobody from now on; twice is once."""
        if not self.closed:
            self.record(Closed, at=at, erasure_id=erasure_id)

    def withdraw_consent(self, *, at: datetime) -> None:
        """Twice is once."""
        if not self.consent_withdrawn:
            self.record(ConsentWithdrawn, at=at)

    @applies(Began)
    def _began(self, _fact: Began) -> None:
        self.open_report = None
        self.reports = {}
        self.closed = False

    @applies(Opened)
    def _opened(self, fact: Opened) -> None:
        self.open_report = fact.report_id
        self.last_over = None
        self.reports = self.reports | {fact.trigger_id: fact.report_id}

    @applies(Joined)
    def _joined(self, fact: Joined) -> None:
        self.reports = self.reports | {fact.trigger_id: fact.report_id}

    @applies(Released)
    def _released(self, fact: Released) -> None:
        if fact.report_id in self.set_aside:
            self.set_aside = tuple(one for one in self.set_aside if one != fact.report_id)
        else:
            self.last_over = (fact.report_id, fact.timestamp)
        if self.open_report == fact.report_id:
            self.open_report = None

    @applies(SetAside)
    def _set_aside(self, fact: SetAside) -> None:
        self.set_aside = (*self.set_aside, fact.report_id)
        self.last_over = (fact.report_id, fact.timestamp)
        if self.open_report == fact.report_id:
            self.open_report = None

    @applies(ConsentWithdrawn)
    def _consent_withdrawn(self, _fact: ConsentWithdrawn) -> None:
        self.consent_withdrawn = True

    @applies(Closed)
    def _closed(self, _fact: Closed) -> None:
        self.closed = True
