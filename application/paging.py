"""Calls to those who must see to it that reports are answered: a supervisor, or the city."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import Field

from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.errors import Unknown
from application.messages import NothingToSend, centre_of
from application.safe_return import Receipt
from domain import centre
from domain.base import Fact, Value
from domain.emergency import facts
from domain.geography import DistrictCode


class PageRequest(Value):
    """Whom the provider calls in a control room, and why; names no citizen and no place."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    """Goes along in a header, not in the message."""
    request_id: UUID
    report_id: UUID
    """The report; the centre, when that has closed."""
    district: DistrictCode
    """Whose line rings; the city's code for the city."""
    staff_id: UUID | None
    """Who is on duty there; None when nobody is known to be."""
    about_district: DistrictCode
    """The centre that the call is about."""
    why: str
    """``supervisor``, ``idle_claim`` or ``centre_closed``."""
    reports: int = 1
    """How many ring for which this line is called; the report that is named is one of them."""
    asked_at: datetime


class PagePartner(Protocol):
    def page(self, request: PageRequest) -> str:
        """Have the provider call; returns its call id.

        Repeats and errors as for ``HelpPartner``.
        """
        ...


class ToldOfPages(Protocol):
    def supervisor_paged(
        self, report_id: UUID, page_id: UUID, call_id: str, context: Context
    ) -> Receipt: ...


def page(
    claimed: ClaimedDelivery,
    history: Sequence[Fact],
    context: Context,
    *,
    partner: PagePartner,
    reports: ToldOfPages,
) -> str:
    """Have somebody called, and tell the report; returns the provider's call id."""
    request = page_request(
        history,
        delivery_id=claimed.delivery_id,
        request_id=claimed.request_id,
        correlation_id=context.correlation_id,
    )
    call_id = partner.page(request)
    with suppress(Unknown):  # a centre has closed: nobody's report
        reports.supervisor_paged(claimed.about, request.request_id, call_id, context)
    return call_id


def page_request(
    history: Sequence[Fact],
    *,
    delivery_id: UUID,
    request_id: UUID | None,
    correlation_id: UUID,
) -> PageRequest:
    """What the provider is told.

    Args:
        history: all facts of the report, or of the centre.
        delivery_id: the idempotency key that the provider sees.
        request_id: which page it is.
        correlation_id: what the chain of causes began with.

    Raises:
        NothingToSend: nobody was to be called under this id.
    """
    for fact in history:
        if isinstance(fact, centre.Closed):
            page, about, why = fact.page, fact.district, "centre_closed"
        elif isinstance(fact, facts.Escalated) and fact.page is not None:
            page, about, why = fact.page, centre_of(history), str(fact.level)
        else:
            continue
        if page.page_id == request_id:
            return PageRequest(
                delivery_id=delivery_id,
                correlation_id=correlation_id,
                request_id=page.page_id,
                report_id=fact.originator_id,
                district=page.district,
                staff_id=page.staff_id,
                about_district=about,
                why=why,
                asked_at=fact.timestamp,
            )
    raise NothingToSend(f"no page {request_id}")
