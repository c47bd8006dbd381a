"""A call to a control room is made as long as nobody has seen to what it is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from application.attempts import AttemptOutcome
from application.emergency.commands import ClaimReport
from application.outbox import Channel
from application.page_wanted import SEEN_TO, is_wanted
from application.paging import NOT_WANTED, PAGES
from domain import centre
from domain.base import Fact
from domain.emergency import facts
from domain.escort import facts as escort
from domain.monitoring import asking
from domain.monitoring import facts as monitoring
from domain.monitoring.vocabulary import CheckInAnswer, WatchRise
from domain.policy import EscalationLevel
from domain.protection import facts as protection
from domain.taxi import facts as taxi
from domain.taxi.vocabulary import TaxiAnswer
from tests.application.house import KIM, SYSTEM, DeskHouse
from tests.application.test_delivery_desk import Desk
from tests.architecture.samples import sample_of


def happened(kind: type[Fact], **fields: Any) -> Fact:
    return sample_of(kind, bare=False).model_copy(update=fields)


def wanted(ordered: Fact, *later: Fact) -> bool:
    return is_wanted([happened(facts.NoteAdded), ordered, *later], page_of(ordered))


def page_of(ordered: Any) -> UUID:
    return ordered.page.page_id


LOOK = uuid4()
ROSE = happened(facts.Escalated)
WAITING = happened(monitoring.Escalated, because=WatchRise.WAITING)
SILENT = happened(monitoring.Escalated, because=WatchRise.UNANSWERED)
MISSED = happened(protection.LookMissed, look_id=LOOK)
SEEN_TO_BY = [
    (ROSE, happened(facts.Claimed)),
    (ROSE, happened(facts.TakenOver)),
    (ROSE, happened(facts.Resolved)),
    (WAITING, happened(monitoring.Assigned)),
    (WAITING, happened(monitoring.Arrived)),
    (SILENT, happened(asking.Answered, answer=CheckInAnswer.ALL_RIGHT)),
    (SILENT, happened(asking.Cleared)),
    (SILENT, happened(monitoring.Ended)),
    (MISSED, happened(protection.Looked, look_id=LOOK)),
    (MISSED, happened(protection.Ended)),
    (happened(escort.Unwatched), happened(escort.WatchBegun)),
    (happened(escort.Unwatched), happened(escort.Completed)),
    (happened(taxi.Unanswered), happened(taxi.Claimed)),
    (happened(taxi.Unanswered), happened(taxi.Answered, answer=TaxiAnswer.RIDING)),
    (happened(centre.Closed), happened(centre.Opened)),
]
NOT_SEEN_TO_BY = [
    (ROSE, happened(facts.NoteAdded)),
    (ROSE, happened(facts.PoliceRequested)),
    (WAITING, happened(asking.Answered, answer=CheckInAnswer.ALL_RIGHT)),
    (SILENT, happened(monitoring.Assigned)),
    (SILENT, happened(asking.Answered, answer=CheckInAnswer.HELP)),
    (MISSED, happened(protection.Looked, look_id=uuid4())),
    (happened(escort.Unwatched), happened(escort.ArrivalDenied)),
    (happened(taxi.Unanswered), happened(taxi.Answered, answer=TaxiAnswer.HELP)),
]
OUT_OF_HAND = [
    (ROSE, happened(facts.Claimed), happened(facts.Released)),
    (ROSE, happened(facts.Resolved), happened(facts.Reopened)),
    (WAITING, happened(monitoring.Assigned), happened(monitoring.Unwatched)),
    (happened(escort.Unwatched), happened(escort.WatchBegun), happened(escort.WatchLeft)),
]


def test_whatever_has_somebody_called_says_what_sees_to_it() -> None:
    assert SEEN_TO.keys() == PAGES.keys()


@pytest.mark.parametrize(("ordered", "later"), SEEN_TO_BY)
def test_nobody_is_called_to_what_has_been_seen_to(ordered: Fact, later: Fact) -> None:
    assert wanted(ordered)
    assert not wanted(ordered, later)
    assert is_wanted([later, ordered], page_of(ordered)), "what came before says nothing"


@pytest.mark.parametrize(("ordered", "later"), NOT_SEEN_TO_BY)
def test_what_helps_her_not_takes_no_call_back(ordered: Fact, later: Fact) -> None:
    assert wanted(ordered, later)


@pytest.mark.parametrize(("ordered", "seen_to", "undone"), OUT_OF_HAND)
def test_who_gives_it_out_of_hand_has_somebody_called_again(
    ordered: Fact, seen_to: Fact, undone: Fact
) -> None:
    assert wanted(ordered, seen_to, undone)
    assert not wanted(ordered, seen_to, undone, seen_to)


def test_the_supervisor_is_let_sleep_when_the_report_was_claimed_before_her_line_was_free() -> None:
    house = DeskHouse()
    report_id = house.accepted().report_id
    house.clock.advance(15)
    house.desk.escalate(report_id, EscalationLevel.SUPERVISOR, house.clock.now(), SYSTEM)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    desk = Desk(house, Channel.PAGE)
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    assert not desk.partner.asked
    assert desk.book.settled == [("done", NOT_WANTED)]
    assert "supervisor_paged" not in desk.topics()
