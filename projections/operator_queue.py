"""The queue that operators work from: no personal data, and every past state of it.

A closed report keeps its row, so that it can be reopened from facts alone; the views
show open ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.correcting import Correctable, Corrected
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
from projections.corrected import corrected
from projections.fold import Course, Row
from projections.progress import Call, Help, Lane

OPEN_STAGES = (Stage.WINDOW, Stage.OPEN, Stage.CLAIMED)

OneT = TypeVar("OneT")
Changes = dict[str, Any]


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
    corrected: tuple[Correctable, ...] = ()
    """Fields that a later fact has put right."""
    last_topic: str
    last_at: AwareDatetime
    """Receipt of the newest fact."""
    last_position: int
    """Position of the newest fact in the log: what a screen has seen."""


BEGUN: Final = QueueRow.of(**{name: one.default for name, one in QueueRow.model_fields.items()})
"""Nothing has happened yet; what every report has is missing."""


class OperatorQueue(Course[QueueRow]):
    """What operators have to do, from the trigger to the resolution."""

    name: ClassVar[str] = "operator_queue"
    version: ClassVar[int] = 2
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = QueueRow
    topics: ClassVar[tuple[str, ...]] = ("emergency.",)
    reads: ClassVar[Mapping[type[Fact], tuple[str, ...]]] = {
        facts.Triggered: (
            "citizen_id",
            "how",
            "device",
            "language",
            "alert",
            "drill",
            "flags",
            "district",
            "fix",
            "cancel_until",
        ),
        facts.Accepted: ("district", "answer_by", "call"),
        facts.Joined: ("alert", "flags", "district", "fix"),
        facts.Released: ("answer_by",),
        facts.Reopened: ("answer_by",),
        facts.Escalated: ("level", "districts"),
        facts.Claimed: ("operator_id", "act_by"),
        facts.TakenOver: ("operator_id", "act_by"),
        facts.CallEnded: ("end",),
        facts.PoliceRequested: ("unassessed",),
        facts.PartnerUnreachable: ("channel",),
        **dict.fromkeys((facts.Cancelled, facts.Resolved, facts.CameraViewed, facts.NoteAdded), ()),
        **dict.fromkeys((facts.CallPlaced, facts.CallConnected, facts.CancelRefused), ()),
        **dict.fromkeys((facts.PoliceAcknowledged, facts.PatrolArrived), ()),
        Corrected: ("field", "value"),
    }

    def begun(self, fact: Fact) -> QueueRow | None:
        return _begun(fact) if isinstance(fact, facts.Triggered) else None

    def following(self, row: QueueRow, fact: Fact) -> Changes:
        changes: Changes = {
            "last_topic": fact.TOPIC,
            "last_at": fact.timestamp,
            "last_position": fact.envelope.position,
        }
        follow = FOLLOWING.get(fact.TOPIC)
        if follow is not None:
            changes.update(follow(row, fact))
        return changes


def _begun(fact: facts.Triggered) -> QueueRow:
    return BEGUN.replace(
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
        **_quality(fact.fix),
        last_topic=fact.TOPIC,
        last_at=fact.received_at,
        last_position=fact.envelope.position,
    )


def _accepted(_row: QueueRow, fact: facts.Accepted) -> Changes:
    return {
        "stage": Stage.OPEN,
        "ringing": True,
        "district": fact.district,
        "audience": (fact.district,),
        "accepted_at": fact.received_at,
        "answer_by": fact.answer_by,
        "call": Call.ORDERED if fact.call else Call.NONE,
    }


def _joined(row: QueueRow, fact: facts.Joined) -> Changes:
    joined = {
        "ringing": row.stage is not Stage.WINDOW,
        "joined": row.joined + 1,
        "flags": _with(row.flags, fact.flags),
        "alert": Alert.SILENT if fact.alert is Alert.SILENT else row.alert,
    }
    if fact.fix is None:
        return joined
    if row.stage is Stage.WINDOW:
        joined |= {"district": fact.district, "audience": (fact.district,)}
    return joined | _quality(fact.fix)


def _escalated(row: QueueRow, fact: facts.Escalated) -> Changes:
    return {
        "ringing": True,
        "escalation": fact.level,
        "audience": _with(row.audience, fact.districts),
    }


def _taken(_row: QueueRow, fact: facts.Claimed | facts.TakenOver) -> Changes:
    return {
        "stage": Stage.CLAIMED,
        "ringing": False,
        "escalation": None,
        "held_by": fact.operator_id,
        "claimed_at": fact.received_at,
        "act_by": fact.act_by,
    }


def _given_back(_row: QueueRow, fact: facts.Released | facts.Reopened) -> Changes:
    return {
        "stage": Stage.OPEN,
        "ringing": True,
        "escalation": None,
        "answer_by": fact.answer_by,
        "held_by": None,
        "claimed_at": None,
        "act_by": None,
    }


def _corrected(row: QueueRow, fact: Corrected) -> Changes:
    if fact.field is Correctable.OUTCOME:
        return {}
    return corrected(fact, row.audience) | {"corrected": _with(row.corrected, (fact.field,))}


def further(known: Help, told: Help) -> Help:
    """An acknowledgement that comes after the car does not take the car back."""
    return known if known is Help.ARRIVED else told


ENDED_CALLS = {
    CallEnd.HUNG_UP: Call.ENDED,
    CallEnd.UNANSWERED: Call.UNANSWERED,
    CallEnd.FAILED: Call.FAILED,
}


UNREACHABLE: dict[PartnerChannel, Changes] = {
    PartnerChannel.CALL: {"call": Call.UNREACHABLE},
    PartnerChannel.POLICE: {"police": Help.UNREACHABLE},
    PartnerChannel.AMBULANCE: {"ambulance": Help.UNREACHABLE},
}


FOLLOWING: dict[str, Callable[[QueueRow, Any], Changes]] = {
    facts.Accepted.TOPIC: _accepted,
    facts.Cancelled.TOPIC: lambda _row, _fact: {
        "stage": Stage.CANCELLED,
        "ringing": False,
        "held_by": None,
    },
    facts.CancelRefused.TOPIC: lambda row, _fact: {"late_cancels": row.late_cancels + 1},
    facts.Joined.TOPIC: _joined,
    facts.Escalated.TOPIC: _escalated,
    facts.Claimed.TOPIC: _taken,
    facts.TakenOver.TOPIC: _taken,
    facts.Released.TOPIC: _given_back,
    facts.Reopened.TOPIC: _given_back,
    facts.Resolved.TOPIC: lambda _row, _fact: {
        "stage": Stage.RESOLVED,
        "ringing": False,
        "held_by": None,
        "act_by": None,
    },
    facts.CallPlaced.TOPIC: lambda _row, _fact: {"call": Call.PLACED},
    facts.CallConnected.TOPIC: lambda _row, _fact: {"call": Call.CONNECTED},
    facts.CallEnded.TOPIC: lambda _row, fact: {"call": ENDED_CALLS[fact.end]},
    facts.PoliceRequested.TOPIC: lambda _row, fact: {
        "police": Help.REQUESTED,
        "police_unassessed": fact.unassessed,
    },
    facts.PoliceAcknowledged.TOPIC: lambda row, _fact: {
        "police": further(row.police, Help.ACKNOWLEDGED)
    },
    facts.PatrolArrived.TOPIC: lambda _row, _fact: {"police": Help.ARRIVED},
    facts.AmbulanceRequested.TOPIC: lambda _row, _fact: {"ambulance": Help.REQUESTED},
    facts.AmbulanceAcknowledged.TOPIC: lambda row, _fact: {
        "ambulance": further(row.ambulance, Help.ACKNOWLEDGED)
    },
    facts.AmbulanceArrived.TOPIC: lambda _row, _fact: {"ambulance": Help.ARRIVED},
    Corrected.TOPIC: _corrected,
    facts.PartnerUnreachable.TOPIC: lambda _row, fact: UNREACHABLE[fact.channel],
}
"""What each kind of fact changes in a row that is there; others change only what is newest.

Found by the fact's topic: a ``match`` would ask the classes one by one, for each fact.
"""


def _with(known: tuple[OneT, ...], more: Iterable[OneT]) -> tuple[OneT, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _quality(fix: FixQuality | None) -> Changes:
    return {
        "fix_source": fix.source if fix else None,
        "fix_accuracy_m": fix.accuracy_m if fix else None,
        "fix_age_s": fix.age_s if fix else None,
    }
