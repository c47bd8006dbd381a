"""One incident that several citizens reported, or one citizen several times.

It holds nothing but the ids of its reports: each reporter keeps her own call, timers and outcome.
A report learns from it that it is linked, and not with which others; so a link shows nobody
anything that they could not see without it.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID, uuid5

from domain.base import Aggregate, Fact, FirstFact, applies


class Began(FirstFact):
    TOPIC: ClassVar[str] = "incident.began"


class ReportAdded(Fact):
    TOPIC: ClassVar[str] = "incident.report_added"

    report_id: UUID
    operator_id: UUID | None
    """None when the citizen herself raised again, too late or too far away to join."""


class ReportRemoved(Fact):
    TOPIC: ClassVar[str] = "incident.report_removed"

    report_id: UUID
    operator_id: UUID


class Incident(Aggregate):
    """Two reports or more, or none: what is alone is linked with nothing."""

    TOPIC = "incident"

    reports: tuple[UUID, ...]

    @staticmethod
    def create_id(first: UUID, second: UUID) -> UUID:
        """Of the incident that begins with two reports."""
        return uuid5(first, f"incident/{second}")

    @classmethod
    def begin_for(cls, first: UUID, second: UUID, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(first, second), at=at)

    def add(self, report_id: UUID, *, operator_id: UUID | None, at: datetime) -> None:
        """Take a report in; twice is once."""
        if report_id not in self.reports:
            self.record(ReportAdded, at=at, report_id=report_id, operator_id=operator_id)

    def remove(self, report_id: UUID, *, operator_id: UUID, at: datetime) -> tuple[UUID, ...]:
        """Take a report out, and with it the last one that would be left alone.

        Returns:
            All that were taken out.
        """
        others = tuple(one for one in self.reports if one != report_id)
        gone = tuple(self.reports) if len(others) == 1 else (report_id,)
        for one in gone:
            if one in self.reports:
                self.record(ReportRemoved, at=at, report_id=one, operator_id=operator_id)
        return gone

    @applies(Began)
    def _began(self, _fact: Began) -> None:
        self.reports = ()

    @applies(ReportAdded)
    def _added(self, fact: ReportAdded) -> None:
        self.reports = (*self.reports, fact.report_id)

    @applies(ReportRemoved)
    def _removed(self, fact: ReportRemoved) -> None:
        self.reports = tuple(one for one in self.reports if one != fact.report_id)
