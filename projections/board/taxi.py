"""Rides in taxis on the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from types import MappingProxyType
from typing import Any, Final

from domain.base import Fact
from domain.taxi import facts, way
from domain.taxi.calling import CallConnected, CallEnded
from domain.taxi.state import HER_WORD_SETTLES
from domain.taxi.vocabulary import TaxiAnswer, TaxiAttention, TaxiStage, TaxiVehicle
from projections.board.part import BoardPart, Follow
from projections.board.row import BoardRow, BoardUrgency
from projections.fold import NOTHING, Changes

KIND: Final = "taxi"
ORDER: Final = (
    (TaxiAttention.EMERGENCY, BoardUrgency.EMERGENCY),
    (TaxiAttention.HELP, BoardUrgency.EMERGENCY),
    (TaxiAttention.NO_ANSWER, BoardUrgency.NO_ANSWER),
    (TaxiAttention.AWAY, BoardUrgency.ATTENTION),
    (TaxiAttention.SIGNAL_LOST, BoardUrgency.ATTENTION),
    (TaxiAttention.OVERDUE, BoardUrgency.ATTENTION),
    (TaxiAttention.PLATE_UNKNOWN, BoardUrgency.ATTENTION),
    (TaxiAttention.UNCHECKED, BoardUrgency.WAITING),
)
"""What stands for a ride of which several things are to be looked at."""
AMISS: Final = "amiss_"
ASKED: Final = "asked"
CALL: Final = "call"
NOW: Final = "yes"


def begun(fact: object) -> BoardRow | None:
    if not isinstance(fact, facts.Boarded):
        return None
    unknown = fact.vehicle is TaxiVehicle.UNKNOWN
    concerns = (TaxiAttention.PLATE_UNKNOWN,) if unknown else ()
    detail = {
        "vehicle": str(fact.vehicle or ""),
        "read_by": str(fact.plate_source or ""),
        "guardians": str(len(fact.guardian_ids)),
    }
    standing = _standing(concerns, detail, asked=False)
    return BoardRow.of(
        session_id=fact.originator_id,
        kind=KIND,
        district=fact.district,
        audience=(fact.district,),
        stage=str(TaxiStage.RIDING),
        urgency=standing["urgency"],
        attention=standing["attention"],
        begun_at=fact.timestamp,
        hour=fact.timestamp.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        since=fact.timestamp,
        due_at=fact.due_at,
        holder=None,
        citizen_id=fact.citizen_id,
        ended=False,
        used=True,
        label=fact.sealed("plate"),
        detail=standing["detail"],
        last_topic=fact.TOPIC,
        last_at=fact.timestamp,
        last_position=fact.envelope.position,
    )


def _standing(
    concerns: Iterable[TaxiAttention], detail: Mapping[str, str], *, asked: bool
) -> dict[str, Any]:
    """How urgent it is by what is to be looked at, and by a question that waits."""
    looked_at = set(concerns)
    kept = {name: said for name, said in detail.items() if not name.startswith(AMISS)}
    told = {f"{AMISS}{one}": NOW for one in sorted(looked_at)}
    urgency, attention = BoardUrgency.ASKED if asked else BoardUrgency.CALM, None
    for one, stands in reversed(ORDER):
        if one in looked_at:
            urgency, attention = stands, str(one)
    known = {**kept, ASKED: NOW if asked else "", **told}
    return {
        "urgency": int(urgency),
        "attention": attention,
        "detail": {name: said for name, said in known.items() if said},
    }


def _changed(
    row: BoardRow,
    *,
    rise: Iterable[TaxiAttention] = (),
    settle: Iterable[TaxiAttention] = (),
    asked: bool | None = None,
    detail: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    amiss = (name for name in row.detail if name.startswith(AMISS))
    known = {TaxiAttention(name.removeprefix(AMISS)) for name in amiss}
    waits = ASKED in row.detail if asked is None else asked
    risen = set() if row.ended else set(rise)
    return _standing((known - set(settle)) | risen, {**row.detail, **detail}, asked=waits)


def _rises(attention: TaxiAttention, *, asked: bool | None = None) -> Follow:
    return lambda row, _fact: _changed(row, rise=(attention,), asked=asked)


def _settles(attention: TaxiAttention) -> Follow:
    return lambda row, _fact: _changed(row, settle=(attention,))


def _checked(row: BoardRow, vehicle: TaxiVehicle | None, **detail: str) -> dict[str, Any]:
    return _changed(
        row,
        settle=(TaxiAttention.UNCHECKED, TaxiAttention.PLATE_UNKNOWN),
        rise=(TaxiAttention.PLATE_UNKNOWN,) if vehicle is TaxiVehicle.UNKNOWN else (),
        detail={"vehicle": str(vehicle or ""), **detail},
    )


def _plate_given(row: BoardRow, fact: facts.PlateGiven) -> Changes:
    return {
        **_checked(row, fact.vehicle, read_by=str(fact.plate_source)),
        "label": fact.sealed("plate"),
    }


def _answered(row: BoardRow, fact: facts.Answered) -> Changes:
    due = {} if fact.due_at is None else {"due_at": fact.due_at}
    if fact.answer is TaxiAnswer.HELP:
        return {**_changed(row, rise=(TaxiAttention.HELP,), asked=False), **due}
    return {**_changed(row, settle=HER_WORD_SETTLES, asked=False), **due}


def _extended(row: BoardRow, fact: facts.Extended) -> Changes:
    return {**_changed(row, settle=(TaxiAttention.OVERDUE,)), "due_at": fact.due_at}


def _seen(row: BoardRow, fact: way.PositionKept) -> Changes:
    if fact.to_go_m is None:
        return NOTHING
    return {"detail": {**row.detail, "to_go_m": str(fact.to_go_m)}}


def _crossed(row: BoardRow, fact: way.BorderCrossed) -> Changes:
    held_in = row.detail.get("held_in")
    seen_by = (fact.district, held_in) if held_in else (fact.district,)
    return {"district": fact.district, "audience": tuple(dict.fromkeys(seen_by))}


def _claimed(row: BoardRow, fact: facts.Claimed) -> Changes:
    return {
        "holder": fact.operator_id,
        "audience": tuple(dict.fromkeys((row.district, fact.district))),
        "detail": {**row.detail, "held_in": fact.district},
    }


def _attended(row: BoardRow, fact: facts.Attended) -> Changes:
    return _changed(row, settle=fact.attention)


def _call(word: str | None) -> Follow:
    """How the last call to her goes, or went."""

    def follow(row: BoardRow, fact: Any) -> Changes:
        said = word or str(fact.end)
        return {"detail": {**row.detail, CALL: said}}

    return follow


def _call_anew(row: BoardRow, _fact: facts.CallRequested) -> Changes:
    """What became of the call before is of no matter any more."""
    if CALL not in row.detail:
        return NOTHING
    return {"detail": {name: said for name, said in row.detail.items() if name != CALL}}


def _over(stage: TaxiStage) -> Follow:
    def over(row: BoardRow, _fact: Fact) -> Changes:
        calm = _standing((), row.detail, asked=False)
        return {"stage": str(stage), "ended": True, "due_at": None, "detail": calm["detail"]}

    return over


RIDES: Final = BoardPart(
    kind=KIND,
    begun=begun,
    following={
        facts.PlateGiven.TOPIC: _plate_given,
        facts.VehicleChecked.TOPIC: lambda row, fact: _checked(row, fact.vehicle),
        facts.CheckGivenUp.TOPIC: _rises(TaxiAttention.UNCHECKED),
        way.PositionKept.TOPIC: _seen,
        way.BorderCrossed.TOPIC: _crossed,
        way.SignalLost.TOPIC: _rises(TaxiAttention.SIGNAL_LOST),
        way.SignalRegained.TOPIC: _settles(TaxiAttention.SIGNAL_LOST),
        way.WentAway.TOPIC: _rises(TaxiAttention.AWAY),
        way.CameBack.TOPIC: _settles(TaxiAttention.AWAY),
        facts.Asked.TOPIC: lambda row, _fact: _changed(row, asked=True),
        facts.Answered.TOPIC: _answered,
        facts.Unanswered.TOPIC: _rises(TaxiAttention.NO_ANSWER, asked=False),
        facts.Overrun.TOPIC: _rises(TaxiAttention.OVERDUE),
        facts.Extended.TOPIC: _extended,
        facts.Claimed.TOPIC: _claimed,
        facts.Attended.TOPIC: _attended,
        facts.CallRequested.TOPIC: _call_anew,
        CallConnected.TOPIC: _call("connected"),
        CallEnded.TOPIC: _call(None),
        facts.EmergencyRaised.TOPIC: _rises(TaxiAttention.EMERGENCY),
        facts.EmergencyEnded.TOPIC: _settles(TaxiAttention.EMERGENCY),
        facts.Alighted.TOPIC: _over(TaxiStage.ALIGHTED),
        facts.Ended.TOPIC: _over(TaxiStage.ENDED),
    },
)
