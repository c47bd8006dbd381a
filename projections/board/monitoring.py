"""Return monitoring on the board."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from domain.base import Fact
from domain.monitoring import facts
from domain.monitoring.asking import Answered, Asked, Cleared, Unanswered
from domain.monitoring.calling import (
    CallConnected,
    CallEnded,
    CallFailed,
    CallPlaced,
    CallRequested,
)
from domain.monitoring.handing_over import HandedOver, HandOverDropped, HandOverWanted
from domain.monitoring.vocabulary import MonitoringStage, WatchRise
from projections.board.part import BoardPart, Follow
from projections.board.row import BoardRow, BoardUrgency
from projections.fold import Changes

KIND: Final = "monitoring"
TROUBLES: Final = "troubles"
"""In ``detail``: what is amiss now, by codes with a blank between them."""
UNANSWERED: Final = "unanswered"
ASKED: Final = "asked"
REPORTS: Final = "reports"
RISEN: Final = "risen"
"""How far it has risen while nobody saw to it."""


def begun(fact: Fact) -> BoardRow | None:
    if not isinstance(fact, facts.Requested):
        return None
    return BoardRow.of(
        session_id=fact.originator_id,
        kind=KIND,
        district=fact.district,
        audience=(fact.district,),
        stage=str(MonitoringStage.WAITING),
        urgency=int(BoardUrgency.ATTENTION),
        attention="not_watched",
        begun_at=fact.timestamp,
        hour=fact.timestamp.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        since=fact.timestamp,
        due_at=fact.expected_at,
        holder=None,
        citizen_id=fact.citizen_id,
        ended=False,
        used=False,
        label=fact.sealed("route"),
        detail={},
        last_topic=fact.TOPIC,
        last_at=fact.timestamp,
        last_position=fact.envelope.position,
    )


def _seen(row: BoardRow, /, **changes: Any) -> Changes:
    """The row with these changes, and as urgent as what is known of it then makes it."""
    detail = changes.get("detail", row.detail)
    holder = changes.get("holder", row.holder)
    urgency, attention = _judged(detail, watched=holder is not None)
    return {**changes, "urgency": int(urgency), "attention": attention}


def _judged(detail: dict[str, str], *, watched: bool) -> tuple[BoardUrgency, str | None]:
    """What is worst of it; nobody's eyes on her comes after a silence that nobody saw to."""
    troubles = detail.get(TROUBLES, "").split()
    if detail.get(REPORTS):
        return BoardUrgency.EMERGENCY, "emergency"
    if detail.get(UNANSWERED):
        return BoardUrgency.NO_ANSWER, detail[UNANSWERED]
    if not watched:
        return BoardUrgency.ATTENTION, "not_watched"
    if detail.get(ASKED):
        return BoardUrgency.ASKED, detail[ASKED]
    if troubles:
        return BoardUrgency.ATTENTION, troubles[-1]
    return BoardUrgency.CALM, None


def _with(row: BoardRow, **more: str | None) -> dict[str, str]:
    """The row's detail with these; None takes one away."""
    kept = {name: value for name, value in row.detail.items() if name not in more}
    return {**kept, **{name: value for name, value in more.items() if value}}


def _assigned(row: BoardRow, fact: facts.Assigned) -> Changes:
    return _seen(
        row,
        stage=str(MonitoringStage.WATCHED),
        holder=fact.operator_id,
        detail=_with(row, risen=None),
    )


def _started(row: BoardRow, fact: facts.Started) -> Changes:
    """From here on it is a use of the service."""
    return _seen(row, used=True, detail=_with(row, waited_s=f"{fact.waited_s:.0f}"))


def _unwatched(row: BoardRow, _fact: facts.Unwatched) -> Changes:
    return _seen(row, stage=str(MonitoringStage.WAITING), holder=None)


def _escalated(row: BoardRow, fact: facts.Escalated) -> Changes:
    seen_by = tuple(dict.fromkeys((*row.audience, *fact.districts)))
    return _seen(row, audience=seen_by, detail=_with(row, risen=str(fact.level)))


def _position_seen(row: BoardRow, fact: facts.PositionSeen) -> Changes:
    battery = None if fact.battery_pct is None else str(fact.battery_pct)
    return {"detail": _with(row, seen_in=fact.district, battery_pct=battery)}


def _noticed(row: BoardRow, fact: facts.TroubleNoticed) -> Changes:
    others = [one for one in row.detail.get(TROUBLES, "").split() if one != fact.trouble]
    return _seen(row, detail=_with(row, troubles=" ".join([*others, fact.trouble])))


