"""A session of return monitoring on the board: how urgent it is, and why, after each fact."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from domain.base import Envelope, Fact
from domain.call_end import CallEnd
from domain.catalogue import FACTS
from domain.monitoring import facts
from domain.monitoring.asking import Cleared
from domain.monitoring.calling import CallConnected, CallFailed
from domain.monitoring.handing_over import HandOverDropped
from domain.monitoring.vocabulary import (
    MonitoringClearedBy,
    MonitoringEnd,
    MonitoringExtendedBy,
    WatchRise,
)
from domain.policy import EscalationLevel
from domain.watching import Trouble
from projections.board import BoardRow, BoardUrgency, ServiceBoard
from projections.board.monitoring import FOLLOWING, begun
from tests.domain.monitorings import (
    GANGDONG,
    JIYOUNG,
    KIM,
    PARK,
    REPORT,
    SONGPA,
    Session,
    after,
    answered,
    arrived,
    asked,
    assigned,
    called,
    handed_over,
    hung_up,
    in_danger,
    requested,
    seen,
    started,
    troubled,
    unanswered,
    unwatched,
    wanted,
)


def row(session: Session) -> BoardRow:
    """What the board shows after all that is given."""
    board, shown = ServiceBoard(), None
    for number, fact in enumerate(session.facts, start=1):
        shown = board.evolve(shown, _told(fact, number))
    assert isinstance(shown, BoardRow)
    return shown


def _told(fact: Fact, position: int) -> Fact:
    return fact.model_copy().enveloped(
        Envelope(
            position=position,
            event_id=UUID(int=position),
            correlation_id=UUID(int=1),
            causation_id=None,
            actor="system:test",
            recorded_at=fact.timestamp,
            sealed=(),
        )
    )


def shown(session: Session) -> tuple[int, str | None]:
    one = row(session)
    return one.urgency, one.attention


def test_a_wish_stands_as_not_watched_and_counts_as_no_use() -> None:
    one = row(requested())
    assert (one.kind, one.stage, one.attention) == ("monitoring", "waiting", "not_watched")
    assert (one.holder, one.used, one.citizen_id) == (None, False, JIYOUNG)
    assert one.due_at == after(1200)
    assert one.audience == (GANGDONG,)


def test_watched_it_is_calm_and_a_use() -> None:
    one = row(started())
    assert (one.stage, one.urgency, one.attention) == ("watched", BoardUrgency.CALM, None)
    assert (one.holder, one.used) == (KIM, True)
    assert one.detail["waited_s"] == "2"


def test_not_watched_any_more_it_is_for_somebody_to_look() -> None:
    one = row(unwatched())
    assert (one.holder, one.attention) == (None, "not_watched")
    assert row(assigned(unwatched(), 310)).attention is None


def test_what_is_amiss_is_named_until_it_passes() -> None:
    both = troubled(troubled(), Trouble.OVERDUE, 1500)
    assert row(both).detail["troubles"] == "standstill overdue"
    assert shown(both) == (BoardUrgency.ATTENTION, "overdue")
    passed = both.given(
        facts.TroublePassed, timestamp=after(1501), trouble=Trouble.OVERDUE, lasted_s=1
    )
    assert shown(passed) == (BoardUrgency.ATTENTION, "standstill")
    calm = passed.given(
        facts.TroublePassed, timestamp=after(1502), trouble=Trouble.STANDSTILL, lasted_s=1
    )
    assert shown(calm) == (BoardUrgency.CALM, None)
    assert "troubles" not in row(calm).detail


def test_a_question_waits_and_silence_is_next_to_an_emergency() -> None:
    assert shown(asked()) == (BoardUrgency.ASKED, "standstill")
    assert shown(answered()) == (BoardUrgency.ATTENTION, "standstill")
    assert shown(unanswered()) == (BoardUrgency.NO_ANSWER, "no_answer")
    assert shown(unwatched(unanswered())) == (BoardUrgency.NO_ANSWER, "no_answer")


def test_a_call_is_followed_until_somebody_says_what_came_of_it() -> None:
    assert row(called()).detail["call"] == "rings"
    connected = called().given(CallConnected, timestamp=after(245), call_id="c-1")
    assert row(connected).detail["call"] == "connected"
    over = hung_up()
    assert row(over).detail["call"] == CallEnd.HUNG_UP
    assert shown(over) == (BoardUrgency.NO_ANSWER, WatchRise.CALLED)
    failed = called().given(
        CallFailed, timestamp=after(250), delivery_id=uuid4(), code="x", escalations=()
    )
    assert row(failed).detail["call"] == "failed"
    cleared = over.given(
        Cleared,
        timestamp=after(280),
        operator_id=KIM,
        citizen_id=JIYOUNG,
        by=MonitoringClearedBy.CALL,
        ask_again_at=None,
        note=None,
    )
    assert shown(cleared) == (BoardUrgency.ATTENTION, "standstill")
    assert "call" not in row(cleared).detail


def test_what_rises_is_seen_by_those_it_reaches() -> None:
    risen = requested().given(
        facts.Escalated,
        timestamp=after(60),
        level=EscalationLevel.NEIGHBOUR,
        because=WatchRise.WAITING,
        districts=(GANGDONG, SONGPA),
        escalations=(),
        page=None,
    )
    assert row(risen).audience == (GANGDONG, SONGPA)
    assert row(risen).detail["risen"] == "neighbour"
    assert "risen" not in row(assigned(risen, 61)).detail


def test_a_session_that_is_to_be_handed_over_stands_on_both_boards() -> None:
    one = row(wanted())
    assert (one.district, one.audience, one.detail["wanted_by"]) == (
        GANGDONG,
        (GANGDONG, SONGPA),
        SONGPA,
    )
    moved = row(handed_over())
    assert (moved.district, moved.audience, moved.holder) == (SONGPA, (SONGPA,), PARK)
    dropped = wanted().given(HandOverDropped, timestamp=after(420), to_district=SONGPA)
    assert row(dropped).audience == (GANGDONG,)
    assert "wanted_by" not in row(dropped).detail


def test_her_emergency_stands_first_until_it_is_over() -> None:
    assert shown(in_danger(unanswered())) == (BoardUrgency.EMERGENCY, "emergency")
    assert row(in_danger()).detail["reports"] == str(REPORT)
    over = in_danger().given(facts.EmergencyEnded, timestamp=after(400), report_id=REPORT)
    assert shown(over) == (BoardUrgency.CALM, None)


def test_where_she_was_seen_last_and_how_long_her_phone_may_last() -> None:
    one = row(seen(started(), 30, district=SONGPA))
    assert (one.detail["seen_in"], one.detail["battery_pct"]) == (SONGPA, "40")
    assert "battery_pct" not in row(seen(started(), 30, battery_pct=None)).detail


def test_expected_later_it_is_due_later() -> None:
    extended = started().given(
        facts.Extended,
        timestamp=after(700),
        expected_at=after(1800),
        overdue_at=after(2100),
        by=MonitoringExtendedBy.CITIZEN,
    )
    assert row(extended).due_at == after(1800)


@pytest.mark.parametrize("given", [unanswered, in_danger, unwatched])
def test_what_is_over_is_over_whatever_was_open(given) -> None:
    one = row(arrived(given()))
    assert (one.stage, one.ended, one.urgency, one.attention) == ("arrived", True, 0, None)
    ended = given().given(
        facts.Ended,
        timestamp=after(901),
        because=MonitoringEnd.CITIZEN,
        operator_id=None,
        citizen_id=JIYOUNG,
        note=None,
    )
    assert row(ended).stage == "ended"


def test_every_fact_of_a_session_is_known_to_its_board() -> None:
    silent = {"camera_viewed", "lights_asked", "lights_released", "requested"}
    told = {topic.partition(".")[2] for topic in FOLLOWING}
    known = {topic.partition(".")[2] for topic in FACTS if topic.startswith("monitoring.")}
    assert known - told == silent


def test_no_other_fact_begins_a_line() -> None:
    [_, _, started_fact, _] = started().facts
    assert begun(started_fact) is None
