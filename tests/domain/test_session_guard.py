"""Of each kind, a citizen has one open session at most."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from domain import session_guard
from domain.session_guard import NoMemberAnyMore, SessionAlreadyOpen, SessionGuard, SessionKind
from tests.scenario import T0, Scenario

JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
FIRST, SECOND = (uuid5(JIYOUNG, name) for name in ("first", "second"))
BEGUN: Scenario[SessionGuard] = Scenario(SessionGuard.create_id(JIYOUNG)).given(
    session_guard.Began, timestamp=T0, originator_topic="session_guard", citizen_id=JIYOUNG
)
RIDING = BEGUN.given(session_guard.Opened, timestamp=T0, kind=SessionKind.TAXI, session_id=FIRST)


def test_a_session_opens_once() -> None:
    opens = BEGUN.when(lambda guard: guard.open(kind=SessionKind.TAXI, session_id=FIRST, at=T0))
    opens.then((session_guard.Opened, {"kind": SessionKind.TAXI, "session_id": FIRST}))
    RIDING.when(lambda guard: guard.open(kind=SessionKind.TAXI, session_id=FIRST, at=T0)).then()


def test_a_second_one_of_its_kind_is_refused() -> None:
    second = RIDING.when(lambda guard: guard.open(kind=SessionKind.TAXI, session_id=SECOND, at=T0))
    second.then_refused(SessionAlreadyOpen)


def test_another_kind_opens_beside_it() -> None:
    other = RIDING.when(
        lambda guard: guard.open(kind=SessionKind.MONITORING, session_id=SECOND, at=T0)
    )
    other.then(session_guard.Opened)


def test_what_is_over_makes_room() -> None:
    RIDING.when(lambda guard: guard.close(session_id=FIRST, at=T0)).then(session_guard.Closed)
    closed = RIDING.given(session_guard.Closed, timestamp=T0, session_id=FIRST)
    closed.when(lambda guard: guard.close(session_id=FIRST, at=T0)).then()
    closed.when(lambda guard: guard.open(kind=SessionKind.TAXI, session_id=SECOND, at=T0)).then(
        session_guard.Opened
    )


def test_it_says_what_is_open() -> None:
    guard = SessionGuard.begin_for(JIYOUNG, at=T0)
    assert (guard.sessions, guard.session(SessionKind.TAXI)) == ((), None)
    guard.open(kind=SessionKind.TAXI, session_id=FIRST, at=T0)
    assert guard.sessions == ((SessionKind.TAXI, FIRST),)
    assert guard.session(SessionKind.TAXI) == FIRST
    assert guard.ever == (FIRST,)


def test_who_is_being_forgotten_opens_nothing_more() -> None:
    erasure_id = uuid5(JIYOUNG, "erasure")
    RIDING.when(lambda guard: guard.shut(erasure_id=erasure_id, at=T0)).then(session_guard.Shut)
    shut = BEGUN.given(session_guard.Shut, timestamp=T0, erasure_id=erasure_id)
    shut.when(lambda guard: guard.shut(erasure_id=erasure_id, at=T0)).then()
    shut.when(
        lambda guard: guard.open(kind=SessionKind.TAXI, session_id=FIRST, at=T0)
    ).then_refused(NoMemberAnyMore)
