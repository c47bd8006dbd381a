"""What scout escorts show on the board of all services.

Several things may be amiss at once: each stands in the detail, and the worst says how urgent it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from types import MappingProxyType
from typing import Any, Final

from domain.escort import facts
from domain.escort.vocabulary import EscortParty
from domain.policy import SEOUL
from projections.board.part import BoardPart
from projections.board.row import BoardRow, BoardUrgency
from projections.fold import NOTHING, Changes

AMISS: Final = "amiss_"
"""Begins the names of the detail that say what is amiss."""
RANKS: Final[Mapping[str, BoardUrgency]] = MappingProxyType(
    {
        "emergency": BoardUrgency.EMERGENCY,
        "scouts_absent": BoardUrgency.NO_ANSWER,
        "nobody_met": BoardUrgency.NO_ANSWER,
        "apart": BoardUrgency.ATTENTION,
        "arrival_denied": BoardUrgency.ATTENTION,
        "unwatched": BoardUrgency.ATTENTION,
        "no_team": BoardUrgency.ATTENTION,
        "scouts_late": BoardUrgency.ATTENTION,
        "code_locked": BoardUrgency.ATTENTION,
        "citizen_absent": BoardUrgency.ATTENTION,
        "signal_lost": BoardUrgency.ATTENTION,
        "deviation": BoardUrgency.ATTENTION,
        "standstill": BoardUrgency.ATTENTION,
        "overdue": BoardUrgency.ATTENTION,
        "not_watched_yet": BoardUrgency.WAITING,
    }
)
"""Worst first; of two as urgent the first is told."""
BEFORE: Final = frozenset(
    {"scouts_absent", "nobody_met", "no_team", "scouts_late", "code_locked", "citizen_absent"}
)
"""Over once they have met."""
ABSENT: Final = MappingProxyType(
    {
        EscortParty.CITIZEN: "citizen_absent",
        EscortParty.SCOUTS: "scouts_absent",
        EscortParty.NEITHER: "nobody_met",
    }
)

Follow = Callable[[BoardRow, Any], Changes]


def _begun(fact: Any) -> BoardRow | None:
    if not isinstance(fact, facts.Booked):
        return None
    return BoardRow.of(
        session_id=fact.originator_id,
        kind="escort",
        district=fact.district,
        audience=(fact.district,),
        stage="booked",
        urgency=int(BoardUrgency.CALM),
        attention=None,
        begun_at=fact.timestamp,
        hour=fact.timestamp.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        since=fact.timestamp,
        due_at=fact.starts_at,
        holder=None,
        citizen_id=fact.citizen_id,
        ended=False,
        used=True,
        label=fact.sealed("meeting"),
        detail={
            "starts": fact.starts_at.astimezone(SEOUL).strftime("%m-%d %H:%M"),
            "distance_m": str(fact.distance_m),
        },
        last_topic=fact.TOPIC,
        last_at=fact.timestamp,
        last_position=fact.envelope.position,
    )


def _weighed(row: BoardRow, gone: Iterable[str], come: Iterable[str], **more: Any) -> Changes:
    """What is amiss without some of it and with more, and how urgent that is."""
    amiss = {one.removeprefix(AMISS) for one in row.detail if one.startswith(AMISS)}
    amiss = (amiss - set(gone)) | set(come)
    worst = next((one for one in RANKS if one in amiss), None)
    told = {name: value for name, value in row.detail.items() if not name.startswith(AMISS)}
    return {
        "detail": told | {f"{AMISS}{one}": "yes" for one in RANKS if one in amiss},
        "attention": worst,
        "urgency": int(RANKS[worst] if worst else BoardUrgency.CALM),
        **more,
    }


def _comes(code: str, **more: Any) -> Follow:
    return lambda row, _fact: _weighed(row, (), (code,), **more)


def _goes(*codes: str, **more: Any) -> Follow:
    return lambda row, _fact: _weighed(row, codes, (), **more)


def _no_show(row: BoardRow, fact: facts.NoShow) -> Changes:
    return _weighed(row, ABSENT.values(), (ABSENT[fact.party],))


def _reassigned(row: BoardRow, _fact: facts.Reassigned) -> Changes:
    return _weighed(row, BEFORE - {"code_locked"}, ())


def _code_refused(row: BoardRow, fact: facts.CodeRefused) -> Changes:
    return NOTHING if fact.tries_left else _weighed(row, (), ("code_locked",))


def _started(row: BoardRow, fact: facts.Started) -> Changes:
    return _weighed(row, BEFORE, ("not_watched_yet",), stage="walking", due_at=fact.due_at)


def _watched(row: BoardRow, fact: facts.WatchBegun) -> Changes:
    return _weighed(row, ("not_watched_yet", "unwatched"), (), holder=fact.operator_id)


def _noticed(row: BoardRow, fact: facts.TroubleNoticed) -> Changes:
    return _weighed(row, (), (str(fact.trouble),))


def _passed(row: BoardRow, fact: facts.TroublePassed) -> Changes:
    return _weighed(row, (str(fact.trouble),), ())


def _arrived(row: BoardRow, fact: facts.Arrived) -> Changes:
    """An alarm and an unwatched door are still what they are."""
    over = set(RANKS) - {"emergency", "not_watched_yet", "unwatched"}
    return _weighed(row, over, (), stage="arrived", due_at=fact.confirm_by)


def _ended(stage: str) -> Follow:
    """Whoever never met was not served: that is no use of it."""

    def ended(row: BoardRow, _fact: Any) -> Changes:
        told = {name: value for name, value in row.detail.items() if not name.startswith(AMISS)}
        used = row.stage in {"walking", "arrived"}
        return {"stage": stage, "ended": True, "due_at": None, "used": used, "detail": told}

    return ended


ESCORTS: Final = BoardPart(
    kind="escort",
    begun=_begun,
    following={
        facts.TeamWithdrawn.TOPIC: _comes("no_team"),
        facts.Reassigned.TOPIC: _reassigned,
        facts.ScoutsLate.TOPIC: _comes("scouts_late"),
        facts.NoShow.TOPIC: _no_show,
        facts.CodeRefused.TOPIC: _code_refused,
        facts.CodeRenewed.TOPIC: _goes("code_locked"),
        facts.Started.TOPIC: _started,
        facts.WatchBegun.TOPIC: _watched,
        facts.WatchLeft.TOPIC: _comes("not_watched_yet", holder=None),
        facts.Unwatched.TOPIC: _comes("unwatched"),
        facts.TroubleNoticed.TOPIC: _noticed,
        facts.TroublePassed.TOPIC: _passed,
        facts.Parted.TOPIC: _comes("apart"),
        facts.Rejoined.TOPIC: _goes("apart"),
        facts.Arrived.TOPIC: _arrived,
        facts.ArrivalDenied.TOPIC: _comes("arrival_denied", stage="walking", due_at=None),
        facts.EmergencyRaised.TOPIC: _comes("emergency"),
        facts.EmergencyEnded.TOPIC: _goes("emergency"),
        facts.Completed.TOPIC: _ended("completed"),
        facts.Cancelled.TOPIC: _ended("cancelled"),
        facts.GivenUp.TOPIC: _ended("given_up"),
        facts.Ended.TOPIC: _ended("ended"),
    },
)
