"""What an operator had open on the screen, and when: an auditor's question, not a count.

One aggregate for each person and day in Seoul. Looks of less than ``Policy.view_dwell_s`` never
get here, so flicking through reports does not flood the log.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.geography import DistrictCode
from domain.policy import SEOUL


class Closing(StrEnum):
    """How a view ended."""

    CLOSED = "closed"
    VANISHED = "vanished"
    """The screen was heard of no more: switched off, asleep, or cut off."""


class Begun(FirstFact):
    """A person's first look of a day."""

    TOPIC: ClassVar[str] = "viewing.begun"

    operator_id: UUID
    day: date
    """In Asia/Seoul."""


class Opened(Fact):
    """A report stood on the person's screen long enough to be read, from ``since`` on."""

    TOPIC: ClassVar[str] = "viewing.opened"

    operator_id: UUID
    district: DistrictCode | None
    """The person's own; None for the city's."""
    report_id: UUID
    since: AwareDatetime


class Closed(Fact):
    TOPIC: ClassVar[str] = "viewing.closed"

    operator_id: UUID
    report_id: UUID
    how: Closing
    last_seen_at: AwareDatetime
    """When the screen was last heard of; the view ended between then and this fact."""


class DayOfViews(Aggregate):
    """One person's views of one day; a view may end on the next."""

    TOPIC = "viewing"

    operator_id: UUID
    open: tuple[UUID, ...]

    @staticmethod
    def create_id(operator_id: UUID, day: date) -> UUID:
        return uuid5(NAMESPACE_URL, f"/views/{operator_id}/{day.isoformat()}")

    @classmethod
    def begin_for(cls, operator_id: UUID, *, since: datetime, at: datetime) -> Self:
        """The day that a view belongs to is the one in which it began."""
        day = day_of(since)
        return cls.begin(
            Begun, id=cls.create_id(operator_id, day), at=at, operator_id=operator_id, day=day
        )

    def opened(
        self, *, report_id: UUID, district: DistrictCode | None, since: datetime, at: datetime
    ) -> None:
        """Keep that a report is open; what is open already stays so."""
        if report_id not in self.open:
            self.record(
                Opened,
                at=at,
                operator_id=self.operator_id,
                district=district,
                report_id=report_id,
                since=since,
            )

    def closed(
        self, *, report_id: UUID, how: Closing, last_seen_at: datetime, at: datetime
    ) -> None:
        """Keep that it is closed; what is not open changes nothing."""
        if report_id in self.open:
            self.record(
                Closed,
                at=at,
                operator_id=self.operator_id,
                report_id=report_id,
                how=how,
                last_seen_at=last_seen_at,
            )

    @applies(Begun)
    def _begun(self, fact: Begun) -> None:
        self.operator_id = fact.operator_id
        self.open = ()

    @applies(Opened)
    def _opened(self, fact: Opened) -> None:
        self.open = (*self.open, fact.report_id)

    @applies(Closed)
    def _closed(self, fact: Closed) -> None:
        self.open = tuple(one for one in self.open if one != fact.report_id)


def day_of(moment: datetime) -> date:
    return moment.astimezone(SEOUL).date()
