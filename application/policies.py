"""Which timers and deliveries a new fact calls for: pure functions from fact to outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from application import membership_calls, messaging_calls
from application.escort import calls_for as escort_calls
from application.inspection import calls_for as inspection_calls
from application.linked import calls_for as linked_calls
from application.monitoring import calls_for as monitoring_calls
from application.outbox import Channel, Delivery, Outbox, Timer, TimerKind, page_of, text_of
from application.protection import calls_for as protection_calls
from application.taxi import calls_for as taxi_calls
from domain import centre
from domain.base import Fact
from domain.emergency import facts, help_answers
from domain.emergency.calling import CallRequested, CallUnanswered, CallWithdrawn
from domain.emergency.checking import RecheckDue, RecheckScheduled, SaidFine
from domain.emergency.conversing import MessageSent
from domain.emergency.drills import Promoted
from domain.emergency.following_up import FollowUpScheduled
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.transferring import TransferAccepted, TransferOffered

NOTHING: Final = Outbox()


def called_for(new: Iterable[Fact]) -> Outbox:
    """All that ``new`` facts call for. Asking twice names the same timers and deliveries."""
    timers: list[Timer] = []
    deliveries: list[Delivery] = []
    for fact in new:
        kind = type(fact)
        if kind in TIMERS:
            timers += TIMERS[kind](fact)
        if kind in DELIVERIES:
            deliveries += DELIVERIES[kind](fact)
        if kind in LINKED:
            deliveries += LINKED[kind](fact)
    if not timers and not deliveries:
        return NOTHING
    return Outbox(timers=tuple(timers), deliveries=tuple(deliveries))


def _cancel_window(fact: facts.Triggered) -> list[Timer]:
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.CANCEL_WINDOW,
            due_at=fact.cancel_until,
        )
    ]


def _duress(fact: DuressSuspected) -> list[Timer]:
    """Its own, since the window's may have found the report cancelled."""
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.CANCEL_WINDOW,
            name="duress",
            due_at=fact.accept_by,
        )
    ]


def _escalations(
    fact: facts.Accepted
    | facts.Joined
    | facts.Released
    | facts.Reopened
    | facts.Escalated
    | Promoted,
) -> list[Timer]:
    """Of a joined trigger too; a rise that was due anyway is the same timer."""
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.ESCALATION,
            name=escalation.level,
            due_at=escalation.due_at,
        )
        for escalation in fact.escalations
    ]


def _transfer(fact: TransferOffered) -> list[Timer]:
    return [Timer(aggregate_id=fact.originator_id, kind=TimerKind.TRANSFER, due_at=fact.answer_by)]


def _idle_claim(fact: facts.Claimed | facts.TakenOver | TransferAccepted) -> list[Timer]:
    return [Timer(aggregate_id=fact.originator_id, kind=TimerKind.IDLE_CLAIM, due_at=fact.act_by)]


def _rings_again(
    fact: help_answers.PoliceDeclined
    | help_answers.PoliceDuplicateOf
    | help_answers.AmbulanceDeclined
    | RecheckDue,
) -> list[Timer]:
    """Help does not come, or it is time for a second look: its holder is to act."""
    if fact.act_by is None:
        return []
    return [Timer(aggregate_id=fact.originator_id, kind=TimerKind.IDLE_CLAIM, due_at=fact.act_by)]


def _call(fact: facts.Accepted) -> list[Delivery]:
    if not fact.call:
        return []
    report_id = fact.originator_id
    return [Delivery(key=f"call:{report_id}:1", channel=Channel.CALL, about=report_id)]


def _call_again(fact: CallRequested) -> list[Delivery]:
    report_id = fact.originator_id
    return [Delivery(key=f"call:{report_id}:{fact.attempt}", channel=Channel.CALL, about=report_id)]


def _hang_up(fact: CallWithdrawn) -> list[Delivery]:
    return [
        Delivery(
            key=f"hang_up:{fact.withdrawal_id}",
            channel=Channel.HANG_UP,
            about=fact.originator_id,
            request_id=fact.withdrawal_id,
        )
    ]


