"""Folds one emergency report into one row, from the trigger to the closing note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.correcting import Corrected
from domain.emergency.taking_back import DuressSuspected, RaisedAfterCancel
from domain.emergency.vocabulary import Alert, Stage
from domain.geography import FixQuality
from projections.corrected import corrected
from projections.fold import Fold, Key, Row
from projections.help_answers import ANSWERS
from projections.operator_queue import ENDED_CALLS, UNREACHABLE
from projections.progress import Call, Help, Lane, further
from projections.report_detail_row import Correction, HelpRequested, ReportRow, SealedText
from projections.report_findings import detailed
from projections.taking_back import OVER, suspected
from projections.whereabouts import seen, without


class ReportDetail(Fold[ReportRow]):
    """What the page of one report shows."""

    name: ClassVar[str] = "report_detail"
    version: ClassVar[int] = 3
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = ReportRow
    topics: ClassVar[tuple[str, ...]] = ("emergency.",)
    sealed: ClassVar[bool] = True

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((fact.originator_id,),)

    def evolve(self, row: ReportRow | None, fact: Fact) -> ReportRow | None:
        changed = _begun(fact) if isinstance(fact, facts.Triggered) else None
        if row is not None:
            changed = _followed(row, fact)
        if changed is None:
            return None
        return changed.replace(
            last_topic=fact.TOPIC, last_at=fact.received_at, last_position=fact.envelope.position
        )


def _begun(fact: facts.Triggered) -> ReportRow:
    return ReportRow(
        report_id=fact.originator_id,
        stage=Stage.WINDOW,
        lane=Lane.DRILL if fact.drill else Lane.REAL,
        district=fact.district,
        audience=(fact.district,),
        citizen_id=fact.citizen_id,
        device_id=fact.device.device_id,
        app_version=fact.device.app_version,
        platform=fact.device.platform,
        language=fact.language,
        how=fact.how,
        presses=fact.presses,
        alert=fact.alert,
        flags=fact.flags,
        occurred_at=fact.occurred_at,
        received_at=fact.received_at,
        cancel_until=fact.cancel_until,
        last_topic=fact.TOPIC,
        last_at=fact.received_at,
        last_position=fact.envelope.position,
        **_located(fact, fact.fix),
    )


def _followed(row: ReportRow, fact: Fact) -> ReportRow:
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
            return row.replace(
                stage=Stage.CANCELLED,
                ringing=False,
                cancelled_at=fact.received_at,
                reopen_until=fact.reopen_until,
                offer=None,
            )
        case facts.CancelRefused():
            return row.replace(late_cancels=row.late_cancels + 1)
        case DuressSuspected():
            first = {"duress_at": row.duress_at or fact.received_at}
            kept = {"outcome": None} if row.stage in OVER else {}
            return row.replace(suspected(row.stage), **first, **kept)
        case RaisedAfterCancel():
            return row.replace(after_cancel_of=fact.cancelled_report_id)
        case facts.Joined() | Amended():
            return _joined(row, fact)
        case facts.Escalated():
            return row.replace(
                ringing=True,
                escalation=fact.level,
                escalated=row.escalated + 1,
                audience=tuple(dict.fromkeys((*row.audience, *fact.districts))),
                returned_by=without(row.returned_by, fact.districts),
            )
        case facts.Claimed() | facts.TakenOver():
            return _told(_taken(row, fact), fact)
        case facts.Released() | facts.Resolved() | facts.Reopened() | facts.NoteAdded():
            return _told(_put_down(row, fact), fact)
        case Corrected():
            return _corrected(row, fact)
        case facts.CallPlaced() | facts.CallConnected() | facts.CallEnded():
            return _called(row, fact)
        case _:
            return _helped(row, fact)


def _corrected(row: ReportRow, fact: Corrected) -> ReportRow:
    correction = Correction(
        field=fact.field,
        was=fact.was,
        value=fact.value,
        at=fact.received_at,
        position=fact.envelope.position,
        corrects_version=fact.corrects_version,
        operator_id=fact.operator_id,
        reason=fact.sealed("reason"),
    )
    return row.replace(corrected(fact, row.audience), corrections=(*row.corrections, correction))


def _joined(row: ReportRow, fact: facts.Joined | Amended) -> ReportRow:
    if isinstance(fact, Amended):
        heard = row.replace(amended=tuple(dict.fromkeys((*row.amended, *fact.fields))))
    else:
        heard = row.replace(ringing=row.stage is not Stage.WINDOW, joined=row.joined + 1)
    joined = heard.replace(
        flags=tuple(dict.fromkeys((*row.flags, *fact.flags))),
        alert=Alert.SILENT if fact.alert is Alert.SILENT else row.alert,
    )
    if fact.fix is None:
        return joined
    if row.stage is Stage.WINDOW:
        joined = joined.replace(district=fact.district, audience=(fact.district,))
    return joined.replace(**_located(fact, fact.fix))


def _taken(row: ReportRow, fact: facts.Claimed | facts.TakenOver) -> ReportRow:
    return row.replace(
        stage=Stage.CLAIMED,
        ringing=False,
        escalation=None,
        held_by=fact.operator_id,
        first_claimed_at=row.first_claimed_at or fact.received_at,
        claimed_at=fact.received_at,
        act_by=fact.act_by,
    )


def _put_down(row: ReportRow, fact: Fact) -> ReportRow:
    free = row.replace(held_by=None, claimed_at=None, act_by=None)
    match fact:
        case facts.Resolved():
            return free.replace(
                stage=Stage.RESOLVED,
                ringing=False,
                offer=None,
                outcome=fact.outcome,
                resolved_at=fact.received_at,
                resolved_by=fact.operator_id,
            )
        case facts.Released() | facts.Reopened():
            again = free.replace(
                stage=Stage.OPEN, ringing=True, escalation=None, answer_by=fact.answer_by
            )
            if isinstance(fact, facts.Released):
                return again
            return again.replace(
                outcome=None,
                resolved_at=None,
                resolved_by=None,
                cancelled_at=None,
                reopen_until=None,
                signal_lost_at=None,
                reopened=row.reopened + 1,
            )
        case _:
            return row


def _told(
    row: ReportRow,
    fact: facts.Claimed
    | facts.TakenOver
    | facts.Released
    | facts.Resolved
    | facts.Reopened
    | facts.NoteAdded,
) -> ReportRow:
    """The row with what the operator wrote, sealed."""
    texts = tuple(
        SealedText(
            topic=fact.TOPIC,
            field=field,
            at=fact.received_at,
            position=fact.envelope.position,
            operator_id=fact.operator_id,
            part=part,
        )
        for field in fact.PERSONAL
        if (part := fact.sealed(field)) is not None
    )
    return row.replace(texts=row.texts + texts) if texts else row


def _called(
    row: ReportRow, fact: facts.CallPlaced | facts.CallConnected | facts.CallEnded
) -> ReportRow:
    called = row.replace(call_id=fact.call_id)
    if isinstance(fact, facts.CallPlaced):
        return called.replace(call=Call.PLACED)
    if isinstance(fact, facts.CallConnected):
        return called.replace(call=Call.CONNECTED, call_connected_at=fact.received_at)
    return called.replace(call=ENDED_CALLS[fact.end], call_talked_s=fact.talked_s)


def _helped(row: ReportRow, fact: Fact) -> ReportRow:
    match fact:
        case facts.CameraViewed():
            return row.replace(cameras_viewed=row.cameras_viewed + 1)
        case facts.PoliceRequested():
            return row.replace(
                police=Help.REQUESTED,
                police_unassessed=fact.unassessed,
                police_requests=(*row.police_requests, _asked(fact, fact.request_id)),
            )
        case facts.PoliceAcknowledged():
            return row.replace(
                police=further(row.police, Help.ACKNOWLEDGED),
                police_requests=_referred(row.police_requests, fact),
            )
        case facts.PatrolArrived():
            return row.replace(police=Help.ARRIVED, patrol_arrived_at=fact.received_at)
        case facts.AmbulanceRequested():
            return row.replace(
                ambulance=Help.REQUESTED,
                ambulance_requests=(*row.ambulance_requests, _asked(fact, fact.request_id)),
            )
        case facts.AmbulanceAcknowledged():
            return row.replace(
                ambulance=further(row.ambulance, Help.ACKNOWLEDGED),
                ambulance_requests=_referred(row.ambulance_requests, fact),
            )
        case facts.AmbulanceArrived():
            return row.replace(ambulance=Help.ARRIVED, ambulance_arrived_at=fact.received_at)
        case facts.PartnerUnreachable():
            return row.replace(**UNREACHABLE[fact.channel])
        case _:
            answer = ANSWERS.get(fact.TOPIC)
            return row.replace(detailed(row, fact) if answer is None else answer(row, fact))


def _asked(
    fact: facts.PoliceRequested | facts.AmbulanceRequested, request_id: UUID
) -> HelpRequested:
    return HelpRequested(request_id=request_id, at=fact.received_at, operator_id=fact.operator_id)


def _referred(
    requests: tuple[HelpRequested, ...],
    fact: facts.PoliceAcknowledged | facts.AmbulanceAcknowledged,
) -> tuple[HelpRequested, ...]:
    return tuple(
        one.model_copy(update={"reference": fact.reference})
        if one.request_id == fact.request_id
        else one
        for one in requests
    )


def _located(
    fact: facts.Triggered | facts.Joined | Amended, fix: FixQuality | None
) -> dict[str, Any]:
    return {
        "cell": fact.cell,
        "fixed_at": fix.fixed_at if fix else None,
        "skew_s": fact.skew_s,
        "position": fact.sealed("position"),
        "position_at": fact.received_at if fix else None,
        **seen(fact),
    }
