"""The Ministry of Justice watches wearers of electronic anklets near a report.

We say where and for how long, and never learn who. What is asked is ended exactly once, whatever
overtakes what: an end that comes first closes the door to the request that it ends.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.geography import DistrictCode, FixQuality


class Began(FirstFact):
    """The Ministry is asked about a report for the first time."""

    TOPIC: ClassVar[str] = "wearer_watch.began"

    report_id: UUID


class Requested(Fact):
    """The Ministry is asked to watch wearers nearby: the position of the report goes to it.

    This is also the record of that provision: to whom, when, what for, and how well it was known.
    """

    TOPIC: ClassVar[str] = "wearer_watch.requested"

    request_id: UUID
    citizen_id: UUID | None
    district: DistrictCode
    radius_m: float
    until: AwareDatetime
    """When the watch ends by itself, should nobody say so."""
    fix: FixQuality | None
    opened_by: int
    """The version of the report's fact that called for it."""


class Acknowledged(Fact):
    """The Ministry took the request under its ``reference``; no identity comes with it."""

    TOPIC: ClassVar[str] = "wearer_watch.acknowledged"

    request_id: UUID
    reference: str


class Ended(Fact):
    """The Ministry knows that the report is over."""

    TOPIC: ClassVar[str] = "wearer_watch.ended"

    request_id: UUID
    before: int
    """Requests that older facts of the report called for are not made any more."""


class Forgone(Fact):
    """The report was over before anything had been asked for it."""

    TOPIC: ClassVar[str] = "wearer_watch.forgone"

    before: int


class Unreachable(Fact):
    """The Ministry could not be reached; its centre must be told another way."""

    TOPIC: ClassVar[str] = "wearer_watch.unreachable"

    delivery_id: UUID
    code: str


class WearerWatch(Aggregate):
    """All requests about one report, one after the other; at most one is open."""

    TOPIC = "wearer_watch"

    report_id: UUID
    open_request: UUID | None
    open_since: int
    """The version that called for the open one."""
    references: dict[UUID, str]
    asked: frozenset[UUID]
    closed_before: int
    unreachable: frozenset[UUID]

    @staticmethod
    def create_id(report_id: UUID) -> UUID:
        return uuid5(report_id, "wearer_watch")

    @classmethod
    def begin_for(cls, report_id: UUID, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(report_id), at=at, report_id=report_id)

    def may_request(self, opened_by: int) -> bool:
        """Whether what that fact of the report called for is still to be asked."""
        return opened_by >= self.closed_before

    def request(  # noqa: PLR0913 (a request says where, how far, how long and why)
        self,
        *,
        request_id: UUID,
        citizen_id: UUID | None,
        district: DistrictCode,
        radius_m: float,
        until: datetime,
        fix: FixQuality | None,
        opened_by: int,
        at: datetime,
    ) -> None:
        """Ask, before it is sent; twice is once, and never while another is open."""
        if request_id in self.asked or self.open_request or not self.may_request(opened_by):
            return
        self.record(
            Requested,
            at=at,
            request_id=request_id,
            citizen_id=citizen_id,
            district=district,
            radius_m=radius_m,
            until=until,
            fix=fix,
            opened_by=opened_by,
        )

    def acknowledged(self, *, request_id: UUID, reference: str, at: datetime) -> None:
        """Keep the Ministry's reference, at any stage; the first one stands."""
        if request_id in self.asked and request_id not in self.references:
            self.record(Acknowledged, at=at, request_id=request_id, reference=reference)

    def to_end(self, before: int) -> UUID | None:
        """The request that an end by that fact of the report ends; None when none is open."""
        return self.open_request if self.open_since < before else None

    def end(self, *, request_id: UUID, before: int, at: datetime) -> None:
        """Keep that the Ministry was told that a request is over; twice is once."""
        if request_id == self.to_end(before):
            self.record(Ended, at=at, request_id=request_id, before=before)

    def forgo(self, *, before: int, at: datetime) -> None:
        """Close the door to what is still on its way, where nothing is open; twice is once."""
        if self.open_request is None and self.closed_before < before:
            self.record(Forgone, at=at, before=before)

    def gave_up(self, *, delivery_id: UUID, code: str, at: datetime) -> None:
        """Keep that the Ministry was not reached; twice is once."""
        if delivery_id not in self.unreachable:
            self.record(Unreachable, at=at, delivery_id=delivery_id, code=code)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.report_id = fact.report_id
        self.open_request = None
        self.open_since = 0
        self.references = {}
        self.asked = frozenset()
        self.closed_before = 0
        self.unreachable = frozenset()

    @applies(Requested)
    def _requested(self, fact: Requested) -> None:
        self.open_request = fact.request_id
        self.open_since = fact.opened_by
        self.asked = self.asked | {fact.request_id}

    @applies(Acknowledged)
    def _acknowledged(self, fact: Acknowledged) -> None:
        self.references = self.references | {fact.request_id: fact.reference}

    @applies(Ended)
    def _ended(self, fact: Ended) -> None:
        self.open_request = None
        self.closed_before = fact.before

    @applies(Forgone)
    def _forgone(self, fact: Forgone) -> None:
        self.closed_before = fact.before

    @applies(Unreachable)
    def _unreachable(self, fact: Unreachable) -> None:
        self.unreachable = self.unreachable | {fact.delivery_id}
