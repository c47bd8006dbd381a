"""Which timers and deliveries a new fact calls for: pure functions from fact to outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from application.outbox import Channel, Delivery, Outbox, Timer, TimerKind
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.vocabulary import Escalation

NOTHING: Final = Outbox()


def called_for(new: Iterable[Fact]) -> Outbox:
    """All that ``new`` facts call for. Asking twice names the same timers and deliveries."""
    timers: list[Timer] = []
    deliveries: list[Delivery] = []
    for fact in new:
        timers.extend(timers_of(fact))
        deliveries.extend(deliveries_of(fact))
    if not timers and not deliveries:
        return NOTHING
    return Outbox(timers=tuple(timers), deliveries=tuple(deliveries))


def timers_of(fact: Fact) -> Iterable[Timer]:
    report_id = fact.originator_id
    match fact:
        case facts.Triggered():
            yield Timer(
                aggregate_id=report_id, kind=TimerKind.CANCEL_WINDOW, due_at=fact.cancel_until
            )
        case facts.Accepted() | facts.Released() | facts.Reopened():
            yield from (_rises(fact, escalation) for escalation in fact.escalations)
        case facts.Claimed() | facts.TakenOver():
            yield Timer(aggregate_id=report_id, kind=TimerKind.IDLE_CLAIM, due_at=fact.act_by)
        case _:
            return


def deliveries_of(fact: Fact) -> Iterable[Delivery]:
    """A drill never gets here with a request: the report refuses to ask partners for it."""
    report_id = fact.originator_id
    match fact:
        case facts.Accepted(call=True):
            yield Delivery(key=f"call:{report_id}:1", channel=Channel.CALL, about=report_id)
        case facts.PoliceRequested():
            yield Delivery(
                key=f"police:{fact.request_id}",
                channel=Channel.POLICE,
                about=report_id,
                request_id=fact.request_id,
            )
        case facts.AmbulanceRequested():
            yield Delivery(
                key=f"ambulance:{fact.request_id}",
                channel=Channel.AMBULANCE,
                about=report_id,
                request_id=fact.request_id,
            )
        case _:
            return


def _rises(fact: Fact, escalation: Escalation) -> Timer:
    return Timer(
        aggregate_id=fact.originator_id,
        kind=TimerKind.ESCALATION,
        name=escalation.level,
        due_at=escalation.due_at,
    )
