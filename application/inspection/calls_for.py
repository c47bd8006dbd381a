"""Which timers and deliveries the facts of checks and loans call for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from application.outbox import Channel, Delivery, Timer, TimerKind
from domain.base import Fact
from domain.inspection import facts, loan_facts


def _decision(fact: facts.Requested) -> list[Timer]:
    return [Timer(fact.originator_id, TimerKind.INSPECTION_DECISION, fact.decide_by)]


def _result(fact: facts.Scheduled) -> list[Timer]:
    return [Timer(fact.originator_id, TimerKind.INSPECTION_RESULT, fact.result_by)]


def _collect(fact: loan_facts.Approved) -> list[Timer]:
    return [Timer(fact.originator_id, TimerKind.DETECTOR_COLLECT, fact.collect_by)]


def _return(fact: loan_facts.HandedOver) -> list[Timer]:
    return [
        Timer(fact.originator_id, TimerKind.DETECTOR_REMIND, fact.remind_at),
        Timer(fact.originator_id, TimerKind.DETECTOR_DUE, fact.due_at),
    ]


def _police(fact: facts.CameraFound) -> list[Delivery]:
    return [
        Delivery(
            key=f"police_notice:{fact.notice_id}",
            channel=Channel.POLICE_NOTICE,
            about=fact.originator_id,
            request_id=fact.notice_id,
        )
    ]


TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    facts.Requested: _decision,
    facts.Scheduled: _result,
    loan_facts.Approved: _collect,
    loan_facts.HandedOver: _return,
}
DELIVERIES: Final[dict[type[Fact], Callable[[Any], list[Delivery]]]] = {facts.CameraFound: _police}
