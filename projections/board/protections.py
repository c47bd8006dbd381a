"""What protections show on the board of all services: that there is one, and whether to look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

from domain.base import Fact
from domain.protection import facts
from projections.board.part import BoardPart
from projections.board.row import BoardRow, BoardUrgency
from projections.fold import Changes

DUE, MISSED, UNVERIFIED, ASKED = "due", "missed", "unverified", "end_asked"


def _begun(fact: Fact) -> BoardRow | None:
    """No use is counted by district: a district's count would point at somebody."""
    if not isinstance(fact, facts.Enrolled):
        return None
    detail = {} if fact.verified else {UNVERIFIED: "1"}
    return BoardRow(
        session_id=fact.originator_id,
        kind="protection",
        district=fact.district,
        audience=(fact.district,),
        stage="watched",
        begun_at=fact.timestamp,
        hour=fact.timestamp.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        since=fact.timestamp,
        due_at=None,
        holder=None,
        citizen_id=None,
        ended=False,
        used=False,
        label=None,
        **_shown(detail),
        last_topic=fact.TOPIC,
        last_at=fact.timestamp,
        last_position=fact.envelope.position,
    )


def _shown(detail: dict[str, str]) -> dict[str, Any]:
    """What is the matter; the board itself keeps the codes to itself."""
    if any(name.startswith(MISSED) for name in detail):
        urgency, attention = BoardUrgency.NO_ANSWER, "look_missed"
    elif any(name.startswith(DUE) for name in detail):
        urgency, attention = BoardUrgency.ATTENTION, "look_due"
    elif ASKED in detail:
        urgency, attention = BoardUrgency.WAITING, "end_asked"
    elif UNVERIFIED in detail:
        urgency, attention = BoardUrgency.WAITING, "unverified"
    else:
        urgency, attention = BoardUrgency.CALM, None
    return {"urgency": int(urgency), "attention": attention, "detail": detail}


def _gone(row: BoardRow, *names: str) -> Changes:
    return _shown({name: value for name, value in row.detail.items() if name not in names})


def _with(row: BoardRow, name: str) -> Changes:
    return _shown({**row.detail, name: "1"})


def _missed(row: BoardRow, fact: facts.LookMissed) -> Changes:
    """It stays until somebody looks; of what the city was told, until the next look there."""
    left = {name: value for name, value in row.detail.items() if name != f"{DUE}:{fact.look_id}"}
    return _shown({**left, f"{MISSED}:{fact.look_id}": "1"})


def _looked(row: BoardRow, fact: facts.Looked) -> Changes:
    own = {f"{DUE}:{fact.look_id}", f"{MISSED}:{fact.look_id}"}
    missed = {name for name in row.detail if name.startswith(MISSED)}
    return _gone(row, *own, *missed)


def _ended(_row: BoardRow, _fact: facts.Ended) -> Changes:
    return {"stage": "ended", "ended": True, "detail": {}}


FOLLOWING: Final[dict[str, Callable[[BoardRow, Any], Changes]]] = {
    facts.Verified.TOPIC: lambda row, _fact: _gone(row, UNVERIFIED),
    facts.LookDue.TOPIC: lambda row, fact: _with(row, f"{DUE}:{fact.look_id}"),
    facts.LookMissed.TOPIC: _missed,
    facts.Looked.TOPIC: _looked,
    facts.EndAsked.TOPIC: lambda row, _fact: _with(row, ASKED),
    facts.Ended.TOPIC: _ended,
}
PROTECTIONS: Final = BoardPart(kind="protection", begun=_begun, following=FOLLOWING)
