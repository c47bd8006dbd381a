"""Folds one emergency report into one row, from the trigger to the closing note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.checking import SaidFine
from domain.emergency.conversing import InterpreterJoined
from domain.emergency.correcting import Correctable, Corrected
from domain.emergency.silence import Silenced
from domain.emergency.taking_back import DuressSuspected, RaisedAfterCancel
from domain.emergency.vocabulary import Stage
from domain.geography import FixQuality
from projections import reaching
from projections.corrected import corrected
from projections.fold import Fold, Key, Row
from projections.joined import joined
from projections.presence import CALM, risen
from projections.progress import Lane
from projections.report_detail_row import Correction, ReportRow, SealedText
from projections.report_help import helped
from projections.taking_back import OVER, amended, suspected
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
                **reaching.accepted(fact),
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
            return row.replace(suspected(row), **first, **kept)
        case RaisedAfterCancel():
            return row.replace(after_cancel_of=fact.cancelled_report_id)
        case facts.Joined() | Amended():
            return _heard(row, fact)
        case facts.Escalated():
            return row.replace(
                ringing=True,
                escalation=fact.level,
                escalated=row.escalated + 1,
                audience=tuple(dict.fromkeys((*row.audience, *fact.districts))),
                returned_by=without(row.returned_by, fact.districts),
                **risen(row, fact),
            )
        case facts.Claimed() | facts.TakenOver():
            return _told(_taken(row, fact), fact)
        case facts.Released() | facts.Resolved() | facts.Reopened() | facts.NoteAdded():
            return _told(_put_down(row, fact), fact)
        case Corrected():
            return _corrected(row, fact)
        case _ if fact.TOPIC in reaching.FOLLOWING:
            return _reached(row, fact)
        case _:
            return helped(row, fact)


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
    changes = corrected(fact, row.audience)
    if fact.field is Correctable.OUTCOME:
        changes |= {"verified_by": fact.verified_by, "duplicate_of": fact.duplicate_of}
    return row.replace(changes, corrections=(*row.corrections, correction))


def _heard(row: ReportRow, fact: facts.Joined | Amended) -> ReportRow:
    more = joined(row, fact) if isinstance(fact, facts.Joined) else amended(row, fact)
    heard = row.replace(more)
    return heard if fact.fix is None else heard.replace(**_located(fact, fact.fix))


def _taken(row: ReportRow, fact: facts.Claimed | facts.TakenOver) -> ReportRow:
    return row.replace(
        stage=Stage.CLAIMED,
        ringing=False,
        escalation=None,
        held_by=fact.operator_id,
        first_claimed_at=row.first_claimed_at or fact.received_at,
        claimed_at=fact.received_at,
        act_by=fact.act_by,
        recheck_due=False,
        **CALM,
    )


def _put_down(row: ReportRow, fact: Fact) -> ReportRow:
    free = row.replace(held_by=None, claimed_at=None, act_by=None, **CALM)
    match fact:
        case facts.Resolved():
            return free.replace(
                stage=Stage.RESOLVED,
                ringing=False,
                offer=None,
                outcome=fact.outcome,
                verified_by=fact.verified_by,
                duplicate_of=fact.duplicate_of,
                recheck_due=False,
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
                verified_by=None,
                duplicate_of=None,
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
    | facts.NoteAdded
    | Silenced
    | InterpreterJoined,
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


def _reached(row: ReportRow, fact: Fact) -> ReportRow:
    follow = reaching.FOLLOWING.get(fact.TOPIC)
    reached = row.replace(follow(row, fact)) if follow else row
    match fact:
        case Silenced() | InterpreterJoined():
            return _told(reached, fact)
        case SaidFine():
            return reached.replace(said_fine_at=fact.received_at)
        case facts.CallPlaced():
            return reached.replace(call_id=fact.call_id)
        case facts.CallConnected():
            return reached.replace(call_id=fact.call_id, call_connected_at=fact.received_at)
        case facts.CallEnded():
            return reached.replace(call_id=fact.call_id, call_talked_s=fact.talked_s)
        case _:
            return reached


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
