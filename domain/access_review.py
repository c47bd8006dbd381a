"""The monthly review of who read what (safety-measures standard, art. 8): prepared, then done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import (
    ERASED,
    Aggregate,
    DomainError,
    Erased,
    Fact,
    FirstFact,
    Personal,
    Value,
    applies,
)
from domain.geography import DistrictCode


class MonthNotOver(DomainError):
    """Records are still being added to it."""

    code: ClassVar[str] = "access_review.month_not_over"


class Figures(Value):
    """What the records of a month add up to."""

    accounts: int
    reads: int
    subjects: int
    refusals: int
    out_of_hours: int
    without_open_case: int
    exports: int
    provisions: int
    last_id: int
    """Of the newest record counted; 0 where there is none."""


class Prepared(FirstFact):
    """The month is over, and its report lies ready for the supervisor."""

    TOPIC: ClassVar[str] = "access_review.prepared"

    month: date
    """Its first day."""
    district: DistrictCode
    """The city's own code for those who belong to no district."""
    figures: Figures


class Done(Fact):
    """Somebody has gone through the report; what was found is free text, so it is sealed."""

    TOPIC: ClassVar[str] = "access_review.done"

    reviewer_id: UUID | None
    """None for whoever has a shell on the machine."""
    remark: Annotated[str | Erased, Personal("originator_id")] = ERASED


class AccessReview(Aggregate):
    """One month of one centre."""

    TOPIC = "access_review"

    month: date
    district: DistrictCode
    figures: Figures
    done_at: datetime | None

    @staticmethod
    def create_id(month: date, district: DistrictCode) -> UUID:
        return uuid5(NAMESPACE_URL, f"/access-reviews/{month:%Y-%m}/{district}")

    @classmethod
    def prepare(
        cls,
        *,
        month: date,
        district: DistrictCode,
        figures: Figures,
        over_at: datetime,
        at: datetime,
    ) -> Self:
        """Keep what the month's records add up to.

        Raises:
            MonthNotOver: ``over_at`` is still to come.
        """
        if at < over_at:
            raise MonthNotOver(f"{month:%Y-%m}")
        review_id = cls.create_id(month, district)
        return cls.begin(
            Prepared, id=review_id, at=at, month=month, district=district, figures=figures
        )

    def finish(self, *, reviewer_id: UUID | None, remark: str, at: datetime) -> None:
        """Keep that it has been gone through; a further look is kept too."""
        self.record(Done, at=at, reviewer_id=reviewer_id, remark=remark)

    @applies(Prepared)
    def _prepared(self, fact: Prepared) -> None:
        self.month = fact.month
        self.district = fact.district
        self.figures = fact.figures
        self.done_at = None

    @applies(Done)
    def _done(self, fact: Done) -> None:
        self.done_at = fact.timestamp