def _text(fact: MessageSent) -> list[Delivery]:
    """What waits in the app needs no delivery; a silent report's messages wait there only."""
    if not fact.by_text:
        return []
    return [text_of(fact.originator_id, fact.message_id)]


def _call_retry(fact: CallUnanswered) -> list[Timer]:
    if fact.retry_at is None:
        return []
    return [Timer(aggregate_id=fact.originator_id, kind=TimerKind.CALL_RETRY, due_at=fact.retry_at)]


def _recheck(fact: SaidFine | RecheckScheduled) -> list[Timer]:
    return [Timer(aggregate_id=fact.originator_id, kind=TimerKind.RECHECK, due_at=fact.recheck_at)]


def _follow_up(fact: FollowUpScheduled) -> list[Timer]:
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.FOLLOW_UP,
            name=str(fact.follow_up_id),
            due_at=fact.due_at,
        )
    ]


def _police(fact: facts.PoliceRequested) -> list[Delivery]:
    """A drill never gets here: the report refuses to ask partners for it."""
    return [
        Delivery(
            key=f"police:{fact.request_id}",
            channel=Channel.POLICE,
            about=fact.originator_id,
            request_id=fact.request_id,
        )
    ]


def _ambulance(fact: facts.AmbulanceRequested) -> list[Delivery]:
    return [
        Delivery(
            key=f"ambulance:{fact.request_id}",
            channel=Channel.AMBULANCE,
            about=fact.originator_id,
            request_id=fact.request_id,
        )
    ]


def _stand_down(channel: Channel) -> Callable[[Any], list[Delivery]]:
    def deliveries(
        fact: help_answers.PoliceStoodDown | help_answers.AmbulanceStoodDown,
    ) -> list[Delivery]:
        return [
            Delivery(
                key=f"{channel}:{fact.request_id}",
                channel=channel,
                about=fact.originator_id,
                request_id=fact.request_id,
            )
        ]

    return deliveries


# By class: to match a fact against all of them would cost as much as to store it.
TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    facts.Triggered: _cancel_window,
    DuressSuspected: _duress,
    facts.Accepted: lambda fact: [*_escalations(fact), *membership_calls.guardians_told(fact)],
    facts.Joined: _escalations,
    Promoted: lambda fact: [*_escalations(fact), *membership_calls.guardians_told(fact)],
    facts.Released: _escalations,
    facts.Reopened: _escalations,
    facts.Escalated: _escalations,
    facts.Claimed: _idle_claim,
    facts.TakenOver: _idle_claim,
    help_answers.PoliceDeclined: _rings_again,
    help_answers.PoliceDuplicateOf: _rings_again,
    help_answers.AmbulanceDeclined: _rings_again,
    RecheckDue: _rings_again,
    TransferAccepted: _idle_claim,
    TransferOffered: _transfer,
    CallUnanswered: _call_retry,
    SaidFine: _recheck,
    RecheckScheduled: _recheck,
    FollowUpScheduled: _follow_up,
    **taxi_calls.TIMERS,
    **inspection_calls.TIMERS,
    **escort_calls.TIMERS,
    **membership_calls.TIMERS,
    **messaging_calls.TIMERS,
    **monitoring_calls.TIMERS,
    **protection_calls.TIMERS,
}
DELIVERIES: Final[dict[type[Fact], Callable[[Any], list[Delivery]]]] = {
    facts.Accepted: _call,
    CallRequested: _call_again,
    CallWithdrawn: _hang_up,
    MessageSent: _text,
    facts.Escalated: page_of,
    centre.Closed: page_of,
    facts.PoliceRequested: _police,
    facts.AmbulanceRequested: _ambulance,
    help_answers.PoliceStoodDown: _stand_down(Channel.POLICE_STAND_DOWN),
    help_answers.AmbulanceStoodDown: _stand_down(Channel.AMBULANCE_STAND_DOWN),
    **messaging_calls.DELIVERIES,
    **taxi_calls.DELIVERIES,
    **inspection_calls.DELIVERIES,
    **escort_calls.DELIVERIES,
    **monitoring_calls.DELIVERIES,
    **protection_calls.DELIVERIES,
}
LINKED: Final = linked_calls.DELIVERIES
"""What lights and the Ministry are told, beside what a fact calls for first of all."""
