"""The queue that operators work from: no personal data, and every past state of it.

A closed report keeps its row, so that it can be reopened from facts alone; the views
show open ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.vocabulary import (
    Alert,
    CallEnd,
    Flag,
    How,
    PartnerChannel,
    Stage,
)
from domain.geography import DistrictCode, FixQuality, FixSource
from domain.language import Language
from domain.platform import Platform
from domain.policy import EscalationLevel
from projections.fold import Fold, Key, Row
from projections.progress import Call, Help, Lane

OPEN_STAGES = (Stage.WINDOW, Stage.OPEN, Stage.CLAIMED)

OneT = TypeVar("OneT")


class QueueRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("report_id",)

    report_id: UUID
    stage: Stage
    lane: Lane
    ringing: bool = False
    """Whether somebody must still answer; a claim stops it, an idle claim starts it again."""
    escalation: EscalationLevel | None = None
    """How far it has risen since it last began to ring; None when it has not."""
    district: DistrictCode
    audience: tuple[DistrictCode, ...]
    """The centres that see it: its own, and those that it has risen to."""
    citizen_known: bool
    how: How
    platform: Platform
    language: Language
    alert: Alert
    flags: tuple[Flag, ...]
    received_at: AwareDatetime
    cancel_until: AwareDatetime
    accepted_at: AwareDatetime | None = None
    answer_by: AwareDatetime | None = None
    held_by: UUID | None = None
    claimed_at: AwareDatetime | None = None
    act_by: AwareDatetime | None = None
    late_cancels: int = 0
    joined: int = 0
    call: Call = Call.NONE
    police: Help = Help.NONE
    police_unassessed: bool = False
    ambulance: Help = Help.NONE
    fix_source: FixSource | None = None
    fix_accuracy_m: float | None = None
    fix_age_s: float | None = None
    """At receipt."""
    last_topic: str
    last_at: AwareDatetime
    """Receipt of the newest fact."""
    last_position: int
    """Position of the newest fact in the log: what a screen has seen."""


class OperatorQueue(Fold[QueueRow]):
    """What operators have to do, from the trigger to the resolution."""

    name: ClassVar[str] = "operator_queue"
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = QueueRow
    topics: ClassVar[tuple[str, ...]] = ("emergency.",)

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((fact.originator_id,),)

    def evolve(self, row: QueueRow | None, fact: Fact) -> QueueRow | None:
        changed = _begun(fact) if isinstance(fact, facts.Triggered) else None
        if row is not None:
            changed = _followed(row, fact)
        if changed is None:
            return None
        return changed.replace(
            last_topic=fact.TOPIC, last_at=fact.received_at, last_position=fact.envelope.position
        )


def _begun(fact: facts.Triggered) -> QueueRow:
    return QueueRow(
        report_id=fact.originator_id,
        stage=Stage.WINDOW,
        lane=Lane.DRILL if fact.drill else Lane.REAL,
        district=fact.district,
        audience=(fact.district,),
        citizen_known=fact.citizen_id is not None,
        how=fact.how,
        platform=fact.device.platform,
        language=fact.language,
        alert=fact.alert,
        flags=fact.flags,
        received_at=fact.received_at,
        cancel_until=fact.cancel_until,
        last_topic=fact.TOPIC,
        last_at=fact.received_at,
        last_position=fact.envelope.position,
        **_quality(fact.fix),
    )


def _followed(row: QueueRow, fact: Fact) -> QueueRow:
    match fact:
        case facts.Accepted():
            return row.replace(
                stage=Stage.OPEN,
                ringing=True,
                district=fact.district,
                audience=(fact.district,),
                accepted_at=fact.received_at,
                answer_by=fact.answer_by,
                call=Call.ORDERED if fact.call else Call.NONE,
            )
        case facts.Cancelled():
            return row.replace(stage=Stage.CANCELLED, ringing=False, held_by=None)
        case facts.CancelRefused():
            return row.replace(late_cancels=row.late_cancels + 1)
        case facts.Joined():
            return _joined(row, fact)
        case facts.Escalated():
            return row.replace(
                ringing=True,
                escalation=fact.level,
                audience=_with(row.audience, fact.districts),
            )
        case facts.Resolved():
            return row.replace(stage=Stage.RESOLVED, ringing=False, held_by=None, act_by=None)
        case facts.Claimed() | facts.TakenOver() | facts.Released() | facts.Reopened():
            return _handed(row, fact)
        case _:
            return _helped(row, fact)


def _joined(row: QueueRow, fact: facts.Joined) -> QueueRow:
    joined = row.replace(
        ringing=row.stage is not Stage.WINDOW,
        joined=row.joined + 1,
        flags=_with(row.flags, fact.flags),
        alert=Alert.SILENT if fact.alert is Alert.SILENT else row.alert,
    )
    if fact.fix is None:
        return joined
    if row.stage is Stage.WINDOW:
        joined = joined.replace(district=fact.district, audience=(fact.district,))
    return joined.replace(**_quality(fact.fix))


def _handed(
    row: QueueRow, fact: facts.Claimed | facts.TakenOver | facts.Released | facts.Reopened
) -> QueueRow:
    """The report has changed hands."""
    handed = row.replace(escalation=None)
    if isinstance(fact, facts.Claimed | facts.TakenOver):
        return handed.replace(
            stage=Stage.CLAIMED,
            ringing=False,
            held_by=fact.operator_id,
            claimed_at=fact.received_at,
            act_by=fact.act_by,
        )
    return handed.replace(
        stage=Stage.OPEN,
        ringing=True,
        answer_by=fact.answer_by,
        held_by=None,
        claimed_at=None,
        act_by=None,
    )


def _helped(row: QueueRow, fact: Fact) -> QueueRow:
    """Somebody outside has been asked, has answered, or has come."""
    match fact:
        case facts.CallPlaced():
            return row.replace(call=Call.PLACED)
        case facts.CallConnected():
            return row.replace(call=Call.CONNECTED)
        case facts.CallEnded():
            return row.replace(call=ENDED_CALLS[fact.end])
        case facts.PoliceRequested():
            return row.replace(police=Help.REQUESTED, police_unassessed=fact.unassessed)
        case facts.PoliceAcknowledged():
            return row.replace(police=further(row.police, Help.ACKNOWLEDGED))
        case facts.PatrolArrived():
            return row.replace(police=Help.ARRIVED)
        case facts.AmbulanceRequested():
            return row.replace(ambulance=Help.REQUESTED)
        case facts.AmbulanceAcknowledged():
            return row.replace(ambulance=further(row.ambulance, Help.ACKNOWLEDGED))
        case facts.AmbulanceArrived():
            return row.replace(ambulance=Help.ARRIVED)
        case facts.PartnerUnreachable():
            return row.replace(**UNREACHABLE[fact.channel])
        case _:
            return row


ENDED_CALLS = {
    CallEnd.HUNG_UP: Call.ENDED,
    CallEnd.UNANSWERED: Call.UNANSWERED,
    CallEnd.FAILED: Call.FAILED,
}


def further(known: Help, told: Help) -> Help:
    """An acknowledgement that comes after the car does not take the car back."""
    return known if known is Help.ARRIVED else told


UNREACHABLE: dict[PartnerChannel, dict[str, Call | Help]] = {
    PartnerChannel.CALL: {"call": Call.UNREACHABLE},
    PartnerChannel.POLICE: {"police": Help.UNREACHABLE},
    PartnerChannel.AMBULANCE: {"ambulance": Help.UNREACHABLE},
}


def _with(known: tuple[OneT, ...], more: Iterable[OneT]) -> tuple[OneT, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _quality(fix: FixQuality | None) -> dict[str, Any]:
    return {
        "fix_source": fix.source if fix else None,
        "fix_accuracy_m": fix.accuracy_m if fix else None,
        "fix_age_s": fix.age_s if fix else None,
    }
