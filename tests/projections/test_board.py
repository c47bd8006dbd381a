"""The board puts every session in one order, and counts its use once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.base import Envelope, Fact
from domain.session_guard import Began as Asked
from domain.session_guard import Closed as Ended
from domain.session_guard import Opened as Troubled
from domain.session_guard import SessionKind
from projections.board import BoardPart, BoardRow, BoardUrgency, ServiceBoard, ServicesByHour, fold
from tests.memory import GANGDONG
from tests.scenario import T0

SESSION = uuid4()


def begun(fact: Fact) -> BoardRow | None:
    if not isinstance(fact, Asked):
        return None
    return BoardRow.of(
        session_id=fact.originator_id,
        kind="session_guard",
        district=GANGDONG,
        audience=(GANGDONG,),
        stage="asked",
        urgency=int(BoardUrgency.CALM),
        attention=None,
        begun_at=fact.timestamp,
        hour=fact.timestamp.replace(minute=0, second=0, microsecond=0),
        since=fact.timestamp,
        due_at=None,
        holder=None,
        citizen_id=None,
        ended=False,
        used=True,
        label=None,
        detail={},
        last_topic=fact.TOPIC,
        last_at=fact.timestamp,
        last_position=1,
    )


FOLLOWING = {
    Troubled.TOPIC: lambda _row, _fact: {
        "urgency": int(BoardUrgency.ATTENTION),
        "attention": "overdue",
    },
    Ended.TOPIC: lambda _row, _fact: {"stage": "ended", "ended": True},
}


@pytest.fixture
def board(monkeypatch) -> ServiceBoard:
    part = BoardPart(kind="session_guard", begun=begun, following=FOLLOWING)
    monkeypatch.setitem(fold.PART_OF, "session_guard", part)
    return ServiceBoard()


def story(*kinds: type[Fact]) -> list[Fact]:
    """A guard's facts, as if it were a service."""
    facts: list[Fact] = [
        Asked(
            originator_id=SESSION,
            originator_version=1,
            timestamp=T0,
            originator_topic="session_guard",
            citizen_id=SESSION,
        )
    ]
    for number, kind in enumerate(kinds, start=2):
        told = {"kind": SessionKind.TAXI} if kind is Troubled else {}
        at = T0 + timedelta(minutes=number)
        facts.append(
            kind(
                originator_id=SESSION,
                originator_version=number,
                timestamp=at,
                session_id=SESSION,
                **told,
            )
        )
    return [fact.enveloped(_envelope(position, fact)) for position, fact in enumerate(facts, 1)]


def _envelope(position: int, fact: Fact) -> Envelope:
    return Envelope(
        position=position,
        event_id=uuid4(),
        correlation_id=SESSION,
        causation_id=None,
        actor="citizen:jiyoung",
        recorded_at=fact.timestamp,
        sealed=(),
    )


def folded(board: ServiceBoard, *kinds: type[Fact]) -> BoardRow:
    row = None
    for fact in story(*kinds):
        row = board.evolve(row, fact)
    assert row is not None
    return row


def test_what_becomes_more_urgent_waits_since_then(board) -> None:
    row = folded(board, Troubled)
    assert (row.urgency, row.attention, row.since) == (
        BoardUrgency.ATTENTION,
        "overdue",
        T0 + timedelta(minutes=2),
    )
    assert folded(board, Troubled, Troubled).since == row.since


def test_what_is_over_asks_for_nothing(board) -> None:
    row = folded(board, Troubled, Ended)
    assert (row.ended, row.urgency, row.attention) == (True, BoardUrgency.OVER, None)


def test_a_fact_of_no_matter_changes_only_the_newest(board) -> None:
    assert folded(board).replace(last_topic="x") == begun(story()[0]).replace(last_topic="x")


def test_a_use_is_counted_once_also_when_it_is_over(board) -> None:
    counted = [ServicesByHour().contribution(folded(board, *kinds)) for kinds in ((), (Ended,))]
    assert [(one.uses, one.ended) for one in counted if one] == [(1, 0), (1, 1)]
    unused = folded(board).replace(used=False)
    assert ServicesByHour().contribution(unused) is None
