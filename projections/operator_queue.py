"""The queue that operators work from: no personal data, and every past state of it.

A closed report keeps its row, so that it can be reopened from facts alone; the views
show open ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.correcting import Correctable, Corrected
from domain.emergency.drills import Promoted
from domain.emergency.labelling import Labelled, LabelReviewed
from domain.emergency.linking import Linked, Unlinked
from domain.emergency.vocabulary import PartnerChannel, Stage
from projections import reaching, taking_back
from projections.corrected import corrected
from projections.fold import NOTHING, Course, Row
from projections.help_answers import ANSWERS
from projections.joined import STEPS, joined
from projections.presence import CALM, PRESENCE, risen
from projections.progress import Call, Help, Lane, further
from projections.queue_row import BEGUN, Changes, QueueRow, added
from projections.whereabouts import MOVED, READS, seen, without


class OperatorQueue(Course[QueueRow]):
    """What operators have to do, from the trigger to the resolution."""

    name: ClassVar[str] = "operator_queue"
    version: ClassVar[int] = 3
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = QueueRow
    topics: ClassVar[tuple[str, ...]] = ("emergency.",)
    newest: ClassVar[tuple[str, ...]] = ("last_topic", "last_at", "last_position")
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
            "source",
        ),
        facts.Accepted: ("district", "answer_by", "call"),
        facts.Joined: (
            "alert",
            "flags",
            "district",
            "fix",
            "responsible",
            "districts",
            "answer_by",
        ),
        Promoted: ("answer_by",),
        Linked: ("incident_id",),
        Unlinked: (),
        facts.Released: ("answer_by",),
        facts.Reopened: ("answer_by",),
        facts.Escalated: ("level", "districts", "because", "page"),
        facts.Claimed: ("operator_id", "act_by"),
        facts.TakenOver: ("operator_id", "act_by"),
        facts.CallEnded: ("end",),
        facts.PoliceRequested: ("unassessed",),
        facts.PartnerUnreachable: ("channel",),
        **taking_back.READS,
        **dict.fromkeys((facts.Resolved, facts.CameraViewed, facts.NoteAdded), ()),
        **dict.fromkeys((facts.CallPlaced, facts.CallConnected), ()),
        **dict.fromkeys((facts.PoliceAcknowledged, facts.PatrolArrived), ()),
        **dict.fromkeys((facts.AmbulanceRequested, facts.AmbulanceAcknowledged), ()),
        facts.AmbulanceArrived: (),
        **reaching.READS,
        Corrected: ("field", "value"),
        Labelled: ("count",),
        LabelReviewed: (),
        **READS,
    }

    def begun(self, fact: Fact) -> QueueRow | None:
        return _begun(fact) if isinstance(fact, facts.Triggered) else None

    def following(self, row: QueueRow, fact: Fact) -> Mapping[str, Any]:
        follow = FOLLOWING.get(fact.TOPIC)
        return NOTHING if follow is None else follow(row, fact)


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
        source=fact.source,
        **seen(fact),
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
        **reaching.accepted(fact),
    }


def _joined(row: QueueRow, fact: facts.Joined) -> Changes:
    changes = joined(row, fact)
    return changes if fact.fix is None else changes | seen(fact)


def _escalated(row: QueueRow, fact: facts.Escalated) -> Changes:
    return {
        "ringing": True,
        "escalation": fact.level,
        "audience": added(row.audience, fact.districts),
        "returned_by": without(row.returned_by, fact.districts),
        **risen(row, fact),
    }


def _taken(_row: QueueRow, fact: facts.Claimed | facts.TakenOver) -> Changes:
    return {
        "stage": Stage.CLAIMED,
        "ringing": False,
        "escalation": None,
        "held_by": fact.operator_id,
        "claimed_at": fact.received_at,
        "act_by": fact.act_by,
        "recheck_due": False,
        **CALM,
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
        "reopen_until": None,
        **CALM,
    }


def _reopened(row: QueueRow, fact: facts.Reopened) -> Changes:
    return _given_back(row, fact) | {"signal_lost_at": None}


def _corrected(row: QueueRow, fact: Corrected) -> Changes:
    if fact.field is Correctable.OUTCOME:
        return {}
    return corrected(fact, row.audience) | {"corrected": added(row.corrected, (fact.field,))}


UNREACHABLE: dict[PartnerChannel, Changes] = {
    PartnerChannel.CALL: {"call": Call.UNREACHABLE},
    PartnerChannel.HANG_UP: {"call": Call.NOT_STOPPED},
    PartnerChannel.TEXT: {"text_failed": True},
    PartnerChannel.POLICE: {"police": Help.UNREACHABLE},
    PartnerChannel.AMBULANCE: {"ambulance": Help.UNREACHABLE},
    PartnerChannel.POLICE_STAND_DOWN: {"police": Help.UNREACHABLE},
    PartnerChannel.AMBULANCE_STAND_DOWN: {"ambulance": Help.UNREACHABLE},
    PartnerChannel.PAGE: {"paged": None},
}


FOLLOWING: dict[str, Callable[[QueueRow, Any], Changes]] = {
    facts.Accepted.TOPIC: _accepted,
    **taking_back.STEPS,
    facts.Joined.TOPIC: _joined,
    **STEPS,
    facts.Escalated.TOPIC: _escalated,
    facts.Claimed.TOPIC: _taken,
    facts.TakenOver.TOPIC: _taken,
    facts.Released.TOPIC: _given_back,
    facts.Reopened.TOPIC: _reopened,
    facts.Resolved.TOPIC: lambda _row, _fact: {
        "stage": Stage.RESOLVED,
        "ringing": False,
        "held_by": None,
        "act_by": None,
        "offer": None,
        "recheck_due": False,
        **CALM,
    },
    **reaching.FOLLOWING,
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
    **ANSWERS,
    **PRESENCE,
    Corrected.TOPIC: _corrected,
    Labelled.TOPIC: lambda _row, fact: {"many_triggers": fact.count, "label_seen": False},
    LabelReviewed.TOPIC: lambda _row, _fact: {"label_seen": True},
    facts.PartnerUnreachable.TOPIC: lambda _row, fact: UNREACHABLE[fact.channel],
    **MOVED,
}
"""What each kind of fact changes in a row that is there; others change only what is newest.

Found by the fact's topic: a ``match`` would ask the classes one by one, for each fact.
"""
