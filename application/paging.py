"""Calls to those who must see to it that reports are answered: a supervisor, or the city."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from pydantic import Field

from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.errors import Unknown
from application.messages import NothingToSend, centre_of
from application.page_wanted import is_wanted
from application.safe_return import Receipt
from domain import centre
from domain.base import Fact, Value
from domain.emergency import facts
from domain.escort import facts as escort
from domain.geography import CITY, DistrictCode
from domain.monitoring import facts as monitoring
from domain.page import Page
from domain.protection import facts as protection
from domain.taxi import facts as taxi
from domain.taxi import way

NOT_WANTED: Final = "not_wanted"
"""In a provider's reference: the call was not made, somebody had seen to it."""


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
    """``supervisor``, ``idle_claim``, ``centre_closed``, or, of a session, what nobody saw to:
    ``monitoring_…``, ``look_missed``, ``escort_unwatched``, ``taxi_unanswered``."""
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
    """Have somebody called, and tell the report; returns the provider's call id.

    Nobody is called to what has been seen to meanwhile: that is ``NOT_WANTED`` then.
    """
    if not is_wanted(history, claimed.request_id):
        return NOT_WANTED
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
        told = PAGES.get(type(fact))
        page, about, why = told(fact, history) if told else NO_PAGE
        if page is not None and page.page_id == request_id:
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


class _Told(NamedTuple):
    """Whom a fact has called, about which centre, and why."""

    page: Page | None
    about: DistrictCode
    why: str


NO_PAGE: Final = _Told(None, CITY, "")


def _closed(fact: centre.Closed, _history: Sequence[Fact]) -> _Told:
    return _Told(fact.page, fact.district, "centre_closed")


def _report_rose(fact: facts.Escalated, history: Sequence[Fact]) -> _Told:
    return _Told(fact.page, centre_of(history), str(fact.level))


def _session_rose(fact: monitoring.Escalated, _history: Sequence[Fact]) -> _Told:
    return _Told(fact.page, fact.districts[0], f"monitoring_{fact.because}")


def _look_missed(fact: protection.LookMissed, _history: Sequence[Fact]) -> _Told:
    return _Told(fact.page, fact.district, "look_missed")


def _unwatched(fact: escort.Unwatched, history: Sequence[Fact]) -> _Told:
    [district] = [one.district for one in history if isinstance(one, escort.Booked)]
    return _Told(fact.page, district, "escort_unwatched")


def _unanswered(fact: taxi.Unanswered, history: Sequence[Fact]) -> _Told:
    """About the centre through whose district she drove when her time was over."""
    driven = [
        one.district
        for one in history
        if isinstance(one, taxi.Boarded | way.BorderCrossed)
        and one.originator_version < fact.originator_version
    ]
    return _Told(fact.page, driven[-1], "taxi_unanswered")


PAGES: Final[Mapping[type[Fact], Callable[[Any, Sequence[Fact]], _Told]]] = {
    centre.Closed: _closed,
    facts.Escalated: _report_rose,
    monitoring.Escalated: _session_rose,
    protection.LookMissed: _look_missed,
    escort.Unwatched: _unwatched,
    taxi.Unanswered: _unanswered,
}
"""Facts that have somebody called."""