def _passed(row: BoardRow, fact: facts.TroublePassed) -> Changes:
    others = [one for one in row.detail.get(TROUBLES, "").split() if one != fact.trouble]
    return _seen(row, detail=_with(row, troubles=" ".join(others)))


def _asked(row: BoardRow, fact: Asked) -> Changes:
    return _seen(row, detail=_with(row, asked=str(fact.about)))


def _settled(row: BoardRow, _fact: Answered | Cleared) -> Changes:
    return _seen(row, detail=_with(row, asked=None, unanswered=None, call=None))


def _unanswered(row: BoardRow, _fact: Unanswered) -> Changes:
    return _seen(row, detail=_with(row, unanswered="no_answer"))


def _call(word: str) -> Follow:
    def follow(row: BoardRow, _fact: Any) -> Changes:
        return _seen(row, detail=_with(row, call=word))

    return follow


def _call_over(row: BoardRow, fact: CallEnded | CallFailed) -> Changes:
    """Somebody is to say what came of it."""
    ended = fact.end if isinstance(fact, CallEnded) else "failed"
    waits = str(WatchRise.CALLED) if fact.escalations else None
    return _seen(row, detail=_with(row, call=str(ended), unanswered=waits))


def _wanted(row: BoardRow, fact: HandOverWanted) -> Changes:
    seen_by = tuple(dict.fromkeys((*row.audience, fact.to_district)))
    return _seen(row, audience=seen_by, detail=_with(row, wanted_by=fact.to_district))


def _handed_over(row: BoardRow, fact: HandedOver) -> Changes:
    return _seen(
        row,
        stage=str(MonitoringStage.WATCHED),
        district=fact.to_district,
        audience=(fact.to_district,),
        holder=fact.operator_id,
        detail=_with(row, wanted_by=None, risen=None),
    )


def _dropped(row: BoardRow, fact: HandOverDropped) -> Changes:
    seen_by = tuple(one for one in row.audience if one != fact.to_district or one == row.district)
    return _seen(row, audience=seen_by, detail=_with(row, wanted_by=None))


def _extended(_row: BoardRow, fact: facts.Extended) -> Changes:
    return {"due_at": fact.expected_at}


def _raised(row: BoardRow, fact: facts.EmergencyRaised) -> Changes:
    reports = [*row.detail.get(REPORTS, "").split(), str(fact.report_id)]
    detail = _with(row, reports=" ".join(reports), asked=None, unanswered=None)
    return _seen(row, detail=detail)


def _relieved(row: BoardRow, fact: facts.EmergencyEnded) -> Changes:
    others = [one for one in row.detail.get(REPORTS, "").split() if one != str(fact.report_id)]
    return _seen(row, detail=_with(row, reports=" ".join(others)))


def _over(stage: MonitoringStage) -> Follow:
    def follow(_row: BoardRow, _fact: Any) -> Changes:
        return {"stage": str(stage), "ended": True, "holder": None}

    return follow


FOLLOWING: Final[dict[str, Follow]] = {
    facts.Assigned.TOPIC: _assigned,
    facts.Started.TOPIC: _started,
    facts.Unwatched.TOPIC: _unwatched,
    facts.Escalated.TOPIC: _escalated,
    facts.PositionSeen.TOPIC: _position_seen,
    facts.TroubleNoticed.TOPIC: _noticed,
    facts.TroublePassed.TOPIC: _passed,
    Asked.TOPIC: _asked,
    Answered.TOPIC: _settled,
    Cleared.TOPIC: _settled,
    Unanswered.TOPIC: _unanswered,
    CallRequested.TOPIC: _call("ordered"),
    CallPlaced.TOPIC: _call("rings"),
    CallConnected.TOPIC: _call("connected"),
    CallEnded.TOPIC: _call_over,
    CallFailed.TOPIC: _call_over,
    HandOverWanted.TOPIC: _wanted,
    HandedOver.TOPIC: _handed_over,
    HandOverDropped.TOPIC: _dropped,
    facts.Extended.TOPIC: _extended,
    facts.EmergencyRaised.TOPIC: _raised,
    facts.EmergencyEnded.TOPIC: _relieved,
    facts.Arrived.TOPIC: _over(MonitoringStage.ARRIVED),
    facts.Ended.TOPIC: _over(MonitoringStage.ENDED),
}
MONITORING: Final = BoardPart(kind=KIND, begun=begun, following=FOLLOWING)
