"""Twins around the delivery desk: one delivery, one partner, a list of disclosures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from application.access import Access
from application.context import Context
from application.delivery_book import ClaimedDelivery, DeadLetter, Patience
from application.delivery_desk import DeliveryDesk, Partners
from application.outbox import Delivery
from application.paging import PageRequest
from application.ports import CallRequest, HelpRequest, StandDownRequest
from application.safe_return import SafeReturn
from application.told_reports import ToldReports

Asked = HelpRequest | CallRequest | StandDownRequest | PageRequest


class MemoryBook:
    """One delivery, always at hand; ``lost`` when its claim has run out."""

    def __init__(self, delivery: Delivery) -> None:
        self.claimed = ClaimedDelivery(
            delivery_id=delivery.delivery_id,
            channel=delivery.channel,
            about=delivery.about,
            request_id=delivery.request_id,
            correlation_id=uuid4(),
            causation_id=None,
            attempt=1,
        )
        self.lost = False
        self.settled: list[tuple[Any, ...]] = []

    def claim(self, delivery_id: UUID) -> ClaimedDelivery | None:
        return self.claimed if delivery_id == self.claimed.delivery_id else None

    def done(self, _claimed: ClaimedDelivery, *, reference: str) -> bool:
        return self._settle("done", reference)

    def again(self, _claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        return self._settle("again", error, wait.total_seconds())

    def later(self, _claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        return self._settle("later", error, wait.total_seconds())

    def dead(self, _claimed: ClaimedDelivery, *, error: str) -> bool:
        return self._settle("dead", error)

    def dead_letters(self) -> Sequence[DeadLetter]:
        return ()

    def replay(self, delivery_id: UUID) -> bool:
        return delivery_id == self.claimed.delivery_id

    def _settle(self, *how: Any) -> bool:
        self.settled.append(how)
        return not self.lost


class Partner:
    """Answers, or raises what it was given."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.trouble: Exception | None = None

    def request(self, request: HelpRequest) -> str:
        return self._answer(request)

    def stand_down(self, request: StandDownRequest) -> str:
        return self._answer(request)

    def page(self, request: PageRequest) -> str:
        return self._answer(request)

    def place(self, request: CallRequest) -> str:
        return self._answer(request)

    def _answer(self, request: Asked) -> str:
        self.asked.append(request)
        if self.trouble is not None:
            raise self.trouble
        return "a reference"


class AccessList:
    """What was recorded, in order."""

    def __init__(self) -> None:
        self.accesses: list[Access] = []

    @property
    def records(self) -> list[tuple[UUID, str, str]]:
        return [(one.subject, one.what, one.why) for one in self.accesses]

    def record(self, context: Context, **access: Any) -> None:
        self.record_all(context, [Access(**access)])

    def record_all(self, _context: Context, accesses: Sequence[Access]) -> None:
        self.accesses += accesses


def everybody(partner: Any) -> Partners:
    """One twin at the other end of every line."""
    return Partners(*[partner] * len(fields(Partners)))


def sending(
    app: SafeReturn, reports: ToldReports, delivery: Delivery, access_log: AccessList
) -> DeliveryDesk:
    """A desk with this one delivery, and partners who take everything."""
    partner = Partner()
    return DeliveryDesk(
        app=app,
        book=MemoryBook(delivery),
        reports=reports,
        partners=lambda: everybody(partner),
        access_log=access_log,
        chance=lambda: 1.0,
        patience=Patience(),
    )
