"""A control room is open while somebody is at a console there; else its reports ring elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.geography import CITY, DistrictCode
from domain.page import Page


class CentreClosing(StrEnum):
    """Why nobody is at a console any more."""

    SHIFT_ENDED = "shift_ended"
    """The last one ended the shift."""
    SILENT = "silent"
    """The last console was heard of no more, or no human hand was felt there for long."""


class Began(FirstFact):
    """A centre's first console."""

    TOPIC: ClassVar[str] = "centre.began"

    district: DistrictCode


class Opened(Fact):
    """Somebody is at a console; ``closed_since`` is when the last one had gone."""

    TOPIC: ClassVar[str] = "centre.opened"

    district: DistrictCode
    staff_id: UUID
    closed_since: AwareDatetime | None
    """None for the first time."""


class Closed(Fact):
    """Nobody is at a console: reports ring the neighbours at once, and the city is told."""

    TOPIC: ClassVar[str] = "centre.closed"

    district: DistrictCode
    closing: CentreClosing
    last_seen_at: AwareDatetime | None
    """When the last sign of life came; None when none is known any more."""
    page: Page
    """The call to the city by which it is told."""


class Centre(Aggregate):
    """One district's control room."""

    TOPIC = "centre"

    district: DistrictCode
    open: bool
    closed_since: datetime | None
    closings: int

    @staticmethod
    def create_id(district: DistrictCode) -> UUID:
        return uuid5(NAMESPACE_URL, f"/centres/{district}")

    @classmethod
    def begin_for(cls, district: DistrictCode, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(district), at=at, district=district)

    def opens(self, *, staff_id: UUID, at: datetime) -> None:
        """Somebody is there; while the centre is open, nothing."""
        if not self.open:
            self.record(
                Opened,
                at=at,
                district=self.district,
                staff_id=staff_id,
                closed_since=self.closed_since,
            )

    def closes(
        self,
        closing: CentreClosing,
        *,
        last_seen_at: datetime | None,
        coordinator: UUID | None,
        at: datetime,
    ) -> None:
        """Nobody is there any more; while the centre is closed, nothing."""
        if self.open:
            self.record(
                Closed,
                at=at,
                district=self.district,
                closing=closing,
                last_seen_at=last_seen_at,
                page=Page(
                    page_id=uuid5(self.id, f"page/{self.closings + 1}"),
                    district=CITY,
                    staff_id=coordinator,
                ),
            )

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.district = fact.district
        self.open = False
        self.closed_since = None
        self.closings = 0

    @applies(Opened)
    def _opened(self, _fact: Opened) -> None:
        self.open = True

    @applies(Closed)
    def _closed(self, fact: Closed) -> None:
        self.open = False
        self.closed_since = fact.timestamp
        self.closings = self.closings + 1
