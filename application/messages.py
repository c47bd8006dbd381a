"""What partners are told, made from the facts at the moment of sending and never stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from application.errors import PartnerRefused
from application.partner_requests import HangUpRequest, IncidentAt
from application.ports import CallRequest, HelpRequest, StandDownRequest
from domain.base import Erased, Fact, project
from domain.emergency import Emergency, facts
from domain.emergency.amending import Amended
from domain.emergency.calling import CallWithdrawn
from domain.emergency.conversing import MessageSent
from domain.emergency.describing import IncidentLocated
from domain.emergency.help_answers import (
    AmbulanceDeclined,
    AmbulanceStoodDown,
    PoliceDeclined,
    PoliceDuplicateOf,
    PoliceStoodDown,
)
from domain.emergency.moving import PositionUpdated
from domain.emergency.providing import Given, Provision, Recipient
from domain.emergency.vocabulary import How
from domain.geography import DistrictCode, Position


class NothingToSend(PartnerRefused):
    """The message cannot be made: what it needs is erased, or was never there."""

    code: ClassVar[str] = "nothing_to_send"


class RequestWithdrawn(PartnerRefused):
    """An operator has taken the request back: it is sent no more."""

    code: ClassVar[str] = "request_withdrawn"


StoodDown = PoliceStoodDown | AmbulanceStoodDown
Seen = facts.Triggered | facts.Joined | Amended | PositionUpdated
Closing = StoodDown | PoliceDeclined | PoliceDuplicateOf | AmbulanceDeclined


def until_closed(history: Sequence[Fact], request_id: UUID | None) -> Sequence[Fact]:
    """What a partner may be told of: nothing that came after they, or we, closed the request.

    Raises:
        RequestWithdrawn: we did.
    """
    for number, fact in enumerate(history):
        if isinstance(fact, Closing) and fact.request_id == request_id:
            if isinstance(fact, StoodDown):
                raise RequestWithdrawn(str(request_id))
            return history[:number]
    return history


def stand_down_request(
    history: Sequence[Fact], *, delivery_id: UUID, request_id: UUID | None, correlation_id: UUID
) -> StandDownRequest:
    """What they are told who need not come.

    Raises:
        NothingToSend: the report took back no such request.
    """
    for fact in history:
        if isinstance(fact, StoodDown) and fact.request_id == request_id:
            return StandDownRequest(
                delivery_id=delivery_id,
                correlation_id=correlation_id,
                request_id=fact.request_id,
                report_id=fact.originator_id,
                reference=_reference(history, fact.request_id),
                why=fact.why,
                stood_down_at=fact.timestamp,
            )
    raise NothingToSend(f"no stand-down of {request_id}")


def help_request(
    history: Sequence[Fact], *, delivery_id: UUID, request_id: UUID | None, correlation_id: UUID
) -> HelpRequest:
    """What the police or the ambulance are told of a report: where, not who.

    The reporter's place and the incident's, each by its name; she may watch from a window.

    Args:
        history: all facts of the report, personal fields readable.
        delivery_id: the idempotency key that the partner sees.
        request_id: which of the report's requests this is.
        correlation_id: what the chain of causes began with.

    Raises:
        NothingToSend: the report holds no such request.
    """
    asked = next((fact for fact in history if _asks(fact, request_id)), None)
    if asked is None or request_id is None:
        raise NothingToSend(f"no request {request_id}")
    seen = _seen(history)
    return HelpRequest(
        delivery_id=delivery_id,
        correlation_id=correlation_id,
        request_id=request_id,
        report_id=asked.originator_id,
        requested_at=asked.timestamp,
        unassessed=isinstance(asked, facts.PoliceRequested) and asked.unassessed,
        position=seen.position if seen and isinstance(seen.position, Position) else None,
        accuracy_m=seen.fix.accuracy_m if seen and seen.fix else None,
        incident=_incident_at(_found(history)),
        district=centre_of(history),
    )


def provision(history: Sequence[Fact], request: HelpRequest, to: Recipient) -> Provision | None:
    """Which places the request gives away, as the history had them; None when it names none."""
    seen = _seen(history) if request.position is not None else None
    found = _found(history) if request.incident is not None else None
    if seen is None and found is None:
        return None
    asked = next(fact for fact in history if _asks(fact, request.request_id))
    assert isinstance(asked, facts.PoliceRequested | facts.AmbulanceRequested)  # noqa: S101
    return Provision(
        delivery_id=request.delivery_id,
        recipient=to,
        request_id=request.request_id,
        requested_by=asked.operator_id,
        reporter=None if seen is None else Given(fix=seen.fix, since=seen.received_at),
        incident=None if found is None else Given(fix=found.fix, since=found.received_at),
    )


def call_request(
    history: Sequence[Fact],
    phone: str | Erased | None,
    *,
    delivery_id: UUID,
    correlation_id: UUID,
) -> CallRequest:
    """Whom the provider calls for a report: the citizen, or the line of the bell.

    Raises:
        NothingToSend: nobody's number is known, or it has been erased.
    """
    first = history[0]
    if not isinstance(phone, str) or not isinstance(first, facts.Triggered):
        raise NothingToSend("no number to call")
    return CallRequest(
        delivery_id=delivery_id,
        correlation_id=correlation_id,
        report_id=first.originator_id,
        district=centre_of(history),
        phone=phone,
        language=first.language,
    )


def bell_of(history: Sequence[Fact]) -> UUID | None:
    """The bell that was pressed, where it was one."""
    first = history[0]
    if not isinstance(first, facts.Triggered) or first.how is not How.BELL:
        return None
    return first.device.device_id


def hang_up_request(
    history: Sequence[Fact],
    *,
    delivery_id: UUID,
    withdrawal_id: UUID | None,
    correlation_id: UUID,
) -> HangUpRequest:
    """Which call the provider takes back.

    Raises:
        NothingToSend: none was withdrawn under that id.
    """
    for fact in history:
        if isinstance(fact, CallWithdrawn) and fact.withdrawal_id == withdrawal_id:
            return HangUpRequest(
                delivery_id=delivery_id,
                correlation_id=correlation_id,
                report_id=fact.originator_id,
                call_id=fact.call_id,
            )
    raise NothingToSend(f"no withdrawal {withdrawal_id}")


def to_be_texted(history: Sequence[Fact], message_id: UUID | None) -> MessageSent | None:
    """What is written to the citizen; None when silence came over the report since it was written.

    Raises:
        NothingToSend: there is no such message, or it is erased.
    """
    written = next((fact for fact in history if _says(fact, message_id)), None)
    if not isinstance(written, MessageSent) or isinstance(written.body, Erased):
        raise NothingToSend(f"no message {message_id}")
    if not _is_silent(history[: written.originator_version]) and _is_silent(history):
        return None
    return written


def may_ring(history: Sequence[Fact]) -> bool:
    """Whether a call that was ordered may still be placed."""
    report = project(None, history)
    return isinstance(report, Emergency) and report.may_ring


def _is_silent(history: Sequence[Fact]) -> bool:
    report = project(None, history)
    return isinstance(report, Emergency) and report.is_silent


def _says(fact: Fact, message_id: UUID | None) -> bool:
    return isinstance(fact, MessageSent) and fact.message_id == message_id


def citizen_of(history: Sequence[Fact]) -> UUID | None:
    """Whose report it is; None for a bell and for an unknown device."""
    return next((fact.citizen_id for fact in history if isinstance(fact, facts.Triggered)), None)


def _reference(history: Sequence[Fact], request_id: UUID) -> str | None:
    acknowledged = facts.PoliceAcknowledged | facts.AmbulanceAcknowledged
    return next(
        (
            fact.reference
            for fact in history
            if isinstance(fact, acknowledged) and fact.request_id == request_id
        ),
        None,
    )


def _asks(fact: Fact, request_id: UUID | None) -> bool:
    match fact:
        case facts.PoliceRequested() | facts.AmbulanceRequested():
            return fact.request_id == request_id
        case _:
            return False


def _seen(history: Sequence[Fact]) -> Seen | None:
    """The latest fact that says where she is."""
    for fact in reversed(history):
        if isinstance(fact, Seen) and isinstance(fact.position, Position):
            return fact
    return None


def _found(history: Sequence[Fact]) -> IncidentLocated | None:
    """The latest fact that says where it happens."""
    said = (fact for fact in reversed(history) if isinstance(fact, IncidentLocated))
    found = next(said, None)
    return found if found is not None and isinstance(found.position, Position) else None


def _incident_at(found: IncidentLocated | None) -> IncidentAt | None:
    if found is None or not isinstance(found.position, Position):
        return None
    return IncidentAt(
        position=found.position,
        accuracy_m=found.fix.accuracy_m,
        source=found.fix.source,
        district=found.district,
    )


def centre_of(history: Sequence[Fact]) -> DistrictCode:
    """Whose the report is, by all of ``history``."""
    report = project(None, history)
    assert isinstance(report, Emergency)  # noqa: S101
    return report.district
