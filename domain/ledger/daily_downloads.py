"""One store's downloads, day by day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, applies
from domain.ledger.facts import Corrected, Reported
from domain.ledger.refusals import DayReportedOtherwise, refuse_future, refuse_negative


class DailyDownloads(Aggregate):
    """One store's downloads on one day."""

    TOPIC = "daily_downloads"

    store: str
    day: date
    count: int

    @staticmethod
    def create_id(store: str, day: date) -> UUID:
        return uuid5(NAMESPACE_URL, f"/downloads/{store}/{day.isoformat()}")

    @classmethod
    def report(cls, *, store: str, day: date, count: int, at: datetime) -> Self:
        """Take a store's count of a day that is over or running.

        Raises:
            NegativeCount: ``count`` is below 0.
            DayInFuture: the day has not begun in Seoul.
        """
        refuse_negative(count)
        refuse_future(day, at)
        return cls.begin(
            Reported, id=cls.create_id(store, day), at=at, store=store, day=day, count=count
        )

    def repeat(self, *, count: int) -> None:
        """Meet a report that came again.

        Raises:
            DayReportedOtherwise: it says another count than what stands.
        """
        if count != self.count:
            raise DayReportedOtherwise(
                f"{self.store} {self.day}: {self.count} stands, {count} came; correct it instead."
            )

    def correct(self, *, count: int, reason: str, at: datetime) -> None:
        """Replace the count; the same count again changes nothing."""
        refuse_negative(count)
        if count != self.count:
            self.record(
                Corrected, at=at, store=self.store, day=self.day, count=count, reason=reason
            )

    @applies(Reported)
    def _reported(self, fact: Reported) -> None:
        self.store = fact.store
        self.day = fact.day
        self.count = fact.count

    @applies(Corrected)
    def _corrected(self, fact: Corrected) -> None:
        self.count = fact.count
